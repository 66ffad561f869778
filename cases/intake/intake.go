// Package intake brings files of strangers in: a table whose columns have names of its own, an
// electronic invoice. A table becomes a job: a person says what its columns mean, sees what
// every row would do, and then it is taken in portion by portion, beside the visitors, where
// it can be left and found again.
package intake

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"quitt/cases"
	"quitt/cases/upload/gate"
	"quitt/debt"
	"quitt/store"
	kept "quitt/store/intake"
)

// MostBytes bounds a file: some twenty thousand rows. Longer ones go through quitt import.
const MostBytes = 5 << 20

// How long what nobody goes on with is kept, and the list of faulty rows of what has ended.
const (
	keepDrafts = 24 * time.Hour
	keepEnded  = 7 * 24 * time.Hour
)

// portion is how many rows are taken in at once.
const portion = 250

// samples is how many rows are shown beside the names of the columns.
const samples = 3

// Desk works on files on their way in.
type Desk struct{ Cases cases.Desk }

func (d Desk) store() *store.Store { return d.Cases.Store }

// Work is a job with what people look at.
type Work struct {
	kept.Job
	Head    cases.Head    // while the file is there
	Mapping cases.Mapping // as saved, or as guessed
	List    []cases.Problem
	More    int // problems beyond those listed
}

// File is what somebody sends.
type File struct {
	By      debt.ID
	Name    string
	Content []byte
}

// Receive keeps a file as a draft. Refusals: Invalid "intake_too_big", "intake_no_table" for
// what is another kind of file, and those of cases.Inspect.
func (d Desk) Receive(ctx context.Context, creditor debt.ID, f File) (debt.ID, error) {
	content := f.Content
	switch {
	case len(content) > MostBytes:
		return "", debt.E(debt.Invalid, "intake_too_big", debt.Args{"most": MostBytes >> 20})
	case bytes.HasPrefix(content, []byte("PK\x03\x04")), bytes.HasPrefix(content, []byte("\xd0\xcf\x11\xe0")), bytes.HasPrefix(content, []byte("%PDF-")):
		return "", debt.E(debt.Invalid, "intake_no_table", nil)
	}
	content, err := unicodeOf(content)
	if err != nil {
		return "", err
	}
	head, err := cases.Inspect(bytes.NewReader(content), samples)
	if err != nil {
		return "", err
	}
	if !utf8.Valid(content) { // then Inspect took it for Windows-1252, which maps every byte it lets through
		if content, err = charmap.Windows1252.NewDecoder().Bytes(content); err != nil {
			return "", err
		}
	}
	j := kept.Job{ID: store.NewID(), MadeBy: string(f.By), Name: debt.Personal(gate.Clean(f.Name)), HeaderHash: hashOf(head), MadeAt: d.Cases.Now()}
	return j.ID, d.store().Write(ctx, creditor, func(t *store.Tx) error { return kept.Add(t, j, content) })
}

// unicodeOf decodes what Excel calls Unicode text; the other encodings are cases' to tell apart.
func unicodeOf(b []byte) ([]byte, error) {
	if !bytes.HasPrefix(b, []byte{0xFF, 0xFE}) && !bytes.HasPrefix(b, []byte{0xFE, 0xFF}) {
		return b, nil
	}
	out, err := unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder().Bytes(b)
	if err != nil {
		return nil, debt.E(debt.Invalid, "intake_no_table", nil)
	}
	return out, nil
}

// hashOf recognises files of the same kind.
func hashOf(h cases.Head) string {
	sum := sha256.Sum256([]byte(strings.Join(h.Names, "\x00")))
	return hex.EncodeToString(sum[:])
}

