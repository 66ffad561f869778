package letter

import (
	"context"
	"errors"
	"io"
	"slices"

	"quitt/debt"
	"quitt/debt/ledger"
	"quitt/notifications/letter/post"
	"quitt/notifications/letter/sheet"
	"quitt/store"
	"quitt/store/letters"
)

// handOver lets the letters of the run leave the house and ends it.
func (r *letterRun) handOver(ctx context.Context) error {
	if r.run.Way == letters.Provider {
		return r.post(ctx)
	}
	return r.hand(ctx)
}

// good reports whether a demand may still be handed over; otherwise it becomes void. Between
// its making and now hours may lie in which somebody pays or objects.
func (r *letterRun) good(ctx context.Context, k letters.Kept) (bool, error) {
	if k.State != letters.Created || !k.Kind.Demands() {
		return true, nil
	}
	due := false
	err := r.Store.Read(ctx, r.order.Creditor.ID, func(t *store.Reader) error {
		d, err := read(t, k.Kind, letters.Candidate{CaseID: k.CaseID}, r.at)
		if err != nil {
			return err
		}
		d.written = slices.DeleteFunc(d.written, func(w letters.Kept) bool { return w.ID == k.ID })
		// What was booked since makes the amount another one.
		booked := slices.ContainsFunc(d.history.Entries, func(e ledger.Entry) bool { return e.BookedAt.After(k.CreatedAt) })
		due = !booked && d.to() == k.Authority && len(d.because()) == 0
		return nil
	})
	if err != nil || due {
		return due, err
	}
	return false, r.void(ctx, k, letters.VoidNotDue)
}

// lost says that a file has gone while the run was at it: the next call makes it anew.
func (r *letterRun) lost() error {
	return debt.E(debt.Unavailable, "letters_disk", debt.Args{"path": r.run.Directory})
}

// get reads the PDF of a letter, which must be there.
func (r *letterRun) get(k letters.Kept) ([]byte, error) {
	pdf, whole, err := r.spool.Get(k.ID, k.PDFHash)
	if err == nil && !whole {
		err = r.lost()
	}
	return pdf, err
}

// files writes one file per letter into the folder, if that is wanted.
func (r *letterRun) files(ctx context.Context) error {
	if !r.order.Files {
		return nil
	}
	return r.eachLetter(ctx, func(k letters.Kept) error { return r.file(ctx, k) })
}

// file does so for one letter, as long as the spool has it: what was handed over may be gone
// from there.
func (r *letterRun) file(ctx context.Context, k letters.Kept) error {
	if !r.order.Files {
		return nil
	}
	pdf, whole, err := r.spool.Get(k.ID, k.PDFHash)
	if err == nil && whole {
		_, err = post.Folder{Dir: r.run.Directory}.Send(ctx, post.Item{Key: letterKey(r.order.Creditor, k), PDF: pdf})
	}
	return err
}

// hand gives the run to a print house: the files are completed in the spool, sealed in the
// database, moved into the folder, and then the letters are sent. A file that is not in the
// spool any more after the seal was moved before and is not made again, for the print house
// may have taken it.
func (r *letterRun) hand(ctx context.Context) error {
	batch := r.spool.NewBatch(r.name())
	if !r.run.Sealed() {
		sealed, err := r.seal(ctx, batch)
		if err != nil {
			return err
		}
		if !sealed {
			return r.finish(ctx) // every letter of it is void
		}
	}
	if err := r.files(ctx); err != nil { // not before the seal: what is in the folder is not made anew
		return err
	}
	if err := batch.Publish(); err != nil {
		return err
	}
	r.report.PDFs, r.report.Manifests = append(r.report.PDFs, batch.PDF), append(r.report.Manifests, batch.Manifest)
	if err := r.sent(ctx); err != nil {
		return err
	}
	return r.finish(ctx)
}

