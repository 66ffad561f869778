package transfer

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"strconv"

	"quitt/bank"
	"quitt/bank/archive"
	"quitt/bank/statement"
	"quitt/debt"
	"quitt/debt/rail"
	"quitt/store"
	"quitt/store/statements"
	"quitt/store/tasks"
)

// Report is what reading a file came to.
type Report struct {
	File       statements.File
	Known      bool // it was read to its end before, and nothing was done
	Statements []statements.Head
	Elsewhere  int // statements of accounts the creditor does not have here
	// Work counts what was done with its lines, by this call or by a loop that was faster, and
	// with lines of other files that it made clear.
	Work Done
}

// Import reads a file of a bank: what adds up is taken over, what does not is shown and nothing
// of it is booked. The same file, statement or payment in another file again changes nothing.
// After a crash it goes on where it was. Refused are a file nobody can read, whatever the parser
// says is wrong with it, and NotFound "bank_account_unknown", one of other accounts only.
func (d Desk) Import(ctx context.Context, creditor debt.ID, f archive.File) (Report, error) {
	sum, err := hash(f)
	if err != nil {
		return Report{}, err
	}
	var r Report
	var keys statements.Keys
	err = d.Store.Write(ctx, creditor, func(t *store.Tx) (err error) {
		if keys, err = statements.MakeKeys(t); err == nil {
			r.File, err = statements.Begin(t, sum, d.Now())
		}
		return err
	})
	if err != nil {
		return r, err
	}
	if r.Known = r.File.State == statements.Done; !r.Known {
		v := &reading{Desk: d, ctx: ctx, creditor: creditor, keys: keys, file: r.File}
		err = v.all(f)
		r.File, r.Elsewhere = v.file, v.elsewhere
	}
	errs := []error{err}
	errs = append(errs, d.Store.Read(ctx, creditor, func(t *store.Reader) (err error) {
		r.Statements, err = statements.OfFile(t, r.File.ID)
		return err
	}))
	if ctx.Err() == nil { // what was complete before the file broke off counts
		r.Work, err = d.Work(ctx, creditor)
		errs = append(errs, err)
	}
	if !r.Known && ctx.Err() == nil {
		errs = append(errs, d.Store.Read(ctx, creditor, func(t *store.Reader) error {
			n, err := statements.Became(t, r.File.ID)
			r.Work.atLeast(n)
			return err
		}))
	}
	return r, errors.Join(errs...)
}

func hash(f archive.File) (string, error) {
	h := sha256.New()
	_, err := io.Copy(h, io.NewSectionReader(f.R, 0, f.Size))
	return hex.EncodeToString(h.Sum(nil)), err
}

// reading is a file on its way in, one statement after the other.
type reading struct {
	Desk

	ctx       context.Context // of the one call it lives in
	creditor  debt.ID
	keys      statements.Keys
	file      statements.File
	first     error // why the first statement of another account was not read
	elsewhere int
	taken     int
	learned   bool

	// Of the statement at hand; skip where its account is somebody else's.
	skip     bool
	account  rail.Account
	kind     statement.Kind
	head     statements.Head
	money    string // currency of the account, "" where it is not said
	sum      debt.Cents
	n        int64
	earliest debt.Date // booking day
	wrong    string    // the first code of what makes it unusable
	off      debt.Cents
	staged   []statements.Line
	writing  chan error       // how the lines before them were written, nil where none are
	seen     map[string]int64 // fingerprint → how often
}

// all reads the file and keeps how it ended.
func (v *reading) all(f archive.File) error {
	err := v.parse(f, v)
	if late := v.written(); late != nil {
		err = late
	}
	if err == nil && v.taken == 0 && v.first != nil {
		err = v.first
	}
	v.file.State, v.file.EndedAt = statements.Done, v.Now()
	if err != nil {
		v.file.State, v.file.Reason = statements.Refused, "unreadable"
		var known *debt.Error
		var format *bank.FormatError
		if errors.As(err, &known) {
			v.file.Reason = known.Key
		} else if errors.As(err, &format) {
			v.file.Reason = format.Key
		}
	}
	if debt.KindOf(err) == debt.Conflict || v.ctx.Err() != nil || debt.KindOf(err) == debt.Unavailable {
		return err // another one reads it, or it is to be tried again: this one has nothing to say
	}
	ended := v.write(func(t *store.Tx) error { return statements.End(t, v.file) })
	return errors.Join(err, ended)
}

