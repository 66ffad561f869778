package debt_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"quitt/debt"
	"quitt/debt/debttest"
)

func TestAContactIsCleanedAndKeepsItsOrder(t *testing.T) {
	got, err := debt.ParseContact(debt.Contact{Phone: " +49 (0)221  555-0100 ", Email: "praxis@lindner.example", Web: "https://www.lindner.example/", Hours: "Mo–Fr 9–12 Uhr"})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"+49 (0)221 555-0100", "Mo–Fr 9–12 Uhr", "praxis@lindner.example", "www.lindner.example"}
	if diff := cmp.Diff(want, got.Lines()); diff != "" {
		t.Error(diff)
	}
	if none, err := debt.ParseContact(debt.Contact{Phone: " "}); err != nil || none != (debt.Contact{}) || none.Lines() != nil {
		t.Errorf("nothing: %+v, %v", none, err)
	}
}

func TestWhatIsNoContactIsRefused(t *testing.T) {
	for in, key := range map[debt.Contact]string{
		{Phone: "0900 CALL"}:                             "contact_line_phone",
		{Phone: "12"}:                                    "contact_line_phone",
		{Phone: "22+1 555"}:                              "contact_line_phone",
		{Email: "praxis"}:                                "contact_line_email",
		{Email: "@lindner.example"}:                      "contact_line_email",
		{Email: "a b@lindner.example"}:                   "contact_line_email",
		{Email: "Praxis <a@lindner.example>"}:            "contact_line_email",
		{Web: "lindner"}:                                 "contact_line_web",
		{Web: "javascript:alert(1)"}:                     "contact_line_web",
		{Web: "lindner.example/a b"}:                     "contact_line_web",
		{Hours: strings.Repeat("x", debt.MostContact+1)}: "contact_line",
		{Hours: "Mo\u202eFr"}:                            "contact_line",
	} {
		_, err := debt.ParseContact(in)
		if debttest.WantKey(t, err, debt.Invalid, key); err == nil {
			t.Errorf("%+v is taken", in)
		}
	}
}
