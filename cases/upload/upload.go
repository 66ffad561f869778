// Package upload takes documents from people: through the gate, sealed and stored, scanned,
// shown again, and deleted when their time is over. Other use cases attach what was taken with
// documents.Attach, in their own transaction.
package upload

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"log/slog"
	"sync"
	"time"

	"quitt/cases/upload/gate"
	"quitt/cases/upload/raster"
	"quitt/debt"
	"quitt/store"
	"quitt/store/blobs"
	"quitt/store/documents"
	"quitt/store/rehearse"
	"quitt/store/vault"
)

// Desk works with documents. It is used by pointer.
type Desk struct {
	Store   *store.Store
	Blobs   blobs.Blobs
	Vault   vault.Vault  // opens the creditors' keys
	Scanner *Clamd       // nil: nothing is scanned
	Raster  *raster.Tool // nil: the preview of a PDF is a PDF of its bare pages
	Quota   int64        // bytes a creditor's documents may take; 0 is DefaultQuota
	Now     func() time.Time
	Log     *slog.Logger

	making sync.Mutex // one preview at a time
	swept  sync.Map   // when a creditor's content was last compared with the rows, in this process
}

// DefaultQuota is room for a few thousand cases with documents.
const DefaultQuota = 20 << 30

// Sender is who hands something in, and to which case.
type Sender struct {
	Creditor, Case debt.ID
	By             debt.Actor
}

// Take lets a file in, or refuses it with the reason. The same file again is the same document.
// The content is stored before the row: whatever happens in between, no row is without content,
// and content without a row is swept away. The memory of content is used up: it is sealed where
// it lies.
func (d *Desk) Take(ctx context.Context, from Sender, name string, content []byte) (documents.Document, error) {
	kept, _, err := d.take(ctx, from, Given{Name: name, Content: content})
	return kept, err
}

// Given is a file that belongs to something from the beginning.
type Given struct {
	Name    string
	Content []byte
	To      documents.Subject
	Purpose documents.Purpose
	Then    func(t *store.Tx, doc documents.Document) error // in the transaction that stores it; may be nil
}

// Give takes a file of the creditor's side as Take does. fresh is false where it was there.
func (d *Desk) Give(ctx context.Context, from Sender, g Given) (kept documents.Document, fresh bool, err error) {
	return d.take(ctx, from, g)
}

func (d *Desk) take(ctx context.Context, from Sender, g Given) (kept documents.Document, added bool, err error) {
	found, err := gate.Check(g.Name, g.Content)
	if err != nil {
		return kept, false, err
	}
	sum := sha256.Sum256(g.Content)
	doc := documents.Document{ID: store.NewID(), CaseID: from.Case, Name: debt.Personal(found.Name), Kind: found.Kind, Bytes: int64(len(g.Content)),
		SHA256: hex.EncodeToString(sum[:]), Active: found.Active, By: from.By, UploadedAt: d.Now(), Subject: g.To, Purpose: g.Purpose}
	if known, ok, err := d.known(ctx, from, doc); err != nil || ok {
		return known, false, err
	}
	if err := d.put(ctx, from.Creditor, &doc, g.Content); err != nil {
		return kept, false, err
	}
	err = d.Store.Write(ctx, from.Creditor, func(t *store.Tx) (err error) {
		if kept, added, err = documents.Add(t, doc, d.quota()); err != nil || !added || g.Then == nil {
			return err
		}
		return g.Then(t, kept)
	})
	dry := rehearse.Is(ctx)
	if err == nil && added && !dry {
		return kept, true, nil
	}
	if dry || err == nil || certain(err) { // not stored: ours is of no use
		if gone := d.Blobs.Remove(context.WithoutCancel(ctx), doc.Blob); gone != nil {
			d.Log.Warn("documents: content without a row stays until it is swept", "error", gone.Error())
		}
	}
	return kept, added, refusedInfected(kept, err)
}

// certain reports a refusal after which nothing can have been stored.
func certain(err error) bool {
	kind := debt.KindOf(err)
	return kind == debt.Forbidden || kind == debt.NotFound || kind == debt.Conflict || kind == debt.Invalid
}

// put seals and stores the content of a document.
func (d *Desk) put(ctx context.Context, creditor debt.ID, doc *documents.Document, content []byte) error {
	key := blobs.NewKey()
	if err := d.wrap(ctx, creditor, doc, bytes.Clone(key)); err != nil {
		return err
	}
	sealed, err := blobs.Seal(key, label(*doc, original), content)
	if err != nil {
		return err
	}
	doc.Blob, err = d.Blobs.Put(ctx, creditor, sealed)
	return err
}

