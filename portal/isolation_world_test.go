package portal

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"quitt/cases"
	"quitt/cases/signin"
	"quitt/cases/upload"
	"quitt/debt"
	"quitt/debt/access"
	"quitt/debt/authority"
	"quitt/debt/ledger"
	"quitt/payments"
	"quitt/portal/api"
	"quitt/store"
	"quitt/store/feed"
	"quitt/store/grants"
	"quitt/store/storetest"
)

// world is an installation with two creditors whose every datum occurs nowhere else.
type world struct {
	t       testing.TB
	store   *store.Store
	clock   *storetest.Watch
	desk    signin.Desk
	cases   cases.Desk
	tenants []*tenant
	zoo     *zoo
	roles   []*role
	helpers []*role // one for each scope, and some that are none any more
	files   int
	giro    map[*dossier]string // the drawing of a payment code
	rail    *payments.Rail
	papers  *upload.Desk
	folder  string // of the papers
	exports string // folder of workbooks in the making
	rows    string // the URL of a copy's database
}

type tenant struct {
	debt.Creditor
	key   string
	files map[string]*dossier
}

// dossier is a case with what a test must know of it.
type dossier struct {
	of     *tenant
	key    string
	n      int
	caseID debt.ID
	debtor debt.Debtor
	letter signin.Letter

	letterNumber int64
	paper        debt.ID
	paid         debt.ID // a transfer
	request      debt.ID // asked for
	document     debt.ID // handed in
	attempt      debt.ID // a payment begun with a provider; "" where nothing may be paid
	plan         debt.ID // of instalments, that runs or is proposed; "" without
}

// Cases of each creditor. What happens to them is told by newWorld.
const (
	plainCase   = "Plain"
	otherCase   = "Other"
	minorCase   = "Minor"
	closedCase  = "Closed"  // for more than 30 days
	revokedCase = "Revoked" // its letter opens nothing any more
	mailCase    = "Mail"    // neither birth date nor number: a one-time code
	firmCase    = "Firm"
	victimCase  = "Victim" // people sign in to it with what is not theirs
	strangeCase = "Strange"
)

var caseKeys = []string{plainCase, otherCase, minorCase, closedCase, revokedCase, mailCase, firmCase, victimCase, strangeCase}

// emptyWorld is one in which there is nobody yet.
func emptyWorld(t testing.TB, s *store.Store) *world {
	t.Helper()
	w := &world{t: t, store: s, clock: storetest.NewWatch(), zoo: newZoo()}
	p, err := signin.ParsePeppers("1:" + base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{7}, signin.PepperSize)))
	w.must(err)
	w.desk, w.cases = signin.New(s, w.clock.Now, p), cases.Desk{Store: s, Now: w.clock.Now}
	return w
}

// newWorld builds one from the first row on; tests take a copy of it (worldOn).
func newWorld(t testing.TB, s *store.Store) *world {
	t.Helper()
	w := emptyWorld(t, s)
	w.clock.Set(storetest.Now.AddDate(0, 0, -31))
	for i, iban := range []string{"DE89370400440532013000", "DE02120300000000202051"} {
		w.addTenant(i, iban)
	}
	w.each(func(f *dossier) { w.addCase(f) })
	w.clock.Set(storetest.Now.Add(-30*24*time.Hour - 10*time.Minute))
	for _, k := range w.tenants {
		f := k.files[closedCase]
		w.must(w.cases.Apply(context.Background(), f.row(), debt.System, func(c *debt.Case, on debt.Date) ([]debt.Event, error) {
			e, err := c.Close("withdrawn_by_creditor", on)
			return []debt.Event{e}, err
		}))
	}
	w.clock.Set(storetest.Now.AddDate(0, 0, -20))
	w.each(func(f *dossier) { w.pay(f) })
	w.clock.Set(storetest.Now.AddDate(0, 0, -1))
	words := map[string]bool{"": true}
	w.each(func(f *dossier) {
		for words[f.letter.Words] { // two letters may have the same words, in this world they must not
			var err error
			f.letter, err = w.desk.Issue(context.Background(), f.of.ID, f.caseID)
			w.must(err)
		}
		words[f.letter.Words] = true
	})
	w.open()
	w.each(func(f *dossier) { w.write(f) })
	w.handIn()
	w.say()
	w.each(func(f *dossier) { w.correspond(f) })
	w.each(func(f *dossier) { w.mark(f) })
	w.zoo.check(t)
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) each(do func(f *dossier)) {
	for _, k := range w.tenants {
		for _, key := range caseKeys {
			do(k.files[key])
		}
	}
}

