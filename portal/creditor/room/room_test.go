package room

import (
	"strings"
	"testing"

	"quitt/debt/staff"
	"quitt/portal/text"
)

// The frame shows what exists and what the role opens, and where one is.
func TestTheFrameShowsWhatExistsAndIsOpen(t *testing.T) {
	for _, tc := range []struct {
		role    staff.Role
		missing string // a part that does not exist
		path    string
		want    string // the current one in brackets
	}{
		{staff.Viewer, "", Home, "[Übersicht] Akten Bank Berichte Auszahlungen"},
		{staff.Clerk, "", Home + "/akten", "Übersicht [Akten] Entscheidungen Übergabe Bank Berichte Auszahlungen"},
		{staff.Manager, Home + "/berichte", Home + "/akten/akte", "Übersicht [Akten] Entscheidungen Übergabe Bank Auszahlungen Regeln"},
		{staff.Admin, Home + "/regeln", Home + "/zugaenge", "Übersicht Akten Entscheidungen Übergabe Bank Berichte Auszahlungen [Zugänge]"},
		{staff.Admin, "", Home + "/konto", "Übersicht Akten Entscheidungen Übergabe Bank Berichte Auszahlungen Regeln Zugänge"},
		{staff.Admin, "", Home + "/aktenzeichen", "Übersicht Akten Entscheidungen Übergabe Bank Berichte Auszahlungen Regeln Zugänge"},
		{"", "", Choose, ""},
	} {
		s := SampleScene(text.For(text.German), tc.role)
		delete(s.ways, tc.missing)
		var said []string
		for _, w := range s.Frame(tc.path).Nav {
			if w.Current {
				w.Name = "[" + w.Name + "]"
			}
			said = append(said, w.Name)
		}
		if got := strings.Join(said, " "); got != tc.want {
			t.Errorf("%s at %s: %s\nwant %s", tc.role, tc.path, got, tc.want)
		}
	}
}

func TestABrowserIsCalledByItsName(t *testing.T) {
	for agent, want := range map[string]string{
		"Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0":                                                                  "Firefox, Linux",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36 Edg/143.0.0.0":           "Edge, Windows",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1": "Safari, iPhone",
		"Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Mobile Safari/537.36":                   "Chrome, Android",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15":                   "Safari, macOS",
		"": "", "curl/8.0": "", "<script>": "",
	} {
		if got := deviceOf(agent); got != want {
			t.Errorf("%s: %q, want %q", agent, got, want)
		}
	}
}
