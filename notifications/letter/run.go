package letter

import (
	"context"
	"errors"
	"fmt"
	"time"

	"quitt/debt"
	"quitt/debt/ledger"
	"quitt/debt/letter"
	"quitt/notifications/letter/post"
	"quitt/store"
	"quitt/store/letters"
)

// Order says which letters are to be written and where they go.
type Order struct {
	Creditor debt.Creditor
	Kind     letter.Kind
	CaseID   debt.ID // "" for every case to which one is due
	Way      letters.Way
	Dir      string        // absolute
	Provider post.Provider // for the way "provider"
	Files    bool          // a file per letter besides
	Anew     bool          // gives an open run up instead of going on with it
}

// Report says what a run did.
type Report struct {
	Run       debt.ID // of the letters below; "" if none was due
	Resumed   bool    // an interrupted run was gone on with
	Created   int     // by this call
	Void      int     // made before and lost, stale or given up
	Sent      int     // handed over by this call
	PDFs      []string
	Manifests []string
	Problems  []Problem
}

// Problem is a letter that could not be written, or not be handed over.
type Problem struct {
	FileReference string
	Number        int64 // 0 if it has none
	Because       []debt.Barrier
	Err           error
}

// letterRun is one call of Run.
type letterRun struct {
	Desk

	order  Order
	at     time.Time
	today  debt.Date
	run    letters.Run
	spool  *post.Spool // nil until there is a run
	ready  *Access     // prepared and not used yet
	report Report
}

// Run writes every letter of a kind that is due and hands all of them over together. It
// goes on with a run that was interrupted, at whatever point: no letter is written twice,
// none is left out, and a number that is missing in what was handed over is that of a void
// letter. What goes wrong with one letter is in the report; an error ends the run, which the
// next call then goes on with. Conflict "letters_busy" if the same run is going on elsewhere.
func (d Desk) Run(ctx context.Context, o Order) (Report, error) {
	r := &letterRun{Desk: d, order: o, at: d.Now()}
	r.today = debt.DateIn(r.at, debt.Berlin)
	err := errors.Join(r.all(ctx), r.leave())
	return r.report, err
}

// leave gives the spool up for the next call.
func (r *letterRun) leave() error {
	if r.spool == nil {
		return nil
	}
	return r.spool.Close()
}

func (r *letterRun) all(ctx context.Context) error {
	if err := r.resume(ctx); err != nil {
		return err
	}
	if r.run.Sealed() {
		if err := r.handOver(ctx); err != nil {
			return err
		}
	}
	if err := r.write(ctx); err != nil {
		return err
	}
	if r.spool == nil {
		return nil
	}
	return r.handOver(ctx)
}

const pageOfCandidates = 200

// write makes every letter that is due.
func (r *letterRun) write(ctx context.Context) error {
	if r.order.CaseID != "" {
		return r.one(ctx, letters.Candidate{CaseID: r.order.CaseID})
	}
	return r.eachCandidate(ctx, func(c letters.Candidate) error { return r.one(ctx, c) })
}

// eachCandidate goes through those to whom a letter may be due, page by page.
func (r *letterRun) eachCandidate(ctx context.Context, do func(letters.Candidate) error) error {
	page := letters.Page{Kind: r.order.Kind, Most: pageOfCandidates, Now: r.at}
	for {
		var list []letters.Candidate
		err := r.Store.Read(ctx, r.order.Creditor.ID, func(t *store.Reader) (err error) {
			list, err = letters.Candidates(t, page)
			return err
		})
		if err != nil {
			return err
		}
		for _, c := range list {
			if err := do(c); err != nil {
				return err
			}
		}
		if len(list) < page.Most {
			return nil
		}
		page.After = list[len(list)-1].Key
	}
}

