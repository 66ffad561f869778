// Package letter writes the letters of an installation: which are due, in runs that may be
// interrupted anywhere, what came back, each creditor's own words, and what a debtor may
// read again.
package letter

import (
	"context"
	"slices"
	"time"

	"quitt/debt"
	"quitt/debt/access"
	"quitt/debt/letter"
	"quitt/debt/operator"
	"quitt/notifications/letter/sheet"
	"quitt/notifications/letter/wording"
	"quitt/store"
	"quitt/store/letters"
)

// Desk works on letters. Now is needed to write, Letterhead to print.
type Desk struct {
	Store      *store.Store
	Now        func() time.Time
	Letterhead Letterhead
}

// Letterhead is what every letter of an installation has in common, and who makes it.
type Letterhead struct {
	Operator operator.Profile
	Portal   string // "https://portal.example.de", no path
	Press    *sheet.Press
	// NewAccess prepares the secrets of a letter and waits for the slow hash; cmd wires it,
	// for signing in is a room beside this one.
	NewAccess func(ctx context.Context) (Access, error)
}

// Access is what opens the portal for one letter, prepared and not stored yet.
type Access struct {
	Link  string
	Code  access.Code
	Words string
	Until debt.Date
	// Store makes it that of a locked case and gives the event to be booked. Conflict
	// "access_taken" asks for another one.
	Store func(t *store.Tx, f *store.File) (debt.Event, error)
}

func (a Access) printed() wording.Access {
	if a.Store == nil {
		return wording.Access{}
	}
	return wording.Access{Link: a.Link, Code: a.Code.Grouped(), Words: a.Words, Until: a.Until}
}

// Letters lists the letters of a case, newest first. Void ones, which never left the house,
// are not among them.
func (d Desk) Letters(ctx context.Context, creditor, caseID debt.ID) ([]letters.Kept, error) {
	var list []letters.Kept
	err := d.Store.Read(ctx, creditor, func(r *store.Reader) error {
		all, err := letters.OfCase(r, caseID)
		list = list[:0]
		for _, k := range all {
			if k.State != letters.Void {
				list = append(list, k)
			}
		}
		return err
	})
	return list, err
}

// Out lists the letters of a case that have left the house, newest first: what is made and
// not handed over may still become void, and a page must not take back what it has shown.
func (d Desk) Out(ctx context.Context, creditor, caseID debt.ID) ([]letters.Kept, error) {
	list, err := d.Letters(ctx, creditor, caseID)
	return slices.DeleteFunc(list, func(k letters.Kept) bool { return k.State == letters.Created }), err
}

// Letter gives a letter of a case, or NotFound "letter_unknown": also for a void one, and
// for one of another case.
func (d Desk) Letter(ctx context.Context, creditor, caseID, id debt.ID) (letters.Kept, error) {
	var k letters.Kept
	err := d.Store.Read(ctx, creditor, func(r *store.Reader) (err error) {
		k, err = letters.Load(r, id)
		return err
	})
	if err == nil && (k.CaseID != caseID || k.State == letters.Void) {
		return letters.Kept{}, debt.E(debt.NotFound, "letter_unknown", nil)
	}
	return k, err
}

// copyNote is the first line of a copy; like all words of a letter it is German.
const copyNote = "Kopie. Die Zugangsdaten stehen nur auf dem Original."

// Copy prints a letter again from what is kept of it, without its secrets.
func (d Desk) Copy(ctx context.Context, creditor, caseID, id debt.ID) ([]byte, error) {
	k, err := d.Letter(ctx, creditor, caseID, id)
	if err != nil {
		return nil, err
	}
	k.Document.Body = append([]letter.Block{{Kind: letter.Small, Text: copyNote}}, k.Document.Body...)
	pdf, _, err := d.Letterhead.Press.Print(k.Document)
	return pdf, err
}

// ByNumber gives the letter with the number printed on it, void ones included: it explains
// every number. NotFound "letter_unknown".
func (d Desk) ByNumber(ctx context.Context, creditor debt.ID, number int64) (k letters.Kept, err error) {
	err = d.Store.Read(ctx, creditor, func(r *store.Reader) (err error) {
		k, err = letters.ByNumber(r, number)
		return err
	})
	return k, err
}

// Newest lists the last letters of a creditor, void ones included.
func (d Desk) Newest(ctx context.Context, creditor debt.ID, most int) (list []letters.Kept, err error) {
	err = d.Store.Read(ctx, creditor, func(r *store.Reader) (err error) {
		list, err = letters.Newest(r, most)
		return err
	})
	return list, err
}
