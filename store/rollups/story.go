package rollups

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"

	"quitt/debt"
	"quitt/debt/ledger"
	"quitt/debt/plan"
	"quitt/debt/recovery"
	"quitt/store"
	"quitt/store/column"
)

const (
	storiesSQL = `SELECT id, review, stage, close_reason, received_at FROM cases WHERE creditor_id = $1 AND id IN (`
	claimsSQL  = `SELECT id, case_id, principal_cents, ground, due_on FROM claims WHERE creditor_id = $1 AND case_id IN (`
	entriesSQL = `SELECT id, case_id, payment_id, corrects, kind, value_on, booked_at FROM entries WHERE creditor_id = $1 AND case_id IN (`
	linesOfSQL = `
	SELECT p.entry_id, p.line, p.account, p.subject_id, p.amount_cents
	  FROM entries e JOIN postings p ON p.creditor_id = e.creditor_id AND p.entry_id = e.id
	 WHERE e.creditor_id = $1 AND e.case_id IN (`
	// An order to a provider has the id of its payment.
	paymentsSQL = `
	SELECT p.id, p.case_id, p.method, p.status, p.source, COALESCE(a.kind, '') AS kind
	  FROM payments p LEFT JOIN attempts a ON a.creditor_id = p.creditor_id AND a.id = p.id
	 WHERE p.creditor_id = $1 AND p.case_id IN (`
	eventsSQL = `
	SELECT case_id, seq, type, at, actor_kind, CASE WHEN type = 'letter.sent' THEN data ELSE '{}' END AS data
	  FROM events WHERE creditor_id = $1 AND case_id IN (`
	plansSQL = `
	SELECT case_id, state, schedule, made_by, agreed_on FROM plans
	 WHERE creditor_id = $1 AND agreed_on IS NOT NULL AND case_id IN (`
	objectionsSQL = `SELECT case_id, ground, state, filed_at, ended_at FROM objections WHERE creditor_id = $1 AND case_id IN (`
)

// loader puts the stories of cases together.
type loader struct {
	*store.Reader

	ids     []debt.ID
	stories map[debt.ID]*recovery.Story
	closed  map[debt.ID]bool
}

func load(r *store.Reader, ids []debt.ID) (map[debt.ID]recovery.Story, error) {
	l := loader{r, ids, map[debt.ID]*recovery.Story{}, map[debt.ID]bool{}}
	for _, step := range []func() error{l.cases, l.claims, l.entries, l.payments, l.events, l.plans, l.objections} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	out := make(map[debt.ID]recovery.Story, len(l.stories))
	for id, s := range l.stories {
		out[id] = *s
	}
	return out, nil
}

func (l loader) cases() error {
	rows, err := listed[struct {
		ID         debt.ID          `db:"id"`
		Review     debt.Review      `db:"review"`
		Stage      debt.Stage       `db:"stage"`
		Reason     debt.CloseReason `db:"close_reason"`
		ReceivedAt column.Instant   `db:"received_at"`
	}](l.Reader, storiesSQL, l.ids)
	for _, r := range rows {
		l.closed[r.ID] = r.Stage == debt.StageClosed
		s := &recovery.Story{Received: day(r.ReceivedAt), Rejected: r.Review == debt.ReviewRejected, Reason: r.Reason,
			Payments: map[debt.ID]recovery.Payment{}}
		if l.closed[r.ID] {
			s.ClosedOn = s.Received // until an event says when
		}
		l.stories[r.ID] = s
	}
	return err
}

func day(at column.Instant) debt.Date { return debt.DateIn(at.Time, debt.Berlin) }

func (l loader) claims() error {
	rows, err := listed[struct {
		ID        debt.ID     `db:"id"`
		CaseID    debt.ID     `db:"case_id"`
		Principal debt.Cents  `db:"principal_cents"`
		Ground    debt.Ground `db:"ground"`
		DueOn     column.Day  `db:"due_on"`
	}](l.Reader, claimsSQL, l.ids)
	for _, r := range rows {
		s := l.stories[r.CaseID]
		s.Claims = append(s.Claims, debt.Claim{ID: r.ID, Principal: r.Principal, Ground: r.Ground, DueOn: r.DueOn.Date})
	}
	for _, s := range l.stories {
		slices.SortFunc(s.Claims, func(x, y debt.Claim) int { return cmp.Compare(x.ID, y.ID) })
	}
	return err
}

func (l loader) entries() error {
	rows, err := listed[struct {
		ID        debt.ID          `db:"id"`
		CaseID    debt.ID          `db:"case_id"`
		PaymentID column.Optional  `db:"payment_id"`
		Corrects  column.Optional  `db:"corrects"`
		Kind      ledger.EntryKind `db:"kind"`
		ValueOn   column.Day       `db:"value_on"`
		BookedAt  column.Instant   `db:"booked_at"`
	}](l.Reader, entriesSQL, l.ids)
	if err != nil {
		return err
	}
	postings, err := l.postings()
	for _, r := range rows {
		s := l.stories[r.CaseID]
		s.Entries = append(s.Entries, ledger.Entry{ID: r.ID, CaseID: r.CaseID, PaymentID: debt.ID(r.PaymentID), Corrects: debt.ID(r.Corrects),
			Kind: r.Kind, ValueOn: r.ValueOn.Date, BookedAt: r.BookedAt.Time, Postings: postings[r.ID]})
	}
	for _, s := range l.stories {
		slices.SortFunc(s.Entries, func(x, y ledger.Entry) int {
			return cmp.Or(x.BookedAt.Compare(y.BookedAt), cmp.Compare(x.ID, y.ID))
		})
	}
	return err
}

