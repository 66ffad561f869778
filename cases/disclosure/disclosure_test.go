package disclosure_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"quitt/cases/disclosure"
	"quitt/debt"
	"quitt/debt/access"
	"quitt/debt/ledger"
	"quitt/debt/letter"
	"quitt/debt/plan"
	"quitt/debt/rail"
	"quitt/store"
	kept "quitt/store/contacts"
	"quitt/store/documents"
	"quitt/store/grants"
	"quitt/store/letters"
	"quitt/store/messages"
	"quitt/store/outbox"
	"quitt/store/person"
	"quitt/store/plans"
	"quitt/store/rails"
	"quitt/store/storetest"
)

var ctx = context.Background()

// canary is a word that occurs in one place of one case.
func canary(whose, what string) string { return "Knr" + whose + what + "x" }

// office has two cases full of canaries.
type office struct {
	*testing.T
	s        *store.Store
	watch    *storetest.Watch
	creditor debt.ID
	words    map[string][]string // by case
	ids      map[string]debt.ID
}

func (o *office) must(err error) {
	o.Helper()
	if err != nil {
		o.Fatal(err)
	}
}

func (o *office) write(do func(*store.Tx) error) {
	o.Helper()
	o.must(o.s.Write(ctx, o.creditor, do))
}

// word makes a canary that the copy must have.
func (o *office) word(whose, what string) string {
	w := canary(whose, what)
	o.words[whose] = append(o.words[whose], w)
	return w
}

func newOffice(t *testing.T, s *store.Store) *office {
	o := &office{T: t, s: s, watch: storetest.NewWatch(), words: map[string][]string{}, ids: map[string]debt.ID{}}
	o.creditor = storetest.Creditor(t, s, "praxis").ID
	for _, whose := range []string{"Mara", "Tom"} {
		o.open(whose)
		o.fill(whose)
	}
	return o
}

// open hands a case over, every personal column of it a canary of its own name.
func (o *office) open(whose string) {
	stamp := ledger.Stamp{At: o.watch.Now(), NewID: store.NewID}
	row := storetest.FileBy(stamp, o.creditor, o.word(whose, "reference"))
	c, account := &row.File.Case, ledger.Account{CaseID: row.File.Case.ID}
	o.ids[whose] = c.ID
	d := debt.Debtor{ID: c.DebtorID, Kind: debt.Person, Country: "DE", AddressSource: "creditor"}
	fields := map[string]*debt.Personal{"first_name": &d.FirstName, "last_name": &d.LastName, "company_name": &d.CompanyName, "street": &d.Street,
		"postcode": &d.Postcode, "city": &d.City, "birth_on": &d.BirthOn, "email": &d.Email, "phone": &d.Phone, "customer_number": &d.CustomerNumber,
		"payer_iban": &d.PayerIBAN}
	for _, column := range strings.Split(person.Columns, ", ") { // a new column has no field here: then this test has to learn it
		field := fields[column]
		if field == nil {
			o.Fatalf("debtors.%s: does the copy give it?", column)
		}
		*field = debt.Personal(o.word(whose, column))
	}
	row.Debtor = d
	row.Entries = []ledger.Entry{account.OpenClaim(debt.Claim{ID: store.NewID(), CaseID: c.ID, Principal: 100_00, Ground: debt.Contract,
		Object: o.word(whose, "object"), InvoiceNumber: o.word(whose, "invoice"), DueOn: debt.MustDate("2026-03-01"), DefaultFrom: debt.MustDate("2026-03-17"),
		Interest: debt.InterestRule{Kind: debt.FixedRate, Fixed: 1150}, InterestReason: o.word(whose, "why")}, stamp),
		account.AddCost(debt.Cost{ID: store.NewID(), CaseID: c.ID, Kind: debt.DunningFee, Amount: 5_00, IncurredOn: debt.MustDate("2026-04-02"),
			LegalGround: o.word(whose, "ground"), Note: o.word(whose, "costnote")}, stamp)}
	row.File.Account = account
	o.write(func(t *store.Tx) error { return t.AddFiles([]store.NewFile{row}) })
}

