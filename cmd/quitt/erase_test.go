package main

import (
	"bufio"
	"bytes"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"quitt/notifications/email/sink"
	"quitt/store/storetest"
)

// canaryRow is a person nothing else could be mistaken for.
const (
	canaryHead = "Aktenzeichen;Vorname;Nachname;Straße;PLZ;Ort;Geburtsdatum;E-Mail;Telefon;Kundennummer;IBAN;Hauptforderung;Forderungsgrund;Gegenstand;Vertragsdatum;Fälligkeit;Verzug ab\n"
	canaryRow  = "K-1;Kunigunde;Quakernackel;Unkenpfuhl 7;26486;Zwitscherhausen;29.02.1972;zephyrine@kanari.example;0151 77665544;ZEPHYR-9911;" +
		"DE78760260000918273645;480,00;Vertrag;Zahnersatz;10.01.2026;02.03.2026;17.03.2026\n"
	otherRow = "K-2;Anton;Andersen;Weg 1;50667;Köln;01.02.1980;anton@example.org;;;;480,00;Vertrag;Zahnersatz;10.01.2026;02.03.2026;17.03.2026\n"
)

// canaries are the bytes that must not be found. The postcode is too short to be nobody
// else's.
var canaries = []string{"Kunigunde", "Quakernackel", "Unkenpfuhl", "Zwitscherhausen", "1972-02-29", "29.02.1972", "kanari.example",
	"77665544", "ZEPHYR-9911", "DE7876026000", "18273645", rhubarb}

// heard is what the program logged, from several goroutines.
type heard struct {
	sync.Mutex
	said bytes.Buffer
}

func (h *heard) Write(b []byte) (int, error) {
	h.Lock()
	defer h.Unlock()
	return h.said.Write(b)
}

func (h *heard) text() string {
	h.Lock()
	defer h.Unlock()
	return h.said.String()
}

// nest is a program with a canary, and everywhere it may have left feathers.
type nest struct {
	*testing.T
	program

	out  string // the folder of letters
	docs string // that of documents
	logs heard
	url  string
}

// serving runs serve until the function it gives is called.
func (n *nest) serving(env ...string) (address string, stop func()) {
	n.Helper()
	out, end := n.running("serve", append(env, "QUITT_LISTEN=127.0.0.1:0", "QUITT_OPERATOR_LISTEN=")...)
	line, err := out.ReadString('\n')
	if err != nil {
		n.Fatalf("%v: exit %d %s", err, end(), n.logs.text())
	}
	go func(r *bufio.Reader) { _, _ = io.Copy(io.Discard, r) }(out)
	return strings.Fields(line[strings.Index(line, "http://"):])[0], func() {
		n.Helper()
		if code := end(); code != exitOK {
			n.Fatalf("exit %d %s", code, n.logs.text())
		}
	}
}

// live is the whole life of a case: taken over, written to, looked at, paid, told.
func (n *nest) live() {
	n.Helper()
	path := filepath.Join(n.TempDir(), "faelle.csv")
	if err := os.WriteFile(path, []byte(canaryHead+canaryRow+otherRow), 0o600); err != nil {
		n.Fatal(err)
	}
	n.ready()
	n.must("import", path, "--creditor", "praxis")
	n.must("letters", "--kind", "reminder", "--creditor", "praxis", "--out", n.out, "--files")
	code := n.newCode("K-1").Code
	raw := storetest.Raw(n.T, n.url)
	address, stop := n.serving()
	until(n.T, "the teller has begun", func() bool { return count(n.T, raw, "SELECT COUNT(*) FROM feed_readers WHERE name = 'mail'") == 1 })
	s := newSurfer(n.T)
	s.open(address+"/").send("/", "code", code, "check", "birth_date", "day", "28", "month", "2", "year", "1972")
	s.open(address+"/").send("/", "code", code, "check", "birth_date", "day", "29", "month", "2", "year", "1972")
	s.open("/akte").sees("480,00")
	n.says(s)
	n.must("book", "payment", "K-1", "--amount", "100,00", "--key", "k1")
	until(n.T, "mails that wait", func() bool { return len(n.mails("waiting")) == 3 }) // of the plan, the objection and the payment
	stop()
	n.clean("with a mail that waits")

	box, err := sink.Open(storetest.Clock)
	if err != nil {
		n.Fatal(err)
	}
	defer func() { _ = box.Close() }()
	_, stop = n.serving("QUITT_SMTP_URL="+box.URL(), "QUITT_MAIL_FROM=Muster <post@inkasso.example>")
	until(n.T, "the mail", func() bool { return len(box.Received()) == 3 && len(n.mails("sent")) == 3 })
	if to := box.Received()[0].To; to != "zephyrine@kanari.example" {
		n.Errorf("sent to %s", to)
	}
	stop()
}

