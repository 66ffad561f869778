package staffing_test

import (
	"bytes"
	"context"
	"crypto/sha1" //nolint:gosec // lists of passwords are made of it
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"quitt/cases/signin"
	"quitt/cases/signin/staffing"
	"quitt/cases/signin/staffing/breached"
	"quitt/debt"
	"quitt/debt/staff"
	"quitt/store"
	kept "quitt/store/staff"
	"quitt/store/storetest"
)

var ctx = context.Background()

const password = "Ein langer Satz über Äpfel"

// office is an installation with two creditors.
type office struct {
	*testing.T
	staffing.Desk
	clock *storetest.Watch
	s     *store.Store
	a, b  debt.Creditor
}

func each(t *testing.T, test func(o *office)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		clock := storetest.NewWatch()
		p, err := signin.ParsePeppers("1:" + base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{7}, signin.PepperSize)))
		if err != nil {
			t.Fatal(err)
		}
		d, err := staffing.New(signin.New(s, clock.Now, p), "Inkasso Muster")
		if err != nil {
			t.Fatal(err)
		}
		test(&office{t, d, clock, s, storetest.Creditor(t, s, "a"), storetest.Creditor(t, s, "b")})
	})
}

func (o *office) must(err error) {
	o.Helper()
	if err != nil {
		o.Fatal(err)
	}
}

// person is a member with what only he knows.
type person struct {
	id       debt.ID
	email    string
	secret   string
	cookie   string
	recovery []string
}

func (o *office) invite(email string, at debt.Creditor, role staff.Role) staffing.Invitation {
	o.Helper()
	i, err := o.Invite(ctx, "", staffing.Wish{Email: debt.Personal(email), Name: "Name of " + debt.Personal(email), Creditor: at.ID, Role: role, Operator: at.ID == ""})
	o.must(err)
	return i
}

// hire invites somebody and has him join.
func (o *office) hire(email string, at debt.Creditor, role staff.Role) *person {
	o.Helper()
	return o.joins(email, o.invite(email, at, role))
}

func (o *office) joins(email string, i staffing.Invitation) *person {
	o.Helper()
	known, err := o.Look(ctx, i.Code.Grouped())
	o.must(err)
	p := &person{id: i.ID, email: email, secret: known.Secret}
	opened, codes, err := o.Join(ctx, staffing.Joining{Code: i.Code.Grouped(), Password: password, Second: o.code(p)})
	o.must(err)
	p.cookie = opened.Cookie
	for _, c := range codes {
		p.recovery = append(p.recovery, c.Grouped())
	}
	o.clock.Move(time.Minute)
	return p
}

func (o *office) code(p *person) string {
	o.Helper()
	c, err := staffing.CodeAt(p.secret, o.clock.Now())
	o.must(err)
	return c
}

func (o *office) signIn(p *person, word, second string) (string, error) {
	in, err := o.SignIn(ctx, staffing.Attempt{Email: debt.Personal(p.email), Password: word, Second: second, Device: "Firefox, Linux"})
	return in.Cookie, err
}

func refused(err error) bool {
	return errors.Is(err, debt.E(debt.Forbidden, "staff_refused_signin", nil))
}

