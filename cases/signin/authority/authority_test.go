package authority_test

import (
	"context"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"quitt/cases/signin"
	"quitt/cases/signin/authority"
	"quitt/debt"
	"quitt/debt/access"
	rules "quitt/debt/authority"
	"quitt/debt/debttest"
	"quitt/store"
	"quitt/store/storetest"
)

var ctx = context.Background()

const helper = "beratung@diakonie.example"

// office is a desk with two cases of two creditors.
type office struct {
	*testing.T
	authority.Desk
	clock *storetest.Watch
	url   string
	at    [2]authority.At
}

func newOffice(t *testing.T, url string) *office {
	t.Helper()
	s, clock := storetest.Open(t, store.Options{URL: url}), storetest.NewWatch()
	p, err := signin.ParsePeppers("1:" + base64.StdEncoding.EncodeToString([]byte(strings.Repeat("p", signin.PepperSize))))
	if err != nil {
		t.Fatal(err)
	}
	o := &office{T: t, Desk: authority.New(signin.New(s, clock.Now, p)), clock: clock, url: url}
	for i, code := range []string{"koeln", "bonn"} {
		c := storetest.Creditor(t, s, code)
		f := storetest.File(c.ID, "A-1")
		f.Debtor.LastName = debt.Personal("Mandant" + code)
		if err := s.Write(ctx, c.ID, func(t *store.Tx) error { return t.AddFiles([]store.NewFile{f}) }); err != nil {
			t.Fatal(err)
		}
		o.at[i] = authority.At{Creditor: c.ID, Case: f.File.Case.ID}
	}
	return o
}

func (o *office) must(err error) {
	o.Helper()
	if err != nil {
		o.Fatal(err)
	}
}

func wish(scopes ...rules.Scope) authority.Wish {
	return authority.Wish{Name: "Frau Helferin", Email: helper,
		Wish: rules.Wish{Kind: rules.Adviser, Scopes: scopes, Until: debt.MustDate("2027-02-01")}}
}

var debtor = debt.Actor{Kind: "debtor"}

func (o *office) invite(i int, scopes ...rules.Scope) authority.Invitation {
	o.Helper()
	inv, err := o.Invite(ctx, o.at[i], debtor, wish(scopes...))
	o.must(err)
	return inv
}

// code takes the newest one-time code out of the outbox, which only a test can.
func (o *office) code() string {
	o.Helper()
	o.must(o.SendCode(ctx, helper, "de"))
	return o.mailed(authority.OneTimeMail)
}

func (o *office) in() string {
	o.Helper()
	v, err := o.Open(ctx, helper, o.code())
	o.must(err)
	if v.CaseID != "" || v.Acting.May(rules.See) {
		o.Error("a sign-in opens a case by itself")
	}
	return v.Cookie
}

// client is a visit of a client of the case i.
func (o *office) client(cookie string, inv authority.Invitation) signin.Opened {
	o.Helper()
	o.must(o.Redeem(ctx, cookie, strings.ToLower(inv.Code.Grouped())))
	v, err := o.Choose(ctx, cookie, inv.ID)
	o.must(err)
	return v
}

func each(t *testing.T, test func(o *office)) {
	t.Helper()
	storetest.EachURL(t, func(t *testing.T, url string) { test(newOffice(t, url)) })
}

func TestAnAdviserSeesAllClientsUnderOneSignIn(t *testing.T) {
	each(t, func(o *office) {
		first, second := o.invite(0, rules.Negotiate), o.invite(1, rules.Pay)
		cookie := o.in()
		v, err := o.Visit(ctx, cookie)
		o.must(err)
		if list, err := o.Clients(ctx, v.Acting.Representative); err != nil || len(list) != 0 {
			o.Errorf("before any code was typed: %v, %v", list, err)
		}
		o.must(o.Redeem(ctx, cookie, first.Code.Grouped()))
		o.must(o.Redeem(ctx, cookie, second.Code.Grouped()))
		list, err := o.Clients(ctx, v.Acting.Representative)
		o.must(err)
		if len(list) != 2 || list[0].Authority != second.ID || !strings.Contains(list[0].Name.Reveal(), "Mandantbonn") {
			o.Errorf("%d clients", len(list))
		}
		one, err := o.Choose(ctx, cookie, first.ID)
		o.must(err)
		if _, err := o.Visit(ctx, cookie); debt.KindOf(err) != debt.NotFound {
			o.Error("the secret of before still opens something")
		}
		v, err = o.Visit(ctx, one.Cookie)
		o.must(err)
		if v.CaseID != o.at[0].Case || v.CreditorID != o.at[0].Creditor || v.Tier != access.FullView ||
			v.Acting.Actor() != (debt.Actor{Kind: "representative", ID: first.ID}) {
			o.Errorf("%+v", v)
		}
		for act, want := range map[rules.Act]bool{rules.See: true, rules.Propose: true, rules.Settle: false, rules.Contest: false, rules.Personally: false} {
			if v.Acting.May(act) != want {
				o.Errorf("%s: %v", act, !want)
			}
		}
		two, err := o.Choose(ctx, one.Cookie, second.ID)
		o.must(err)
		if two.CaseID != o.at[1].Case || two.Acting.May(rules.Propose) || !two.Acting.May(rules.Settle) {
			o.Errorf("%+v", two.Visit)
		}
	})
}