// files are the raw files of the database, the log of PostgreSQL among them.
func (n *nest) files() (list []string) {
	n.Helper()
	if path, ok := strings.CutPrefix(n.url, "sqlite:"); ok {
		found, err := filepath.Glob(path + "*")
		if err != nil {
			n.Fatal(err)
		}
		return found
	}
	db := storetest.Raw(n.T, n.url)
	if _, err := db.Exec("CHECKPOINT"); err != nil {
		n.Fatal(err)
	}
	folder := storetest.Column(n.T, n.url, "SHOW data_directory")[0]
	own := storetest.Column(n.T, n.url, "SELECT oid FROM pg_database WHERE datname = current_database()")[0]
	for _, part := range []string{"base/" + own, "pg_wal", "../log"} {
		err := filepath.WalkDir(filepath.Join(folder, part), func(path string, d fs.DirEntry, err error) error {
			if err == nil && d.Type().IsRegular() {
				list = append(list, path)
			}
			return nil //nolint:nilerr // a file that is gone holds nothing
		})
		if err != nil {
			n.Fatal(err)
		}
	}
	return list
}

// feathers counts where any of some texts is found in files.
func (n *nest) feathers(files []string, texts ...string) (found int, size int64) {
	n.Helper()
	for _, path := range files {
		b, err := os.ReadFile(path)
		if err != nil && !os.IsNotExist(err) {
			n.Fatal(err)
		}
		size += int64(len(b))
		for _, text := range texts {
			found += bytes.Count(b, []byte(text))
		}
	}
	return found, size
}

// clean looks for the canary in every file of the database and in what was logged. That the
// look finds what is there, the creditor's name shows.
func (n *nest) clean(when string) {
	n.Helper()
	files := n.files()
	if known, size := n.feathers(files, "Praxis Muster"); known == 0 {
		n.Fatalf("%s: the look through %d files, %d bytes finds nothing at all", when, len(files), size)
	}
	for _, canary := range canaries {
		if found, _ := n.feathers(files, canary); found > 0 {
			n.Errorf("%s: %q stands %d times in the files of the database", when, canary, found)
		}
		if strings.Contains(n.logs.text(), canary) {
			n.Errorf("%s: %q was logged", when, canary)
		}
		if found, _ := n.feathers(n.handedIn(), canary); found > 0 {
			n.Errorf("%s: %q stands in a document", when, canary)
		}
	}
}

// printed are the files in the folder of letters, hidden ones too.
func (n *nest) printed() (list []string) {
	n.Helper()
	err := filepath.WalkDir(n.out, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			list = append(list, path)
		}
		return err
	})
	if err != nil {
		n.Fatal(err)
	}
	return list
}