func (v *reading) write(fn func(t *store.Tx) error) error {
	return v.Store.Write(v.ctx, v.creditor, fn)
}

// Begin implements statement.Visitor.
func (v *reading) Begin(h statement.Head) error {
	number := h.IBAN
	if number == "" {
		number = h.Other
	}
	account, err := v.findAccount(h)
	if debt.KindOf(err) == debt.NotFound {
		v.skip, v.elsewhere = true, v.elsewhere+1
		if v.first == nil {
			v.first = debt.E(debt.NotFound, "bank_account_unknown", debt.Args{"account": ending(number)})
		}
		return nil
	}
	if err != nil {
		return err
	}
	from, to := day(h.From), day(h.To)
	v.skip, v.account, v.kind, v.money, v.sum, v.n, v.earliest, v.wrong, v.off = false, account, h.Kind, h.Currency, 0, 0, debt.Date{}, "", 0
	v.staged, v.seen = nil, map[string]int64{}
	created := ""
	if !h.Created.IsZero() {
		created = h.Created.UTC().Format("20060102T150405")
	}
	v.head = statements.Head{ID: store.NewID(), FileID: v.file.ID, AccountID: account.ID, Kind: string(h.Kind), Name: h.ID, Sequence: h.Sequence,
		Identity: v.keys.Hash("statement", string(h.Kind), account.External, h.ID, h.Sequence, created, string(h.From), string(h.To)), From: from, To: to, ReadAt: v.Now()}
	v.taken++
	return v.write(func(t *store.Tx) error {
		if err := statements.Hold(t, v.file); err != nil {
			return err
		}
		return statements.AddHead(t, v.head)
	})
}

// findAccount looks for the account of a statement by its IBAN or, in old formats, by bank code
// and number, which are the end of a German IBAN.
func (v *reading) findAccount(h statement.Head) (rail.Account, error) {
	if h.IBAN != "" {
		return v.Desk.account(v.ctx, v.creditor, h.IBAN)
	}
	list, err := v.Accounts(v.ctx, v.creditor)
	if err != nil {
		return rail.Account{}, err
	}
	for _, a := range list {
		if isNumber(a.External, h.Other) {
			return a, nil
		}
	}
	return rail.Account{}, debt.E(debt.NotFound, "bank_account_unknown", debt.Args{"account": ending(h.Other)})
}

func day(s statement.Date) debt.Date {
	d, err := debt.ParseDate(string(s))
	if err != nil {
		return debt.Date{}
	}
	return d
}

// Entry implements statement.Visitor.
func (v *reading) Entry(e statement.Entry) error {
	if v.skip || e.Status != statement.Done {
		return nil
	}
	v.sum += debt.Cents(e.Amount.Cents)
	var parts debt.Cents
	for _, t := range e.Details {
		parts += debt.Cents(t.Amount.Cents)
	}
	if len(e.Details) > 0 && parts != debt.Cents(e.Amount.Cents) {
		v.fault("details_differ", debt.Cents(e.Amount.Cents)-parts)
	}
	if v.money == "" {
		v.money = e.Amount.Currency
	}
	if e.Amount.Currency != v.money {
		v.fault("currencies_mixed", 0)
	}
	list, err := v.lines(e)
	if err != nil {
		v.fault("day_invalid", 0)
		return nil //nolint:nilerr // the statement is put aside, others of the file go on
	}
	for _, l := range list {
		v.n++
		v.seen[l.Fingerprint]++
		if v.earliest.IsZero() || l.BookedOn.Before(v.earliest) {
			v.earliest = l.BookedOn
		}
		l.N, l.Occurrence = v.n, v.seen[l.Fingerprint]
		v.staged = append(v.staged, l)
	}
	return v.stage(statements.AtOnce)
}

func (v *reading) fault(code string, off debt.Cents) {
	if v.wrong == "" {
		v.wrong, v.off = code, off
	}
}

// stage writes what has gathered once it is enough, at least one, while reading goes on.
func (v *reading) stage(enough int) error {
	if v.wrong != "" {
		v.staged = nil
	}
	if len(v.staged) < enough {
		return nil
	}
	if err := v.written(); err != nil {
		return err
	}
	list, learn, writing := v.staged, !v.learned && v.n >= many, make(chan error, 1)
	v.staged, v.learned, v.writing = nil, v.learned || learn, writing
	go func() {
		writing <- v.write(func(t *store.Tx) error {
			if err := statements.Hold(t, v.file); err != nil {
				return err
			}
			if err := statements.Stage(t, v.keys, list); err != nil || !learn {
				return err
			}
			return t.Learn()
		})
	}()
	return nil
}

