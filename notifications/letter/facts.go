package letter

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode"

	"quitt/bank"
	"quitt/debt"
	"quitt/debt/access"
	"quitt/debt/channel"
	"quitt/debt/ledger"
	"quitt/debt/letter"
	"quitt/debt/limitation"
	"quitt/debt/plan"
	"quitt/notifications/letter/wording"
	"quitt/store"
	"quitt/store/authorities"
	"quitt/store/letters"
	"quitt/store/objections"
)

// dossier is everything a letter about a case is made of, read in one transaction.
type dossier struct {
	kind     letter.Kind
	now      time.Time
	today    debt.Date
	creditor debt.Creditor
	file     *store.File
	debtor   debt.Debtor
	history  ledger.History
	events   []debt.Event
	written  []letters.Kept
	texts    wording.Texts
	subject  string
	event    debt.Event          // what the letter is about, if about an event
	reason   string              // of the answer to an objection; events have no words of people
	helper   *authorities.Record // who gets the letter for the debtor; nil: the debtor does
	asked    bool                // somebody asked for this one: no run has found it
}

// read fills a dossier. A candidate without an event is a case as a whole.
func read(r *store.Reader, k letter.Kind, c letters.Candidate, now time.Time) (dossier, error) {
	d, err := gather(r, k, c, now)
	if err != nil {
		return d, err
	}
	if err := d.find(c); err != nil {
		return d, err
	}
	if err := d.address(r); err != nil {
		return d, err
	}
	return d, d.answer(r)
}

// address finds who gets the letter. What has reached who acts for the debtor has reached the
// debtor (BGB § 164 III), and for what is declared to somebody under guardianship often nothing
// else counts (§ 131), so that no copy goes to the debtor. Codes stay with whose they are.
func (d *dossier) address(r *store.Reader) error {
	if d.kind.Personal() {
		return nil
	}
	a, found, err := authorities.Mailbox(r, d.file.Case.ID, d.now)
	if found {
		d.helper = &a
	}
	return err
}

// to is the authority the letter is written under, "" for the debtor's own.
func (d *dossier) to() debt.ID {
	if d.helper == nil {
		return ""
	}
	return d.helper.ID
}

// answer reads the creditor's words where they are sealed.
func (d *dossier) answer(r *store.Reader) error {
	if d.kind != letter.ObjectionAnswer {
		return nil
	}
	data, err := d.eventData()
	if err != nil || data.Objection == "" {
		return err
	}
	o, err := objections.Load(r, data.Objection)
	if debt.KindOf(err) == debt.NotFound {
		return over()
	}
	d.reason = o.Reason.Reveal()
	return err
}

// gather reads a case, whatever the letter is about.
func gather(r *store.Reader, k letter.Kind, c letters.Candidate, now time.Time) (dossier, error) {
	d := dossier{kind: k, now: now, today: debt.DateIn(now, debt.Berlin), asked: c.Key == ""}
	mark, err := r.MarkOf(c.CaseID)
	if err != nil {
		return d, err
	}
	d.creditor = mark.Creditor
	if d.file, err = r.LoadFile(c.CaseID); err != nil {
		return d, err
	}
	for _, load := range []func() error{
		func() error { return r.LoadHolds(&d.file.Case) },
		func() (err error) { d.debtor, err = r.LoadDebtor(d.file.Case.DebtorID); return err },
		func() (err error) { d.history, err = r.LoadHistory(d.file); return err },
		func() (err error) { d.events, err = r.Events(c.CaseID); return err },
		func() (err error) { d.written, err = letters.OfCase(r, c.CaseID); return err },
		func() (err error) { d.texts, err = letters.Texts(r, k); return err },
	} {
		if err := load(); err != nil {
			return d, err
		}
	}
	return d, nil
}

// over says that what a letter is about is not so any more, or never was.
func over() error { return debt.E(debt.Forbidden, "letter_event_over", nil) }

// find looks for what the letter is about. Without an event it takes the newest one of the
// kind; Forbidden "letter_event_over" if there is none.
func (d *dossier) find(c letters.Candidate) error {
	about := letters.About(d.kind)
	switch {
	case about != "":
		for _, e := range slices.Backward(d.events) {
			if e.Type == about && (c.EventID == "" || string(e.ID) == c.EventID) {
				d.event, d.subject = e, string(e.ID)
				return d.still()
			}
		}
		return over()
	case d.kind == letter.PaidInFull:
		return d.paid()
	case !d.kind.Demands():
		d.subject = d.today.String() // on request: once a day
	}
	return nil
}