// fill does with a case whatever leaves words about the person.
func (o *office) fill(whose string) {
	id, now := o.ids[whose], o.watch.Now()
	by := debt.Actor{Kind: "debtor"}
	written := messages.Message{ID: store.NewID(), CaseID: id, By: by, Text: debt.Personal(o.word(whose, "message")), At: now}
	asked := messages.Request{ID: store.NewID(), CaseID: id, Kind: messages.Details, By: by, Text: debt.Personal(o.word(whose, "request")),
		State: messages.Open, At: now, DueOn: debt.DateIn(now, debt.Berlin)}
	moved := kept.Change{ID: store.NewID(), CaseID: id, Kind: kept.Email, Old: debt.Personal(o.word(whose, "old")), New: debt.Personal(o.word(whose, "new")),
		Source: o.word(whose, "source"), ValidFrom: debt.DateIn(now, debt.Berlin), State: kept.Waiting, At: now}
	pay := debt.Payment{ID: store.NewID(), CaseID: id, Method: debt.MethodTransfer, Status: debt.PaymentCreated, Amount: 1_00, ReceivedOn: debt.DateIn(now, debt.Berlin),
		Source: "bank", ExternalID: o.word(whose, "external"), Note: o.word(whose, "paynote"), BookedAt: now}
	order := rail.Attempt{ID: pay.ID, CaseID: id, AccountID: o.account(), Kind: rail.Checkout, Method: debt.MethodCard, Status: debt.PaymentCreated, Amount: 1_00,
		Shown: rail.Shown{Reason: o.word(whose, "shown")}, StartedAt: now, Customer: o.word(whose, "customer")}
	way := rail.Instrument{ID: store.NewID(), CaseID: id, Account: order.AccountID, External: o.word(whose, "card"), Customer: o.word(whose, "payer"),
		Method: debt.MethodCard, Last4: "4242", Brand: o.word(whose, "brand"), State: rail.Usable, SavedBy: order.ID, SavedAt: now}
	grant := grants.Record{Grant: access.NewGrant(store.NewID(), id, o.word(whose, "words"), now),
		Secret: grants.Secret{Salt: strings.Repeat("0", 32), Hash: strings.Repeat("a", 64), Pepper: 1}}
	key := documents.Key{ID: store.NewID(), Sealed: "sealed", CreatedAt: now}
	paper := documents.Document{ID: store.NewID(), CaseID: id, Name: debt.Personal(o.word(whose, "document")), Kind: documents.PDF, Bytes: 3,
		SHA256: strings.Repeat("b", 64), Blob: whose, KeyID: key.ID, DataKey: "k", By: by, UploadedAt: now}
	o.write(func(t *store.Tx) error {
		f, err := t.LockOne(id)
		o.must(err)
		o.must(t.LoadHolds(&f.Case))
		if _, err := f.Case.PlaceHold(debt.Hold{Kind: debt.HoldHardship, Reason: o.word(whose, "hold"), Since: debt.DateIn(now, debt.Berlin),
			Until: debt.DateIn(now, debt.Berlin).AddDays(9)}); err != nil {
			return err
		}
		o.must(t.SaveHolds(&f.Case))
		return t.Book(store.Booking{File: f, Events: []debt.Event{storetest.Event(f.Case, debt.CaseHeld)}})
	})
	for _, keep := range []func(t *store.Tx) error{
		func(t *store.Tx) error { return messages.Add(t, written) },
		func(t *store.Tx) error { return messages.AddRequest(t, asked) },
		func(t *store.Tx) error {
			f, err := t.LoadFile(id)
			moved.DebtorID = f.Case.DebtorID
			return errors.Join(err, kept.Add(t, moved))
		},
		func(t *store.Tx) error { return t.AddPayment(pay) },
		func(t *store.Tx) error {
			return rails.AddNote(t, rails.Note{ID: store.NewID(), PaymentID: pay.ID, Author: o.word(whose, "author"), Text: debt.Personal(o.word(whose, "note")), At: now})
		},
		func(t *store.Tx) error { return rails.AddAttempt(t, order) },
		func(t *store.Tx) error { _, err := rails.SaveInstrument(t, way); return err },
		func(t *store.Tx) error { return grants.Add(t, grant) },
		func(t *store.Tx) error { return documents.AddKey(t, key) },
		func(t *store.Tx) error { _, _, err := documents.Add(t, paper, 1<<30); return err },
		func(t *store.Tx) error {
			return outbox.Add(t, outbox.Mail{CaseID: id, Recipient: debt.Personal(o.word(whose, "recipient")), Template: "x"}, now)
		},
		func(t *store.Tx) error { return o.letter(t, whose) },
		func(t *store.Tx) error { return o.plan(t, whose) },
	} {
		o.write(keep)
	}
}

func (o *office) account() (id debt.ID) {
	o.write(func(t *store.Tx) error {
		if a, err := rails.OpenAccount(&t.Reader); err == nil {
			id = a.ID
			return nil
		}
		id = store.NewID()
		return rails.AddAccount(t, rails.Account{SealedKey: "sealed", Account: rail.Account{ID: id, CreditorID: o.creditor, Provider: "till",
			External: "acct_1", Methods: rail.Methods(), CreatedAt: o.watch.Now()}})
	})
	return id
}

