package members_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"quitt/debt"
	"quitt/debt/operator"
	rights "quitt/debt/staff"
	"quitt/notifications"
	"quitt/notifications/members"
	"quitt/store"
	"quitt/store/staff"
	"quitt/store/storetest"
	"quitt/store/vault"
)

var ctx = context.Background()

// carrier answers as it was told, and keeps what it got.
type carrier struct {
	answers []notifications.Delivery
	got     []notifications.Message
}

// Carry is notifications.Carrier.
func (c *carrier) Carry(_ context.Context, m notifications.Message) notifications.Delivery {
	c.got = append(c.got, m)
	d := c.answers[0]
	if len(c.answers) > 1 {
		c.answers = c.answers[1:]
	}
	return d
}

// office is a post with its clock and what leaves it.
type office struct {
	*testing.T
	members.Post
	clock   *storetest.Watch
	carrier *carrier
}

func each(t *testing.T, test func(o *office)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		v, err := vault.New([][]byte{[]byte("the key of an installation: 32 b")})
		if err != nil {
			t.Fatal(err)
		}
		c, clock := &carrier{answers: []notifications.Delivery{{Outcome: notifications.Accepted}}}, storetest.NewWatch()
		test(&office{t, members.Post{Store: s, Now: clock.Now, Vault: v, Carrier: c,
			Head: notifications.MailHead{Operator: operator.Profile{Name: "Inkasso Muster"}, Portal: "https://portal.example.de"}}, clock, c})
	})
}

func (o *office) add(template, language string) {
	o.Helper()
	err := o.Store.Write(ctx, "", func(t *store.Tx) error {
		return staff.AddMail(t, o.Vault, staff.Letter{To: "anna@example.org", Template: template, Language: language, Code: "7K3M-Q9XR-4TVB-2HPD"},
			staff.Mail{ID: store.NewID(), MadeAt: o.clock.Now(), ExpiresAt: o.clock.Now().Add(72 * time.Hour)})
	})
	if err != nil {
		o.Fatal(err)
	}
}

// turn gives the loop turns until it finds nothing to do, and counts the mails.
func (o *office) turn() (did int) {
	o.Helper()
	for range 20 {
		n, err := o.Loop().Work(ctx, store.NewID())
		if err != nil {
			o.Fatal(err)
		}
		if n == 0 {
			return did
		}
		did += n
	}
	o.Fatal("the loop does not come to an end")
	return did
}

func TestMailsOfMembersAreWordedAndSentOnce(t *testing.T) {
	each(t, func(o *office) {
		for _, template := range []string{"mail_staff_invitation", "mail_staff_reset", "mail_staff_changed", "mail_staff_linked"} {
			o.add(template, "de")
		}
		o.add("mail_staff_invitation", "en")
		if n := o.turn(); n != 5 {
			o.Errorf("%d mails", n)
		}
		want := []struct{ subject, says, link string }{
			{"Ihre Einladung", "7K3M-Q9XR-4TVB-2HPD", "https://portal.example.de/verwaltung/einladung"}, {"Ihr Code für ein neues Passwort", "7K3M-Q9XR-4TVB-2HPD", ""},
			{"Ihr Passwort wurde geändert", "gerade neu gesetzt", ""},
			{"Ihr Konto ist verknüpft", "mit der zentralen Anmeldung", ""}, {"Your invitation", "7K3M-Q9XR-4TVB-2HPD", "https://portal.example.de/verwaltung/einladung"},
		}
		for i, w := range want {
			m := o.carrier.got[i]
			if m.Subject != w.subject || !strings.Contains(strings.Join(m.Paragraphs, "\n"), w.says) || m.Link != w.link || m.To != debt.Personal("anna@example.org") ||
				len(m.Footer) == 0 || m.OptOut != "" {
				o.Errorf("%d: %s %q %q", i, m.Subject, m.Paragraphs, m.Link)
			}
		}
		if n := o.turn(); n != 0 {
			o.Errorf("%d mails once more", n)
		}
	})
}

