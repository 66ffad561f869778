package letter

import (
	"context"
	"errors"

	"quitt/debt"
	"quitt/debt/letter"
	"quitt/notifications/letter/wording"
	"quitt/store"
	"quitt/store/letters"
	"quitt/store/tasks"
)

// draft is a printed letter that is not stored yet.
type draft struct {
	dossier

	kept   letters.Kept
	pdf    []byte
	access Access
}

// letterTries bounds how often a letter is made anew because its case changed, or another
// run took its number, while it was printed.
const letterTries = 50

// one writes one letter, if it is due. Between the first look and the last transaction only
// the spool is written, so that whatever interrupts leaves a letter that is whole or none.
func (r *letterRun) one(ctx context.Context, c letters.Candidate) error {
	id := store.NewID()
	for range letterTries {
		d, err := r.print(ctx, c, id)
		if err != nil || d == nil {
			return r.judge(c, d, err)
		}
		if d.kept.PDFHash, err = r.spool.Put(id, d.pdf); err == nil {
			err = r.keep(ctx, d)
		}
		switch {
		case errors.Is(err, debt.E(debt.Conflict, "access_taken", nil)):
			r.ready = nil
		case errors.Is(err, debt.E(debt.Conflict, "changed_meanwhile", nil)), errors.Is(err, debt.E(debt.Conflict, "letter_number_taken", nil)):
		case err != nil:
			return errors.Join(r.judge(c, d, err), r.spool.Drop(id))
		default:
			if d.access.Store != nil {
				r.ready = nil
			}
			r.report.Created++
			return nil
		}
	}
	return debt.E(debt.Unavailable, "database_busy", nil)
}

// judge puts what concerns one letter into the report.
func (r *letterRun) judge(c letters.Candidate, d *draft, err error) error {
	notDue := errors.Is(err, errNotDue) || errors.Is(err, over()) || errors.Is(err, debt.E(debt.Conflict, "letter_exists", nil))
	switch {
	case err == nil, notDue && r.order.CaseID == "":
		return nil // what is not due is not worth a word unless asked for
	case errors.Is(err, errNotDue):
		r.problem(Problem{FileReference: d.file.Case.FileReference, Because: d.because()})
		return nil
	case !aboutOne(err):
		return err
	}
	p := Problem{Err: err, FileReference: string(c.CaseID)}
	if d != nil && d.file != nil {
		p.FileReference = d.file.Case.FileReference
	}
	r.problem(p)
	return nil
}

var errNotDue = errors.New("notifications: the letter is not due")

// print reads, words and prints a letter. The secrets come first: their slow hash must not
// lie between reading the case and storing the letter.
func (r *letterRun) print(ctx context.Context, c letters.Candidate, id debt.ID) (*draft, error) {
	if err := r.prepare(ctx); err != nil {
		return nil, err
	}
	d := &draft{}
	err := r.Store.Read(ctx, r.order.Creditor.ID, func(t *store.Reader) (err error) {
		if d.dossier, err = read(t, r.order.Kind, c, r.at); err != nil {
			return err
		}
		d.kept.Number, err = letters.NextNumber(t)
		return err
	})
	if err != nil {
		return d, err
	}
	if d.spared() || len(d.because()) > 0 {
		return d, errNotDue
	}
	if r.ready != nil && d.helper == nil {
		d.access = *r.ready
	}
	if err := d.fill(r.Letterhead, d.access.printed()); err != nil {
		return d, err
	}
	if r.spool == nil {
		if err := r.begin(ctx); err != nil {
			return d, err
		}
	}
	d.kept.ID, d.kept.RunID = id, r.run.ID
	return d, nil
}

// prepare has the secrets of the next letter at hand, if its kind has any.
func (r *letterRun) prepare(ctx context.Context) error {
	if !r.order.Kind.Coded() || r.ready != nil {
		return nil
	}
	a, err := r.Letterhead.NewAccess(ctx)
	r.ready = &a
	if err != nil {
		r.ready = nil
	}
	return err
}