func TestAnInvitationLetsSomebodyInOnce(t *testing.T) {
	each(t, func(o *office) {
		i := o.invite("anna@example.org", o.a, staff.Clerk)
		first, err := o.Look(ctx, i.Code.Grouped())
		o.must(err)
		if again, err := o.Look(ctx, strings.ToLower(i.Code.Grouped())); err != nil || again.Secret != first.Secret || again.Email != "anna@example.org" {
			o.Errorf("a second look shows something else: %v", err)
		}
		p := &person{email: "anna@example.org", secret: first.Secret}
		join := func(word, second string) error {
			_, _, err := o.Join(ctx, staffing.Joining{Code: i.Code.Grouped(), Password: word, Second: second})
			return err
		}
		for word, key := range map[string]string{"kurz": "staff_password_length", "aaaaaaaaaaaaaaaa": "staff_password_easy", "anna anna anna 1": "staff_password_easy"} {
			if err := join(word, o.code(p)); !errors.Is(err, debt.E(debt.Invalid, key, nil)) && !strings.Contains(fmt.Sprint(err), key) {
				o.Errorf("%q: %v", word, err)
			}
		}
		if err := join(password, "000000"); !errors.Is(err, debt.E(debt.Invalid, "staff_code_wrong", nil)) {
			o.Errorf("a wrong code: %v", err)
		}
		o.must(join(password, o.code(p)))
		if err := join(password, o.code(p)); !errors.Is(err, debt.E(debt.Forbidden, "staff_invitation_refused", nil)) {
			o.Errorf("an invitation works twice: %v", err)
		}
		late := o.invite("spaet@example.org", o.a, staff.Clerk)
		o.clock.Move(72 * time.Hour)
		if _, err := o.Look(ctx, late.Code.Grouped()); !errors.Is(err, debt.E(debt.Forbidden, "staff_invitation_refused", nil)) {
			o.Errorf("after three days: %v", err)
		}
	})
}

// Whatever is wrong, the answer is the same one, and nothing but all three together opens.
func TestASignInNeedsAllThree(t *testing.T) {
	each(t, func(o *office) {
		p, other := o.hire("anna@example.org", o.a, staff.Clerk), o.hire("ben@example.org", o.a, staff.Clerk)
		o.invite("neu@example.org", o.a, staff.Clerk)
		wrong := map[string]func() (string, error){
			"unknown address":    func() (string, error) { return o.signIn(&person{email: "nobody@example.org"}, password, o.code(p)) },
			"no address":         func() (string, error) { return o.signIn(&person{email: "nobody"}, password, o.code(p)) },
			"wrong password":     func() (string, error) { return o.signIn(p, password+"x", o.code(p)) },
			"no password":        func() (string, error) { return o.signIn(p, "", o.code(p)) },
			"long password":      func() (string, error) { return o.signIn(p, strings.Repeat("x", 100_000), o.code(p)) },
			"another's code":     func() (string, error) { return o.signIn(p, password, o.code(other)) },
			"no code":            func() (string, error) { return o.signIn(p, password, "") },
			"only invited":       func() (string, error) { return o.signIn(&person{email: "neu@example.org"}, "", "") },
			"another's recovery": func() (string, error) { return o.signIn(p, password, other.recovery[0]) },
		}
		for name, try := range wrong {
			if cookie, err := try(); !refused(err) || cookie != "" {
				o.Errorf("%s: %v", name, err)
			}
			o.clock.Move(31 * time.Minute)
		}
		code := o.code(p)
		cookie, err := o.signIn(&person{email: "ANNA@example.org"}, password, code)
		o.must(err)
		v, err := o.Visit(ctx, cookie)
		o.must(err)
		if v.Who.ID != p.id || v.Here.Creditor.ID != o.a.ID || v.Here.Role != staff.Clerk {
			o.Errorf("%+v", v)
		}
		if _, err := o.signIn(p, password, code); !refused(err) {
			o.Errorf("a code opens twice: %v", err)
		}
	})
}

func TestARecoveryCodeStandsInOnce(t *testing.T) {
	each(t, func(o *office) {
		p := o.hire("anna@example.org", o.a, staff.Clerk)
		if len(p.recovery) != 10 {
			o.Fatalf("%d codes", len(p.recovery))
		}
		if _, err := o.signIn(p, password, strings.ToLower(p.recovery[3])); err != nil {
			o.Fatal(err)
		}
		if _, err := o.signIn(p, password, p.recovery[3]); !refused(err) {
			o.Errorf("it works twice: %v", err)
		}
		if _, err := o.Renew(ctx, p.id); err != nil {
			o.Fatal(err)
		}
		if _, err := o.signIn(p, password, p.recovery[4]); !refused(err) {
			o.Errorf("an old one works: %v", err)
		}
	})
}

