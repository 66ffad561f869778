package directdebit

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"time"

	"quitt/bank"
	"quitt/bank/pain"
	"quitt/bank/sepa"
	"quitt/bank/statement"
	"quitt/debt"
	"quitt/debt/mandate"
	"quitt/debt/rail"
	"quitt/payments/booking"
	"quitt/payments/collecting"
	"quitt/store"
	"quitt/store/mandates"
	"quitt/store/rails"
)

// File is a run with its bytes.
type File struct {
	Run     mandates.Run
	Content []byte
}

// Collect puts every debit that is to be collected up to a day into a file, one for each account.
// All of it is saved, and closed under the hash of the file, before a byte is given out; what a
// crash has left is gone on with. Asked again on the same day for the same day, it gives the same
// files, and one more where something was added meanwhile.
func (d Desk) Collect(ctx context.Context, creditor debt.ID, until debt.Date) (files []File, err error) {
	if _, err := d.Expire(ctx, creditor); err != nil {
		return nil, err
	}
	accounts, err := d.Accounts(ctx, creditor)
	if err != nil {
		return nil, err
	}
	for _, acc := range accounts {
		if err := d.gatherAll(ctx, creditor, acc, until); err != nil {
			return nil, err
		}
	}
	var runs []mandates.Run
	err = d.Store.Read(ctx, creditor, func(r *store.Reader) error {
		runs, err = mandates.Runs(r, mostRuns)
		return err
	})
	today := debt.DateIn(d.Now(), debt.Berlin)
	slices.Reverse(runs)
	for _, run := range runs {
		if err != nil || run.State != mandates.Closed || run.MadeOn != today || run.UntilOn != until {
			continue
		}
		var f File
		f, err = d.File(ctx, creditor, run.Message)
		files = append(files, f)
	}
	return files, err
}

// mostRuns bounds lists of runs.
const mostRuns = 1000

// Runs lists the newest.
func (d Desk) Runs(ctx context.Context, creditor debt.ID) (list []mandates.Run, err error) {
	err = d.Store.Read(ctx, creditor, func(r *store.Reader) error {
		list, err = mandates.Runs(r, mostRuns)
		return err
	})
	return list, err
}

// Told lists the newest files, up to so many, with what came back of each.
func (d Desk) Told(ctx context.Context, creditor debt.ID, most int) (list []mandates.Told, err error) {
	err = d.Store.Read(ctx, creditor, func(r *store.Reader) error {
		runs, err := mandates.Runs(r, most)
		if err == nil {
			list, err = mandates.Tell(r, runs)
		}
		return err
	})
	return list, err
}

// Returned gives a file with every debit that came back. NotFound "run_unknown".
func (d Desk) Returned(ctx context.Context, creditor debt.ID, message string) (t mandates.Told, list []mandates.Back, err error) {
	err = d.Store.Read(ctx, creditor, func(r *store.Reader) error {
		run, err := mandates.LoadRun(r, message)
		if err != nil {
			return err
		}
		told, err := mandates.Tell(r, []mandates.Run{run})
		if err != nil {
			return err
		}
		t = told[0]
		list, err = mandates.Backs(r, run.ID)
		return err
	})
	return t, list, err
}

// Late tells what should have been in a file by now.
func (d Desk) Late(ctx context.Context, creditor debt.ID) (late mandates.Late, err error) {
	err = d.Store.Read(ctx, creditor, func(r *store.Reader) error {
		late, err = mandates.FindLate(r, debt.DateIn(d.Now(), debt.Berlin))
		return err
	})
	return late, err
}

// File writes the file of a run again, the same to the letter. NotFound "run_unknown"; Conflict
// "run_not_closed" for one that is not complete or was cancelled, and "run_changed" where what it
// says is not there any more, such as a person who was erased since.
func (d Desk) File(ctx context.Context, creditor debt.ID, message string) (f File, err error) {
	err = d.Store.Read(ctx, creditor, func(r *store.Reader) error {
		if f.Run, err = mandates.LoadRun(r, message); err != nil {
			return err
		}
		if f.Run.State != mandates.Closed {
			return debt.E(debt.Conflict, "run_not_closed", nil)
		}
		f.Content, err = encode(r, f.Run)
		if err == nil && hash(f.Content) != f.Run.SHA256 {
			err = debt.E(debt.Conflict, "run_changed", nil)
		}
		return err
	})
	return f, err
}

