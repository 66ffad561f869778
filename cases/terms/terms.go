// Package terms lays down how a creditor's cases are treated, and remembers how they were before:
// a letter that came, or did not, has to be explained years later.
package terms

import (
	"context"
	"encoding/json"
	"time"

	"quitt/debt"
	"quitt/debt/letter"
	"quitt/store"
	"quitt/store/expect"
	"quitt/store/terms"
	"quitt/store/versions"
)

// Desk lays down.
type Desk struct {
	Store *store.Store
	Now   func() time.Time
}

// Part is what is laid down as a whole; it names its versions.
type Part string

// The parts.
const (
	Channels Part = "channels"
	Dunning  Part = "dunning"
	Contact  Part = "contact"
)

// Who lays down, and which version was in force when it was decided: 0 before the first.
type Who struct {
	Creditor debt.ID
	By       debt.Actor
	Seen     int64
}

// SetChannels says which ways news leave out. Invalid "channels_none" if nothing is left.
func (d Desk) SetChannels(ctx context.Context, w Who, wanted debt.Channels) error {
	if wanted == (debt.Channels{NoEmail: true, NoText: true, NoLetter: true}) {
		return debt.E(debt.Invalid, "channels_none", nil)
	}
	return d.set(ctx, w, Channels, func(s *debt.Settings) any {
		s.Channels = wanted
		return wanted
	})
}

// SetDunning says in which order and distance demands are written. Invalid "channels_days" outside
// of what is fair to a debtor.
func (d Desk) SetDunning(ctx context.Context, w Who, wanted debt.Dunning) error {
	if err := letter.CheckPace(wanted); err != nil {
		return err
	}
	return d.set(ctx, w, Dunning, func(s *debt.Settings) any {
		s.Dunning = wanted
		return wanted
	})
}

// SetContact says how people reach the creditor. Invalid as debt.ParseContact refuses.
func (d Desk) SetContact(ctx context.Context, w Who, wanted debt.Contact) error {
	wanted, err := debt.ParseContact(wanted)
	if err != nil {
		return err
	}
	return d.set(ctx, w, Contact, func(s *debt.Settings) any {
		s.Contact = wanted
		return wanted
	})
}

// set changes a part of the settings and keeps its new state. Conflict "record_changed" if it is
// another one by now.
func (d Desk) set(ctx context.Context, w Who, part Part, change func(*debt.Settings) any) error {
	now := d.Now()
	return d.Store.Write(ctx, w.Creditor, func(t *store.Tx) error {
		before, err := terms.Load(&t.Reader)
		if err != nil {
			return err
		}
		wanted := before
		content, err := json.Marshal(change(&wanted))
		if err != nil {
			return err
		}
		last, err := versions.Last(&t.Reader, string(part))
		switch {
		case err != nil:
			return err
		case last != w.Seen:
			return expect.Changed()
		case wanted == before:
			return nil // nothing to remember
		}
		if err := terms.Save(t, before, wanted); err != nil {
			return err
		}
		return versions.Add(t, versions.Version{Name: string(part), Number: w.Seen + 1, Content: string(content), By: w.By, At: now})
	})
}

// State is a part as it was laid down once.
type State struct {
	versions.Version

	Settings debt.Settings // of its part alone
}

// History lists the states of a part, the newest first.
func (d Desk) History(ctx context.Context, creditor debt.ID, part Part, most int) (list []State, err error) {
	err = d.Store.Read(ctx, creditor, func(r *store.Reader) error {
		found, err := versions.Of(r, string(part), most)
		if err != nil {
			return err
		}
		list = make([]State, len(found))
		for i, v := range found {
			list[i].Version = v
			if err := json.Unmarshal([]byte(v.Content), list[i].of(part)); err != nil {
				return err
			}
		}
		return nil
	})
	return list, err
}

// of is where a part stands in the settings.
func (s *State) of(part Part) any {
	switch part {
	case Dunning:
		return &s.Settings.Dunning
	case Contact:
		return &s.Settings.Contact
	}
	return &s.Settings.Channels
}
