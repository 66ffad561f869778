package text

import (
	"go/ast"
	"go/token"
	"reflect"
	"testing"

	"quitt/debt"
	"quitt/debt/access"
	"quitt/debt/authority"
	"quitt/debt/batch"
	"quitt/debt/letter"
	"quitt/debt/objection"
	"quitt/debt/plan"
	"quitt/debt/recovery"
	"quitt/debt/situation"
	"quitt/debt/staff"
)

// family is a prefix and the codes of one type that follow it: keys that no Go file writes
// in full.
type family struct {
	prefix string
	code   reflect.Type
	codes  []any
}

func familyOf[T ~string](prefix string, codes ...T) family {
	f := family{prefix: prefix, code: reflect.TypeFor[T]()}
	for _, c := range codes {
		f.codes = append(f.codes, c)
	}
	return f
}

var wordFamilies = []family{
	familyOf("review_", debt.Reviews()...),
	familyOf("stage_", debt.Stages()...),
	familyOf("processing_", debt.Processings()...),
	familyOf("payment_", debt.PaymentStates()...),
	familyOf("objection_", debt.ObjectionStates()...),
	familyOf("plan_", debt.PlanStates()...),
	familyOf("close_", debt.CloseReasons()...),
	familyOf("paystatus_", debt.PaymentStatuses()...),
	familyOf("method_", debt.Methods()...),
	// The other accounts are the creditor's and the provider's: no sentence is about them.
	familyOf("account_", debt.PrincipalAccount, debt.InterestAccount, debt.CostsAccount, debt.OverpaymentAccount),
	familyOf("cost_", debt.CostKinds()...),
	familyOf("hold_", debt.HoldKinds()...),
	familyOf("because_", append(append(debt.Barriers(), plan.BarrierReserved), batch.Barriers()...)...),
	familyOf("st_interest_", debt.InterestMethods()...),
	familyOf("ground_", debt.Grounds()...),
	familyOf("event_", debt.EventTypes()...),
	familyOf("check_", access.CheckBirth, access.CheckNumber, access.CheckPostcode, access.CheckOneTime),
	familyOf("letter_", letter.Kinds()...),
	familyOf("missing_", letter.Gaps()...),
	familyOf("dispute_", objection.Grounds()...),
	familyOf("disputehint_", objection.Hints()...),
	familyOf("asked_", objection.Asks()...),
	familyOf("option_", objection.Options()...),
	familyOf("helps_", objection.Papers()...),
	familyOf("situation_", situation.Kinds()...),
	familyOf("follows_", situation.AllFollows()...),
	familyOf("field_", situation.AllFields()...),
	familyOf("stop_", append(debt.ReturnReasons(), debt.StopBounced, debt.StopOptOut)...),
	familyOf("rhythm_", plan.Rhythms()...),
	familyOf("scope_", authority.Scopes()...),
	familyOf("seven_area_", authority.Areas()...),
	familyOf("helper_", authority.Kinds()...),
	familyOf("authority_", authority.States()...),
	familyOf("rules_refusal_", authority.Refusals()...),
	familyOf("staff_role_", staff.Roles()...),
	familyOf("report_of_", recovery.Codes()...),
	familyOf("report_is_", recovery.Figures()...),
	familyOf("report_every_", recovery.Rhythms()...),
	familyOf("list_action_", batch.Actions()...),
	familyOf("list_reason_", batch.Reasons()...),
	familyOf("staff_state_", staff.States()...),
	familyOf("staff_log_", staff.Whats()...),
}

func toString(code any) string { return reflect.ValueOf(code).String() }

// said gives every string literal of the program.
func said(t *testing.T) map[string]bool {
	t.Helper()
	all := map[string]bool{}
	for _, src := range scanModule(t).sources {
		ast.Inspect(src.file, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				all[unquote(lit)] = true
			}
			return true
		})
	}
	return all
}

// A sentence nobody says is work for translators and a trap for readers. Keys also travel
// in tables and variables, so any literal of the program counts, not only those the scan
// for missing sentences follows.
func TestEverySentenceIsUsed(t *testing.T) {
	used := said(t)
	for _, f := range wordFamilies {
		if !used[f.prefix] {
			t.Errorf("no Go file makes keys from %q", f.prefix)
		}
		for _, code := range f.codes {
			used[f.prefix+toString(code)] = true
		}
	}
	for _, u := range templateUses(t) {
		used[u.key] = true
	}
	for _, key := range keysInOrder(t, fileOf(t, German)) {
		if !used[key] {
			t.Errorf("%q is in de.json, but no Go file and no page says it", key)
		}
	}
}

func TestEveryCodeHasWords(t *testing.T) {
	for _, f := range wordFamilies {
		if families[f.code] != f.prefix {
			t.Errorf("Word writes %s under %q, want %q", f.code, families[f.code], f.prefix)
		}
		for _, c := range whole {
			for _, code := range f.codes {
				key := f.prefix + toString(code)
				if got, want := c.Word(code), c.sentences[key]; want == "" || got != want {
					t.Errorf("%s: %s is written %q, want the sentence of %q, %q", c.language, f.code, got, key, want)
				}
			}
		}
	}
	if len(families) != len(wordFamilies) {
		t.Errorf("Word knows %d families, %d are checked here", len(families), len(wordFamilies))
	}
}

// A hold is a barrier too, and is called the same in both places.
func TestABarrierOfAHoldIsCalledLikeTheHold(t *testing.T) {
	for _, c := range whole {
		for _, kind := range debt.HoldKinds() {
			if got, want := c.Word(debt.Barrier("hold_"+kind)), c.Word(kind); got != want {
				t.Errorf("%s: %q, want %q", c.language, got, want)
			}
		}
	}
}