// Load gives a job with all there is to see of it; NotFound "intake_unknown".
func (d Desk) Load(ctx context.Context, creditor, id debt.ID) (w Work, err error) {
	var file []byte
	var saved string
	err = d.store().Read(ctx, creditor, func(r *store.Reader) error {
		if w.Job, err = kept.Load(r, id); err != nil {
			return err
		}
		if w.State != kept.Draft && w.State != kept.Checked {
			return nil
		}
		if saved, err = kept.Mapping(r, w.HeaderHash); err != nil {
			return err
		}
		file, err = kept.File(r, id)
		return err
	})
	if err != nil {
		return w, err
	}
	if file != nil {
		if w.Head, err = cases.Inspect(bytes.NewReader(file), samples); err != nil {
			return w, err
		}
		w.Mapping = Guess(w.Head)
	}
	if text := cmp.Or(w.Job.Mapping, saved); text != "" {
		var m cases.Mapping
		if err := json.Unmarshal([]byte(text), &m); err != nil {
			return w, err
		}
		m.Delimiter = cmp.Or(w.Head.Delimiter, m.Delimiter) // the same columns may be written apart otherwise
		w.Mapping = m
	}
	w.List, w.More, err = problemsOf(w.Job)
	return w, err
}

// Recent gives the newest jobs.
func (d Desk) Recent(ctx context.Context, creditor debt.ID) (list []kept.Job, err error) {
	err = d.store().Read(ctx, creditor, func(r *store.Reader) error {
		list, err = kept.List(r, kept.MostHeld)
		return err
	})
	return list, err
}

// Explain takes what a person says about the columns and tries every row: the job is Checked
// then, nothing is stored of it yet, and the next file of its kind will be explained already.
// Refusals are those of cases.OpenMapped and of a file that cannot be read to its end.
func (d Desk) Explain(ctx context.Context, creditor debt.Creditor, id debt.ID, m cases.Mapping) error {
	w, err := d.Load(ctx, creditor.ID, id)
	if err != nil {
		return err
	}
	if w.State != kept.Draft && w.State != kept.Checked {
		return debt.E(debt.Conflict, "intake_changed", nil)
	}
	var file []byte
	err = d.store().Read(ctx, creditor.ID, func(r *store.Reader) error { file, err = kept.File(r, id); return err })
	if err != nil {
		return err
	}
	sheet, err := cases.OpenMapped(bytes.NewReader(file), creditor, debt.DateIn(d.Cases.Now(), debt.Berlin), m)
	if err != nil {
		return err
	}
	report, err := d.Cases.Try(ctx, sheet)
	if err != nil {
		return err
	}
	text, err := json.Marshal(m)
	if err != nil {
		return err
	}
	j := w.Job
	j.State, j.Mapping, j.Rows = kept.Checked, string(text), report.Rows
	j.Counts, j.Problems = kept.Counts{}, ""
	if err := keep(&j, m, report); err != nil {
		return err
	}
	return d.store().Write(ctx, creditor.ID, func(t *store.Tx) error {
		if err := kept.SaveMapping(t, j.HeaderHash, j.Mapping, d.Cases.Now()); err != nil {
			return err
		}
		return kept.Save(t, j)
	})
}

// Start begins to take a checked job in. With faulty rows it has to be said that the others
// are to come in without them: else Forbidden "intake_faulty".
func (d Desk) Start(ctx context.Context, creditor, id debt.ID, without bool) error {
	return d.store().Write(ctx, creditor, func(t *store.Tx) error {
		j, err := kept.Load(&t.Reader, id)
		switch {
		case err != nil:
			return err
		case j.State == kept.Running || j.State == kept.Done:
			return nil // said twice
		case j.State != kept.Checked:
			return debt.E(debt.Conflict, "intake_changed", nil)
		case j.Counts.Faulty > 0 && !without:
			return debt.E(debt.Forbidden, "intake_faulty", debt.Args{"n": j.Counts.Faulty})
		}
		j.State, j.StartedAt = kept.Running, d.Cases.Now()
		j.Counts, j.Problems = kept.Counts{}, "" // counted anew, of what really comes in
		return kept.Save(t, j)
	})
}

// Discard forgets a job that is not running.
func (d Desk) Discard(ctx context.Context, creditor, id debt.ID) error {
	return d.store().Write(ctx, creditor, func(t *store.Tx) error { return kept.Discard(t, id) })
}