// still checks that the event is what stands: a plan that has ended since is not confirmed.
func (d *dossier) still() error {
	c := d.file.Case
	switch d.kind {
	case letter.PaymentReceipt:
		d.subject, _ = d.event.Data["payment"].(string)
		if d.subject == "" || !slices.ContainsFunc(d.history.Payments, func(p debt.Payment) bool {
			return string(p.ID) == d.subject && p.Status == debt.PaymentSucceeded
		}) {
			return over()
		}
	case letter.PlanConfirmation, letter.PlanMissed:
		if c.Plan != debt.PlanActive && c.Plan != debt.PlanAtRisk {
			return over()
		}
		if d.kind == letter.PlanMissed && d.paidSince() {
			return over()
		}
	case letter.PlanAtRisk, letter.PlanLapsed:
		return d.stillMissing()
	case letter.ObjectionAnswer:
		if outcome, _ := d.event.Data["outcome"].(string); outcome != string(c.Objection) {
			return over()
		}
	}
	return nil
}

// stillMissing checks that a plan stands where its event left it. A notice that would leave
// less than two weeks is none: who makes it late makes none.
func (d *dossier) stillMissing() error {
	data, err := d.eventData()
	if err != nil {
		return err
	}
	late := d.kind == letter.PlanAtRisk && !data.PayBy.IsZero() && !plan.NoticeInTime(d.today, data.PayBy)
	state := map[letter.Kind]debt.PlanState{letter.PlanAtRisk: debt.PlanAtRisk, letter.PlanLapsed: debt.PlanLapsed}[d.kind]
	if late || d.file.Case.Plan != state || d.paidSince() {
		return over()
	}
	return nil
}

// paidSince reports whether money came, or is under way, after an instalment was missed: nobody
// who has caught up is told that it is missing.
func (d *dossier) paidSince() bool {
	return letter.UnderWay(d.history.Payments) || slices.ContainsFunc(d.history.Payments, func(p debt.Payment) bool {
		return p.Status == debt.PaymentSucceeded && p.BookedAt.After(d.event.At)
	})
}

// paid names the payment with which a case is paid: one that was taken back and came again
// is told of again.
func (d *dossier) paid() error {
	if d.file.Case.Payment != debt.StatePaid && d.file.Case.Payment != debt.StateOverpaid {
		return over()
	}
	for _, p := range slices.Backward(d.history.Payments) {
		if p.Status == debt.PaymentSucceeded {
			d.subject = string(p.ID)
			return nil
		}
	}
	return over()
}

// because gives every reason why the letter is not to be written.
func (d *dossier) because() []debt.Barrier {
	history := make(letter.History, len(d.written))
	for i, k := range d.written {
		history[i] = letter.Written{Kind: k.Kind, Subject: k.Subject, Dated: k.On, Deadline: k.Deadline,
			Void: k.State == letters.Void, Returned: k.State == letters.Returned}
		if !k.SentAt.IsZero() {
			history[i].Sent = debt.DateIn(k.SentAt, debt.Berlin)
		}
	}
	var open []debt.Claim
	for _, claim := range d.file.Account.Claims {
		if claim.Open > 0 {
			open = append(open, claim.Claim)
		}
	}
	c := d.file.Case
	reasons := letter.Due(d.kind, letter.DueFacts{On: d.today, Case: c, Debtor: d.debtor,
		Minor: access.Minor(d.debtor, d.today), Open: d.file.Balance().Total(),
		Limitation: limitation.Expiry(open, d.history.Payments), UnderWay: letter.UnderWay(d.history.Payments), Helper: d.helper != nil, Subject: d.subject, History: history, Dunning: d.creditor.Settings.Dunning})
	inCourt := c.Stage == debt.StageCourtPrepared || c.Stage == debt.StageCourt || c.Stage == debt.StageTitled
	if d.kind.Demands() && inCourt && !slices.Contains(reasons, debt.BarrierInCourt) {
		reasons = append(reasons, debt.BarrierInCourt) // the court asks now
	}
	return reasons
}

// spared reports whether the creditor leaves such letters out for whom an e-mail has told the same.
func (d *dossier) spared() bool {
	return !d.asked && d.helper == nil && d.kind.Repeats() && channel.Spares(d.debtor, d.creditor.Settings.Channels)
}

// statement is what is payable on the letter's deadline, or on its own day without one. Where
// the base rate of the deadline is not announced yet, interest ends with the last rate that is.
func (d *dossier) statement(deadline debt.Date) (ledger.Statement, error) {
	on := deadline
	if last := debt.LastBaseRateDay().AddDays(1); on.IsZero() || on.After(last) {
		on = debt.Later(d.today, debt.Earlier(deadline, last))
	}
	s, _, err := d.history.StatementSoFar(on)
	return s, err
}

