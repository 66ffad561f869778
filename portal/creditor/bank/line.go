package bank

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"quitt/cases/worklist"
	"quitt/debt"
	"quitt/debt/staff"
	"quitt/payments/transfer"
	"quitt/portal/creditor/room"
	"quitt/store/caselist"
	"quitt/store/statements"
)

// LinePage is one payment with everything that helps to decide who it is for.
type LinePage struct {
	room.Frame
	row

	ID      debt.ID
	Version int64
	Total   debt.Cents
	State   string
	Facts   []fact
	Where   string // the statement it stands in
	WhereAt string
	Went    []went

	Suggestions []suggestion
	Asked       string // what was searched for
	Hits        []suggestion
	More        bool // there are more hits
	Shares      []share
	Long        bool        // further rows of the split are in use
	Rest        *debt.Cents // what the shares leave over; nil before anything was typed
	Whys        []option

	MayBook, MayDecide, MayGiveBack, MayReopen bool

	InFile bool // it is on its way back

	Mistake string
	Faster  bool // somebody else has decided meanwhile
	Done    string
	Onward  string // the next payment that waits
}

type fact struct{ Name, Value string }

// went is a case the money went to.
type went struct {
	Reference, Link string
	Amount          debt.Cents
}

// share is one row of a split as it was typed.
type share struct {
	N                 int
	Reference, Amount string
	Mistake           string
}

// mostShares is over how many cases a line can be split on the page.
const mostShares = 10

var lineHTML = room.New[LinePage](files, "line.html")

// about is what a page says beside the line itself.
type about struct {
	mistake error
	faster  bool
	shares  []share
	rest    *debt.Cents
	why     string
	done    string
	search  debt.ID
}

// Line shows one.
func (p Pages) Line(c *fiber.Ctx) error {
	return p.Door.Within(c, staff.See, func(s room.Scene) error {
		return p.show(c, s, debt.ID(c.Query("id")), about{done: c.Query("getan"), search: debt.ID(c.Query("suche"))})
	})
}

// doneWords say what was just done; the address names it by a code.
var doneWords = map[string]sentence{"gebucht": say("bank_done_booked"), "geteilt": say("bank_done_split"), "fremd": say("bank_done_not_ours"),
	"zurueck": say("bank_done_back"), "offen": say("bank_done_open")}

func (p Pages) show(c *fiber.Ctx, s room.Scene, id debt.ID, a about) error {
	ctx, creditor := c.UserContext(), s.Creditor.ID
	x, err := p.Desk.Show(ctx, creditor, id)
	if err != nil {
		return p.Door.Missing(c, err)
	}
	at, err := p.Seen.Statement(ctx, creditor, x.StatementID)
	if err != nil {
		return err
	}
	v := linePage(s, x, at, a)
	if err := p.addWent(c, s, x, &v); err != nil {
		return err
	}
	if a.search != "" && v.MayBook {
		if err := p.addHits(c, s, a.search, &v); err != nil {
			return err
		}
	}
	if a.done != "" {
		next, err := p.Seen.List(ctx, creditor, statements.Suspended, "", 1)
		if err != nil {
			return err
		}
		if len(next) > 0 {
			v.Onward = lineLink(next[0].ID)
		}
	}
	status := fiber.StatusOK
	switch {
	case a.faster:
		status = fiber.StatusConflict
	case a.mistake != nil:
		status = fiber.StatusUnprocessableEntity
	}
	return lineHTML.Write(c, status, v)
}

