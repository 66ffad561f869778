package portal

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"quitt/portal/debtor"
	"quitt/portal/debtor/acting"
	"quitt/portal/page"
	"quitt/portal/text"
)

// A link that is answered with "you may not" is a trap: the page of a claim offers a
// representative what his authority covers and nothing else.
func TestTheClaimOffersARepresentativeOnlyWhatHeMayDo(t *testing.T) {
	samples := debtor.Samples()
	at := slices.IndexFunc(samples, func(s page.Sample) bool { return s.Name == "acting-claim-page" })
	html, err := samples[at].HTML(text.For(text.German))
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`href="(/akte[^"?#]*)`).FindAllStringSubmatch(string(html), -1) {
		if act := actOf(fiber.MethodGet, m[1]); !acting.SampleActing().May(act) {
			t.Errorf("%s is offered, and it needs %q", m[1], act)
		}
	}
	if !strings.Contains(string(html), `href="/akte/raten"`) {
		t.Error("what he may do is not offered")
	}
}