// A hundred at once get as many comparisons as the rules allow, and the owner comes in later.
func TestGuessersAreCountedBeforeAnythingIsCompared(t *testing.T) {
	each(t, func(o *office) {
		p := o.hire("anna@example.org", o.a, staff.Clerk)
		var all sync.WaitGroup
		for range 12 {
			all.Go(func() { _, _ = o.signIn(p, "wrong wrong wrong", "123456") })
		}
		all.Wait()
		err := o.s.Read(ctx, "", func(r *store.Reader) error {
			m, err := kept.Load(r, p.id)
			if m.Tries.Failures != 5 {
				o.Errorf("%d tries were looked at", m.Tries.Failures)
			}
			return err
		})
		o.must(err)
		if _, err := o.signIn(p, password, o.code(p)); !refused(err) {
			o.Errorf("within the pause: %v", err)
		}
		o.clock.Move(2 * time.Minute)
		if _, err := o.signIn(p, password, o.code(p)); err != nil {
			o.Errorf("after the pause: %v", err)
		}
	})
}

// A mailbox alone sets no password: the second factor is asked for.
func TestAResetNeedsMailAndSecondFactor(t *testing.T) {
	each(t, func(o *office) {
		p := o.hire("anna@example.org", o.a, staff.Clerk)
		o.mails() // the invitation
		for _, to := range []debt.Personal{"nobody@example.org", "anna@example.org"} {
			o.must(o.SendReset(ctx, to))
		}
		if err := o.SendReset(ctx, "nobody"); !errors.Is(err, debt.E(debt.Invalid, "staff_email", nil)) {
			o.Error(err)
		}
		list := o.mails()
		if len(list) != 1 || list[0].To != "anna@example.org" || list[0].Template != staffing.ResetMail {
			o.Fatalf("%d mails", len(list))
		}
		const fresh = "Noch ein langer Satz"
		reset := func(second string) error {
			return o.Reset(ctx, staffing.Joining{Code: list[0].Code, Password: fresh, Second: second})
		}
		for _, second := range []string{"", "000000"} {
			if err := reset(second); !errors.Is(err, debt.E(debt.Forbidden, "staff_reset_refused", nil)) {
				o.Errorf("%q: %v", second, err)
			}
		}
		o.must(reset(o.code(p)))
		if _, err := o.Visit(ctx, p.cookie); debt.KindOf(err) != debt.NotFound {
			o.Errorf("somebody is still in with the old password: %v", err)
		}
		if told := o.mails(); len(told) != 1 || told[0].Template != staffing.ChangedMail {
			o.Errorf("the owner is not told: %d mails", len(told))
		}
		o.clock.Move(time.Minute)
		if _, err := o.signIn(p, password, o.code(p)); !refused(err) {
			o.Errorf("the old password: %v", err)
		}
		if _, err := o.signIn(p, fresh, o.code(p)); err != nil {
			o.Errorf("the new password: %v", err)
		}
		o.clock.Move(time.Minute)
		if err := reset(o.code(p)); !errors.Is(err, debt.E(debt.Forbidden, "staff_reset_refused", nil)) {
			o.Errorf("a code works twice: %v", err)
		}
		for range 5 {
			o.must(o.SendReset(ctx, "anna@example.org"))
		}
		if n := len(o.mails()); n != 2 {
			o.Errorf("%d more mails within an hour, want three in all", n)
		}
	})
}

// mails takes what waits to be sent.
func (o *office) mails() (list []kept.Letter) {
	o.Helper()
	for {
		var found bool
		o.must(o.s.Write(ctx, "", func(t *store.Tx) error {
			m, ok, err := kept.ClaimMail(t, o.clock.Now(), o.clock.Now().Add(time.Minute))
			if found = ok; err != nil || !ok {
				return err
			}
			l, ok := kept.OpenLetter(o.Vault(), m)
			if !ok {
				o.Error("a mail does not open")
			}
			list = append(list, l)
			m.State = kept.MailSent
			return kept.SaveMail(t, m)
		}))
		if !found {
			return list
		}
	}
}