func hash(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// gatherAll fills a run of an account, a portion of cases at a time, and closes it.
func (d Desk) gatherAll(ctx context.Context, creditor debt.ID, acc mandate.Account, until debt.Date) error {
	g := &gathering{Desk: d, creditor: creditor, account: acc, now: d.Now(), until: until}
	if err := g.find(ctx); err != nil {
		return err
	}
	for after := (mandates.Ripe{}); ; {
		var list []mandates.Ripe
		err := d.Store.Read(ctx, creditor, func(r *store.Reader) (err error) {
			list, err = mandates.Waiting(r, mandates.Wanted{Account: acc.ID, Until: g.until, After: after}, portion)
			return err
		})
		if err != nil {
			return err
		}
		if len(list) == 0 {
			break
		}
		if err := g.portion(ctx, list); err != nil {
			return err
		}
		after = list[len(list)-1]
	}
	return g.close(ctx)
}

// gathering is a run that is being put together.
type gathering struct {
	Desk

	creditor debt.ID
	account  mandate.Account
	kept     rail.Account
	now      time.Time
	until    debt.Date
	run      mandates.Run
	found    bool
}

// find looks for a run that was not closed; its day goes on to count.
func (g *gathering) find(ctx context.Context) error {
	return g.Store.Read(ctx, g.creditor, func(r *store.Reader) (err error) {
		kept, err := rails.LoadAccount(r, g.account.ID)
		if err != nil {
			return err
		}
		g.kept = kept.Account
		g.run, g.found, err = mandates.FindGathering(r, g.account.ID)
		if g.found {
			g.until = g.run.UntilOn
		}
		return err
	})
}

// portion reserves what of some orders is to be collected, all or none of it. A case comes once
// in a portion; what is left of it comes in the next run or pass.
func (g *gathering) portion(ctx context.Context, list []mandates.Ripe) error {
	for len(list) > 0 {
		var now, later []mandates.Ripe
		seen := map[debt.ID]bool{}
		for _, o := range list {
			if seen[o.CaseID] {
				later = append(later, o)
				continue
			}
			seen[o.CaseID] = true
			now = append(now, o)
		}
		if err := g.write(ctx, now); err != nil {
			return err
		}
		list = later
	}
	return nil
}

func (g *gathering) write(ctx context.Context, list []mandates.Ripe) error {
	run, found := g.run, g.found
	err := g.Store.Write(ctx, g.creditor, func(t *store.Tx) error {
		g.run, g.found = run, found // a second try begins anew
		ids := make([]debt.ID, len(list))
		for i, o := range list {
			ids[i] = o.CaseID
		}
		files, err := t.Lock(ids...)
		if err != nil {
			return err
		}
		for _, f := range files {
			for _, o := range list {
				if o.CaseID != f.Case.ID {
					continue
				}
				if err := g.take(t, f, o.ID); err != nil {
					return err
				}
			}
		}
		return nil
	})
	return err
}

// take puts one order into the run, if it is for it.
func (g *gathering) take(t *store.Tx, f *store.File, id debt.ID) error {
	today := debt.DateIn(g.now, debt.Berlin)
	x, ok, err := collecting.Gather(t, f, id, collecting.Window{First: mandate.First(today, g.account.CutOff), Until: g.until, Now: g.now})
	if err != nil || !ok {
		return err
	}
	m, err := mandates.Load(&t.Reader, x.Instrument.ID)
	if err != nil {
		return err
	}
	if err := g.begin(t); err != nil {
		return err
	}
	m.LastOn = debt.Later(m.LastOn, x.Order.CollectOn)
	if err := mandates.Save(t, m); err != nil {
		return err
	}
	line := mandates.Debit{RunID: g.run.ID, AttemptID: x.Attempt.ID, OrderID: x.Order.ID, CaseID: f.Case.ID, Mandate: m.ID,
		Batch: batch(g.run.Message, x.Order.CollectOn, m.Kind), EndToEnd: mandate.DebitKey(x.Attempt.ID), CollectOn: x.Order.CollectOn,
		Sequence: m.Kind.Sequence(), Amount: x.Attempt.Amount, Purpose: purpose(x)}
	if err := mandates.HoldRun(t, g.run.ID, 1, line.Amount); err != nil {
		return err
	}
	if err := mandates.AddDebit(t, line); err != nil {
		return err
	}
	return booking.HandOver(t, f, x.Attempt, booking.Filed{Batch: line.Batch, EndToEnd: line.EndToEnd, On: line.CollectOn, Source: g.kept.Source(),
		Stamp: booking.Stamp(g.now)})
}

// begin makes the run with its first debit: nothing to collect makes no file.
func (g *gathering) begin(t *store.Tx) error {
	if g.found {
		return nil
	}
	id := store.NewID()
	g.run = mandates.Run{ID: id, AccountID: g.account.ID, Message: mandate.DebitKey(id), UntilOn: g.until, MadeOn: debt.DateIn(g.now, debt.Berlin),
		MadeAt: g.now.UTC().Truncate(time.Second), State: mandates.Gathering, IBAN: g.account.IBAN, Holder: g.account.Holder, Identifier: g.account.Identifier}
	g.found = true
	return mandates.AddRun(t, g.run)
}

// batch names what the bank books as one sum: the debits of one day and sequence. Days are told
// by their number since 2000: 35 characters are all there is.
func batch(message string, on debt.Date, k mandate.Kind) string {
	day := strings.ReplaceAll(on.String(), "-", "")
	return message + day[2:] + k.Sequence()[:1]
}

// purpose is what the payer reads: the reference of the case and which instalment it is.
func purpose(x collecting.Gathered) string {
	text := x.Attempt.Shown.Reference
	if i, is := x.Order.Instalment(); is {
		text += " Rate " + itoa(i.No)
	}
	text, _ = sepa.Text(text)
	return text
}

// close keeps what the file is under the hash of its bytes. Until then nobody has it.
func (g *gathering) close(ctx context.Context) error {
	if !g.found {
		return nil
	}
	err := g.Store.Write(ctx, g.creditor, func(t *store.Tx) error {
		run, found, err := mandates.FindGathering(&t.Reader, g.account.ID)
		if err != nil || !found || run.ID != g.run.ID {
			return err // somebody else has closed it
		}
		content, err := encode(&t.Reader, run)
		if err != nil {
			return err
		}
		run.State, run.SHA256, run.EndedAt = mandates.Closed, hash(content), g.now
		return mandates.SaveRun(t, run, mandates.Gathering)
	})
	if errors.Is(err, debt.E(debt.Conflict, "changed_meanwhile", nil)) {
		return nil
	}
	return err
}

// encode writes a run as pain.008. It depends on nothing but what is kept of the run.
func encode(r *store.Reader, run mandates.Run) ([]byte, error) {
	lines, err := mandates.Debits(r, run.ID)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(lines, func(a, b mandates.Debit) int {
		return cmp.Or(a.CollectOn.Compare(b.CollectOn), cmp.Compare(a.Sequence, b.Sequence), cmp.Compare(a.EndToEnd, b.EndToEnd))
	})
	holder, _ := sepa.Text(run.Holder)
	var list []pain.Collection
	for _, l := range lines {
		if n := len(list); n == 0 || list[n-1].ID != l.Batch {
			list = append(list, pain.Collection{ID: l.Batch, On: statement.Date(l.CollectOn.String()), Scheme: pain.Core, Sequence: pain.Sequence(l.Sequence),
				Creditor: pain.Account{Name: holder, IBAN: bank.IBAN(run.IBAN)}, CreditorID: bank.CreditorID(run.Identifier)})
		}
		m, err := mandates.Load(r, l.Mandate)
		if err != nil {
			return nil, err
		}
		payer, _ := sepa.Text(m.Holder.Reveal())
		c := &list[len(list)-1]
		c.Debits = append(c.Debits, pain.Debit{EndToEnd: l.EndToEnd, Cents: int64(l.Amount), Mandate: m.Reference, SignedOn: statement.Date(m.SignedOn.String()),
			Debtor: pain.Party{Account: pain.Account{Name: payer, IBAN: bank.IBAN(m.IBAN.Reveal())}}, Remittance: l.Purpose})
	}
	var b bytes.Buffer
	err = pain.WriteDebits(&b, pain.Header{MessageID: run.Message, Created: run.MadeAt, Initiator: holder}, list, pain.Options{Rules: pain.Rules{
		Today: statement.Date(run.MadeOn.String()), IsTargetDay: isTarget}})
	return b.Bytes(), err
}

func isTarget(on statement.Date) bool {
	day, err := debt.ParseDate(string(on))
	return err == nil && debt.IsTargetDay(day)
}

// Cancel takes a run back whose file was not handed in: its debits are collected by another one.
// Conflict "debit_answered" once the bank has said something of one of them, and "run_late" from
// the day of the first one on: then it was handed in, or it is too late to tell.
func (d Desk) Cancel(ctx context.Context, creditor debt.ID, message string) error {
	var run mandates.Run
	var lines []mandates.Debit
	err := d.Store.Read(ctx, creditor, func(r *store.Reader) (err error) {
		if run, err = mandates.LoadRun(r, message); err == nil {
			lines, err = mandates.Debits(r, run.ID)
		}
		return err
	})
	if err != nil || run.State == mandates.Cancelled {
		return err
	}
	now := d.Now()
	return d.Store.Write(ctx, creditor, func(t *store.Tx) error {
		var ids []debt.ID
		for _, l := range lines {
			if !debt.DateIn(now, debt.Berlin).Before(l.CollectOn) {
				return debt.E(debt.Conflict, "run_late", nil)
			}
			ids = append(ids, l.CaseID)
		}
		slices.Sort(ids)
		files, err := t.Lock(slices.Compact(ids)...)
		if err != nil {
			return err
		}
		for _, l := range lines {
			at := slices.IndexFunc(files, func(f *store.File) bool { return f.Case.ID == l.CaseID })
			if err := booking.TakeBack(t, files[at], l.AttemptID, booking.Stamp(now)); err != nil {
				return err
			}
		}
		from := run.State
		run.State, run.SHA256, run.EndedAt = mandates.Cancelled, "", now
		return mandates.SaveRun(t, run, from)
	})
}