func (w *world) addTenant(i int, iban string) {
	k := &tenant{key: string(rune('a' + i)), files: map[string]*dossier{}}
	mark := func(what string) string { return "Knr" + k.key + "Creditor" + what + "x" }
	k.Creditor = debt.Creditor{ID: store.NewID(), Code: "knr" + k.key, Name: mark("Name"), State: "NW", IBAN: iban, AccountHolder: mark("Holder"),
		Address:  debt.Address{Street: mark("Street"), Postcode: fmt.Sprintf("%05d", 60101+i*17), City: mark("City"), Country: "DE"},
		Settings: debt.Settings{PromiseDays: 14}}
	w.must(w.store.Write(context.Background(), k.ID, func(t *store.Tx) error { return t.AddCreditor(k.Creditor, w.clock.Now()) }))
	w.tenants = append(w.tenants, k)
	for _, key := range caseKeys {
		k.files[key] = &dossier{of: k, key: key, n: w.files}
		w.files++
	}
	w.zoo.word(k, nil, public, k.Name, k.AccountHolder)
	w.zoo.word(k, nil, onLetter, iban)
	w.zoo.digits(k, nil, onLetter, iban[2:])
	w.zoo.word(k, nil, inFull, k.Address.Street, k.Address.City)
	w.zoo.digits(k, nil, inFull, k.Address.Postcode)
	w.zoo.word(k, nil, never, string(k.ID))
}

func (f *dossier) row() debt.Case { return debt.Case{ID: f.caseID, CreditorID: f.of.ID} }

func (f *dossier) mark(what string) string { return "Knr" + f.of.key + f.key + what + "x" }

func (f *dossier) birth() string { return f.debtor.BirthOn.Reveal() }

// addCase stores a case of which nothing is like in any other.
func (w *world) addCase(f *dossier) {
	stamp := ledger.Stamp{At: w.clock.Now(), NewID: store.NewID}
	row := storetest.FileBy(stamp, f.of.ID, f.mark("CreditorReference"))
	c, account := &row.File.Case, ledger.Account{CaseID: row.File.Case.ID}
	c.FileReference = fmt.Sprintf("2026-%06d", 730011+f.n*7)
	f.caseID = c.ID
	p := func(what string) debt.Personal { return debt.Personal(f.mark(what)) }
	f.debtor = debt.Debtor{ID: c.DebtorID, Kind: debt.Person, FirstName: p("First"), LastName: p("Last"), Street: p("Street"), City: p("City"),
		Postcode: debt.Personal(fmt.Sprintf("%05d", 70001+f.n*13)), Country: "DE", AddressSource: "creditor", BirthOn: debt.Personal(fmt.Sprintf("%d-03-07", 1950+f.n)),
		Email: p("Mail") + "@" + p("Domain") + ".example", Phone: p("Phone"), CustomerNumber: p("Customer"), PayerIBAN: p("Payer")}
	switch f.key {
	case minorCase:
		f.debtor.BirthOn = debt.Personal(fmt.Sprintf("2011-04-%02d", 1+f.n))
	case mailCase:
		f.debtor.BirthOn = ""
	case firmCase:
		f.debtor.Kind, f.debtor.FirstName, f.debtor.LastName, f.debtor.BirthOn, f.debtor.CompanyName = debt.Company, "", "", "", p("Company")
	}
	row.Debtor = f.debtor
	n := debt.Cents(f.n)
	arisen := debt.NewDate(2019, time.Month(1+f.n%12), 10+f.n)
	row.Entries = []ledger.Entry{account.OpenClaim(debt.Claim{ID: store.NewID(), CaseID: c.ID, Principal: 2111_11 + n*137_17, Ground: debt.Contract,
		Object: f.mark("Object"), ArisenOn: arisen, InvoiceNumber: f.mark("Invoice"), DueOn: debt.MustDate("2026-03-01"), DefaultFrom: debt.MustDate("2026-03-17"),
		Interest: debt.InterestRule{Kind: debt.FixedRate, Fixed: 1150}, InterestReason: f.mark("Reason")}, stamp),
		account.AddCost(debt.Cost{ID: store.NewID(), CaseID: c.ID, Kind: debt.DunningFee, Amount: 110_03 + n*1_07, IncurredOn: debt.MustDate("2026-04-02"),
			LegalGround: f.mark("Ground"), Note: f.mark("Note")}, stamp)}
	row.File.Account = account
	row.Events[0].Data = debt.Args{"reference": f.mark("EventReference")}
	w.must(w.store.Write(context.Background(), f.of.ID, func(t *store.Tx) error { return t.AddFiles([]store.NewFile{row}) }))
	day := arisen.Time().Format("02012006")
	w.zoo.word(f.of, f, inFull, f.mark("First"), f.mark("Last"), f.mark("Company"), f.mark("Street"), f.mark("City"), f.mark("Object"), f.mark("Invoice"),
		f.mark("Reason"), f.mark("Ground"), f.mark("Note"))
	w.zoo.digits(f.of, f, inFull, day, f.debtor.Postcode.Reveal(), arisen.Time().Format("20060102"))
	w.zoo.word(f.of, f, onLetter, c.FileReference)
	w.zoo.word(f.of, f, inRaise, f.mark("Domain"))
	w.zoo.word(f.of, f, inCopy, f.mark("Mail"), f.mark("Phone"), f.mark("Customer"), f.mark("Payer"), f.mark("CreditorReference"), f.mark("EventReference"),
		f.mark("External"), f.mark("PaymentNote"))
	w.zoo.word(f.of, f, never, string(c.ID), string(c.DebtorID))
	w.zoo.feeds(c.FileReference, f.mark("CreditorReference"), f.mark("EventReference"))
	if born, err := debt.ParseDate(f.birth()); err == nil {
		w.zoo.digits(f.of, f, inCopy, born.Time().Format("02012006"), born.Time().Format("20060102"))
		w.zoo.word(f.of, f, inCopy, born.String())
	}
}