func TestWhoeverEndsAnAuthorityEndsItAtOnce(t *testing.T) {
	for name, end := range map[string]func(o *office, inv authority.Invitation){
		"debtor": func(o *office, inv authority.Invitation) { o.must(o.Revoke(ctx, o.at[0], debtor, inv.ID)) },
		"creditor": func(o *office, inv authority.Invitation) {
			o.must(o.Revoke(ctx, authority.At{Creditor: o.at[0].Creditor}, debt.Actor{Kind: "creditor"}, inv.ID))
		},
		"end date": func(o *office, _ authority.Invitation) { o.clock.Set(time.Date(2027, 2, 1, 23, 1, 0, 0, time.UTC)) }, // midnight in Berlin has passed
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(o *office) {
				if name == "end date" { // a visit lasts an hour, so it begins shortly before
					o.clock.Set(time.Date(2027, 2, 1, 22, 50, 0, 0, time.UTC))
				}
				w := wish(rules.Scopes()...)
				inv, err := o.Invite(ctx, o.at[0], debtor, w)
				o.must(err)
				v := o.client(o.in(), inv)
				if got, err := o.Visit(ctx, v.Cookie); err != nil || got.CaseID == "" {
					o.Fatalf("%+v, %v", got, err)
				}
				end(o, inv)
				got, err := o.Visit(ctx, v.Cookie)
				if err != nil || got.CaseID != "" || got.CreditorID != "" || got.Acting.May(rules.See) || got.Acting.Representative == "" {
					o.Errorf("%+v, %v", got, err)
				}
				_, err = o.Choose(ctx, v.Cookie, inv.ID)
				debttest.WantKey(o, err, debt.NotFound, "authority_unknown")
				if list, err := o.Clients(ctx, got.Acting.Representative); err != nil || len(list) != 0 {
					o.Errorf("%v, %v", list, err)
				}
				debttest.WantKey(o, o.Redeem(ctx, v.Cookie, inv.Code.Grouped()), debt.NotFound, "authority_code_unknown")
			})
		})
	}
}

func TestOnlyTheInvitedAddressCanUseACode(t *testing.T) {
	each(t, func(o *office) {
		inv := o.invite(0, rules.Read)
		other := wish(rules.Read)
		other.Email = "fremd@example.org"
		_, err := o.Invite(ctx, o.at[1], debtor, other)
		o.must(err)
		o.must(o.SendCode(ctx, other.Email, "de"))
		thief, err := o.Open(ctx, other.Email, o.mailed(authority.OneTimeMail))
		o.must(err)
		debttest.WantKey(o, o.Redeem(ctx, thief.Cookie, inv.Code.Grouped()), debt.NotFound, "authority_code_unknown")
		debttest.WantKey(o, o.Redeem(ctx, thief.Cookie, access.NewCode([10]byte{1}).Grouped()), debt.NotFound, "authority_code_unknown")
		_, err = o.Choose(ctx, thief.Cookie, inv.ID)
		debttest.WantKey(o, err, debt.NotFound, "authority_unknown")
		mine := o.client(o.in(), inv)
		debttest.WantKey(o, o.Redeem(ctx, mine.Cookie, inv.Code.Grouped()), debt.NotFound, "authority_code_unknown")
		_, err = o.Choose(ctx, thief.Cookie, inv.ID)
		debttest.WantKey(o, err, debt.NotFound, "authority_unknown")
	})
}

