package debt

import (
	"strings"
	"testing"
	"time"
)

func TestAnEventOfAnObjectionHasACodeAndNoWords(t *testing.T) {
	for reason, want := range map[string]string{
		"amount_wrong": "amount_wrong", "MS03": "MS03",
		"Frau Müller sagt, sie habe bezahlt": "other", "Müller": "other", "MS03 Meier": "other", "MS3": "other",
		"MÜ03": "other", strings.Repeat("a", 41): "other", "a\nb": "other",
	} {
		c := NewCase("creditor", "case", time.Date(2026, 11, 22, 11, 0, 0, 0, time.UTC))
		events, err := c.SetObjection(ObjectionOpen, Hold{Reason: reason, Until: DateIn(time.Date(2026, 12, 23, 11, 0, 0, 0, time.UTC), Berlin), Since: DateIn(time.Date(2026, 11, 23, 11, 0, 0, 0, time.UTC), Berlin)})
		if err != nil {
			t.Fatal(err)
		}
		if got := events[0].Data["reason"]; got != want || c.Holds[0].Reason != reason {
			t.Errorf("%q becomes %v, and the hold has %q", reason, got, c.Holds[0].Reason)
		}
	}
}