// seal makes both files; false if there is no letter.
func (r *letterRun) seal(ctx context.Context, batch post.Batch) (bool, error) {
	var rows []post.Row
	page := 1
	sum, err := batch.WritePDF(func(w io.Writer) error {
		stapler := sheet.NewStapler(w, r.name())
		err := r.eachLetter(ctx, func(k letters.Kept) error {
			if good, err := r.good(ctx, k); err != nil || !good {
				return err
			}
			pdf, err := r.get(k)
			if err != nil {
				return err
			}
			reference, err := r.fileReference(ctx, k.CaseID)
			if err != nil {
				return err
			}
			rows = append(rows, post.Row{Number: k.Number, FileReference: reference, Kind: string(k.Kind), FirstPage: page,
				Pages: k.Pages, Recipient: k.Document.Recipient, Country: k.Country, Hash: k.PDFHash})
			page += k.Pages
			return stapler.Add(pdf)
		})
		if err != nil || len(rows) == 0 {
			return err
		}
		return stapler.Close()
	})
	if err != nil || len(rows) == 0 {
		return false, err
	}
	list, err := batch.WriteManifest(rows)
	if err != nil {
		return false, err
	}
	r.run.SealedAt, r.run.Letters, r.run.PDFHash, r.run.ManifestHash = r.Now(), len(rows), sum, list
	return true, r.Store.Write(ctx, r.order.Creditor.ID, func(t *store.Tx) error { return letters.Seal(t, r.run) })
}

func (r *letterRun) fileReference(ctx context.Context, caseID debt.ID) (reference string, err error) {
	err = r.Store.Read(ctx, r.order.Creditor.ID, func(t *store.Reader) error {
		f, err := t.LoadFile(caseID)
		if err == nil {
			reference = f.Case.FileReference
		}
		return err
	})
	return reference, err
}

// batchSent is how many letters one transaction marks as sent.
const batchSent = 50

// sent marks all letters of the run as sent, some per transaction.
func (r *letterRun) sent(ctx context.Context) error {
	var batch []letters.Kept
	flush := func() error {
		err := r.mark(ctx, batch...)
		batch = nil
		return err
	}
	err := r.eachLetter(ctx, func(k letters.Kept) error {
		if k.State == letters.Created {
			batch = append(batch, k)
		}
		if len(batch) < batchSent {
			return nil
		}
		return flush()
	})
	if err != nil {
		return err
	}
	return flush()
}

// mark notes letters as sent, with an event each.
func (r *letterRun) mark(ctx context.Context, batch ...letters.Kept) error {
	if len(batch) == 0 {
		return nil
	}
	stamp := r.stamp()
	err := r.Store.Write(ctx, r.order.Creditor.ID, func(t *store.Tx) error {
		ids := make([]debt.ID, len(batch))
		for i, k := range batch {
			ids[i] = k.CaseID
		}
		files, err := t.Lock(ids...)
		if err != nil {
			return err
		}
		of := map[debt.ID]*store.File{}
		events := map[debt.ID][]debt.Event{}
		for _, f := range files {
			of[f.Case.ID] = f
		}
		for _, k := range batch {
			if err := letters.MarkSent(t, k, stamp.At); err != nil {
				return err
			}
			events[k.CaseID] = append(events[k.CaseID], letterEvent(of[k.CaseID], debt.LetterSent, k))
		}
		bookings := make([]store.Booking, len(files))
		for i, f := range files {
			bookings[i] = stamped(f, stamp, debt.System, events[f.Case.ID]...)
		}
		return t.Book(bookings...)
	})
	if err == nil {
		r.report.Sent += len(batch)
	}
	return err
}

// stamped makes a booking of events.
func stamped(f *store.File, s ledger.Stamp, by debt.Actor, events ...debt.Event) store.Booking {
	for i := range events {
		events[i].ID, events[i].At, events[i].Actor = s.NewID(), s.At, by
	}
	return store.Booking{File: f, Events: events}
}