func TestTheSecondFactorShownAgainCountsForAWhile(t *testing.T) {
	each(t, func(o *office) {
		p := o.hire("anna@example.org", o.a, staff.Admin)
		o.clock.Move(20 * time.Minute)
		look := func(cookie string) staffing.Visit {
			o.Helper()
			v, err := o.Visit(ctx, cookie)
			o.must(err)
			return v
		}
		if look(p.cookie).Fresh(o.clock.Now()) {
			o.Error("it is fresh after twenty minutes")
		}
		if _, err := o.Prove(ctx, p.cookie, "000000"); !errors.Is(err, debt.E(debt.Forbidden, "staff_code_wrong", nil)) {
			o.Errorf("a wrong code: %v", err)
		}
		opened, err := o.Prove(ctx, p.cookie, o.code(p))
		o.must(err)
		if v := look(opened.Cookie); !v.Fresh(o.clock.Now()) || v.Here.Role != staff.Admin {
			o.Errorf("%+v", v)
		}
		if _, err := o.Visit(ctx, p.cookie); debt.KindOf(err) != debt.NotFound {
			o.Errorf("the cookie from before still opens: %v", err)
		}
	})
}

func TestOwnSignInsAreListedAndEnd(t *testing.T) {
	each(t, func(o *office) {
		p, other := o.hire("anna@example.org", o.a, staff.Clerk), o.hire("ben@example.org", o.a, staff.Clerk)
		second, err := o.signIn(p, password, o.code(p))
		o.must(err)
		v, err := o.Visit(ctx, second)
		o.must(err)
		a, err := o.Account(ctx, v)
		o.must(err)
		if len(a.Sessions) != 2 || !a.Sessions[0].Here || a.Sessions[0].Device != "Firefox, Linux" || a.Sessions[1].Here || a.Recovery != 10 {
			o.Fatalf("%+v", a)
		}
		his, err := o.Visit(ctx, other.cookie)
		o.must(err)
		o.must(o.EndSession(ctx, his, a.Sessions[1].ID)) // not his own
		if _, err := o.Visit(ctx, p.cookie); err != nil {
			o.Errorf("another ended it: %v", err)
		}
		o.must(o.EndSession(ctx, v, a.Sessions[1].ID))
		if _, err := o.Visit(ctx, p.cookie); debt.KindOf(err) != debt.NotFound {
			o.Errorf("it goes on: %v", err)
		}
		o.clock.Move(time.Minute)
		third, err := o.signIn(p, password, o.code(p))
		o.must(err)
		o.must(o.EndOthers(ctx, v, second))
		if _, err := o.Visit(ctx, third); debt.KindOf(err) != debt.NotFound {
			o.Errorf("another goes on: %v", err)
		}
		if _, err := o.Visit(ctx, second); err != nil {
			o.Error(err)
		}
	})
}

