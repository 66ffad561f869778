package payout

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"quitt/bank"
	"quitt/bank/pain"
	"quitt/bank/sepa"
	"quitt/bank/statement"
	"quitt/debt"
	"quitt/debt/mandate"
	"quitt/debt/rail"
	"quitt/store"
	"quitt/store/givebacks"
	"quitt/store/rails"
	"quitt/store/statements"
)

// Backs is a file of transfers back with its bytes. Left are lines that are not in it because no
// bank would take them: without a name, or to a country for which it wants an address.
type Backs struct {
	givebacks.File

	Content []byte
	Left    []debt.ID
}

// mostBacks is how many transfers one file takes; the rest waits for the next.
const mostBacks = 1000

// backing makes two files at once wait for each other.
const backing = "give_back"

// GiveBacks orders what is to go back from an account: money of nobody that a person sends back,
// and refunds. Each goes to the account it came from. Conflict "payout_back_nothing" where that is
// nothing.
func (d Desk) GiveBacks(ctx context.Context, c debt.Creditor, o Order) (w Backs, err error) {
	now := d.Now()
	today := debt.DateIn(now, debt.Berlin)
	err = d.Store.Write(ctx, c.ID, func(t *store.Tx) error {
		w = Backs{}
		if _, err := t.Take(backing, 1); err != nil {
			return err
		}
		acc, err := account(&t.Reader, o.Source)
		if err != nil {
			return err
		}
		all, lines, err := candidates(&t.Reader, acc)
		if err != nil {
			return err
		}
		w.ID = store.NewID()
		w.AccountID, w.Message, w.FromName, w.State = acc.ID, "G"+mandate.Key(w.ID), cmp.Or(o.FromName, c.AccountHolder, c.Name), givebacks.FileOrdered
		w.Purpose, w.MadeOn, w.ExecuteOn, w.MadeAt = o.Purpose, today, target(today), now.UTC().Truncate(time.Second)
		var list []givebacks.Back
		list, w.Left = taken(w.File, acc, all, lines)
		for i := range list {
			list[i].AskedAt, list[i].By = now, d.By
			w.Amount += list[i].Amount
		}
		if len(list) == 0 {
			return debt.E(debt.Conflict, "payout_back_nothing", debt.Args{"left": len(w.Left)})
		}
		slices.SortFunc(list, func(x, y givebacks.Back) int { return cmp.Compare(x.ID, y.ID) })
		w.Transfers = len(list)
		if w.Content, err = content(w.File, acc, list, lines); err != nil {
			return err
		}
		w.SHA256 = hash(w.Content)
		if err := touch(t, list, lines); err != nil {
			return err
		}
		return givebacks.Add(t, w.File, list)
	})
	return w, err
}

// taken parts what a bank takes in a file from what it does not, by the lines of that.
func taken(f givebacks.File, acc rail.Account, all []givebacks.Back, lines map[debt.ID]statements.Line) (list []givebacks.Back, left []debt.ID) {
	for _, b := range all {
		if refused(write(&bytes.Buffer{}, f, acc, []pain.Transfer{transferOf(f, b, lines[b.LineID])})) {
			left = append(left, b.LineID)
		} else {
			list = append(list, b)
		}
	}
	return list, left
}

// refused reports whether a bank would not take a transfer because of who gets it.
func refused(err error) bool {
	var faults pain.Faults
	return errors.As(err, &faults) && slices.ContainsFunc(faults, func(f *bank.FormatError) bool {
		field, _ := f.Args["field"].(string)
		return strings.HasPrefix(field, "Cdtr")
	})
}

// touch makes whoever looks at a line of the file see another version of it: it cannot be taken
// out of the file by somebody who does not know that it is in one.
func touch(t *store.Tx, list []givebacks.Back, lines map[debt.ID]statements.Line) error {
	keys, err := statements.KeysOf(&t.Reader)
	if err != nil {
		return err
	}
	var those []statements.Line
	for _, b := range list {
		if b.PaymentID == "" {
			those = append(those, lines[b.LineID])
		}
	}
	return statements.Save(t, keys, those...)
}