func (w *world) pay(f *dossier) {
	receipt, err := payments.Desk{Store: w.store, Now: w.clock.Now}.Book(context.Background(), f.of.ID, debt.Payment{CaseID: f.caseID, Method: debt.MethodTransfer,
		Source: "bank", ExternalID: f.mark("External"), Note: f.mark("PaymentNote"), Amount: 301_01 + debt.Cents(f.n)*1_03, ReceivedOn: debt.DateIn(w.clock.Now(), debt.Berlin)})
	w.must(err)
	f.paid = receipt.Payment.ID
	w.zoo.word(f.of, f, inFull, string(f.paid))
	w.zoo.feeds(string(f.paid))
}

// mark adds what is known only at the end: amounts, and the secrets of the letter.
func (w *world) mark(f *dossier) {
	v, err := w.cases.View(context.Background(), f.of.ID, f.caseID)
	w.must(err)
	s := v.Statement
	w.zoo.cents(f, onLetter, s.Payable)
	w.zoo.cents(f, inFull, s.Demanded.Principal, s.Demanded.Interest, s.Demanded.Costs, s.Demanded.Principal+s.Demanded.Interest+s.Demanded.Costs,
		s.Paid, s.Open.Principal, s.Open.Interest)
	w.zoo.word(f.of, f, onLetter, f.letter.Words)
	w.zoo.word(f.of, f, never, string(f.letter.GrantID), f.letter.Token.Plain(), f.letter.Code.Grouped(), strings.ReplaceAll(f.letter.Code.Grouped(), "-", ""))
}

// role is somebody who asks.
type role struct {
	name   string
	cookie string
	file   *dossier // whose case; of an ended session too
	tier   access.Tier
	ended  bool // there is a cookie, but it opens nothing
	lang   string
	barred bool              // there can be no plan: a minor's case, or a closed one
	leads  map[string]string // pages of the case that lead elsewhere, as its situation wants
	feed   *tenant           // whose feed its key opens; of a revoked key nobody's
	bearer string            // the key
	gone   bool              // a representative whose authority has ended: the list is left
	helper bool              // a representative, who has chosen file, if there is one
	scopes []authority.Scope // what his authority covers
}

func (r *role) living() bool { return r.cookie != "" && !r.ended && !r.gone }

// in opens a visit of a case.
func (w *world) in(f *dossier, tier access.Tier) string {
	w.t.Helper()
	a := f.enters()
	if tier != access.FullView {
		a.Check = signin.Check{Kind: access.CheckPostcode, Value: f.debtor.Postcode}
	}
	o, err := w.desk.Open(context.Background(), a)
	w.must(err)
	return o.Cookie
}