func (d *Desk) quota() int64 {
	if d.Quota == 0 {
		return DefaultQuota
	}
	return d.Quota
}

// known finds the same file in the case, and refuses early what the case has no room for.
func (d *Desk) known(ctx context.Context, from Sender, doc documents.Document) (same documents.Document, found bool, err error) {
	var list []documents.Document
	err = d.Store.Read(ctx, from.Creditor, func(r *store.Reader) (err error) {
		list, err = documents.OfCase(r, from.Case)
		return err
	})
	if err != nil {
		return same, false, err
	}
	beside := 0
	for _, old := range list {
		switch {
		case old.Same(doc):
			return old, true, refusedInfected(old, nil)
		case old.FromCreditor() == doc.FromCreditor():
			beside++
		}
	}
	if beside >= documents.MostFiles {
		return same, false, debt.E(debt.Forbidden, "documents_many", debt.Args{"most": documents.MostFiles})
	}
	return same, false, nil
}

// refusedInfected: who sends an infected file again is told, and it is not shown as taken.
func refusedInfected(d documents.Document, err error) error {
	if err == nil && d.State == documents.Infected {
		return debt.E(debt.Invalid, "upload_infected", debt.Args{"name": d.Name})
	}
	return err
}

// part is one of the two contents of a document.
type part string

const (
	original part = "original"
	preview  part = "preview"
)

// label binds content to its place: that of another document, or the preview in the place of
// the original, does not open.
func label(d documents.Document, p part) string { return string(d.ID) + "/" + string(p) }

// Open gives the original of a document of a case, as it came. NotFound "document_unknown" also
// for one that is in quarantine or infected.
func (d *Desk) Open(ctx context.Context, creditor, caseID, id debt.ID) (documents.Document, []byte, error) {
	return d.open(ctx, creditor, caseID, id, original)
}

// Preview gives what staff look at: a picture without metadata, of a PDF the drawing of its bare
// pages, or where nothing draws, those pages themselves.
// NotFound "document_no_preview" where none could be made.
func (d *Desk) Preview(ctx context.Context, creditor, caseID, id debt.ID) (documents.Document, []byte, error) {
	return d.open(ctx, creditor, caseID, id, preview)
}

func (d *Desk) open(ctx context.Context, creditor, caseID, id debt.ID, p part) (doc documents.Document, content []byte, err error) {
	err = d.Store.Read(ctx, creditor, func(r *store.Reader) (err error) {
		doc, err = documents.Load(r, id)
		return err
	})
	switch {
	case err != nil:
		return doc, nil, err
	case doc.CaseID != caseID || !doc.Shown():
		return documents.Document{}, nil, debt.E(debt.NotFound, "document_unknown", nil)
	case p == preview && doc.Preview == "":
		return documents.Document{}, nil, debt.E(debt.NotFound, "document_no_preview", nil)
	}
	content, err = d.content(ctx, creditor, doc, p)
	return doc, content, err
}

// content reads, opens and compares: the original must be the file that came.
func (d *Desk) content(ctx context.Context, creditor debt.ID, doc documents.Document, p part) ([]byte, error) {
	key, err := d.unwrap(ctx, creditor, doc)
	if err != nil {
		return nil, err
	}
	name := doc.Blob
	if p == preview {
		name = doc.Preview
	}
	sealed, err := d.Blobs.Get(ctx, name)
	if err != nil {
		return nil, err
	}
	content, err := blobs.Open(key, label(doc, p), sealed)
	if err != nil {
		return nil, err
	}
	if sum := sha256.Sum256(content); p == original && hex.EncodeToString(sum[:]) != doc.SHA256 {
		return nil, debt.E(debt.NotFound, "document_damaged", nil)
	}
	return content, nil
}

// List gives what a case holds, the oldest first.
func (d *Desk) List(ctx context.Context, creditor, caseID debt.ID) (list []documents.Document, err error) {
	err = d.Store.Read(ctx, creditor, func(r *store.Reader) (err error) {
		list, err = documents.OfCase(r, caseID)
		return err
	})
	return list, err
}

// encoded is how keys stand in rows.
var encoded = base64.StdEncoding

// TooBig is the refusal of a file that was not read to its end.
func TooBig(name string) error { return gate.TooBig(name) }

// Clean is a file's name as it would be kept.
func Clean(name string) string { return gate.Clean(name) }