// resume takes up an open run, if there is one: letters whose file is lost, or that were
// made on another day, become void and will be made anew.
func (r *letterRun) resume(ctx context.Context) error {
	open, found, err := r.openRun(ctx)
	if err != nil || !found {
		return err
	}
	here := post.SpoolExists(open.Directory, string(open.ID))
	switch {
	case r.order.Anew:
		return r.giveUp(ctx, open, here)
	case !here && (open.Sealed() || open.Way == letters.Provider): // somebody may be handing it over just now
		return debt.E(debt.Conflict, "letters_run_lost", debt.Args{"directory": open.Directory, "kind": string(open.Kind)})
	case open.Way == letters.Print && !here:
		return r.abandon(ctx, open, letters.VoidLost)
	}
	if err := r.enter(ctx, open); err != nil {
		return err
	}
	r.report.Resumed = true
	if open.Sealed() {
		return nil
	}
	return r.sweep(ctx)
}

func (r *letterRun) openRun(ctx context.Context) (run letters.Run, found bool, err error) {
	err = r.Store.Read(ctx, r.order.Creditor.ID, func(t *store.Reader) (err error) {
		run, found, err = letters.OpenRun(t, r.order.Kind)
		return err
	})
	return run, found, err
}

// enter takes the spool of a run and looks once more: whoever had it before may have
// finished the run.
func (r *letterRun) enter(ctx context.Context, run letters.Run) error {
	spool, err := post.OpenSpool(run.Directory, string(run.ID))
	if err != nil {
		return err
	}
	now, found, err := r.openRun(ctx)
	if err != nil {
		return errors.Join(err, spool.Close())
	}
	if !found || now.ID != run.ID {
		return errors.Join(debt.E(debt.Conflict, "letters_busy", nil), spool.Remove())
	}
	r.run, r.spool, r.report.Run = now, spool, run.ID
	return nil
}

// sweep compares the letters of a resumed run with the files in its spool.
func (r *letterRun) sweep(ctx context.Context) error {
	stored := map[debt.ID]bool{}
	err := r.eachLetter(ctx, func(k letters.Kept) error {
		_, whole, err := r.spool.Get(k.ID, k.PDFHash)
		switch {
		case err != nil:
			return err
		case k.State == letters.Created && !whole:
			return r.void(ctx, k, letters.VoidLost)
		case k.State == letters.Created && k.On != r.today:
			return r.void(ctx, k, letters.VoidStale)
		}
		stored[k.ID] = true
		return nil
	})
	if err != nil {
		return err
	}
	return r.spool.DropOthers(stored)
}

// void ends a letter that never left the house. Unless the operator says so it is none of a
// sealed run: another process may just be handing that over.
func (r *letterRun) void(ctx context.Context, k letters.Kept, why string) error {
	err := r.Store.Write(ctx, r.order.Creditor.ID, func(t *store.Tx) error {
		if why != letters.VoidAnew {
			if err := letters.Hold(t, r.run.ID); err != nil {
				return err
			}
		}
		return letters.MarkVoid(t, k, why)
	})
	if err == nil {
		r.report.Void++
	}
	return err
}

// giveUp ends an open run without handing it over, because the operator says so. Unavailable
// "post_unclear" if a provider may have a letter of it.
func (r *letterRun) giveUp(ctx context.Context, run letters.Run, here bool) error {
	if here {
		if err := r.enter(ctx, run); err != nil {
			return err
		}
	}
	return r.abandon(ctx, run, letters.VoidAnew)
}

// abandon voids what an open run has not handed over and ends it. A process that is at the
// run on another machine finds it over and stops; what it adds until then is void too.
func (r *letterRun) abandon(ctx context.Context, run letters.Run, why string) error {
	r.run = run
	for range letterTries {
		err := r.voidAll(ctx, why)
		if err == nil {
			err = r.finish(ctx)
		}
		if !errors.Is(err, debt.E(debt.Conflict, "changed_meanwhile", nil)) {
			return err
		}
	}
	return debt.E(debt.Conflict, "letters_busy", nil)
}