// An administrator rules at his own creditor alone, and one always stays.
func TestAnAdministratorRulesAtHome(t *testing.T) {
	each(t, func(o *office) {
		boss, clerk := o.hire("boss@example.org", o.a, staff.Admin), o.hire("clerk@example.org", o.a, staff.Clerk)
		far := o.hire("far@example.org", o.b, staff.Clerk)
		runs := o.hire("operator@example.org", debt.Creditor{}, "")
		at := func(p *person) staffing.Change { return staffing.Change{Creditor: o.a.ID, By: boss.id, Member: p.id} }
		unknown := debt.E(debt.NotFound, "staff_unknown", nil)
		for name, err := range map[string]error{
			"role elsewhere":      o.SetRole(ctx, at(far), staff.Viewer),
			"end elsewhere":       o.EndRole(ctx, at(far)),
			"role of nobody":      o.SetRole(ctx, staffing.Change{Creditor: o.a.ID, By: boss.id, Member: store.NewID()}, staff.Viewer),
			"restart elsewhere":   second(o.Restart(ctx, at(far))),
			"restart an operator": second(o.Restart(ctx, at(runs))),
		} {
			if !errors.Is(err, unknown) {
				o.Errorf("%s: %v", name, err)
			}
		}
		last := debt.E(debt.Conflict, "staff_last_admin", nil)
		if err := o.SetRole(ctx, at(boss), staff.Clerk); !errors.Is(err, last) {
			o.Errorf("nobody is left: %v", err)
		}
		if err := o.EndRole(ctx, at(boss)); !errors.Is(err, last) {
			o.Errorf("nobody is left: %v", err)
		}
		o.must(o.SetRole(ctx, at(clerk), staff.Admin))
		v, err := o.Visit(ctx, clerk.cookie)
		o.must(err)
		if v.Here.Role != staff.Admin {
			o.Errorf("the new role comes with the next page, it is %q", v.Here.Role)
		}
		o.must(o.EndRole(ctx, at(boss)))
		if v, err = o.Visit(ctx, boss.cookie); err != nil || v.Here.Role != "" || len(v.Places) != 0 {
			o.Errorf("who has no role any more sees %+v, %v", v.Places, err)
		}
		i, err := o.Restart(ctx, at(clerk))
		o.must(err)
		if _, err := o.Visit(ctx, clerk.cookie); debt.KindOf(err) != debt.NotFound {
			o.Errorf("restarted, and still in: %v", err)
		}
		if _, err := o.signIn(clerk, password, o.code(clerk)); !refused(err) {
			o.Errorf("restarted, and the old secrets open: %v", err)
		}
		if again := o.joins("clerk@example.org", i); again.secret == clerk.secret {
			o.Error("the second factor stayed the same")
		}
		list, err := o.Log(ctx, o.a.ID)
		o.must(err)
		if len(list) < 4 || list[0].What != staff.FactorReset || list[0].By != "Name of boss@example.org" || list[0].Member != "Name of clerk@example.org" {
			o.Errorf("the log: %d lines, first %+v", len(list), list[0])
		}
	})
}

func second(_ staffing.Invitation, err error) error { return err }

func TestTheOperatorsPeopleComeEverywhere(t *testing.T) {
	each(t, func(o *office) {
		p := o.hire("operator@example.org", debt.Creditor{}, "")
		v, err := o.Visit(ctx, p.cookie)
		o.must(err)
		if len(v.Places) != 2 || v.Here.Role != "" {
			o.Fatalf("%+v", v.Places)
		}
		o.must(o.Choose(ctx, p.cookie, o.b.ID))
		if v, err = o.Visit(ctx, p.cookie); err != nil || v.Here.Role != staff.Manager || v.Here.Creditor.ID != o.b.ID {
			o.Errorf("%+v, %v", v.Here, err)
		}
		if list, err := o.Log(ctx, o.b.ID); err != nil || len(list) != 1 || list[0].What != staff.OperatorCame || list[0].Member != "Name of operator@example.org" {
			o.Errorf("the creditor does not see who came: %+v, %v", list, err)
		}
		clerk := o.hire("clerk@example.org", o.a, staff.Clerk)
		if err := o.Choose(ctx, clerk.cookie, o.b.ID); !errors.Is(err, debt.E(debt.NotFound, "staff_creditor_unknown", nil)) {
			o.Errorf("a clerk elsewhere: %v", err)
		}
		o.must(o.End(ctx, staffing.Change{Member: p.id}))
		if _, err := o.Visit(ctx, p.cookie); debt.KindOf(err) != debt.NotFound {
			o.Errorf("ended, and still in: %v", err)
		}
	})
}