func linePage(s room.Scene, x transfer.Item, at statements.Head, a about) LinePage {
	w := s.Base.Words
	v := LinePage{Frame: s.Frame(lineLink(x.ID)), row: rowOf(s, transfer.Item{Line: x.Line, Payer: x.Payer}), ID: x.ID, Version: x.Version, Total: x.Amount, State: stands(w, x.State),
		Where: said(s.Base, at), WhereAt: checkLink(at.ID), Shares: a.shares, Rest: a.rest, Faster: a.faster, Whys: whys(w, transfer.NotOursWhys(), a.why)}
	v.Facts = facts(s, x)
	open := slices.Contains([]statements.State{statements.Suspended, statements.NotOurs, statements.Batched}, x.State)
	v.MayBook = open && s.Role.May(staff.Act)
	v.MayDecide = x.State == statements.Suspended && s.Role.May(staff.Act)
	v.MayGiveBack = (x.State == statements.Suspended || x.State == statements.NotOurs) && x.Said.IBAN != "" && s.Role.May(staff.Decide)
	v.MayReopen = (x.State == statements.NotOurs || x.State == statements.GiveBack) && !x.InFile && s.Role.May(staff.Act)
	v.InFile = x.InFile
	for _, k := range x.Suggestions {
		v.Suggestions = append(v.Suggestions, suggested(s, k))
	}
	v.Long = slices.ContainsFunc(v.Shares, func(x share) bool { return x.N > 3 && x.Reference+x.Amount != "" })
	for n := len(v.Shares) + 1; n <= mostShares; n++ {
		one := share{N: n}
		if len(a.shares) == 0 && n <= len(v.Suggestions) && n <= 2 {
			one.Reference = v.Suggestions[n-1].Reference
		}
		v.Shares = append(v.Shares, one)
	}
	if a.mistake != nil {
		v.Frame, v.Mistake = v.Fails(), w.Error(a.mistake)
	}
	if a.faster {
		v.Frame = v.Fails()
	}
	if words := doneWords[a.done]; words != nil {
		v.Done = words(w)
	}
	return v
}

// facts are what the bank says; what it does not say is left out.
func facts(s room.Scene, x transfer.Item) (list []fact) {
	w, b := s.Base.Words, s.Base
	add := func(name sentence, value string) {
		if value != "" {
			list = append(list, fact{name(w), value})
		}
	}
	cents := func(c debt.Cents) string {
		if c == 0 {
			return ""
		}
		return b.Cents(c)
	}
	add(say("bank_payer"), payer(b, x.Line))
	add(say("bank_payer_behind"), x.Said.Ultimate.Reveal())
	add(say("bank_payer_iban"), x.Payer)
	add(say("bank_purpose"), purpose(x.Line))
	add(say("bank_end_to_end"), x.Said.EndToEnd.Reveal())
	add(say("bank_mandate"), x.Said.Mandate.Reveal())
	add(say("bank_own_text"), x.Said.Bank.Reveal())
	add(say("bank_original"), cents(x.Original))
	add(say("bank_fee"), cents(x.Fee))
	add(say("bank_booked_on"), b.Date(x.BookedOn))
	add(say("bank_value_on"), b.Date(x.ValueOn))
	if x.State == statements.NotOurs && whyWords[x.Reason] != nil {
		add(say("bank_why"), whyWords[x.Reason](w))
	}
	return list
}

// addWent says to which cases the money went.
func (p Pages) addWent(c *fiber.Ctx, s room.Scene, x transfer.Item, v *LinePage) error {
	if x.CaseID == "" {
		return nil
	}
	parts := x.Parts
	if len(parts) == 0 {
		parts = []statements.Part{{CaseID: x.CaseID, Amount: x.Amount}}
	}
	ids := make([]debt.ID, len(parts))
	for i, k := range parts {
		ids[i] = k.CaseID
	}
	cases, err := p.Cases.Cases(c.UserContext(), s.Creditor.ID, ids)
	for _, k := range parts {
		i := slices.IndexFunc(cases, func(f caselist.Case) bool { return f.ID == k.CaseID })
		if i >= 0 {
			v.Went = append(v.Went, went{cases[i].FileReference, recordLink(cases[i].FileReference), k.Amount})
		}
	}
	return err
}

// addHits shows what was searched for. A search that is forgotten finds nothing.
func (p Pages) addHits(c *fiber.Ctx, s room.Scene, search debt.ID, v *LinePage) error {
	q, err := worklist.ParseQuery("")
	if err != nil {
		return err
	}
	q.Search = search
	found, err := p.Cases.Look(c.UserContext(), worklist.Who{Creditor: s.Creditor.ID, Member: s.Member.ID}, q, caselist.At{})
	if debt.KindOf(err) == debt.NotFound {
		v.Frame, v.Mistake = v.Fails(), s.Base.Words.Error(err)
		return nil
	}
	if err != nil {
		return err
	}
	v.Asked, v.More = found.Asked.Text, found.Next != "" || found.More
	for _, k := range found.Cases {
		v.Hits = append(v.Hits, suggestion{CaseID: k.ID, Reference: k.FileReference, Link: recordLink(k.FileReference), Debtor: k.Debtor.Name().Reveal(), Open: k.Open.Total()})
	}
	return nil
}
