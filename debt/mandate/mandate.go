// Package mandate says what an account holder's permission to collect from the account is: what
// it must hold, how long it lasts, what ends it, and on which day may be collected. It is about
// mandates given to the creditor himself, whose debits go to the bank in files; those that a
// provider keeps are the provider's. Pure like its parent.
package mandate

import (
	"encoding/base32"
	"encoding/hex"
	"maps"
	"slices"
	"strings"
	"time"

	"quitt/debt"
)

// Kind says how often a mandate may be used.
type Kind string

// The kinds. Both are those of the SEPA core scheme: that for businesses excludes the refund
// every consumer has.
const (
	OneOff    Kind = "one_off"
	Recurring Kind = "recurring"
)

// Sequence is the kind as a collection file has it. First and last debits are not told apart any
// more since November 2016.
func (k Kind) Sequence() string {
	if k == OneOff {
		return "OOFF"
	}
	return "RCUR"
}

// State is where a mandate stands.
type State string

// The states. Nothing leads out of the last three.
const (
	Pending State = "pending" // the account holder has not confirmed it
	Active  State = "active"
	Revoked State = "revoked"
	Expired State = "expired"
	Used    State = "used" // one-off, and collected from
)

var graph = map[State][]State{
	Pending: {Active, Revoked, Expired},
	Active:  {Revoked, Expired, Used},
	Revoked: {}, Expired: {}, Used: {},
}

// States lists every State.
func States() []State { return slices.Sorted(maps.Keys(graph)) }

// How says in which way a mandate was confirmed.
type How string

// The ways. Without a signature on paper the bank cannot prove the order of the account holder:
// such a debit may come back for thirteen months (BGB § 676b II), and both sides have agreed on it.
const (
	ByCode  How = "code"
	ByPaper How = "paper"
)

// TextVersion names the sentences of portal/text a mandate is given in. Another one stands for
// others.
const TextVersion = "2026-2"

// withoutNotice is the version that left the days of the notice to the words beside the box.
const withoutNotice = "2026-1"

// Mandate is one permission. Its ID is that of the instrument plans pay by.
type Mandate struct {
	ID, CaseID, AccountID debt.ID
	Reference             string
	Kind                  Kind
	State                 State
	Holder, IBAN          debt.Personal
	Other                 bool       // the account is not the debtor's
	Amount                debt.Cents // of a one-off one; 0 otherwise
	Notice                int        // days of notice it was given with: a later setting changes nothing
	Payee                 string     // whom it permits to collect, and under which identifier, when it was given
	Identifier            string
	Text                  string // version
	Language              string
	How                   How
	SignedOn              debt.Date // in Berlin; none while it is pending
	LastOn                debt.Date // the day of the last debit handed in
	Reason                string    // a code: why it ended
	CodeHash              string    // of the one-time code that was sent, "" without
	CodeAt                time.Time
	Tries                 int
	MadeAt, EndedAt       time.Time
}

// To moves a mandate. Forbidden "mandate_transition" where no way leads.
func (m *Mandate) To(s State, reason string, now time.Time) error {
	if !slices.Contains(graph[m.State], s) {
		return debt.E(debt.Forbidden, "mandate_transition", debt.Args{"from": string(m.State), "to": string(s)})
	}
	m.State, m.Reason, m.CodeHash = s, reason, ""
	if s == Active {
		m.SignedOn = debt.DateIn(now, debt.Berlin)
		return nil
	}
	m.EndedAt = now
	return nil
}

// OwnSheet stands for the sentences of a sheet that is the creditor's own: we do not have them.
const OwnSheet = "sheet"

// NamesNotice reports whether its sentences name the days of the notice.
func (m Mandate) NamesNotice() bool { return m.Text != withoutNotice }

// Over reports whether nothing is collected by it any more.
func (m Mandate) Over() bool { return len(graph[m.State]) == 0 }

// Idle is for how many months a mandate may lie unused: the scheme's rulebook lets it lapse then.
const Idle = 36

// LastDay is the last one on which may be collected; none of one that is not signed.
func (m Mandate) LastDay() debt.Date {
	since := debt.Later(m.SignedOn, m.LastOn)
	if since.IsZero() {
		return since
	}
	return since.AddMonths(Idle)
}

// How long a mandate waits for its confirmation: a code for the evening, paper for as long as
// the post and a good intention take.
const (
	codeLife  = 24 * time.Hour
	paperLife = 90 * 24 * time.Hour
)

// Lapsed is the reason of a mandate that ended by itself.
const Lapsed = "expired"

// Due reports whether it has to end by itself, and as what.
func (m Mandate) Due(now time.Time) (State, bool) {
	life := codeLife
	if m.How == ByPaper {
		life = paperLife
	}
	switch {
	case m.State == Pending:
		return Expired, now.After(m.MadeAt.Add(life))
	case m.State == Active && m.Kind == Recurring:
		return Expired, debt.DateIn(now, debt.Berlin).After(m.LastDay())
	}
	return "", false
}

// Last4 is the end of the account number, for its owner to know it again.
func (m Mandate) Last4() string {
	iban := m.IBAN.Reveal()
	return iban[max(0, len(iban)-4):]
}

var letters = base32.StdEncoding.WithPadding(base32.NoPadding)

// RandomBytes is how many a reference is drawn from.
const RandomBytes = 15

// Reference makes the mandate's own from random bytes: nobody can guess it, and it names nobody.
// It is letters and digits alone, for banks compare references in different ways.
func Reference(random []byte) string { return "QM" + letters.EncodeToString(random) }

// Key makes what a file calls something: 26 letters and digits of its id. Ids are given once, so
// what is made of them stays unique for ever.
func Key(id debt.ID) string {
	raw, err := hex.DecodeString(strings.ReplaceAll(string(id), "-", ""))
	if err != nil { // no id of ours
		return letters.EncodeToString([]byte(id))
	}
	return letters.EncodeToString(raw)
}

// DebitKey is what a debit, or a file of them, is called towards banks.
func DebitKey(id debt.ID) string { return "Q" + Key(id) }

// IsKey reports whether a name may be that of a debit of ours.
func IsKey(name string) bool {
	const length = 27
	return len(name) == length && name[0] == 'Q'
}

// First is the first day on which a debit may fall that is handed in today: so many days of
// banks before it the file has to be there.
func First(today debt.Date, cutOff int) debt.Date {
	day := next(today)
	for range cutOff {
		day = next(day.AddDays(1))
	}
	return day
}

func next(day debt.Date) debt.Date {
	for !debt.IsTargetDay(day) {
		day = day.AddDays(1)
	}
	return day
}