// lookUp ends a letter of an abandoned run of which it is not known whether the provider has it.
// As long as its file is there the run is to be gone on with: Unavailable "post_unclear".
func (r *letterRun) lookUp(ctx context.Context, k letters.Kept) error {
	if r.spool != nil || r.order.Provider == nil {
		return unclear()
	}
	found, err := r.found(ctx, k)
	if err != nil || found {
		return err
	}
	return r.void(ctx, k, letters.VoidAnew)
}

// voidAll voids what a run has not handed over.
func (r *letterRun) voidAll(ctx context.Context, why string) error {
	return r.eachLetter(ctx, func(k letters.Kept) error {
		switch k.State {
		case letters.Created:
			return r.void(ctx, k, why)
		case letters.Sending:
			return r.lookUp(ctx, k)
		}
		return nil
	})
}

// eachLetter goes through the letters of the run that are not void, by number.
func (r *letterRun) eachLetter(ctx context.Context, do func(letters.Kept) error) error {
	last := int64(0)
	for {
		var list []letters.Kept
		err := r.Store.Read(ctx, r.order.Creditor.ID, func(t *store.Reader) (err error) {
			list, err = letters.OfRun(t, r.run.ID, last, pageOfCandidates)
			return err
		})
		if err != nil {
			return err
		}
		for _, k := range list {
			if err := do(k); err != nil {
				return err
			}
			last = k.Number
		}
		if len(list) < pageOfCandidates {
			return nil
		}
	}
}

// begin stores a new run, when its first letter is due.
func (r *letterRun) begin(ctx context.Context) error {
	run := letters.Run{ID: store.NewID(), Kind: r.order.Kind, Way: r.order.Way, Directory: r.order.Dir, StartedAt: r.at}
	if err := post.CheckFolder(run.Directory); err != nil {
		return err
	}
	err := r.Store.Write(ctx, r.order.Creditor.ID, func(t *store.Tx) error { return letters.Begin(t, run) })
	if err != nil {
		return err
	}
	return r.enter(ctx, run)
}

// finish ends the run and its spool; the call may begin another one.
func (r *letterRun) finish(ctx context.Context) error {
	if r.spool != nil {
		if err := r.spool.Empty(); err != nil {
			return err
		}
	}
	err := r.Store.Write(ctx, r.order.Creditor.ID, func(t *store.Tx) (err error) {
		if r.run.Letters, err = letters.CountOf(&t.Reader, r.run.ID); err != nil {
			return err
		}
		r.run.FinishedAt = r.Now()
		return letters.Finish(t, r.run)
	})
	if err != nil {
		return err
	}
	spool := r.spool
	r.run, r.spool = letters.Run{}, nil
	if spool == nil {
		return nil
	}
	return spool.Remove()
}

// name is that of the files of a run: what, whose, of which day, and the part of its id that
// tells it from others.
func (r *letterRun) name() string { return runName(r.order.Creditor, r.run) }

func runName(c debt.Creditor, run letters.Run) string {
	return fmt.Sprintf("letters-%s-%s-%s-%s", c.Code, run.Kind, debt.DateIn(run.StartedAt, debt.Berlin), tail(run.ID))
}

// letterKey names a letter in file names.
func letterKey(c debt.Creditor, k letters.Kept) string {
	return fmt.Sprintf("letter-%s-%06d", c.Code, k.Number)
}

// postKey names a letter towards a provider. Its list may hold letters of another database
// with the same creditor and numbers, of a trial for example.
func (r *letterRun) postKey(k letters.Kept) string {
	return letterKey(r.order.Creditor, k) + "-" + tail(k.ID)
}

// tail is the part of an id that tells it from others.
func tail(id debt.ID) string {
	const length = 12
	return string(id[len(id)-length:])
}

func (r *letterRun) problem(p Problem) { r.report.Problems = append(r.report.Problems, p) }

func (r *letterRun) stamp() ledger.Stamp { return ledger.Stamp{At: r.Now(), NewID: store.NewID} }