// enters opens everything.
func (f *dossier) enters() signin.Attempt {
	c := signin.Check{Kind: access.CheckBirth, Value: f.debtor.BirthOn}
	if f.key == firmCase {
		c = signin.Check{Kind: access.CheckNumber, Value: f.debtor.CustomerNumber}
	}
	return signin.Attempt{Token: f.letter.Token.Plain(), Check: c}
}

// spare stores a visit past the desk: of a tier no check gives, or one to be ended.
func (w *world) spare(f *dossier, tier access.Tier) (string, error) {
	secret := sha256.Sum256([]byte(store.NewID()))
	sum := sha256.Sum256(secret[:])
	now := w.clock.Now()
	err := w.store.Write(context.Background(), "", func(t *store.Tx) error {
		return grants.AddSession(t, hex.EncodeToString(sum[:]), access.Session{CreditorID: f.of.ID, CaseID: f.caseID, GrantID: f.letter.GrantID,
			Tier: tier, OpenedAt: now, SeenAt: now})
	})
	return base64.RawURLEncoding.EncodeToString(secret[:]), err
}

// open opens all visits, ends those that are to have ended, and leaves the clock at Now.
// ofRunningPlans are the pages of a plan that runs: without one they lead to the overview.
var ofRunningPlans = []string{"/akte/raten/fertig", "/akte/raten/kalender", "/akte/raten/aendern", "/akte/raten/zahlweise",
	"/akte/raten/zahlweise/zurueck", "/akte/raten/verzug", "/akte/raten/beenden"}

func (w *world) open() {
	ctx, a, b := context.Background(), w.tenants[0].files, w.tenants[1].files
	w.clock.Set(storetest.Now.Add(-61 * time.Minute))
	expired := w.in(a[plainCase], access.FullView)
	w.clock.Set(storetest.Now.Add(-20 * time.Minute))
	closed := w.in(a[closedCase], access.FullView)
	w.clock.Set(storetest.Now.Add(-10 * time.Minute))
	_, err := w.desk.Visit(ctx, closed)
	w.must(err)
	w.clock.Set(storetest.Now)
	left, revoked := w.in(a[plainCase], access.FullView), w.in(a[revokedCase], access.FullView)
	w.must(w.desk.Leave(ctx, left))
	for _, k := range w.tenants {
		w.must(w.desk.Revoke(ctx, k.ID, k.files[revokedCase].caseID))
	}
	w.beginPlans()
	w.beginPayments()
	if _, err := w.spare(a[plainCase], access.CodeOnly); err == nil {
		w.t.Error("a visit with a code alone can be stored: it needs a role here")
	}
	nothing := map[string]string{"/akte/bezahlen": "/akte", "/akte/mehr": "/akte", "/akte/lastschrift": "/akte"}
	inside := map[string]string{"/akte/mehr": "/akte", "/akte/lastschrift": "/akte"}
	for _, path := range ofRunningPlans {
		nothing[path], inside[path] = "/akte/raten", "/akte/raten"
	}
	w.roles = []*role{
		{name: "anonymous"},
		{name: "letter view", cookie: w.in(a[plainCase], access.LetterView), file: a[plainCase], tier: access.LetterView},
		{name: "full view", cookie: w.in(a[plainCase], access.FullView), file: a[plainCase], tier: access.FullView, leads: inside},
		{name: "expired", cookie: expired, file: a[plainCase], ended: true},
		{name: "left", cookie: left, file: a[plainCase], ended: true},
		{name: "revoked", cookie: revoked, file: a[revokedCase], ended: true},
		{name: "other installation", cookie: w.elsewhere(), file: a[plainCase], ended: true},
		{name: "malformed cookie", cookie: "%27--OR-1=1", file: a[plainCase], ended: true},
		// A visit ends by itself within the hour; until then it outlives the 30 days.
		{name: "closed case", cookie: closed, file: a[closedCase], tier: access.FullView, leads: nothing, barred: true},
		{name: "minor", cookie: w.in(a[minorCase], access.FullView), file: a[minorCase], tier: access.FullView, leads: nothing, barred: true, lang: "ar"},
		{name: "one-time code", cookie: w.in(a[mailCase], access.LetterView), file: a[mailCase], tier: access.LetterView},
		{name: "firm", cookie: w.in(a[firmCase], access.FullView), file: a[firmCase], tier: access.FullView, leads: inside},
		{name: "letter view elsewhere", cookie: w.in(b[plainCase], access.LetterView), file: b[plainCase], tier: access.LetterView},
		{name: "full view elsewhere", cookie: w.in(b[plainCase], access.FullView), file: b[plainCase], tier: access.FullView, leads: inside, lang: "en"},
	}
	w.addKeys()
	w.addHelpers()
	for _, r := range w.roles {
		if r.bearer != "" {
			w.zoo.word(nil, nil, never, r.bearer, api.Hash(r.bearer))
		}
		if len(r.cookie) > 40 {
			w.zoo.word(nil, nil, never, r.cookie)
		}
	}
}