// written waits for the lines that are being written.
func (v *reading) written() (err error) {
	if v.writing != nil {
		err, v.writing = <-v.writing, nil
	}
	return err
}

// many lines are so many that it matters whether the planner knows of them.
const many = 1000

// End implements statement.Visitor: only now it is known whether the statement adds up.
func (v *reading) End(f statement.Foot) error {
	if v.skip {
		return nil
	}
	if err := v.stage(1); err != nil {
		return err
	}
	if err := v.written(); err != nil {
		return err
	}
	h := v.foot(f)
	return v.write(func(t *store.Tx) error {
		if err := statements.Hold(t, v.file); err != nil {
			return err
		}
		return v.takeOver(t, h)
	})
}

// foot completes the head with what stands below the entries.
func (v *reading) foot(f statement.Foot) statements.Head {
	h := v.head
	h.Interim = !f.Previous && f.Opening != nil
	balance := func(m *statement.Money) *debt.Cents {
		if m == nil {
			return nil
		}
		if v.money != "" && m.Currency != "" && m.Currency != v.money {
			v.fault("currencies_mixed", 0)
		}
		c := debt.Cents(m.Cents)
		return &c
	}
	h.Opening, h.Closing = balance(f.Opening), balance(f.Closing)
	if h.To.IsZero() {
		h.To = day(f.ClosingOn)
	}
	if h.From.IsZero() && !v.earliest.IsZero() { // a balance's day is that of the statement before
		h.From = debt.Earlier(h.To, debt.Later(v.earliest, day(f.OpeningOn)))
	}
	if h.From.IsZero() {
		h.From = h.To
	}
	switch {
	case h.Kind != string(statement.Booked):
	case h.Opening == nil || h.Closing == nil:
		v.fault("balance_missing", 0)
	case *h.Opening+v.sum != *h.Closing:
		v.fault("sum_differs", *h.Closing-*h.Opening-v.sum)
	}
	h.Identity = v.keys.Hash("identity", h.Identity, amount(h.Opening), amount(h.Closing), strconv.FormatInt(v.n, 10), v.sum.String())
	return h
}

func amount(c *debt.Cents) string {
	if c == nil {
		return "-"
	}
	return c.String()
}

// takeOver decides what becomes of a statement that was read to its end.
func (v *reading) takeOver(t *store.Tx, h statements.Head) error {
	known, err := statements.IsKnown(&t.Reader, h)
	if err != nil {
		return err
	}
	if !known && h.Kind == string(statement.Booked) {
		if known, err = statements.IsTold(&t.Reader, h, v.n); err != nil {
			return err
		}
	}
	wrong, told := v.wrong, int64(0)
	if !known && wrong == "" && h.Kind == string(statement.Booked) {
		if told, wrong, err = v.retold(t, h); err != nil {
			return err
		}
	}
	as := statements.Waiting
	switch {
	case wrong != "":
		h.State, h.Reason, h.Difference = statements.Quarantine, wrong, v.off
		if err := v.put(t, TaskQuarantine, Aside(h), h.Reason); err != nil {
			return err
		}
		return statements.EndHead(t, h)
	case known:
		h.State, h.Known = statements.Known, v.n
		return statements.EndHead(t, h)
	case h.Kind == string(statement.Intraday):
		h.State, as = statements.Preview, statements.Previewed
	case h.Kind == string(statement.Detail):
		h.State, as = statements.Detailing, statements.Detail
	default:
		h.State = statements.Booked
	}
	if err := statements.Take(t, &h, as); err != nil {
		return store.Taken(err, "bank_file_busy")
	}
	h.Known += told
	if err := statements.EndHead(t, h); err != nil {
		return store.Taken(err, "bank_file_busy")
	}
	if err := tasks.End(t, tasks.Task{Kind: TaskQuarantine, Subject: Aside(h)}, "settled", v.Now()); err != nil {
		return err
	}
	if h.State == statements.Booked {
		return v.chain(t, h)
	}
	return nil
}