func (l loader) postings() (map[debt.ID][]ledger.Posting, error) {
	type posting struct {
		EntryID debt.ID          `db:"entry_id"`
		Line    int64            `db:"line"`
		Account debt.AccountKind `db:"account"`
		Subject column.Optional  `db:"subject_id"`
		Amount  debt.Cents       `db:"amount_cents"`
	}
	rows, err := listed[posting](l.Reader, linesOfSQL, l.ids)
	slices.SortFunc(rows, func(x, y posting) int { return cmp.Compare(x.Line, y.Line) })
	out := map[debt.ID][]ledger.Posting{}
	for _, r := range rows {
		out[r.EntryID] = append(out[r.EntryID], ledger.Posting{Account: r.Account, Line: debt.ID(r.Subject), Amount: r.Amount})
	}
	return out, err
}

func (l loader) payments() error {
	rows, err := listed[struct {
		ID     debt.ID            `db:"id"`
		CaseID debt.ID            `db:"case_id"`
		Method debt.Method        `db:"method"`
		Status debt.PaymentStatus `db:"status"`
		Source string             `db:"source"`
		Kind   string             `db:"kind"`
	}](l.Reader, paymentsSQL, l.ids)
	for _, r := range rows {
		l.stories[r.CaseID].Payments[r.ID] = recovery.Payment{Method: r.Method, Channel: channelOf(r.Method, r.Kind), Status: r.Status}
	}
	return err
}

// channelOf tells how money found to its case: an order says so, without one money by card or
// direct debit was placed by a person.
func channelOf(m debt.Method, order string) recovery.Code {
	switch {
	case order == "charge":
		return recovery.Collect
	case order != "":
		return recovery.Portal
	case m == debt.MethodTransfer:
		return recovery.Bank
	}
	return recovery.ByHand
}

func (l loader) events() error {
	type event struct {
		CaseID debt.ID        `db:"case_id"`
		Seq    int64          `db:"seq"`
		Type   debt.EventType `db:"type"`
		At     column.Instant `db:"at"`
		Actor  string         `db:"actor_kind"`
		Data   string         `db:"data"`
	}
	rows, err := listed[event](l.Reader, eventsSQL, l.ids)
	if err != nil {
		return err
	}
	slices.SortFunc(rows, func(x, y event) int { return cmp.Compare(x.Seq, y.Seq) })
	for _, r := range rows {
		s := l.stories[r.CaseID]
		if s == nil {
			continue // a stray, which verify reports
		}
		var data struct {
			Kind string `json:"kind"`
		}
		if err := json.Unmarshal([]byte(r.Data), &data); err != nil {
			return fmt.Errorf("event %d of case %s: %w", r.Seq, r.CaseID, err)
		}
		s.Events = append(s.Events, recovery.Event{Type: r.Type, On: day(r.At), Actor: r.Actor, Letter: data.Kind})
		if r.Type == debt.CaseClosed && l.closed[r.CaseID] {
			s.ClosedOn = day(r.At)
		}
	}
	return nil
}

func (l loader) plans() error {
	rows, err := listed[struct {
		CaseID   debt.ID        `db:"case_id"`
		State    debt.PlanState `db:"state"`
		Schedule string         `db:"schedule"`
		MadeBy   string         `db:"made_by"`
		AgreedOn column.Day     `db:"agreed_on"`
	}](l.Reader, plansSQL, l.ids)
	for _, r := range rows {
		var schedule plan.Schedule
		if err := json.Unmarshal([]byte(r.Schedule), &schedule); err != nil {
			return err
		}
		s := l.stories[r.CaseID]
		s.Plans = append(s.Plans, recovery.Plan{State: r.State, MadeBy: r.MadeBy, AgreedOn: r.AgreedOn.Date, Total: schedule.Total()})
	}
	return err
}

func (l loader) objections() error {
	rows, err := listed[struct {
		CaseID  debt.ID             `db:"case_id"`
		Ground  string              `db:"ground"`
		State   debt.ObjectionState `db:"state"`
		FiledAt column.Instant      `db:"filed_at"`
		EndedAt column.Instant      `db:"ended_at"`
	}](l.Reader, objectionsSQL, l.ids)
	for _, r := range rows {
		o := recovery.Objection{Ground: r.Ground, Outcome: r.State, FiledOn: day(r.FiledAt)}
		if !r.EndedAt.IsZero() {
			o.EndedOn = day(r.EndedAt)
		}
		s := l.stories[r.CaseID]
		s.Objections = append(s.Objections, o)
	}
	return err
}
