package upload

import (
	"context"

	"quitt/debt"
	"quitt/store"
	"quitt/store/blobs"
	"quitt/store/documents"
	"quitt/store/rehearse"
)

// Three keys lie over each other: each file has its own, sealed under its creditor's, which is
// sealed under the installation's. So an installation's key is changed by sealing a few keys
// anew, a creditor's by sealing its files' keys anew, and no file is written again.

// wrap seals a file's key for its row.
func (d *Desk) wrap(ctx context.Context, creditor debt.ID, doc *documents.Document, key []byte) error {
	k, err := d.newestKey(ctx, creditor)
	if err != nil {
		return err
	}
	over, err := d.opened(creditor, k)
	if err != nil {
		return err
	}
	sealed, err := blobs.Seal(over, string(doc.ID), key)
	doc.KeyID, doc.DataKey = k.ID, encoded.EncodeToString(sealed)
	return err
}

// unwrap gives a file's key.
func (d *Desk) unwrap(ctx context.Context, creditor debt.ID, doc documents.Document) ([]byte, error) {
	var k documents.Key
	err := d.Store.Read(ctx, creditor, func(r *store.Reader) (err error) {
		k, err = documents.LoadKey(r, doc.KeyID)
		return err
	})
	if err != nil {
		return nil, err
	}
	over, err := d.opened(creditor, k)
	if err != nil {
		return nil, err
	}
	sealed, err := encoded.DecodeString(doc.DataKey)
	if err != nil {
		return nil, debt.E(debt.NotFound, "document_damaged", nil)
	}
	return blobs.Open(over, string(doc.ID), sealed)
}

// opened opens a creditor's key; Unavailable "document_key_missing" without the installation's
// key it was sealed under.
func (d *Desk) opened(creditor debt.ID, k documents.Key) ([]byte, error) {
	key, ok := d.Vault.Open(owner(creditor, k.ID), k.Sealed)
	if !ok {
		return nil, debt.E(debt.Unavailable, "document_key_missing", nil)
	}
	return key, nil
}

func owner(creditor, key debt.ID) string { return string(creditor) + "/" + string(key) }

func (d *Desk) newestKey(ctx context.Context, creditor debt.ID) (k documents.Key, err error) {
	found := false
	err = d.Store.Read(ctx, creditor, func(r *store.Reader) (err error) {
		k, found, err = documents.NewestKey(r)
		return err
	})
	if err != nil || found {
		return k, err
	}
	return d.NewKey(rehearse.Not(ctx), creditor) // a document's row names it, even one of a dry run
}

// NewKey gives a creditor a further key. New files are sealed under it at once, those there are
// by Reseal. Two that do so at once leave two keys, of which the later is used.
func (d *Desk) NewKey(ctx context.Context, creditor debt.ID) (documents.Key, error) {
	k := documents.Key{ID: store.NewID(), CreatedAt: d.Now()}
	var err error
	if k.Sealed, err = d.Vault.Seal(owner(creditor, k.ID), blobs.NewKey()); err != nil {
		return k, err
	}
	err = d.Store.Write(ctx, creditor, func(t *store.Tx) error { return documents.AddKey(t, k) })
	return k, err
}

// Reseal moves a portion of keys to the newest above them: the creditor's keys to the
// installation's, the files' keys to the creditor's. It says how many it moved.
func (d *Desk) Reseal(ctx context.Context, creditor debt.ID) (did int, err error) {
	var keys []documents.Key
	var files []documents.Document
	var newest documents.Key
	err = d.Store.Read(ctx, creditor, func(r *store.Reader) error {
		var found bool
		var err error
		if newest, found, err = documents.NewestKey(r); err != nil || !found {
			return err
		}
		if keys, err = documents.Keys(r); err != nil {
			return err
		}
		files, err = documents.NotUnder(r, newest.ID, portion)
		return err
	})
	if err != nil {
		return 0, err
	}
	for _, k := range keys {
		moved, err := d.resealKey(ctx, creditor, k)
		if err != nil {
			return did, err
		}
		did += moved
	}
	for _, doc := range files {
		if err := d.rekey(ctx, creditor, newest, doc); err != nil {
			return did, err
		}
		did++
	}
	return did, nil
}

func (d *Desk) resealKey(ctx context.Context, creditor debt.ID, k documents.Key) (int, error) {
	if !d.Vault.Stale(owner(creditor, k.ID), k.Sealed) {
		return 0, nil
	}
	key, err := d.opened(creditor, k)
	if err != nil {
		return 0, err
	}
	sealed, err := d.Vault.Seal(owner(creditor, k.ID), key)
	if err != nil {
		return 0, err
	}
	return 1, d.Store.Write(ctx, creditor, func(t *store.Tx) error { return documents.Reseal(t, k, sealed) })
}

func (d *Desk) rekey(ctx context.Context, creditor debt.ID, under documents.Key, doc documents.Document) error {
	key, err := d.unwrap(ctx, creditor, doc)
	if err != nil {
		return err
	}
	over, err := d.opened(creditor, under)
	if err != nil {
		return err
	}
	sealed, err := blobs.Seal(over, string(doc.ID), key)
	if err != nil {
		return err
	}
	return d.Store.Write(ctx, creditor, func(t *store.Tx) error {
		return documents.Rekey(t, doc, under.ID, encoded.EncodeToString(sealed))
	})
}