func TestAClaimOpensNothingUntilAPersonHasLooked(t *testing.T) {
	each(t, func(o *office) {
		id, err := o.Claim(ctx, o.at[0], wish(rules.Object), nil)
		o.must(err)
		o.must(o.SendCode(ctx, helper, "de"))
		if got := o.mails(); len(got) != 0 {
			o.Errorf("mails before anybody has looked: %v", got)
		}
		list, err := o.Claimed(ctx, o.at[0].Creditor, 10)
		if err != nil || len(list) != 1 || list[0].Who.Name != "Frau Helferin" {
			o.Fatalf("%v, %v", list, err)
		}
		staff := debt.Actor{Kind: "operator"}
		o.must(o.Accept(ctx, o.at[0].Creditor, id, staff))
		debttest.WantKey(o, o.Refuse(ctx, o.at[0].Creditor, authority.Refusal{ID: id, By: staff, Reason: rules.Unsigned}), debt.Conflict, "authority_decided")
		code := o.mailed(authority.InvitationMail)
		cookie := o.in()
		o.must(o.Redeem(ctx, cookie, code))
		v, err := o.Choose(ctx, cookie, id)
		if err != nil || !v.Acting.May(rules.Contest) || v.Acting.May(rules.Settle) {
			o.Errorf("%+v, %v", v, err)
		}
		second, err := o.Claim(ctx, o.at[1], wish(rules.Object), nil)
		o.must(err)
		o.must(o.Refuse(ctx, o.at[1].Creditor, authority.Refusal{ID: second, By: staff, Reason: rules.Unsigned}))
		debttest.WantKey(o, o.Accept(ctx, o.at[1].Creditor, second, staff), debt.Conflict, "authority_decided")
	})
}

func TestGuessingACodeEndsAndTellsNothing(t *testing.T) {
	each(t, func(o *office) {
		o.must(o.SendCode(ctx, "niemand@example.org", "de"))
		_, err := o.Open(ctx, "niemand@example.org", "123456")
		debttest.WantKey(o, err, debt.Forbidden, "representative_refused")
		o.invite(0, rules.Read)
		code := o.code()
		wrong := "000000"
		if code == wrong {
			wrong = "111111"
		}
		for range 5 {
			_, err := o.Open(ctx, helper, wrong)
			debttest.WantKey(o, err, debt.Forbidden, "representative_refused")
		}
		_, err = o.Open(ctx, helper, code)
		debttest.WantKey(o, err, debt.Forbidden, "representative_refused")
		_, err = o.Open(ctx, debt.Personal(strings.ToUpper(helper[:1])+helper[1:]), o.code())
		o.must(err)
		before := len(o.mails())
		o.must(o.SendCode(ctx, helper, "de"))
		o.must(o.SendCode(ctx, helper, "de"))
		if got := len(o.mails()); got != before+1 {
			o.Errorf("%d codes within an hour", got)
		}
	})
}

func TestAVisitEndsByItselfAndWhenItIsLeft(t *testing.T) {
	each(t, func(o *office) {
		inv := o.invite(0, rules.Read)
		v := o.client(o.in(), inv)
		for range 5 {
			o.clock.Move(10 * time.Minute)
			if _, err := o.Visit(ctx, v.Cookie); err != nil {
				o.Fatal(err)
			}
		}
		o.clock.Move(11 * time.Minute)
		_, err := o.Visit(ctx, v.Cookie)
		debttest.WantKey(o, err, debt.NotFound, "session_ended")
		v, err = o.Choose(ctx, o.in(), inv.ID)
		o.must(err)
		o.must(o.Leave(ctx, v.Cookie))
		o.must(o.Leave(ctx, v.Cookie))
		for _, cookie := range []string{v.Cookie, "", "v", v.Cookie[1:], "w" + v.Cookie[1:], v.Cookie + "A"} {
			_, err = o.Visit(ctx, cookie)
			debttest.WantKey(o, err, debt.NotFound, "session_ended")
		}
	})
}

