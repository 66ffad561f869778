package portal

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"quitt/debt"
	"quitt/debt/access"
	dl "quitt/debt/letter"
	"quitt/debt/plan"
	written "quitt/notifications/letter"
	"quitt/portal/page"
	"quitt/store"
	"quitt/store/letters"
	"quitt/store/plans"
)

// write stores a letter of a case with words of its own. Numbers begin anew for each
// creditor, so that two cases of different creditors share them.
func (w *world) write(f *dossier) {
	doc, err := written.Sample(dl.FirstNotice)
	w.must(err)
	doc.Recipient, doc.Subject = []string{f.mark("LetterName")}, f.mark("LetterSubject")
	doc.Body = []dl.Block{{Kind: dl.Paragraph, Text: f.mark("LetterText")}, // the sample's account is one of this world's
		{Kind: dl.Box, Text: "Code", Pairs: []dl.Pair{{Label: "Code", Value: f.letter.Code.Grouped(), Sealed: true}}, QR: f.letter.Token.Plain(), Sealed: true}}
	w.must(w.store.Write(context.Background(), f.of.ID, func(t *store.Tx) error {
		if _, err := t.LockOne(f.caseID); err != nil {
			return err
		}
		run := letters.Run{ID: store.NewID(), Kind: dl.FirstNotice, Way: letters.Print, Directory: ".", StartedAt: w.clock.Now()}
		if err := letters.Begin(t, run); err != nil {
			return err
		}
		number, err := letters.NextNumber(&t.Reader)
		if err != nil {
			return err
		}
		f.letterNumber = number
		kept := letters.Kept{ID: store.NewID(), CaseID: f.caseID, RunID: run.ID, Number: number, Kind: dl.FirstNotice, Document: doc, Country: "DE",
			PDFHash: strings.Repeat("0", 64), Pages: 1, On: debt.DateIn(w.clock.Now(), debt.Berlin), CreatedAt: w.clock.Now()}
		if err := letters.Add(t, kept); err != nil {
			return err
		}
		if err := letters.MarkSent(t, kept, w.clock.Now()); err != nil {
			return err
		}
		run.FinishedAt = w.clock.Now()
		return letters.Finish(t, run)
	}))
	w.zoo.word(f.of, f, inFull, f.mark("LetterName"), f.mark("LetterSubject"), f.mark("LetterText"))
	w.givePaper(f)
}

// givePaper puts a paper of a plan into the inbox of a case.
func (w *world) givePaper(f *dossier) {
	doc, err := written.SamplePaper("agreement")
	w.must(err)
	doc.Recipient, doc.Subject = []string{f.mark("PaperName")}, f.mark("PaperSubject")
	doc.Body = []dl.Block{{Kind: dl.Paragraph, Text: f.mark("PaperText")}}
	f.paper = store.NewID()
	w.must(w.store.Write(context.Background(), f.of.ID, func(t *store.Tx) error {
		id := store.NewID()
		if err := plans.Add(t, plans.Kept{Plan: plan.Plan{ID: id, CaseID: f.caseID, State: plans.Dropped}, Method: debt.MethodTransfer,
			MadeBy: "debtor", MadeAt: w.clock.Now()}); err != nil {
			return err
		}
		_, err := plans.AddPaper(t, plans.Paper{ID: f.paper, PlanID: id, CaseID: f.caseID, Kind: plans.Agreement, Document: doc, MadeAt: w.clock.Now()})
		return err
	}))
	w.zoo.word(f.of, f, inFull, f.mark("PaperName"), f.mark("PaperSubject"), f.mark("PaperText"))
}

// papersOfOthers asks for every paper as everybody: only those of one's own case exist.
func (st *watched) papersOfOthers(t *testing.T) {
	t.Helper()
	for _, r := range st.roles {
		for _, path := range []string{"/akte/papier", "/akte/papier/pdf"} {
			missing := st.byNumber(r, path, string(store.NewID()))
			st.each(func(f *dossier) {
				a := st.byNumber(r, path, string(f.paper))
				switch own := r.living() && r.tier == access.FullView && r.file == f; {
				case !own && a.String() != missing.String():
					st.fault("%s as %s: the paper of another: %s", path, r.name, difference(missing.String(), a.String()))
				case own && a.status != 200:
					st.fault("%s as %s: the own paper is answered %d", path, r.name, a.status)
				case own && path == "/akte/papier" && !strings.Contains(a.body, f.mark("PaperText")):
					st.fault("%s as %s: the paper says something else", path, r.name)
				case own && path != "/akte/papier" && !bytes.HasPrefix([]byte(a.body), []byte("%PDF-")):
					st.fault("%s as %s: no PDF", path, r.name)
				}
			})
			for _, odd := range []string{"", "1", "' OR 1=1", strings.Repeat("0", 36)} {
				if a := st.byNumber(r, path, odd); a.status == 200 || a.status >= 500 {
					st.fault("%s as %s: paper %q is answered %d", path, r.name, odd, a.status)
				}
			}
		}
	}
}

func (w *world) letters() written.Desk {
	press, err := written.NewPress()
	w.must(err)
	return written.Desk{Store: w.store, Now: w.clock.Now, Letterhead: written.Letterhead{Press: press,
		Operator: page.SampleOperator(), Portal: "https://portal.example"}}
}

// lettersOfOthers asks for every number as everybody: only the letters of one's own case
// exist, and those of others are no different from numbers nobody has.
func (st *watched) lettersOfOthers(t *testing.T) {
	t.Helper()
	for _, r := range st.roles {
		for _, path := range []string{"/akte/brief", "/akte/brief/pdf"} {
			missing := st.byNumber(r, path, "999999")
			for n := range int64(len(caseKeys) + 1) {
				a := st.byNumber(r, path, strconv.FormatInt(n, 10))
				switch own := r.living() && r.tier == access.FullView && r.file.letterNumber == n; {
				case !own && a.String() != missing.String():
					st.fault("%s as %s: letter %d of another: %s", path, r.name, n, difference(missing.String(), a.String()))
				case own && a.status != 200:
					st.fault("%s as %s: the own letter is answered %d", path, r.name, a.status)
				case own && path == "/akte/brief" && !strings.Contains(a.body, r.file.mark("LetterText")):
					st.fault("%s as %s: the letter says something else", path, r.name)
				case own && path != "/akte/brief" && !bytes.HasPrefix([]byte(a.body), []byte("%PDF-")):
					st.fault("%s as %s: no PDF", path, r.name)
				}
			}
			for _, odd := range []string{"", "-1", "1e3", "٣", "0x1", "1 or 1=1"} {
				if a := st.byNumber(r, path, odd); a.status == 200 || a.status >= 500 {
					st.fault("%s as %s: number %q is answered %d", path, r.name, odd, a.status)
				}
			}
		}
	}
}

func (st *watched) byNumber(r *role, path, number string) told {
	return st.ask(probe{role: r, method: http.MethodGet, path: path, query: url.Values{"nr": {number}}, note: "number"})
}
