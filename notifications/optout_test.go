package notifications_test

import (
	"bytes"
	"encoding/base64"
	"strings"
	"testing"

	"quitt/debt"
	"quitt/notifications"
	"quitt/store"
	"quitt/store/storetest"
)

func contains(s, part string) bool { return part != "" && strings.Contains(s, part) }

func key(b byte) []byte { return bytes.Repeat([]byte{b}, 32) }

func (p *place) desk(keys ...[]byte) notifications.Desk {
	return notifications.Desk{Store: p.store, Now: p.clock.Now, OptOutKeys: keys}
}

func (p *place) version() (v int64) {
	p.t.Helper()
	err := p.store.Read(ctx, p.creditor, func(r *store.Reader) error {
		f, err := r.LoadFile(p.caseID)
		v = f.Case.Version
		return err
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return v
}

func TestDecliningMailsIsNotedOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		p, other := newPlace(t, s, "a"), newPlace(t, s, "b")
		token := p.desk(key(1)).OptOutToken(p.creditor, p.caseID)
		before := p.version()
		desk := p.desk(key(2), key(1)) // the pepper has changed since the mail
		for range 2 {
			if err := desk.OptOut(ctx, token); err != nil {
				t.Fatal(err)
			}
		}
		events := p.events(debt.ContactChanged)
		if p.debtor().EmailStopped != debt.StopOptOut || len(events) != 1 || p.version() != before+1 {
			t.Fatalf("stopped %q, %d events, version %d after %d", p.debtor().EmailStopped, len(events), p.version(), before)
		}
		if e := events[0]; e.Data["channel"] != "email" || e.Data["opted_out"] != true || e.Actor.Kind != "debtor" {
			t.Errorf("%+v", e)
		}
		if other.debtor().EmailStopped != debt.Reachable {
			t.Error("somebody else's mails were stopped")
		}
	})
}

func TestWhatIsNoTokenOfOursChangesNothing(t *testing.T) {
	s := storetest.Open(t, store.Options{URL: storetest.SQLite(t)})
	p, q := newPlace(t, s, "a"), newPlace(t, s, "b")
	desk := p.desk(key(1))
	good := desk.OptOutToken(p.creditor, p.caseID)
	raw, err := base64.RawURLEncoding.DecodeString(good)
	if err != nil {
		t.Fatal(err)
	}
	moved := append(bytes.Clone(raw[:16]), append(bytes.Clone(raw[16:32]), raw[32:]...)...)
	moved[5] ^= 1
	for name, token := range map[string]string{
		"nothing": "", "rubbish": "abc", "another key": p.desk(key(2)).OptOutToken(p.creditor, p.caseID),
		"changed ids": base64.RawURLEncoding.EncodeToString(moved), "cut": good[:len(good)-1], "longer": good + "A",
		"another creditor's case": desk.OptOutToken(q.creditor, p.caseID), "no case": desk.OptOutToken(p.creditor, store.NewID()),
		"no ids": desk.OptOutToken("x", "y"),
	} {
		if err := desk.OptOut(ctx, token); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if p.debtor().EmailStopped != debt.Reachable || q.debtor().EmailStopped != debt.Reachable {
		t.Error("an address was stopped")
	}
}

// FuzzOptOutToken: nothing but our own tokens proves anything.
func FuzzOptOutToken(f *testing.F) {
	desk := notifications.Desk{OptOutKeys: [][]byte{key(1)}}
	const a, b = "01890a5d-ac96-774b-bcce-b302099a8057", "01890a5d-ac96-774b-bcce-b302099a8058"
	f.Add(desk.OptOutToken(a, b))
	f.Add("")
	f.Add(strings.Repeat("A", 64))
	f.Fuzz(func(t *testing.T, token string) {
		creditor, caseID, ok := notifications.ReadOptOut(desk.OptOutKeys, token)
		if ok && desk.OptOutToken(creditor, caseID) != token {
			t.Errorf("%q is accepted and not ours", token)
		}
	})
}