func (o *office) letter(t *store.Tx, whose string) error {
	now := o.watch.Now()
	run := letters.Run{ID: store.NewID(), Kind: letter.Reminder, Way: letters.Print, Directory: "/letters", StartedAt: now}
	if err := letters.Begin(t, run); err != nil {
		return err
	}
	n, err := letters.NextNumber(&t.Reader)
	if err != nil {
		return err
	}
	k := letters.Kept{ID: store.NewID(), CaseID: o.ids[whose], RunID: run.ID, Number: n, Kind: letter.Reminder, Country: "DE", Pages: 1,
		Document: letter.Document{Recipient: []string{o.word(whose, "letter")}}, PDFHash: strings.Repeat("f", 64), On: debt.DateIn(now, debt.Berlin), CreatedAt: now}
	return errors.Join(letters.Count(t, run.ID), letters.Add(t, k), letters.MarkSent(t, k, now), letters.Finish(t, letters.Run{ID: run.ID, Letters: 1, FinishedAt: now}))
}

func (o *office) plan(t *store.Tx, whose string) error {
	k := plans.Kept{Plan: plan.Plan{ID: store.NewID(), CaseID: o.ids[whose], State: debt.PlanOpen}, Method: debt.MethodTransfer, MadeBy: "debtor",
		MadeAt: o.watch.Now(), ExpiresAt: o.watch.Now().AddDate(0, 0, 9)}
	if err := plans.Add(t, k); err != nil {
		return err
	}
	return plans.AddRound(t, plans.Round{PlanID: k.ID, CaseID: k.CaseID, N: 1, By: debt.Actor{Kind: "debtor"}, Act: plans.Propose,
		Note: debt.Personal(o.word(whose, "planwords")), At: o.watch.Now()})
}

func (o *office) copy(whose string) (string, disclosure.Copy) {
	o.Helper()
	c, err := disclosure.Desk{Store: o.s, Now: o.watch.Now}.Read(ctx, o.creditor, o.ids[whose])
	o.must(err)
	var out bytes.Buffer
	o.must(c.Write(&out))
	return out.String(), c
}

// The copy has every word that is kept about a person and not one about anybody else.
func TestTheCopyHasEverythingAboutThePersonAndNothingOfOthers(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		o := newOffice(t, s)
		text, c := o.copy("Mara")
		for _, w := range o.words["Mara"] {
			if !strings.Contains(text, w) {
				t.Errorf("the copy lacks %s", w)
			}
		}
		if strings.Contains(text, "KnrTom") || strings.Contains(text, string(o.ids["Tom"])) {
			t.Error("the copy tells of somebody else")
		}
		if len(o.words["Mara"]) < 35 || len(c.Postings) == 0 || len(c.Events) < 2 || len(c.Retention) == 0 {
			t.Errorf("%d words, %d postings, %d events", len(o.words["Mara"]), len(c.Postings), len(c.Events))
		}
		var roles []string
		for _, r := range c.Recipients {
			roles = append(roles, r.Role)
		}
		if !slices.Contains(roles, "payment_provider") || !slices.Contains(roles, "creditor") || slices.Contains(roles, "email_service") {
			t.Errorf("recipients: %v", roles) // no mail has gone out yet
		}
	})
}

// No list is null, no time is the year one: a program reads it without exceptions.
func TestTheCopyIsPlainForPrograms(t *testing.T) {
	s := storetest.Open(t, store.Options{URL: storetest.SQLite(t)})
	o := newOffice(t, s)
	text, _ := o.copy("Tom")
	if strings.Contains(text, "0001-01-01") || !strings.HasPrefix(text, "{\n  \"format\": \"quitt.my-data/1\"") {
		t.Errorf("%.200s", text)
	}
	var all map[string]any
	o.must(json.Unmarshal([]byte(text), &all))
	typ := reflect.TypeFor[disclosure.Copy]()
	for i := range typ.NumField() {
		name, _, _ := strings.Cut(typ.Field(i).Tag.Get("json"), ",")
		if all[name] == nil {
			t.Errorf("%s is null", name)
		}
	}
}