// fill words and prints the letter.
func (d *draft) fill(h Letterhead, a wording.Access) error {
	f, err := d.facts(h)
	if err != nil {
		return err
	}
	f.Number, f.Access = d.kept.Number, a
	doc, err := wording.Compose(f)
	if err != nil {
		return err
	}
	d.kept.CaseID, d.kept.Kind, d.kept.Subject = d.file.Case.ID, d.kind, d.subject
	d.kept.Document, d.kept.Country, d.kept.On, d.kept.Deadline = doc, d.debtor.Country, f.On, f.Deadline
	if d.kept.Authority = d.to(); d.kept.Authority != "" {
		d.kept.Country = "DE"
	}
	d.pdf, d.kept.Pages, err = h.Press.Print(doc)
	return err
}

// keep stores a printed letter with its secrets and its event, if the case is still as it
// was read.
func (r *letterRun) keep(ctx context.Context, d *draft) error {
	stamp := r.stamp()
	return r.Store.Write(ctx, r.order.Creditor.ID, func(t *store.Tx) error {
		f, err := t.LockOne(d.kept.CaseID)
		if err != nil {
			return err
		}
		if f.Case.Version != d.file.Case.Version {
			return debt.E(debt.Conflict, "changed_meanwhile", nil)
		}
		var events []debt.Event
		if d.access.Store != nil {
			e, err := d.access.Store(t, f)
			if err != nil {
				return err
			}
			events = append(events, e)
		}
		if err := letters.Count(t, r.run.ID); err != nil {
			return err
		}
		k := d.kept
		k.CreatedAt = stamp.At
		if err := letters.Add(t, k); err != nil {
			return err
		}
		if k.Kind == letter.NewCode { // whoever wanted one has it
			if err := tasks.End(t, tasks.Task{Kind: letter.Wanted, Subject: string(k.CaseID)}, "written", stamp.At); err != nil {
				return err
			}
		}
		events = append(events, letterEvent(f, debt.LetterCreated, k))
		if k.Kind == letter.FirstNotice && f.Case.Stage == debt.StageReminder {
			e, err := f.Case.Advance(debt.StageCollection, nil)
			if err != nil {
				return err
			}
			events = append(events, e)
		}
		return t.Book(stamped(f, stamp, debt.System, events...))
	})
}

// letterEvent names a letter by number and kind; its text is in the letter's own row.
func letterEvent(f *store.File, e debt.EventType, k letters.Kept) debt.Event {
	data := debt.Args{"letter": string(k.ID), "number": k.Number, "kind": string(k.Kind)}
	if k.Authority != "" {
		data["authority_id"] = string(k.Authority)
	}
	if e == debt.LetterCreated {
		data["dated_on"], data["deadline_on"] = k.On, k.Deadline
	}
	return f.Case.EventOf(e, data)
}

// Trial is what a dry run says of one case.
type Trial struct {
	FileReference string
	Subject       string
	Because       []debt.Barrier // none: the letter is due
	Pages         int
	Err           error // the letter is due and cannot be written
}

// Try looks at everybody to whom a letter may be due and prints the letters with invented
// secrets, to say what a run would do. It writes nothing.
func (d Desk) Try(ctx context.Context, o Order, tell func(Trial)) error {
	at := d.Now()
	r := &letterRun{Desk: d, order: o, at: at, today: debt.DateIn(at, debt.Berlin)}
	try := func(c letters.Candidate) error {
		w := &draft{}
		err := r.Store.Read(ctx, o.Creditor.ID, func(t *store.Reader) (err error) {
			w.dossier, err = read(t, o.Kind, c, r.at)
			return err
		})
		if w.file == nil || err != nil && !aboutOne(err) {
			return err
		}
		if err == nil && w.spared() {
			return nil
		}
		trial := Trial{FileReference: w.file.Case.FileReference, Subject: w.subject, Because: w.because()}
		if err == nil && len(trial.Because) == 0 {
			w.kept.Number = 1
			err = w.fill(d.Letterhead, sampleAccess(o.Kind))
		}
		if err != nil && !aboutOne(err) {
			return err
		}
		trial.Err, trial.Pages = err, w.kept.Pages
		tell(trial)
		return nil
	}
	if o.CaseID != "" {
		return try(letters.Candidate{CaseID: o.CaseID})
	}
	return r.eachCandidate(ctx, try)
}

// sampleAccess is what a letter without secrets of its own shows.
func sampleAccess(k letter.Kind) wording.Access {
	if !k.Coded() {
		return wording.Access{}
	}
	return wording.Sample(k).Access
}