func TestAnAuthorityIsBounded(t *testing.T) {
	each(t, func(o *office) {
		o.invite(0, rules.Read)
		_, err := o.Invite(ctx, o.at[0], debtor, wish(rules.Pay))
		debttest.WantKey(o, err, debt.Conflict, "authority_exists")
		for i := range 5 {
			w := wish(rules.Read)
			w.Email = debt.Personal(string(rune('a'+i)) + "@example.org")
			_, err = o.Invite(ctx, o.at[0], debtor, w)
		}
		debttest.WantKey(o, err, debt.Forbidden, "authority_many")
		for _, bad := range []debt.Personal{"", "niemand", "a b@example.org", "Name <a@example.org>", "a@example.org\r\nBcc: b@example.org"} {
			w := wish(rules.Read)
			w.Email = bad
			_, err := o.Invite(ctx, o.at[1], debtor, w)
			debttest.WantKey(o, err, debt.Invalid, "authority_email")
		}
		w := wish(rules.Read)
		w.Name = " "
		_, err = o.Invite(ctx, o.at[1], debtor, w)
		debttest.WantKey(o, err, debt.Invalid, "authority_name")
		inv := o.invite(1, rules.Read)
		debttest.WantKey(o, o.Revoke(ctx, authority.At{Creditor: o.at[1].Creditor, Case: o.at[0].Case}, debtor, inv.ID), debt.NotFound, "authority_unknown")
	})
}

// Nothing in the database, and no event, tells who helps whom; the codes are nowhere.
func TestNoNameAddressOrCodeIsStoredInTheClear(t *testing.T) {
	each(t, func(o *office) {
		inv := o.invite(0, rules.Negotiate)
		v := o.client(o.in(), inv)
		dump := storetest.Dump(o, o.url)
		if !strings.Contains(dump, "authorities.state=active") || !strings.Contains(dump, string(inv.ID)) {
			o.Fatal("the dump does not show what is there")
		}
		for name, secret := range map[string]string{"name": "Helferin", "address": helper, "domain": "diakonie", "code": string(inv.Code),
			"printed code": inv.Code.Grouped(), "cookie": v.Cookie, "cookie without its mark": v.Cookie[1:]} {
			if strings.Contains(dump, secret) {
				o.Errorf("the %s stands in the database", name)
			}
		}
		o.must(o.Store.Read(ctx, o.at[0].Creditor, func(r *store.Reader) error {
			events, err := r.Events(o.at[0].Case)
			by := map[string]int{}
			for _, e := range events {
				by[e.Actor.Kind]++
				if e.Actor.Kind == "representative" && e.Actor.ID != inv.ID {
					o.Errorf("%+v", e)
				}
			}
			if by["representative"] != 2 || by["debtor"] != 1 {
				o.Errorf("%v", by)
			}
			return err
		}))
	})
}

// A guardian needs an address for letters, and what a court has given decides what a visit opens.
func TestAGuardianHasAnAddressAndWhatTheCourtHasGiven(t *testing.T) {
	each(t, func(o *office) {
		w := wish(rules.Scopes()...)
		w.Kind = rules.Guardian
		_, err := o.Claim(ctx, o.at[0], w, nil)
		debttest.WantKey(o, err, debt.Invalid, "seven_guardian_address")
		w.Street, w.Postcode, w.City = "Allee 7", "1011", "Berlin"
		_, err = o.Claim(ctx, o.at[0], w, nil)
		debttest.WantKey(o, err, debt.Invalid, "seven_address")
		w.Postcode, w.Areas = "10115", rules.Areas()
		id, err := o.Claim(ctx, o.at[0], w, nil)
		o.must(err)
		it := authority.Certificate{ID: id, By: debt.Actor{Kind: "operator"}, Areas: []rules.Area{"world"}}
		debttest.WantKey(o, o.Certify(ctx, o.at[0].Creditor, it), debt.Invalid, "seven_areas")
		it.Areas = []rules.Area{rules.Reservation} // the certificate says less than he did
		o.must(o.Certify(ctx, o.at[0].Creditor, it))
		code := o.mailed(authority.InvitationMail)
		cookie := o.in()
		o.must(o.Redeem(ctx, cookie, code))
		v, err := o.Choose(ctx, cookie, id)
		if err != nil || !v.Acting.May(rules.See) || v.Acting.May(rules.Propose) {
			o.Errorf("%+v, %v", v, err)
		}
		list, err := o.OfCase(ctx, o.at[0])
		if err != nil || len(list) != 1 || list[0].Who.Street != "Allee 7" || !list[0].Has(rules.Reservation) || list[0].Has(rules.Property) {
			o.Errorf("%+v, %v", list, err)
		}
	})
}