// What is sent to somebody asks what he may do today, without a sign-in.
func TestWhoSomebodyIsToday(t *testing.T) {
	each(t, func(o *office) {
		clerk, runs := o.hire("clerk@example.org", o.a, staff.Clerk), o.hire("operator@example.org", debt.Creditor{}, "")
		want := func(p *person, c debt.Creditor, want staff.Role) {
			o.Helper()
			o.must(o.Store.Read(ctx, c.ID, func(r *store.Reader) error {
				m, role, err := o.At(r, p.id, c.ID)
				if role != want || m.Email == "" {
					o.Errorf("%q, want %q", role, want)
				}
				return err
			}))
		}
		want(clerk, o.a, staff.Clerk)
		want(clerk, o.b, "")
		want(runs, o.b, staff.Manager)
		o.must(o.EndRole(ctx, staffing.Change{Creditor: o.a.ID, Member: clerk.id}))
		want(clerk, o.a, "")
		o.must(o.End(ctx, staffing.Change{Member: runs.id}))
		want(runs, o.b, "")
	})
}

// In an emergency the operator's people have every right for an hour, and the creditor reads why.
func TestBreakingTheGlassIsLogged(t *testing.T) {
	each(t, func(o *office) {
		const reason = "Kontodaten falsch, Mandant nicht erreichbar"
		p, boss := o.hire("operator@example.org", debt.Creditor{}, ""), o.hire("boss@example.org", o.a, staff.Admin)
		role := func() staff.Role {
			o.Helper()
			v, err := o.Visit(ctx, p.cookie)
			o.must(err)
			return v.Here.Role
		}
		no := debt.E(debt.Forbidden, "staff_glass_refused", nil)
		if err := o.Break(ctx, p.cookie, reason); !errors.Is(err, no) {
			o.Errorf("nothing is in view: %v", err)
		}
		if err := o.Break(ctx, boss.cookie, reason); !errors.Is(err, no) {
			o.Errorf("not of the operator: %v", err)
		}
		o.must(o.Choose(ctx, p.cookie, o.a.ID))
		for _, short := range []string{"", "   kurz    ", strings.Repeat("x", 501)} {
			if err := o.Break(ctx, p.cookie, short); debt.KindOf(err) != debt.Invalid {
				o.Errorf("%q: %v", short, err)
			}
		}
		o.must(o.Break(ctx, p.cookie, reason))
		if got := role(); got != staff.Admin {
			o.Errorf("he is %q", got)
		}
		list, err := o.Log(ctx, o.a.ID)
		o.must(err)
		if list[0].What != staff.GlassWasBroken || list[0].Reason != reason {
			o.Errorf("the log says %+v", list[0])
		}
		o.must(o.Choose(ctx, p.cookie, o.b.ID))
		if got := role(); got != staff.Manager {
			o.Errorf("the emergency of one creditor is one of another: %q", got)
		}
		o.must(o.Choose(ctx, p.cookie, o.a.ID))
		o.clock.Move(16 * time.Minute)
		if err := o.Break(ctx, p.cookie, reason); !errors.Is(err, no) {
			o.Errorf("without the second factor: %v", err)
		}
		fresh, err := o.Prove(ctx, p.cookie, o.code(p))
		o.must(err)
		p.cookie = fresh.Cookie
		o.must(o.Break(ctx, p.cookie, reason))
		for range 2 {
			o.clock.Move(29 * time.Minute)
			if got := role(); got != staff.Admin {
				o.Errorf("within the hour he is %q", got)
			}
		}
		o.clock.Move(2 * time.Minute)
		if got := role(); got != staff.Manager {
			o.Errorf("after the hour he is %q", got)
		}
	})
}

// Who is invited somewhere else keeps name and secrets, and gets the role.
func TestAnAccountIsOnePersons(t *testing.T) {
	each(t, func(o *office) {
		p := o.hire("anna@example.org", o.a, staff.Clerk)
		i, err := o.Invite(ctx, "", staffing.Wish{Email: "Anna@Example.org", Name: "Somebody Else", Creditor: o.b.ID, Role: staff.Viewer})
		o.must(err)
		if i.ID != p.id || i.Code != "" {
			o.Errorf("%v", i)
		}
		v, err := o.Visit(ctx, p.cookie)
		o.must(err)
		if len(v.Places) != 2 || v.Who.Name != "Name of anna@example.org" {
			o.Errorf("%+v", v)
		}
	})
}

