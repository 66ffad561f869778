package directdebit

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"math/big"
	"strings"
	"time"

	"quitt/bank"
	"quitt/debt"
	"quitt/debt/access"
	"quitt/debt/collection"
	"quitt/debt/mandate"
	"quitt/debt/rail"
	"quitt/payments"
	"quitt/store"
	"quitt/store/mandates"
	"quitt/store/orders"
	"quitt/store/outbox"
	"quitt/store/rails"
)

// codeBody is the template of the mail with a one-time code for a mandate.
const codeBody = "mail_mandate_code"

// mostADay bounds how many mandates a case may begin in 24 hours: no way to try account numbers.
const mostADay = 10

// Wish is the mandate a debtor wants to give.
type Wish struct {
	Holder, IBAN debt.Personal
	Other        bool // the account is somebody else's
	Kind         mandate.Kind
	Amount       debt.Cents // of a one-off one
	Paper        bool       // on paper although a code could be sent
}

// Terms are what a mandate would say.
type Terms struct {
	Account  mandate.Account
	Creditor debt.Creditor
	Payable  debt.Cents
	FirstOn  debt.Date       // the first day on which can be collected
	Notice   int             // days
	Code     bool            // a one-time code can be sent
	Waiting  mandate.Mandate // one-off and not collected yet; its ID is "" without
	WaitsFor debt.Date       // its day
}

// Terms reads them. ok is false where the creditor does not collect, or not of this case.
func (d Desk) Terms(ctx context.Context, w Who) (x Terms, ok bool, err error) {
	now := d.Now()
	err = d.Store.Read(ctx, w.Creditor, func(r *store.Reader) error {
		f, err := r.LoadFile(w.Case)
		if err != nil {
			return err
		}
		x, ok, err = d.terms(r, f, w, now)
		return err
	})
	return x, ok, err
}

func (d Desk) terms(r *store.Reader, f *store.File, w Who, now time.Time) (x Terms, ok bool, err error) {
	list, err := mandates.Accounts(r)
	if err != nil || len(list) == 0 {
		return x, false, err
	}
	x.Account, x.Notice = list[0], list[0].Notice
	today := debt.DateIn(now, debt.Berlin)
	x.FirstOn = debt.Later(mandate.First(today, x.Account.CutOff), collection.On(today.AddDays(x.Notice)))
	mark, err := r.MarkOf(w.Case)
	if err != nil {
		return x, false, err
	}
	x.Creditor = mark.Creditor
	c := &f.Case
	if err := r.LoadHolds(c); err != nil {
		return x, false, err
	}
	for _, h := range c.Holds {
		if h.Active(today) && (h.Kind == debt.HoldInsolv || h.Kind == debt.HoldDataCheck) {
			return x, false, nil
		}
	}
	if c.Review != debt.ReviewAccepted || c.Stage == debt.StageClosed || c.Processing == debt.Stopped {
		return x, false, nil
	}
	h, err := r.LoadHistory(f)
	if err != nil {
		return x, false, err
	}
	if x.Payable, err = h.Payable(today); err != nil || x.Payable == 0 {
		return x, false, err
	}
	who, err := r.LoadDebtor(c.DebtorID)
	if err != nil || access.Minor(who, today) { // what binds a minor the parents declare, on another way
		return x, false, err
	}
	x.Code = len(d.Keys) > 0 && w.By.Kind != "representative" && (access.Mailable(who) || d.Texts && access.Textable(who))
	return x, true, x.once(r, w.Case)
}

// once finds the one-off mandate that waits for its day.
func (x *Terms) once(r *store.Reader, caseID debt.ID) error {
	list, err := mandates.OfCase(r, caseID)
	for _, m := range list {
		if err != nil || m.Kind != mandate.OneOff || m.State != mandate.Active {
			continue
		}
		o, found, err := orders.Find(r, collection.Once(m.ID))
		if err != nil {
			return err
		}
		if found && o.State == collection.Waiting {
			x.Waiting, x.WaitsFor = m, o.CollectOn
		}
	}
	return err
}

// offered does something on the terms a mandate may be given on in a case, where it may be.
func (d Desk) offered(ctx context.Context, w Who, now time.Time, do func(t *store.Tx, f *store.File, x Terms) error) error {
	return d.Store.Write(ctx, w.Creditor, func(t *store.Tx) error {
		f, err := t.LockOne(w.Case)
		if err != nil {
			return err
		}
		x, ok, err := d.terms(&t.Reader, f, w, now)
		if err != nil {
			return err
		}
		if !ok {
			return debt.E(debt.Forbidden, "mandate_not_offered", nil)
		}
		return do(t, f, x)
	})
}