// tables says of every table what of it the copy gives, or why it gives nothing of it.
var tables = map[string]string{
	"debtors": "person", "cases": "case", "holds": "case", "claims": "claims", "costs": "costs", "payments": "payments", "payment_notes": "payments",
	"entries": "postings", "postings": "postings", "plans": "plans", "plan_rounds": "plans", "plan_papers": "plans", "letters": "letters",
	"objections": "objections", "objection_lines": "objections", "proofs": "objections", "promises": "objections", "situations": "objections",
	"collection_orders": "- orders of instalments, given as payment_orders",
	"messages":          "messages", "requests": "requests", "documents": "documents", "contact_changes": "contact_changes", "outbox": "notifications",
	"attempts": "payment_orders", "instruments": "payment_instruments", "access_grants": "accesses", "events": "events", "creditors": "creditor",

	"bank_lines": "transfers", "bank_parts": "transfers", "bank_signs": "- hashes of what is given with transfers",
	"bank_files": "- hashes of files", "bank_statements": "- of the creditor's account",

	"notes": "notes", "looks": "- of the staff: who saw what",

	"authorities": "representatives", "representatives": "- hashes of the addresses of others", "representative_places": "- of others",
	"representative_codes": "- hashes, minutes", "representative_sessions": "- hashes, hours",

	"person_keys": "- keys, no data", "document_keys": "- keys", "api_keys": "- of programs", "api_tokens": "- of programs", "access_lookups": "- hashes of secrets", "sessions": "- hashes, an hour",
	"one_time_codes": "- hashes, a month", "feed": "- order of the events", "feed_heads": "- counter", "feed_readers": "- counter", "feed_pending": "- order of the events",
	"feed_acknowledgements": "- counter", "hook_dead": "- delivery of events", "counters": "- counter",
	"tasks": "- work lists about what is given", "letter_runs": "- of the operator", "letter_texts": "- of the creditor", "rule_versions": "- of the creditor", "hook_endpoints": "- of the creditor",
	"hook_attempts": "- delivery of events", "hook_replays": "- delivery of events", "hook_deliveries": "- delivery of events", "imports": "- of the creditor",
	"provider_accounts": "- of the creditor", "provider_lookups": "- ids", "provider_endpoints": "- of the operator", "provider_notices": "- ids, half a year",
	"moves": "- the books of the provider, given as payments", "refunds": "- given as returned_cents", "reconciliations": "- sums of days",
	"staff_members": "- of people who work here", "staff_roles": "- of people who work here", "staff_codes": "- hashes, of people who work here",
	"staff_passkeys": "- of people who work here", "staff_challenges": "- hashes, minutes", "staff_sessions": "- hashes, hours",
	"staff_identities": "- of people who work here", "staff_demands": "- of the creditor",
	"staff_log": "- of people who work here", "staff_mails": "- of people who work here",
	"search_keys": "- keys", "search_marks": "- keyed hashes of what is given", "search_terms": "- references, given with the case",
	"list_views": "- of the staff", "list_searches": "- sealed, a day, of the staff", "batches": "- actions, given as holds and events",
	"batch_cases": "- actions, given as holds and events", "rollup_lines": "- counts of what is given", "rollups": "- sums", "rollup_marks": "- counter",
	"report_subscriptions": "- of people who work here",
	"case_offers":          "- given as events; what is agreed by one, as plan",
	"remittances":          "- between creditor and operator", "remittance_lines": "- shares of the payments that are given",
	"api_requests": "- a day, answers to programs of what is given", "intake_mappings": "- of the creditor", "intake_jobs": "- sealed until it is worked off",
	"mandates": "mandates", "debits": "- lines of files for the bank, given as payment_orders", "debit_runs": "- sums of files for the bank", "debit_accounts": "- of the creditor", "payout_files": "- between creditor and operator", "payout_lines": "- shares of the payments that are given",
	"fee_agreements": "- between creditor and operator", "give_back_files": "- sums of files for the bank", "give_backs": "- transfers back, given as returned_cents",
	"announced_transfers": "- references of payments that may come",
	"plan_rules":          "- of the creditor", "goose_db_version": "- schema", "sqlite_sequence": "- schema", "sqlite_stat1": "- schema", "sqlite_stat4": "- schema",
}

// A new table has to say here what of it a person gets.
func TestEveryTableIsGivenOrSaysWhyNot(t *testing.T) {
	url := storetest.SQLite(t)
	storetest.Open(t, store.Options{URL: url})
	given := map[string]bool{}
	typ := reflect.TypeFor[disclosure.Copy]()
	for i := range typ.NumField() {
		given[typ.Field(i).Tag.Get("json")] = true
	}
	for _, name := range storetest.Column(t, url, "SELECT name FROM sqlite_master WHERE type = 'table'") {
		switch what := tables[name]; {
		case what == "":
			t.Errorf("the table %s: what of it does a person get?", name)
		case !strings.HasPrefix(what, "- ") && !given[what]:
			t.Errorf("%s: the copy has no %s", name, what)
		}
	}
	if len(fmt.Sprint(given)) < 100 {
		t.Error("the copy has no fields: this test looks at nothing")
	}
}
