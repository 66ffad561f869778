package wording

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"quitt/debt/letter"
)

var update = flag.Bool("update", false, "write testdata/golden anew")

// The golden texts are read aloud whenever they change: B1, active, "Sie".
func TestLettersSayWhatTheGoldenTextsSay(t *testing.T) {
	for _, kind := range letter.Kinds() {
		d, err := Compose(Sample(kind))
		if err != nil {
			t.Errorf("%s: %v", kind, err)
			continue
		}
		compareGolden(t, string(kind), d.Plain())
	}
}

func TestPapersSayWhatTheGoldenTextsSay(t *testing.T) {
	for _, name := range PaperSamples() {
		d, err := Paper(SamplePaper(name))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		compareGolden(t, "paper-"+name, d.Plain())
	}
}

func TestTheSheetForAStandingOrderSaysWhatTheGoldenTextsSay(t *testing.T) {
	for _, language := range []string{"de", "en"} {
		d, err := StandingOrder(language, SampleStanding())
		if err != nil || d.Language != language {
			t.Errorf("%s: %v %q", language, err, d.Language)
			continue
		}
		compareGolden(t, "standing-order-"+language, d.Plain())
	}
}

func compareGolden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", "golden", name+".txt")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s changed (-want +got); read it, then run with -update:\n%s", name, diff)
	}
}