// Give begins a mandate. It waits for the code that is sent, or for paper: where there is no way
// to send a code, where a representative acts, and where the account is somebody else's, whose
// word it takes. Errors: Forbidden "mandate_not_offered", Invalid "mandate_holder",
// "mandate_iban", "mandate_iban_abroad", "mandate_iban_own" or "payment_amount_range", Conflict
// "mandate_waiting", Forbidden "payment_too_often" or "one_time_too_many".
func (d Desk) Give(ctx context.Context, w Who, wish Wish) (m mandate.Mandate, err error) {
	now := d.Now()
	err = d.offered(ctx, w, now, func(t *store.Tx, f *store.File, x Terms) (err error) {
		if m, err = x.draw(w, wish, now); err != nil {
			return err
		}
		if err := seldom(&t.Reader, w.Case, now); err != nil {
			return err
		}
		if err := mandates.Add(t, m); err != nil {
			return err
		}
		if m.How == mandate.ByCode {
			return d.send(t, f, w, &m)
		}
		return keepInstrument(t, m, rail.Pending)
	})
	return m, err
}

// draw checks a wish and words it as a mandate.
func (x Terms) draw(w Who, wish Wish, now time.Time) (mandate.Mandate, error) {
	holder, iban, err := x.payer(wish.Holder, wish.IBAN)
	if err != nil {
		return mandate.Mandate{}, err
	}
	least, most := min(payments.Smallest, x.Payable), min(x.Payable, payments.LargestDebit)
	switch {
	case wish.Kind == mandate.Recurring:
		wish.Amount = 0
	case wish.Amount < least || wish.Amount > most:
		return mandate.Mandate{}, debt.E(debt.Invalid, "payment_amount_range", debt.Args{"least": least, "most": most})
	case x.Waiting.ID != "":
		return mandate.Mandate{}, debt.E(debt.Conflict, "mandate_waiting", nil)
	default:
		wish.Kind = mandate.OneOff
	}
	random := make([]byte, mandate.RandomBytes)
	_, _ = rand.Read(random) // never fails: crypto/rand
	m := mandate.Mandate{ID: store.NewID(), CaseID: w.Case, AccountID: x.Account.ID, Reference: mandate.Reference(random), Kind: wish.Kind,
		State: mandate.Pending, Holder: holder, IBAN: iban, Other: wish.Other, Amount: wish.Amount, Notice: x.Notice,
		Payee: x.Account.Holder, Identifier: x.Account.Identifier, Text: mandate.TextVersion, Language: w.Language, How: mandate.ByPaper, MadeAt: now}
	if x.Code && !wish.Other && !wish.Paper {
		m.How = mandate.ByCode
	}
	return m, nil
}

// payer checks whose account it is, and which.
func (x Terms) payer(typedHolder, typedIBAN debt.Personal) (holder, account debt.Personal, err error) {
	name := strings.Join(strings.Fields(typedHolder.Reveal()), " ")
	iban, err := bank.ParseIBAN(typedIBAN.Reveal())
	switch {
	case name == "" || len([]rune(name)) > mandate.MostName:
		return "", "", debt.E(debt.Invalid, "mandate_holder", nil)
	case err != nil:
		return "", "", debt.E(debt.Invalid, "mandate_iban", nil)
	case !iban.EEA(): // the scheme wants the payer's address then
		return "", "", debt.E(debt.Invalid, "mandate_iban_abroad", nil)
	case iban.Plain() == x.Account.IBAN:
		return "", "", debt.E(debt.Invalid, "mandate_iban_own", nil)
	}
	return debt.Personal(name), debt.Personal(iban.Plain()), nil
}

// seldom bounds how many mandates are begun in a day.
func seldom(r *store.Reader, caseID debt.ID, now time.Time) error {
	list, err := mandates.OfCase(r, caseID)
	n := 0
	for _, m := range list {
		if m.MadeAt.After(now.Add(-24 * time.Hour)) {
			n++
		}
	}
	if err == nil && n >= mostADay {
		err = debt.E(debt.Forbidden, "payment_too_often", nil)
	}
	return err
}

// send draws a code and puts it into the outbox.
func (d Desk) send(t *store.Tx, f *store.File, w Who, m *mandate.Mandate) error {
	who, err := t.LoadDebtor(f.Case.DebtorID)
	if err != nil {
		return err
	}
	n, err := rand.Int(rand.Reader, big.NewInt(access.OneTimeCodes))
	if err != nil {
		return err
	}
	code := access.WriteOneTime(n.Int64())
	m.CodeHash, m.CodeAt, m.Tries = mac(d.Keys[0], *m, code), d.Now(), 0
	if err := mandates.Save(t, *m); err != nil {
		return err
	}
	mail := outbox.Mail{CaseID: m.CaseID, Recipient: who.Email, Template: codeBody, Language: w.Language, Args: map[string]string{"code": code},
		ExpiresAt: once(*m).ExpiresAt()}
	if !access.Mailable(who) {
		mail.Channel, mail.Recipient = outbox.SMS, who.Phone
	}
	return outbox.Add(t, mail, d.Now())
}