// candidates are what waits to go back from an account, with the lines it came with.
func candidates(r *store.Reader, acc rail.Account) (all []givebacks.Back, lines map[debt.ID]statements.Line, err error) {
	lines = map[debt.ID]statements.Line{}
	for after := debt.ID(""); len(all) < mostBacks; {
		some, err := statements.Lines(r, statements.GiveBack, after, statements.AtOnce)
		if err != nil {
			return nil, nil, err
		}
		if len(some) == 0 {
			break
		}
		var ids []debt.ID
		for _, l := range some {
			ids = append(ids, l.ID)
		}
		known, err := givebacks.Of(r, ids)
		if err != nil {
			return nil, nil, err
		}
		for _, l := range some {
			if b, ok := known[l.ID]; l.AccountID == acc.ID && (!ok || b.State == givebacks.Asked) {
				all, lines[l.ID] = append(all, givebacks.Back{ID: l.ID, AccountID: acc.ID, LineID: l.ID, Amount: l.Amount}), l
			}
		}
		after = some[len(some)-1].ID
	}
	asked, err := givebacks.Waiting(r, acc.ID, mostBacks)
	if err != nil {
		return nil, nil, err
	}
	if asked, err = covered(r, asked); err != nil {
		return nil, nil, err
	}
	for _, b := range asked {
		if _, ok := lines[b.LineID]; !ok {
			if lines[b.LineID], err = statements.Load(r, b.LineID); err != nil {
				return nil, nil, err
			}
		}
	}
	all = append(asked, all...) // a debtor's money first
	return all[:min(mostBacks, len(all))], lines, nil
}

// covered are the refunds whose payment is still there to be refunded.
func covered(r *store.Reader, asked []givebacks.Back) ([]givebacks.Back, error) {
	var ids []debt.ID
	for _, b := range asked {
		ids = append(ids, b.PaymentID)
	}
	kept, err := r.LoadPayments(ids)
	return slices.DeleteFunc(asked, func(b givebacks.Back) bool { return kept[b.PaymentID].Net() < b.Amount }), err
}

// GiveBacksAgain gives a file that was made. Conflict "payout_late" of one that was taken back;
// Conflict "payout_erased" where somebody in it has been erased since.
func (d Desk) GiveBacksAgain(ctx context.Context, creditor debt.ID, message string) (w Backs, err error) {
	err = d.Store.Read(ctx, creditor, func(r *store.Reader) error {
		w = Backs{}
		var list []givebacks.Back
		if w.File, list, err = givebacks.Load(r, message); err != nil {
			return err
		}
		if w.State == givebacks.FileCancelled {
			return debt.E(debt.Conflict, "payout_late", nil)
		}
		kept, err := rails.LoadAccount(r, w.AccountID)
		if err != nil {
			return err
		}
		lines := map[debt.ID]statements.Line{}
		for _, b := range list {
			if lines[b.LineID], err = statements.Load(r, b.LineID); err != nil {
				return err
			}
			if lines[b.LineID].Said.IBAN == "" {
				return debt.E(debt.Conflict, "payout_erased", nil)
			}
		}
		w.Content, err = content(w.File, kept.Account, list, lines)
		return err
	})
	if err == nil && hash(w.Content) != w.SHA256 {
		err = errChanged
	}
	if err != nil {
		return Backs{}, err
	}
	return w, nil
}

func (d Desk) cancelBacks(ctx context.Context, creditor debt.ID, message string) error {
	return d.Store.Write(ctx, creditor, func(t *store.Tx) error {
		if _, err := t.Take(backing, 1); err != nil {
			return err
		}
		f, _, err := givebacks.Load(&t.Reader, message)
		if err != nil {
			return err
		}
		return givebacks.Cancel(t, f)
	})
}

// IsBacks reports whether a message is that of a file of transfers back.
func IsBacks(message string) bool { return strings.HasPrefix(message, "G") }

// content is the file of a list.
func content(f givebacks.File, acc rail.Account, list []givebacks.Back, lines map[debt.ID]statements.Line) ([]byte, error) {
	transfers := make([]pain.Transfer, len(list))
	for i, b := range list {
		transfers[i] = transferOf(f, b, lines[b.LineID])
	}
	var b bytes.Buffer
	err := write(&b, f, acc, transfers)
	return b.Bytes(), refusal(err)
}

// transferOf sends money back to the account it came from; only here its number and the name are
// read.
func transferOf(f givebacks.File, b givebacks.Back, l statements.Line) pain.Transfer {
	name := l.Said.Name.Reveal()
	if text, whole := sepa.Text(name); whole { // else it is another name, which the bank refuses
		name = strings.TrimSpace(text[:min(longest, len(text))])
	}
	return pain.Transfer{EndToEnd: givebacks.EndToEnd(b.ID), Cents: int64(b.Amount), Remittance: f.Purpose + " " + l.BookedOn.String(),
		Creditor: pain.Party{Account: pain.Account{Name: name, IBAN: bank.IBAN(l.Said.IBAN.Reveal())}}}
}

// longest bounds a name in a transfer.
const longest = 70

func write(b *bytes.Buffer, f givebacks.File, acc rail.Account, transfers []pain.Transfer) error {
	from, _ := sepa.Text(f.FromName)
	return pain.WriteTransfers(b, pain.Header{MessageID: f.Message, Created: f.MadeAt, Initiator: from}, []pain.Order{{
		ID: f.Message, On: statement.Date(f.ExecuteOn.String()), Singly: true, Debtor: pain.Account{Name: from, IBAN: bank.IBAN(acc.External)}, Transfers: transfers,
	}}, rules(f.MadeOn))
}
