package staffing_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"quitt/cases/signin/staffing"
	"quitt/debt"
	"quitt/debt/staff"
	"quitt/store"
	kept "quitt/store/staff"
)

const issuer = "https://login.example.org"

var told int

// from is an answer of the provider about an account of its.
func (o *office) from(subject, email string) staffing.Identity {
	told++
	return staffing.Identity{Issuer: issuer, Subject: subject, Email: debt.Personal(email), AuthAt: o.clock.Now(), Once: fmt.Sprint(told), Device: "Firefox, Linux"}
}

func (o *office) enters(i staffing.Identity) string {
	o.Helper()
	in, err := o.SignInByIdentity(ctx, i)
	o.must(err)
	return in.Cookie
}

// stays wants an answer of the provider to open nothing.
func (o *office) stays(why string, i staffing.Identity) {
	o.Helper()
	if in, err := o.SignInByIdentity(ctx, i); !errors.Is(err, debt.E(debt.Forbidden, "staff_sso_refused", nil)) || in.Cookie != "" {
		o.Errorf("%s: %v", why, err)
	}
}

func (o *office) visit(cookie string) staffing.Visit {
	o.Helper()
	v, err := o.Visit(ctx, cookie)
	o.must(err)
	return v
}

func (o *office) whats(at debt.Creditor) (list []staff.What) {
	o.Helper()
	lines, err := o.Log(ctx, at.ID)
	o.must(err)
	for _, l := range lines {
		list = append(list, l.What)
	}
	return list
}

// An account becomes a member's once, with the verified address of somebody who is invited or
// has joined; from then on the address says nothing.
func TestAnAccountIsLinkedOnce(t *testing.T) {
	each(t, func(o *office) {
		anna := o.hire("anna@example.org", o.a, staff.Clerk)
		i := o.invite("neu@example.org", o.b, staff.Manager)
		o.mails()
		o.stays("nobody has the address", o.from("s1", "nobody@example.org"))
		o.stays("the address is not verified", o.from("s1", ""))
		o.stays("what is no address", o.from("s1", "anna"))

		v := o.visit(o.enters(o.from("s1", "ANNA@example.org")))
		if v.Who.ID != anna.id || v.Via != staff.ViaProvider || !v.Factor || v.Here.Creditor.ID != o.a.ID {
			o.Errorf("%+v", v)
		}
		if sent := o.mails(); len(sent) != 1 || sent[0].To != "anna@example.org" || sent[0].Template != staffing.LinkedMail {
			o.Errorf("the member is not told: %d mails", len(sent))
		}
		o.stays("a second account with the same address", o.from("s2", "anna@example.org"))
		if v := o.visit(o.enters(o.from("s1", "somebody.else@example.org"))); v.Who.ID != anna.id {
			o.Error("another address at the provider is another person")
		}
		if v := o.visit(o.enters(o.from("s1", ""))); v.Who.ID != anna.id {
			o.Error("whoever is known needs a verified address again")
		}
		other := o.from("s1", "")
		other.Issuer = "https://elsewhere.example.org"
		o.stays("the same subject of another issuer", other)
		if n := len(o.mails()); n != 0 {
			o.Errorf("%d mails about nothing", n)
		}

		v = o.visit(o.enters(o.from("s3", "neu@example.org")))
		if v.Who.ID != i.ID || v.Who.State != staff.Active || v.Factor || v.Here.Role != staff.Manager {
			o.Errorf("%+v", v)
		}
		if _, err := o.Look(ctx, i.Code.Grouped()); !errors.Is(err, debt.E(debt.Forbidden, "staff_invitation_refused", nil)) {
			o.Errorf("the invitation can be used again: %v", err)
		}
		late := o.invite("spaet@example.org", o.a, staff.Clerk)
		o.clock.Move(72 * time.Hour)
		o.stays("an invitation that is too old", o.from("s4", "spaet@example.org"))
		if got := o.count(late.ID); got != staff.Invited {
			o.Errorf("he is %s", got)
		}
	})
}

// count gives the state of a member.
func (o *office) count(id debt.ID) (s staff.State) {
	o.Helper()
	o.must(o.s.Read(ctx, "", func(r *store.Reader) error {
		m, err := kept.Load(r, id)
		s = m.State
		return err
	}))
	return s
}