func once(m mandate.Mandate) access.OneTime {
	return access.OneTime{ID: m.ID, SentAt: m.CodeAt, Tries: m.Tries}
}

// mac binds a code to the mandate it confirms, and to what that says.
func mac(key []byte, m mandate.Mandate, code string) string {
	h := hmac.New(sha256.New, key)
	_, _ = io.WriteString(h, "mandate:"+string(m.ID)+":"+m.Reference+":"+code)
	return hex.EncodeToString(h.Sum(nil))
}

// Resend sends another code for a mandate that waits for one; the one before is void. Forbidden
// "one_time_too_many" before a minute has passed.
func (d Desk) Resend(ctx context.Context, w Who, id debt.ID) error {
	return d.on(ctx, w, id, func(a *act) error {
		if a.m.State != mandate.Pending || a.m.How != mandate.ByCode {
			return debt.E(debt.Expired, "one_time_expired", nil)
		}
		if d.Now().Before(a.m.CodeAt.Add(time.Minute)) {
			return debt.E(debt.Forbidden, "one_time_too_many", nil)
		}
		return d.send(a.Tx, a.file, w, &a.m)
	})
}

// OnPaper lets a mandate that waits for a code be given on paper instead.
func (d Desk) OnPaper(ctx context.Context, w Who, id debt.ID) error {
	return d.on(ctx, w, id, func(a *act) error {
		if a.m.State != mandate.Pending || a.m.How == mandate.ByPaper {
			return nil
		}
		a.m.How, a.m.CodeHash = mandate.ByPaper, ""
		if err := mandates.Save(a.Tx, a.m); err != nil {
			return err
		}
		return keepInstrument(a.Tx, a.m, rail.Pending)
	})
}

// Confirm puts a mandate into force with the code that was sent. Invalid "one_time_invalid" for
// what has not six digits, Expired "one_time_expired" for a code that is of no use any more,
// Forbidden "contact_code_wrong" for a wrong one, which is counted.
func (d Desk) Confirm(ctx context.Context, w Who, id debt.ID, typed string) error {
	code, ok := access.ReadOneTime(typed)
	if !ok {
		return debt.E(debt.Invalid, "one_time_invalid", nil)
	}
	var refused error // outside: what undoes the transaction would undo the count as well
	err := d.on(ctx, w, id, func(a *act) error {
		refused = nil
		if a.m.State == mandate.Active { // pressed twice
			return nil
		}
		o := once(a.m)
		if a.m.State != mandate.Pending || a.m.CodeHash == "" || !o.CountTry(a.now) {
			refused = debt.E(debt.Expired, "one_time_expired", nil)
			return nil
		}
		if a.m.Tries = o.Tries; !d.proves(a.m, code) {
			refused = debt.E(debt.Forbidden, "contact_code_wrong", nil)
			return mandates.Save(a.Tx, a.m)
		}
		return a.activate(debt.DateIn(a.now, debt.Berlin))
	})
	if err != nil {
		return err
	}
	return refused
}

func (d Desk) proves(m mandate.Mandate, code string) (right bool) {
	for _, key := range d.Keys {
		right = hmac.Equal([]byte(m.CodeHash), []byte(mac(key, m, code))) || right
	}
	return right
}

// Receive puts a mandate on paper into force: a person holds the signed sheet in hand. on is the
// day it was signed. NotFound "mandate_unknown"; Forbidden "mandate_transition" if it does not
// wait any more; Invalid "date_invalid" for a day to come.
func (d Desk) Receive(ctx context.Context, creditor debt.ID, reference string, on debt.Date, by debt.Actor) (m mandate.Mandate, err error) {
	err = d.Store.Read(ctx, creditor, func(r *store.Reader) (err error) {
		m, err = mandates.ByReference(r, strings.ToUpper(strings.Join(strings.Fields(reference), "")))
		return err
	})
	if err != nil {
		return m, err
	}
	return m, d.on(ctx, Who{Creditor: creditor, Case: m.CaseID, By: by}, m.ID, func(a *act) error {
		if on.After(debt.DateIn(a.now, debt.Berlin)) {
			return debt.E(debt.Invalid, "date_invalid", debt.Args{"value": on.String()})
		}
		a.m.How = mandate.ByPaper
		return a.activate(on)
	})
}

// keepInstrument keeps the mandate as what plans are paid by.
func keepInstrument(t *store.Tx, m mandate.Mandate, s rail.InstrumentState) error {
	i := rail.Instrument{ID: m.ID, CaseID: m.CaseID, Account: m.AccountID, External: m.Reference, Mandate: m.Reference, Method: debt.MethodDirectDebit,
		Last4: m.Last4(), State: s, SavedBy: m.ID, SavedAt: m.MadeAt}
	if m.Kind == mandate.OneOff {
		i.Brand = rail.OneOff
	}
	_, err := rails.SaveInstrument(t, i)
	return err
}
