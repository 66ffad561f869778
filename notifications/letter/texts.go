package letter

import (
	"context"
	"encoding/json"

	"quitt/debt"
	"quitt/debt/letter"
	"quitt/notifications/letter/wording"
	"quitt/store"
	"quitt/store/letters"
	"quitt/store/versions"
)

// Texts gives the blocks of a kind that a creditor words itself.
func (d Desk) Texts(ctx context.Context, creditor debt.ID, k letter.Kind) (texts wording.Texts, err error) {
	err = d.Store.Read(ctx, creditor, func(r *store.Reader) (err error) {
		texts, err = letters.Texts(r, k)
		return err
	})
	return texts, err
}

// Wording is how a creditor words a kind of letter.
type Wording struct {
	Kind  letter.Kind
	Texts wording.Texts
	By    debt.Actor
	// Seen is the number of the version it was made from; Newest replaces whatever is there.
	Seen int64
}

// Newest stands for whatever version is in force.
const Newest = -1

// versionName names the versions of a kind.
func versionName(k letter.Kind) string { return "letter/" + string(k) }

// SaveTexts stores a creditor's own blocks of a kind if nothing is wrong with them, and
// gives what is. No blocks go back to Quitt's own words. Each state stays on record: which words a
// letter of a day had must be known. Conflict "record_changed" if somebody was faster.
func (d Desk) SaveTexts(ctx context.Context, creditor debt.ID, w Wording) ([]wording.Problem, error) {
	if found := wording.CheckTexts(w.Kind, w.Texts); len(found) > 0 {
		return found, nil
	}
	content, err := json.Marshal(w.Texts)
	if err != nil {
		return nil, err
	}
	if w.Texts == nil {
		content = []byte("{}")
	}
	now := d.Now()
	return nil, d.Store.Write(ctx, creditor, func(t *store.Tx) error {
		name, seen := versionName(w.Kind), w.Seen
		if seen == Newest {
			if seen, err = versions.Last(&t.Reader, name); err != nil {
				return err
			}
		}
		if err := versions.Add(t, versions.Version{Name: name, Number: seen + 1, Content: string(content), By: w.By, At: now}); err != nil {
			return err
		}
		return letters.SaveTexts(t, w.Kind, w.Texts, now)
	})
}

// Worded is a state of the wording of a kind that was in force.
type Worded struct {
	versions.Version
	Texts wording.Texts
}

// Versions lists how a kind was worded, the newest first.
func (d Desk) Versions(ctx context.Context, creditor debt.ID, k letter.Kind, most int) (list []Worded, err error) {
	err = d.Store.Read(ctx, creditor, func(r *store.Reader) error {
		found, err := versions.Of(r, versionName(k), most)
		if err != nil {
			return err
		}
		list = make([]Worded, len(found))
		for i, v := range found {
			list[i].Version = v
			if err := json.Unmarshal([]byte(v.Content), &list[i].Texts); err != nil {
				return err
			}
		}
		return nil
	})
	return list, err
}