// addKeys adds programs with a key of the feed.
func (w *world) addKeys() {
	for _, r := range []*role{{name: "feed key", feed: w.tenants[0]}, {name: "feed key elsewhere", feed: w.tenants[1]}, {name: "revoked feed key"}} {
		owner := w.tenants[0]
		if r.feed != nil {
			owner = r.feed
			_, err := w.store.Sequence(context.Background(), owner.ID)
			w.must(err)
		}
		r.bearer = api.NewSecret()
		k := feed.Key{ID: store.NewID(), Name: "Knr" + owner.key + "Keyx", CreatedAt: w.clock.Now()}
		w.must(w.store.Write(context.Background(), owner.ID, func(t *store.Tx) error {
			err := feed.AddKey(t, api.Hash(r.bearer), k)
			if err == nil && r.feed == nil {
				err = feed.RevokeKey(t, k.ID, w.clock.Now())
			}
			return err
		}))
		w.roles = append(w.roles, r)
	}
}

// elsewhere is a living visit of another installation.
func (w *world) elsewhere() string {
	s := storetest.Open(w.t, store.Options{URL: storetest.SQLite(w.t)})
	creditor := storetest.Creditor(w.t, s, "anderswo")
	row := storetest.File(creditor.ID, "X")
	ctx := context.Background()
	w.must(s.Write(ctx, creditor.ID, func(t *store.Tx) error { return t.AddFiles([]store.NewFile{row}) }))
	desk := signin.New(s, w.clock.Now, w.desk.Peppers)
	l, err := desk.Issue(ctx, creditor.ID, row.File.Case.ID)
	w.must(err)
	o, err := desk.Open(ctx, signin.Attempt{Token: l.Token.Plain(), Check: signin.Check{Kind: access.CheckPostcode, Value: "50667"}})
	w.must(err)
	return o.Cookie
}

func (w *world) role(name string) *role {
	for _, r := range w.roles {
		if r.name == name {
			return r
		}
	}
	w.t.Fatalf("nobody is %q", name)
	return nil
}

// ids are what a client might put where an id could be looked for.
type ids struct{ caseID, creditor, grant, token, code string }

func (f *dossier) ids() ids {
	return ids{string(f.caseID), string(f.of.ID), string(f.letter.GrantID), f.letter.Token.Plain(), f.letter.Code.Grouped()}
}

// The classes of ids. Malformed ones are compared with nothing: that they are is no secret.
const (
	own, sameCreditor, otherCreditor, missing, malformed, revokedID = "own", "same creditor", "other creditor", "missing", "malformed", "revoked"
)

// classes gives the ids of each class as one role sees them.
func (w *world) classes(r *role) map[string]ids {
	mine, theirs := w.tenants[0], w.tenants[1]
	f := mine.files[plainCase]
	if r.file != nil {
		f = r.file
	}
	if f.of != mine {
		mine, theirs = theirs, mine
	}
	return map[string]ids{
		own: f.ids(), sameCreditor: mine.files[otherCase].ids(), otherCreditor: theirs.files[otherCase].ids(), revokedID: theirs.files[revokedCase].ids(),
		missing: {string(store.NewID()), string(store.NewID()), string(store.NewID()), access.NewToken([16]byte{1, 2, 3}).Plain(),
			access.NewCode([10]byte{4, 5, 6}).Grouped()},
		malformed: {"' OR 1=1 --", "../..", "{{.}}", "short", "O0-l1"},
	}
}

func classNames(m map[string]ids) []string { return slices.Sorted(maps.Keys(m)) }
