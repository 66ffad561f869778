package letters

import (
	"time"

	"quitt/debt"
	"quitt/debt/letter"
	"quitt/store"
	"quitt/store/column"
)

// Candidate is somebody to whom a letter may be due: debt/letter decides.
type Candidate struct {
	Key     string  `db:"key"` // of the page
	CaseID  debt.ID `db:"case_id"`
	EventID string  `db:"event_id"` // "" for a letter about the case as a whole
}

// notWritten leaves out whoever has the letter already; one that came back reached nobody.
const notWritten = ` AND NOT EXISTS (SELECT 1 FROM letters l WHERE l.creditor_id = c.creditor_id AND l.case_id = c.id
	       AND l.kind = $3 AND l.state NOT IN ('void', 'returned'))`

const demandedSQL = `
	SELECT CAST(c.id AS TEXT) AS key, c.id AS case_id, '' AS event_id FROM cases c
	 WHERE c.creditor_id = $1 AND c.id > $2 AND c.review = 'accepted' AND c.stage IN ($4, $6)
	       AND c.processing <> 'stopped' AND c.payment IN ('open', 'part_paid')` + notWritten + `
	 ORDER BY c.id LIMIT $5`

// paidSQL leaves it to debt/letter which of them have been told: a payment may be taken back
// and come again.
const paidSQL = `
	SELECT CAST(c.id AS TEXT) AS key, c.id AS case_id, '' AS event_id FROM cases c
	 WHERE c.creditor_id = $1 AND c.id > $2 AND c.review = 'accepted' AND c.payment IN ('paid', 'overpaid')
	       AND c.last_value_on >= $3
	 ORDER BY c.id LIMIT $4`

// aboutSQL names the types of the index again: SQLite uses it only then. The subject of a
// receipt is the payment, of which the row of the event says nothing: debt/letter and the
// unique key leave out what is written already.
const aboutSQL = `
	SELECT CAST(e.id AS TEXT) AS key, e.case_id, CAST(e.id AS TEXT) AS event_id FROM events e
	 WHERE e.creditor_id = $1 AND e.id > $2
	       AND e.type IN ('plan.agreed', 'plan.instalment_missed', 'objection.answered', 'payment.succeeded')
	       AND e.type = $4 AND e.at >= $6
	       AND NOT EXISTS (SELECT 1 FROM letters l WHERE l.creditor_id = e.creditor_id AND l.case_id = e.case_id
	                              AND l.kind = $3 AND l.subject = CAST(e.id AS TEXT) AND l.state NOT IN ('void', 'returned'))
	 ORDER BY e.id LIMIT $5`

// plannedSQL finds plans by where they stand and since when: the day of the notice, or of the
// lapse. Which event of the case the letter is about, and whether it is written, the reader
// looks up.
const plannedSQL = `
	SELECT CAST(p.id AS TEXT) AS key, p.case_id, '' AS event_id FROM plans p
	 WHERE p.creditor_id = $1 AND p.id > $2 AND p.state = $3
	       AND CASE WHEN p.state = 'lapsed' THEN p.lapsed_on ELSE p.notice_on END >= $4
	 ORDER BY p.id LIMIT $5`

// wantedSQL finds whose letter a person has asked for.
const wantedSQL = `
	SELECT CAST(k.id AS TEXT) AS key, k.case_id, '' AS event_id FROM tasks k
	 WHERE k.creditor_id = $1 AND k.id > $2 AND k.kind = '` + letter.Wanted + `' AND k.reason = $3 AND k.done_at IS NULL
	 ORDER BY k.id LIMIT $4`

// planned are the states of a plan that letters tell of.
var planned = map[letter.Kind]debt.PlanState{letter.PlanAtRisk: debt.PlanAtRisk, letter.PlanLapsed: debt.PlanLapsed}

// stages are where a demand of each kind belongs. A first notice ends the stage of reminders,
// also where there was none.
var stages = map[letter.Kind][2]debt.Stage{
	letter.Reminder:     {debt.StageReminder, debt.StageReminder},
	letter.FirstNotice:  {debt.StageReminder, debt.StageCollection},
	letter.SecondNotice: {debt.StageCollection, debt.StageCollection},
}

// subjects are the events that letters are about.
var subjects = map[letter.Kind]debt.EventType{
	letter.PlanConfirmation: debt.PlanAgreed, letter.PlanMissed: debt.PlanInstalmentMissed,
	letter.PlanAtRisk: debt.PlanAtRiskEvent, letter.PlanLapsed: debt.PlanLapsedEvent,
	letter.ObjectionAnswer: debt.ObjectionAnswered, letter.PaymentReceipt: debt.PaymentSucceededEvent,
}

// About gives the type of event a kind of letter is about; "" for one about the case.
func About(k letter.Kind) debt.EventType { return subjects[k] }

// firstKey is less than every id.
const firstKey debt.ID = "00000000-0000-0000-0000-000000000000"

// memory is how far back runs look for what has happened: a receipt for a payment of last
// year helps nobody, and the first run must not write about everything there ever was.
const memory = 45 * 24 * time.Hour

// Page asks for candidates of a kind, at most so many after a key; "" begins.
type Page struct {
	Kind  letter.Kind
	After string
	Most  int
	Now   time.Time
}

// Candidates finds by the axes of the case, with an index, to whom a letter of a kind may
// be due. Kinds that are only written when asked for have those for whom somebody did.
func Candidates(r *store.Reader, p Page) (list []Candidate, err error) {
	after, since := debt.ID(p.After), p.Now.Add(-memory)
	if after == "" {
		after = firstKey
	}
	switch {
	case stages[p.Kind][0] != "":
		return list, r.List(&list, demandedSQL, r.Creditor(), after, p.Kind, stages[p.Kind][0], p.Most, stages[p.Kind][1])
	case planned[p.Kind] != "":
		return list, r.List(&list, plannedSQL, r.Creditor(), after, planned[p.Kind], column.On(debt.DateIn(since, debt.Berlin)), p.Most)
	case subjects[p.Kind] != "":
		return list, r.List(&list, aboutSQL, r.Creditor(), after, p.Kind, subjects[p.Kind], p.Most, column.At(since))
	case p.Kind == letter.PaidInFull:
		return list, r.List(&list, paidSQL, r.Creditor(), after, column.On(debt.DateIn(since, debt.Berlin)), p.Most)
	}
	return list, r.List(&list, wantedSQL, r.Creditor(), after, p.Kind, p.Most)
}