func TestAnAnswerOfTheProviderIsTakenOnce(t *testing.T) {
	each(t, func(o *office) {
		o.hire("anna@example.org", o.a, staff.Clerk)
		i := o.from("s1", "anna@example.org")
		o.enters(i)
		o.stays("the same answer again", i)
		unknown := o.from("s9", "nobody@example.org")
		o.stays("nobody", unknown)
		unknown.Subject = "s1"
		o.stays("an answer that was refused", unknown)
	})
}

// Who has ended, or is invited anew, is out with the account too, and a pause after wrong
// passwords is none of the provider's.
func TestRemovedPeopleStayOut(t *testing.T) {
	each(t, func(o *office) {
		anna := o.hire("anna@example.org", o.a, staff.Clerk)
		cookie := o.enters(o.from("s1", "anna@example.org"))
		for range 6 {
			_, _ = o.signIn(anna, "wrong wrong wrong", "123456")
		}
		o.enters(o.from("s1", ""))

		_, err := o.Restart(ctx, staffing.Change{Member: anna.id})
		o.must(err)
		if _, err := o.Visit(ctx, cookie); debt.KindOf(err) != debt.NotFound {
			o.Errorf("a sign-in goes on: %v", err)
		}
		o.stays("restarted, and the provider does not vouch for the address", o.from("s1", ""))
		o.enters(o.from("s1", "anna@example.org"))

		o.must(o.End(ctx, staffing.Change{Member: anna.id}))
		o.stays("ended", o.from("s1", "anna@example.org"))
		o.stays("ended, with another account", o.from("s2", "anna@example.org"))
	})
}

// A code of an authenticator that was never set up can be computed by anybody.
func TestWhoHasNoSecondFactorShowsNone(t *testing.T) {
	each(t, func(o *office) {
		o.invite("neu@example.org", o.a, staff.Admin)
		cookie := o.enters(o.from("s1", "neu@example.org"))
		o.clock.Move(20 * time.Minute)
		code, err := staffing.CodeAt("", o.clock.Now())
		o.must(err)
		if _, err := o.Prove(ctx, cookie, code); !errors.Is(err, debt.E(debt.Forbidden, "staff_code_wrong", nil)) {
			o.Errorf("the code of an empty secret: %v", err)
		}
		for _, word := range []string{"", "none", "x"} {
			if _, err := o.signIn(&person{email: "neu@example.org"}, word, code); !refused(err) {
				o.Errorf("%q opens: %v", word, err)
			}
			o.clock.Move(31 * time.Minute)
		}
		o.mails()
		o.must(o.SendReset(ctx, "neu@example.org"))
		if n := len(o.mails()); n != 0 {
			o.Errorf("%d mails about a password that does not exist", n)
		}
	})
}

// Within a sign-in only an answer about the same member counts, and one the provider has asked
// for anew.
func TestTheProviderStandsForTheSecondFactor(t *testing.T) {
	each(t, func(o *office) {
		o.hire("anna@example.org", o.a, staff.Admin)
		o.hire("ben@example.org", o.a, staff.Admin)
		o.enters(o.from("s2", "ben@example.org"))
		untold := o.from("s1", "anna@example.org")
		untold.AuthAt = time.Time{}
		if o.visit(o.enters(untold)).Fresh(o.clock.Now()) {
			o.Error("a provider that does not say when it asked counts")
		}
		old := o.from("s1", "")
		old.AuthAt = o.clock.Now().Add(-16 * time.Minute)
		cookie := o.enters(old)
		if o.visit(cookie).Fresh(o.clock.Now()) {
			o.Error("what was asked a while ago is fresh")
		}
		since := o.clock.Now()
		for name, change := range map[string]func(*staffing.Identity){
			"somebody else":        func(i *staffing.Identity) { i.Subject = "s2" },
			"nobody":               func(i *staffing.Identity) { i.Subject = "s3" },
			"asked before":         func(i *staffing.Identity) { i.AuthAt = since.Add(-2 * time.Minute) },
			"asked in the future":  func(i *staffing.Identity) { i.AuthAt = since.Add(2 * time.Minute) },
			"does not say when":    func(i *staffing.Identity) { i.AuthAt = time.Time{} },
			"an answer from above": func(i *staffing.Identity) { i.Once = old.Once },
		} {
			i := o.from("s1", "")
			change(&i)
			if _, err := o.ProveByIdentity(ctx, cookie, i, since); !errors.Is(err, debt.E(debt.Forbidden, "staff_sso_again_refused", nil)) {
				o.Errorf("%s: %v", name, err)
			}
		}
		in, err := o.ProveByIdentity(ctx, cookie, o.from("s1", ""), since)
		o.must(err)
		if v := o.visit(in.Cookie); !v.Fresh(o.clock.Now()) || v.Via != staff.ViaProvider || v.Here.Role != staff.Admin {
			o.Errorf("%+v", v)
		}
		if _, err := o.Visit(ctx, cookie); debt.KindOf(err) != debt.NotFound {
			o.Errorf("the cookie from before still opens: %v", err)
		}
	})
}