func TestACanaryLeavesNoFeathers(t *testing.T) {
	onBoth(t, func(t *testing.T, p program) {
		n := &nest{T: t, program: p, out: filepath.Join(t.TempDir(), "out"), docs: filepath.Join(t.TempDir(), "documents"), url: strings.TrimPrefix(p.env[0], "DATABASE_URL=")}
		n.env = append(append(n.env, operatorEnv...), pepper, "QUITT_DOCUMENTS="+n.docs)
		n.log = &n.logs
		n.live()
		n.must("verify")
		n.clean("before the erasure")
		if out := n.must("letters", "show", "1", "--creditor", "praxis"); !strings.Contains(out, "Quakernackel") {
			t.Fatalf("the letter does not say whom it is to: %s", out)
		}
		if found, _ := n.feathers(n.printed(), "Quakernackel"); found == 0 || len(n.printed()) != 4 {
			t.Fatalf("%d times on the list of letters, files %v", found, n.printed())
		}
		cipher := storetest.Column(t, n.url, "SELECT k.sealed FROM person_keys k JOIN cases c ON c.debtor_id = k.debtor_id WHERE c.creditor_reference = 'K-1'"+
			" UNION ALL SELECT d.sealed FROM debtors d JOIN cases c ON c.debtor_id = d.id WHERE c.creditor_reference = 'K-1'"+
			" UNION ALL SELECT l.document FROM letters l JOIN cases c ON c.id = l.case_id WHERE c.creditor_reference = 'K-1'"+
			" UNION ALL SELECT words FROM objections UNION ALL SELECT target FROM proofs UNION ALL SELECT details FROM situations"+
			" UNION ALL SELECT text FROM messages UNION ALL SELECT note FROM plan_rounds UNION ALL SELECT name FROM documents UNION ALL SELECT data_key FROM documents")
		if len(cipher) != 12 || len(n.handedIn()) < 2 {
			t.Fatalf("%d sealed texts, documents %v", len(cipher), n.handedIn())
		}
		if out := n.must("objections", "show", "K-1", "--creditor", "praxis"); strings.Count(out, rhubarb) < 3 {
			t.Fatalf("what was said is not read: %s", out)
		}

		if r := n.run("erase", "--creditor", "praxis", "--case", "K-1"); r.code != exitFailed || !strings.Contains(r.err, "offen") {
			t.Fatalf("an open case: %+v", r)
		}
		if r := n.run("erase", "--creditor", "praxis", "--case", "K-1", "--force"); r.code != exitUsage {
			t.Fatalf("without a reason: %+v", r)
		}
		if r := n.run("erase", "--creditor", "praxis", "--case", "K-1", "--force", "--reason", "Frau Q. will das"); r.code != exitFailed {
			t.Fatalf("words for a reason: %+v", r)
		}
		n.must("erase", "--creditor", "praxis", "--case", "K-1", "--force", "--reason", "wrong_person")
		n.must("erase", "--creditor", "praxis", "--case", "K-1", "--force", "--reason", "wrong_person")
		if out := n.must("verify"); !strings.Contains(out, "Alles stimmt") {
			t.Errorf("verify: %s", out)
		}
		n.clean("after the erasure")
		n.noDocuments()
		if found, _ := n.feathers(n.printed(), canaries...); found > 0 || len(n.printed()) != 1 {
			t.Errorf("%d times in the folder of letters, files %v", found, n.printed())
		}
		dump := storetest.Dump(t, n.url)
		for _, text := range append(cipher, canaries...) {
			if strings.Contains(dump, text) {
				t.Errorf("%.30q is in a table", text)
			}
		}
		found, size := n.feathers(n.files(), cipher...)
		t.Logf("%d files, %d bytes, sealed texts of the canary found %d times", len(n.files()), size, found)
		if strings.HasPrefix(n.url, "sqlite:") && found > 0 {
			t.Errorf("sealed texts are found %d times in the files", found)
		}
		for _, out := range []string{n.must("statement", "K-1"), n.must("letters", "show", "1", "--creditor", "praxis"), n.must("letters", "list", "--case", "K-1")} {
			for _, canary := range canaries {
				if strings.Contains(out, canary) {
					t.Errorf("%q is shown: %s", canary, out)
				}
			}
		}
		if out := n.must("statement", "K-2"); !strings.Contains(out, "Andersen") {
			t.Errorf("another person: %s", out)
		}
	})
}