// What may have gone out is not sent again, what certainly has not is, and nothing for ever.
func TestWhatBecomesOfAMail(t *testing.T) {
	later := notifications.Delivery{Outcome: notifications.Later}
	for name, tc := range map[string]struct {
		answers []notifications.Delivery
		wait    time.Duration // between turns
		want    int           // times it is handed over in ten turns
	}{
		"accepted":      {[]notifications.Delivery{{Outcome: notifications.Accepted}}, time.Hour, 1},
		"unsure":        {[]notifications.Delivery{{Outcome: notifications.Unsure}}, time.Hour, 1},
		"refused":       {[]notifications.Delivery{{Outcome: notifications.Refused}}, time.Hour, 1},
		"no address":    {[]notifications.Delivery{{Outcome: notifications.NoAddress}}, time.Hour, 1},
		"later":         {[]notifications.Delivery{later, {Outcome: notifications.Accepted}}, time.Hour, 2},
		"always later":  {[]notifications.Delivery{later}, 3 * time.Hour, 5},
		"never heard":   {[]notifications.Delivery{{Outcome: notifications.Later, Unheard: true}}, 3 * time.Hour, 10},
		"not due yet":   {[]notifications.Delivery{later}, time.Second, 1},
		"its time over": {[]notifications.Delivery{{Outcome: notifications.Later, Unheard: true}}, 40 * time.Hour, 2},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(o *office) {
				o.carrier.answers = tc.answers
				o.add("mail_staff_reset", "de")
				for range 10 {
					o.turn()
					o.clock.Move(tc.wait)
				}
				if n := len(o.carrier.got); n != tc.want {
					o.Errorf("handed over %d times, want %d", n, tc.want)
				}
			})
		})
	}
}

func TestWhatCannotBeSaidIsNotSent(t *testing.T) {
	each(t, func(o *office) {
		o.add("mail_staff_unheard_of", "de")
		o.turn()
		other, err := vault.New([][]byte{[]byte("another installation's key: 32 b")})
		if err != nil {
			o.Fatal(err)
		}
		o.add("mail_staff_reset", "de")
		o.Vault = other
		if o.turn(); len(o.carrier.got) != 0 {
			o.Errorf("%d mails left", len(o.carrier.got))
		}
		o.Carrier = nil
		o.add("mail_staff_reset", "de")
		if n := o.turn(); n != 0 {
			o.Errorf("without a server %d left", n)
		}
	})
}

// A report goes out with its figures only to who may see them when it does, to the address that is
// known then.
func TestAReportGoesToWhoMaySeeIt(t *testing.T) {
	for role, want := range map[rights.Role]int{rights.Viewer: 1, "": 0} {
		each(t, func(o *office) {
			o.Role = func(*store.Reader, debt.ID, debt.ID) (rights.Member, rights.Role, error) {
				return rights.Member{Email: "new@example.org"}, role, nil
			}
			letter := staff.Letter{To: "old@example.org", Template: "mail_staff_report", Language: "de", Report: &staff.Report{Member: store.NewID(), Creditor: store.NewID(),
				Of: "Praxis", From: "01.01.2026", To: "31.01.2026", Title: "Überblick", Lines: [][2]string{{"Übergeben", "3"}}, Link: "/verwaltung/berichte?von=2026-01-01",
				Stop: "/verwaltung/berichte/abos", File: "overview.pdf", Body: []byte("%PDF-")}}
			err := o.Store.Write(ctx, "", func(t *store.Tx) error {
				return staff.AddMail(t, o.Vault, letter, staff.Mail{ID: store.NewID(), MadeAt: o.clock.Now(), ExpiresAt: o.clock.Now().Add(time.Hour)})
			})
			if err != nil {
				o.Fatal(err)
			}
			if o.turn(); len(o.carrier.got) != want {
				o.Fatalf("as %q: %d mails", role, len(o.carrier.got))
			}
			if want == 0 {
				return
			}
			m := o.carrier.got[0]
			if m.To != "new@example.org" || m.Subject != "Überblick, 01.01.2026 bis 31.01.2026" || m.Link != "https://portal.example.de/verwaltung/berichte?von=2026-01-01" ||
				!strings.Contains(m.Paragraphs[2], "https://portal.example.de/verwaltung/berichte/abos") || len(m.Figures) != 1 || len(m.Files) != 1 || m.OptOut != "" {
				o.Errorf("%s %q %s %v %d", m.Subject, m.Paragraphs, m.Link, m.Figures, len(m.Files))
			}
		})
	}
}