// facts collects what the letter says.
func (d *dossier) facts(h Letterhead) (wording.Facts, error) {
	deadline := letter.DeadlineOf(d.creditor.Settings.Dunning, d.kind, d.today, d.debtor.State)
	f := wording.Facts{Kind: d.kind, On: d.today, Deadline: deadline, Operator: h.Operator, Creditor: d.creditor,
		Case: d.file.Case, Debtor: d.debtor, Reference: reference(d.file.Case), Portal: h.Portal, Texts: d.texts}
	if d.helper != nil {
		who := d.helper.Who
		f.Helper = &wording.Helper{Name: who.Name, Street: who.Street, Postcode: who.Postcode, City: who.City}
	}
	var err error
	if f.Statement, err = d.statement(deadline); err != nil {
		return f, err
	}
	if f.About, err = d.about(f.Statement); err != nil {
		return f, err
	}
	return f, d.lastDay(&f)
}

// lastDay names the day until which paying what is missing keeps a plan, or revives it.
func (d *dossier) lastDay(f *wording.Facts) error {
	data, err := d.eventData()
	switch d.kind {
	case letter.PlanAtRisk:
		f.Deadline = data.PayBy
	case letter.PlanLapsed:
		lapsed := data.LapsedOn
		if lapsed.IsZero() {
			lapsed = debt.DateIn(d.event.At, debt.Berlin)
		}
		f.About.LapsedOn, f.Deadline = lapsed, plan.ReviveBy(lapsed)
	default:
		return nil
	}
	return err
}

// reference is the file reference with check digits; "" if it has none of letters and
// digits that fit, and then the letter is incomplete.
func reference(c debt.Case) bank.RF {
	plain := strings.Map(func(r rune) rune {
		if r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
			return r
		}
		return -1
	}, c.FileReference)
	rf, err := bank.NewRF(plain)
	if err != nil {
		return ""
	}
	return rf
}

// about reads what the event says; what it does not say makes the letter incomplete.
func (d *dossier) about(s ledger.Statement) (wording.About, error) {
	a := wording.About{}
	switch d.kind {
	case letter.NewCode, letter.StatementForAdviser:
		a.RequestedOn = d.today
	case letter.SecondNotice:
		a.EarlierOn = d.earlier()
	}
	if d.kind == letter.PaymentReceipt {
		for _, p := range s.Payments {
			if string(p.ID) == d.subject {
				a.Payment = p
			}
		}
		return a, nil
	}
	if d.event.ID == "" {
		return a, nil
	}
	data, err := d.eventData()
	if err != nil {
		return a, err
	}
	for _, i := range data.instalments() {
		a.Instalments = append(a.Instalments, wording.Instalment{Amount: i.Amount, DueOn: i.Due})
	}
	a.Outcome, a.Reason = debt.ObjectionState(data.Outcome), d.reason
	return a, nil
}

// earlier is the day of the first notice that a second one refers to.
func (d *dossier) earlier() (day debt.Date) {
	for _, k := range d.written {
		if k.Kind == letter.FirstNotice && k.State != letters.Void && k.State != letters.Returned {
			day = debt.Later(day, k.On)
		}
	}
	return day
}

type instalment struct {
	Amount debt.Cents `json:"amount_cents"`
	Due    debt.Date  `json:"due"`
}

// eventData is what the events of plans and objections say: plans list their instalments,
// a missed one stands alone.
type eventData struct {
	instalment

	Instalments []instalment `json:"instalments"`
	Outcome     string       `json:"outcome"`
	Objection   debt.ID      `json:"objection"`
	PayBy       debt.Date    `json:"pay_by"`
	LapsedOn    debt.Date    `json:"lapsed_on"`
}

func (d *dossier) eventData() (data eventData, err error) {
	text, err := json.Marshal(d.event.Data)
	if err != nil {
		return data, err
	}
	if json.Unmarshal(text, &data) != nil {
		return data, debt.E(debt.Invalid, "letter_event_unreadable", nil)
	}
	return data, nil
}

func (e eventData) instalments() []instalment {
	if len(e.Instalments) == 0 && e.Amount > 0 && !e.Due.IsZero() {
		return []instalment{e.instalment}
	}
	return e.Instalments
}

// aboutOne reports whether an error concerns one letter: what goes wrong there leaves the others alone. Everything else, a full
// disk or a database that does not answer, ends the run.
func aboutOne(err error) bool {
	switch debt.KindOf(err) {
	case debt.Invalid, debt.Forbidden, debt.NotFound, debt.Expired:
		return true
	default:
		return errors.Is(err, debt.E(debt.Conflict, "letter_exists", nil))
	}
}