// mostUnclear is after how many lost answers in a row a run stops: with each further letter one
// more would have to be looked up.
const mostUnclear = 3

// post gives each letter to the provider. The run ends when none is left of which it is
// not known whether the provider has it.
func (r *letterRun) post(ctx context.Context) error {
	if r.order.Provider == nil {
		return debt.E(debt.Invalid, "post_setting", debt.Args{"name": "QUITT_POST_URL"})
	}
	waiting, row := false, 0
	err := r.eachLetter(ctx, func(k letters.Kept) error {
		if k.State != letters.Created && k.State != letters.Sending {
			return nil
		}
		if good, err := r.good(ctx, k); err != nil || !good {
			return err
		}
		if err := r.file(ctx, k); err != nil {
			return err
		}
		err := r.deliver(ctx, k)
		if !errors.Is(err, unclear()) {
			row = 0
			return err
		}
		waiting, row = true, row+1
		err = r.failed(ctx, k, unclear())
		if err == nil && row == mostUnclear {
			err = unclear()
		}
		return err
	})
	if err != nil || waiting {
		return err
	}
	return r.finish(ctx)
}

// deliver gives one letter to the provider, unless he has it.
func (r *letterRun) deliver(ctx context.Context, k letters.Kept) error {
	if k.State == letters.Sending {
		found, err := r.found(ctx, k)
		if err != nil || found {
			return err
		}
	}
	pdf, whole, err := r.spool.Get(k.ID, k.PDFHash)
	if err != nil {
		return err
	}
	if !whole {
		return r.void(ctx, k, letters.VoidLost)
	}
	if k.State == letters.Created {
		if err := r.change(ctx, func(t *store.Tx) error { return letters.MarkSending(t, k.ID) }); err != nil {
			return err
		}
		k.State = letters.Sending
	}
	id, err := r.order.Provider.Send(ctx, post.Item{Key: r.postKey(k), PDF: pdf, International: k.Country != "" && k.Country != "DE"})
	if errors.Is(err, unclear()) {
		found, lookErr := r.found(ctx, k)
		if found {
			return lookErr
		}
		return errors.Join(err, lookErr) // it may still appear: the next call asks again
	}
	k.ProviderID = id
	return r.delivered(ctx, k, err)
}

func unclear() error { return debt.E(debt.Unavailable, "post_unclear", nil) }

// found asks whether the provider has a letter, and notes it as sent if so.
func (r *letterRun) found(ctx context.Context, k letters.Kept) (bool, error) {
	id, err := r.order.Provider.Find(ctx, r.postKey(k))
	if err != nil || id == "" {
		return false, err
	}
	k.ProviderID = id
	return true, r.mark(ctx, k)
}

// delivered notes what the provider said of a letter.
func (r *letterRun) delivered(ctx context.Context, k letters.Kept, said error) error {
	switch {
	case said == nil:
		return r.mark(ctx, k)
	case errors.Is(said, debt.E(debt.Invalid, "post_refused", nil)):
		return errors.Join(r.failed(ctx, k, said), r.void(ctx, k, letters.VoidRefused))
	case errors.Is(said, debt.E(debt.Unavailable, "post_denied", nil)), errors.Is(said, debt.E(debt.Unavailable, "post_unreachable", nil)):
		err := r.change(ctx, func(t *store.Tx) error { return letters.MarkCreated(t, k.ID) })
		return errors.Join(said, err)
	default:
		return said
	}
}

// failed puts a letter that could not be handed over into the report.
func (r *letterRun) failed(ctx context.Context, k letters.Kept, why error) error {
	reference, err := r.fileReference(ctx, k.CaseID)
	r.problem(Problem{FileReference: reference, Number: k.Number, Err: why})
	return err
}

func (r *letterRun) change(ctx context.Context, do func(t *store.Tx) error) error {
	return r.Store.Write(ctx, r.order.Creditor.ID, do)
}
