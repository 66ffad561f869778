package authority_test

import (
	"slices"
	"strings"
	"testing"

	"quitt/cases/signin/authority"
	"quitt/debt"
	rules "quitt/debt/authority"
	"quitt/debt/debttest"
	"quitt/store"
	"quitt/store/expect"
)

var person = debt.Actor{Kind: "creditor", ID: "019aa9c0-7d3e-7c1a-9b52-3f6f2c1d8e41"}

// The papers may say less than was asked for: then that holds, and never more.
func TestWhatIsAcceptedReachesAsFarAsThePapers(t *testing.T) {
	each(t, func(o *office) {
		w := wish(rules.Object, rules.Pay)
		id, err := o.Claim(ctx, o.at[0], w, nil)
		o.must(err)
		today := debt.DateIn(o.clock.Now(), debt.Berlin)
		for key, l := range map[string]rules.Limit{
			"rules_limit_scopes": {Scopes: []rules.Scope{rules.Read, rules.Negotiate}, Until: today},
			"rules_limit_until":  {Scopes: []rules.Scope{rules.Read}, Until: w.Until.AddDays(1)},
		} {
			debttest.WantKey(t, o.Certify(ctx, o.at[0].Creditor, authority.Certificate{ID: id, By: person, Limit: &l}), debt.Invalid, key)
		}
		if got := o.mails(); len(got) != 0 {
			t.Fatalf("a refused answer sent %v", got)
		}
		l := rules.Limit{Scopes: []rules.Scope{rules.Read, rules.Pay}, Until: today.AddDays(3)}
		o.must(o.Certify(ctx, o.at[0].Creditor, authority.Certificate{ID: id, By: person, Limit: &l}))
		list, err := o.OfCase(ctx, o.at[0])
		if err != nil || !slices.Equal(list[0].Scopes, l.Scopes) || list[0].Until != l.Until || list[0].State != rules.Invited {
			t.Errorf("%+v, %v", list, err)
		}
	})
}

// Who is refused gets the reason by mail, which names nobody; the case says it as a code.
func TestWhoIsRefusedIsToldWhy(t *testing.T) {
	each(t, func(o *office) {
		id, err := o.Claim(ctx, o.at[0], wish(rules.Object), nil)
		o.must(err)
		no := authority.Refusal{ID: id, By: person, Reason: "Frau Müller hat nicht unterschrieben"}
		debttest.WantKey(t, o.Refuse(ctx, o.at[0].Creditor, no), debt.Invalid, "rules_refusal")
		no.Reason = rules.Unsigned
		o.must(o.Refuse(ctx, o.at[0].Creditor, no))
		got := o.mails()
		if len(got) != 1 || got[0].Template != authority.RefusalMail || got[0].Args["reason"] != "unsigned" || len(got[0].Args) != 1 || got[0].Recipient != helper {
			t.Errorf("%+v", got)
		}
		o.must(o.Store.Read(ctx, o.at[0].Creditor, func(r *store.Reader) error {
			events, err := r.Events(o.at[0].Case)
			if e := events[len(events)-1]; e.Data["authority"] != "refused" || e.Data["reason"] != "unsigned" || e.Actor != person {
				t.Errorf("%+v", e)
			}
			return err
		}))
		debttest.WantKey(t, o.Refuse(ctx, o.at[0].Creditor, no), debt.Conflict, "authority_decided")
	})
}

// Two at once: who comes second is told, and one mail leaves.
func TestTwoDecideAtOnce(t *testing.T) {
	each(t, func(o *office) {
		id, err := o.Claim(ctx, o.at[0], wish(rules.Object), nil)
		o.must(err)
		var version int64
		o.must(o.Store.Read(ctx, o.at[0].Creditor, func(r *store.Reader) error {
			f, err := r.LoadFile(o.at[0].Case)
			version = f.Case.Version
			return err
		}))
		seen := expect.Version(ctx, o.at[0].Case, version)
		o.must(o.Certify(seen, o.at[0].Creditor, authority.Certificate{ID: id, By: person}))
		err = o.Refuse(seen, o.at[0].Creditor, authority.Refusal{ID: id, By: person, Reason: rules.Ended})
		debttest.WantKey(t, err, debt.Conflict, "record_changed")
		if got := o.mails(); len(got) != 1 || !strings.Contains(got[0].Template, "invitation") {
			t.Errorf("%v", got)
		}
	})
}