// A creditor who demands the provider keeps everybody else out, from the next page on; its
// administrators come in without, and the log says so.
func TestACreditorMayDemandTheProvider(t *testing.T) {
	each(t, func(o *office) {
		boss, clerk := o.hire("boss@example.org", o.a, staff.Admin), o.hire("anna@example.org", o.a, staff.Clerk)
		o.must(second(o.Invite(ctx, "", staffing.Wish{Email: "anna@example.org", Name: "Anna", Creditor: o.b.ID, Role: staff.Clerk})))
		helper := o.hire("hilfe@example.org", debt.Creditor{}, "")
		o.must(o.SetDemand(ctx, staffing.Change{Creditor: o.a.ID, By: boss.id}, true))
		o.must(o.SetDemand(ctx, staffing.Change{Creditor: o.a.ID, By: boss.id}, true))
		if is, err := o.Demanded(ctx, o.a.ID); err != nil || !is {
			o.Errorf("%v %v", is, err)
		}
		v := o.visit(clerk.cookie)
		if v.Here.Role != "" || len(v.Places) != 1 || v.Places[0].Creditor.ID != o.b.ID || len(v.Shut) != 1 || v.Shut[0].Creditor.ID != o.a.ID {
			o.Errorf("the clerk is in with a password: %+v", v)
		}
		if err := o.Choose(ctx, clerk.cookie, o.a.ID); debt.KindOf(err) != debt.NotFound {
			o.Errorf("he may choose it: %v", err)
		}
		o.must(o.Choose(ctx, clerk.cookie, o.b.ID))
		byProvider := o.enters(o.from("s1", "anna@example.org"))
		o.must(o.Choose(ctx, byProvider, o.a.ID))
		if v := o.visit(byProvider); v.Here.Role != staff.Clerk || len(v.Shut) != 0 {
			o.Errorf("he stays out with the provider: %+v", v)
		}
		if v := o.visit(boss.cookie); v.Here.Role != staff.Admin {
			o.Errorf("the administrator is out: %+v", v)
		}
		if v := o.visit(helper.cookie); len(v.Places) != 2 {
			o.Errorf("the operator's people are out: %+v", v)
		}
		again, err := o.signIn(boss, password, o.code(boss))
		o.must(err)
		o.visit(again)
		want := []staff.What{staff.CameWithoutSSO, staff.SSODemanded, staff.WasInvited, staff.WasInvited}
		if got := o.whats(o.a); fmt.Sprint(got) != fmt.Sprint(want) {
			o.Errorf("the log says %v, want %v", got, want)
		}
		o.must(o.SetDemand(ctx, staffing.Change{Creditor: o.a.ID, By: boss.id}, false))
		if v := o.visit(clerk.cookie); len(v.Places) != 2 || len(v.Shut) != 0 {
			o.Errorf("the clerk stays out: %+v", v)
		}
	})
}

// Somebody must be able to come in while the provider is away.
func TestADemandNeedsAnAdministratorWithAPassword(t *testing.T) {
	each(t, func(o *office) {
		i := o.invite("neu@example.org", o.a, staff.Admin)
		o.hire("anna@example.org", o.a, staff.Clerk)
		o.enters(o.from("s1", "neu@example.org"))
		err := o.SetDemand(ctx, staffing.Change{Creditor: o.a.ID, By: i.ID}, true)
		if !errors.Is(err, debt.E(debt.Conflict, "staff_sso_no_admin", nil)) {
			o.Error(err)
		}
	})
}

func TestIdentitiesSayNothingAboutPeople(t *testing.T) {
	i := staffing.Identity{Issuer: issuer, Subject: "s1", Email: "anna@example.org"}
	if said := fmt.Sprintf("%v %+v %s", i, i, i); strings.Contains(said, "anna") || strings.Contains(said, "s1") {
		t.Error(said)
	}
}