func TestSecretsAreNotLogged(t *testing.T) {
	each(t, func(o *office) {
		i := o.invite("anna@example.org", o.a, staff.Clerk)
		known, err := o.Look(ctx, i.Code.Grouped())
		o.must(err)
		p := o.joins("anna@example.org", i)
		v, err := o.Visit(ctx, p.cookie)
		o.must(err)
		for _, x := range []any{i, known, v, staffing.Attempt{Email: "anna@example.org", Password: password, Second: "123456"},
			staffing.Joining{Code: i.Code.Grouped(), Password: password}, staffing.Opened{Cookie: p.cookie}, kept.Letter{To: "anna@example.org", Code: i.Code.Grouped()}} {
			for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
				s := fmt.Sprintf(verb, x)
				for _, secret := range []string{"anna", password, i.Code.Grouped(), string(i.Code), known.Secret, p.cookie} {
					if strings.Contains(s, secret) {
						o.Errorf("%s of %T tells %q", verb, x, secret)
					}
				}
			}
		}
	})
}

// The codes are those of RFC 6238, appendix B, cut to six digits.
func TestCodesAreThoseOfTheStandard(t *testing.T) {
	const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" // "12345678901234567890"
	for at, want := range map[int64]string{59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037"} {
		if got, err := staffing.CodeAt(secret, time.Unix(at, 0)); err != nil || got != want {
			t.Errorf("%d: %s, %v", at, got, err)
		}
	}
	if _, err := staffing.CodeAt("0189", time.Unix(59, 0)); err == nil {
		t.Error("what is no secret has a code")
	}
}

func FuzzPasswordsAndCodesAreRead(f *testing.F) {
	f.Add("Ein langer Satz über Äpfel", "anna@example.org")
	f.Add("\xff\xfe", "@")
	f.Fuzz(func(t *testing.T, word, email string) {
		if err := staffing.CheckPassword(word, debt.Personal(email)); err == nil && len([]rune(word)) < 12 {
			t.Errorf("%q is taken", word)
		}
		if code, err := staffing.CodeAt(word, time.Unix(59, 0)); err == nil && len(code) != 6 {
			t.Errorf("%q has the code %q", word, code)
		}
	})
}

// What became known elsewhere is refused wherever a password is set.
func TestAPasswordOfABreachIsNotTaken(t *testing.T) {
	each(t, func(o *office) {
		const known = "correct horse battery staple"
		sum := sha1.Sum([]byte(known)) //nolint:gosec // the list is made of it
		text := fmt.Sprintf("%X:123\r\n", sum)
		list, err := breached.New(strings.NewReader(text), int64(len(text)))
		o.must(err)
		o.Breached = list
		wrong := debt.E(debt.Invalid, "staff_password_breached", nil)
		i := o.invite("anna@example.org", o.a, staff.Clerk)
		seen, err := o.Look(ctx, i.Code.Grouped())
		o.must(err)
		p := &person{email: "anna@example.org", secret: seen.Secret}
		if _, _, err := o.Join(ctx, staffing.Joining{Code: i.Code.Grouped(), Password: known, Second: o.code(p)}); !errors.Is(err, wrong) {
			o.Errorf("joining: %v", err)
		}
		p = o.joins("anna@example.org", i)
		o.mails()
		o.must(o.SendReset(ctx, "anna@example.org"))
		reset := staffing.Joining{Code: o.mails()[0].Code, Password: known, Second: o.code(p)}
		if err := o.Reset(ctx, reset); !errors.Is(err, wrong) {
			o.Errorf("a reset: %v", err)
		}
		reset.Password = known + "s"
		o.must(o.Reset(ctx, reset))
	})
}
