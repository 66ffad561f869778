package report

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"quitt/debt"
	"quitt/debt/recovery"
	"quitt/debt/staff"
	"quitt/portal/creditor/room"
	"quitt/portal/page"
	"quitt/reports"
	"quitt/reports/mailing"
	"quitt/store/rollups"
)

// The addresses of reports by mail. Subs is where a mail says that it can be ended.
const (
	Subs    = Home + "/abos"
	subsEnd = Subs + "/ende"
)

// Path is the address of a report, for mails.
func Path(q reports.Query) string {
	return address(paths[q.Kind], q.Scope, "nach", string(q.Per), "dazu", string(q.Over))
}

// Offer is the form with which a report is subscribed to as it is shown.
type Offer struct {
	Kind, Slice, Per, Over string
	Rhythms                []recovery.Rhythm
}

func offerOf(q reports.Query) Offer {
	o := Offer{Kind: string(q.Kind), Per: string(q.Per), Over: string(q.Over), Rhythms: recovery.Rhythms()}
	if q.By != rollups.All && q.By != "" {
		o.Slice = string(q.By) + ":" + q.Value
	}
	return o
}

// SubsPage lists the reports that a member has sent to him.
type SubsPage struct {
	room.Frame

	Mistake, Done string
	List          []Sub
}

// Sub is one of them.
type Sub struct {
	ID                          debt.ID
	Report, Path, Cases, Rhythm string
	Paper                       bool
	Next                        time.Time
}

var subsHTML = room.New[SubsPage](pages, "subs.html")

func (p Pages) subs(c *fiber.Ctx, s room.Scene, done string, mistake error) error {
	v, words := SubsPage{Frame: s.Frame(Subs), Done: done}, s.Base.Words
	list, err := p.Mails.Of(c.UserContext(), s.Creditor.ID, s.Member.ID)
	if err != nil {
		return err
	}
	for _, sub := range list {
		q := mailing.QueryOf(sub, sub.Period)
		// What runs is shown up to today.
		q.To = debt.Earlier(q.To, debt.Later(q.From, s.Today))
		v.List = append(v.List, Sub{ID: sub.ID, Report: q.Kind.Title().Says(words), Path: Path(q), Cases: reports.CasesOf(q).Says(words),
			Rhythm: words.Word(sub.Rhythm), Paper: sub.Paper, Next: sub.DueAt})
	}
	status := fiber.StatusOK
	if mistake != nil {
		v.Frame, v.Mistake, status = v.Fails(), words.Error(mistake), fiber.StatusUnprocessableEntity
	}
	return subsHTML.Write(c, status, v)
}

// Subscribed shows a member's own.
func (p Pages) Subscribed(c *fiber.Ctx) error {
	return p.Door.Within(c, staff.See, func(s room.Scene) error { return p.subs(c, s, "", nil) })
}

// Subscribe keeps a choice.
func (p Pages) Subscribe(c *fiber.Ctx) error {
	return p.change(c, "report_sub_added", func(s room.Scene, f page.Values) error {
		q := reports.Query{Kind: reports.Kind(f.Get("bericht")), Per: rollups.By(f.Get("nach")), Over: rollups.By(f.Get("dazu"))}
		q.By, q.Value = reports.ParseScope(f.Get("auswahl"))
		return p.Mails.Subscribe(c.UserContext(), mailing.Wish{Creditor: s.Creditor.ID, Member: s.Member.ID, Query: q,
			Rhythm: recovery.Rhythm(f.Get("abstand")), Paper: f.Get("pdf") != ""})
	})
}

// Unsubscribe ends one; also one that is gone already.
func (p Pages) Unsubscribe(c *fiber.Ctx) error {
	return p.change(c, "report_sub_ended", func(s room.Scene, f page.Values) error {
		id := debt.ID(f.Get("abo"))
		list, err := p.Mails.Of(c.UserContext(), s.Creditor.ID, s.Member.ID)
		for _, sub := range list {
			if sub.ID == id {
				err = p.Mails.End(c.UserContext(), s.Creditor.ID, s.Member.ID, id)
			}
		}
		return err
	})
}

// change reads a form, and shows the list with what came of it.
func (p Pages) change(c *fiber.Ctx, done string, do func(s room.Scene, f page.Values) error) error {
	return p.Door.Within(c, staff.See, func(s room.Scene) error {
		f, err := page.Form(c)
		if err != nil {
			return err
		}
		err = do(s, f)
		switch debt.KindOf(err) {
		case debt.Invalid, debt.Conflict, debt.NotFound:
			return p.subs(c, s, "", err)
		}
		if err != nil {
			return err
		}
		return p.subs(c, s, s.Base.Words.Text(done, nil), nil)
	})
}
