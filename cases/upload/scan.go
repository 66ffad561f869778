package upload

import (
	"context"
	"errors"
	"fmt"
	"time"

	"quitt/cases/upload/gate"
	"quitt/cases/upload/raster"
	"quitt/debt"
	"quitt/store"
	"quitt/store/blobs"
	"quitt/store/documents"
)

// portion is how much a loop does at once.
const portion = 20

// Scan takes a portion of a creditor's documents out of quarantine: scanned if there is a
// scanner, with a preview where one can be made. While the scanner does not answer they stay
// there; who handed them in is not kept from anything.
func (d *Desk) Scan(ctx context.Context, creditor debt.ID) (did int, err error) {
	var list []documents.Document
	err = d.Store.Read(ctx, creditor, func(r *store.Reader) (err error) {
		list, err = documents.Quarantined(r, portion)
		return err
	})
	if err != nil {
		return 0, err
	}
	var errs []error
	for _, doc := range list {
		if err := d.release(ctx, creditor, doc); err != nil {
			errs = append(errs, fmt.Errorf("document %s: %w", doc.ID, err)) // the next may do better
			continue
		}
		did++
	}
	return did, errors.Join(errs...)
}

func (d *Desk) release(ctx context.Context, creditor debt.ID, doc documents.Document) error {
	d.making.Lock() // one file and its picture in memory at a time
	defer d.making.Unlock()
	content, err := d.content(ctx, creditor, doc, original)
	if err != nil {
		return err
	}
	doc.State = documents.Unscanned
	if d.Scanner != nil {
		finding, err := d.Scanner.Scan(ctx, content)
		if err != nil {
			return err
		}
		if doc.State = documents.Clean; finding != "" {
			doc.State, doc.Reason = documents.Infected, finding
			d.Log.Warn("documents: a scanner found something", "document", string(doc.ID), "finding", finding)
		}
	}
	if doc.State != documents.Infected {
		if err := d.addPreview(ctx, creditor, &doc, content); err != nil {
			return err
		}
	}
	return d.Store.Write(ctx, creditor, func(t *store.Tx) error { return documents.Release(t, doc) })
}

// addPreview stores a preview under the file's own key. A file of which none can be made, a
// picture that is damaged within or needs too much memory, is kept without.
func (d *Desk) addPreview(ctx context.Context, creditor debt.ID, doc *documents.Document, content []byte) error {
	found, err := gate.Check(doc.Name.Reveal(), content)
	if err != nil {
		return nil //nolint:nilerr // taken under older rules
	}
	made, kind := picture(found, content)
	if kind == documents.PDF && d.Raster != nil {
		made, kind = d.drawn(ctx, doc.ID, made)
	}
	if made == nil || len(made) > documents.MostEach {
		return nil
	}
	key, err := d.unwrap(ctx, creditor, *doc)
	if err != nil {
		return err
	}
	sealed, err := blobs.Seal(key, label(*doc, preview), made)
	if err != nil {
		return err
	}
	doc.PreviewKind = kind
	doc.Preview, err = d.Blobs.Put(ctx, creditor, sealed)
	return err
}

// drawn gives the picture of a PDF's bare pages, or the pages where that fails.
func (d *Desk) drawn(ctx context.Context, id debt.ID, bare []byte) ([]byte, documents.Kind) {
	pixels, err := d.Raster.JPEG(ctx, bare)
	if err == nil && len(pixels) > documents.MostEach {
		err = raster.ErrNoPicture
	}
	if err != nil {
		d.Log.Warn("documents: a PDF could not be drawn", "document", string(id), "error", err.Error())
		return bare, documents.PDF
	}
	return pixels, documents.JPEG
}

// Waiting tells how many documents wait in quarantine, and since when.
func (d *Desk) Waiting(ctx context.Context, creditor debt.ID) (n int, oldest time.Time, err error) {
	err = d.Store.Read(ctx, creditor, func(r *store.Reader) (err error) {
		n, oldest, err = documents.Waiting(r)
		return err
	})
	return n, oldest, err
}
