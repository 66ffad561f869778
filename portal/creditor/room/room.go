// Package room is what the rooms of the creditor's window share: what a page is made from, the
// door that lets only members with a right in, and the frame around every page.
package room

import (
	"embed"
	"io/fs"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"quitt/debt"
	"quitt/debt/staff"
	"quitt/portal/page"
	"quitt/store"
)

//go:embed *.html
var files embed.FS

// The addresses that every room knows.
const (
	Home   = "/verwaltung"
	Entry  = "/verwaltung/anmelden"
	Choose = "/verwaltung/mandant"
)

// New is page.New in the frame of the creditor's window; a view embeds Frame. Names of files
// that debtors' first pages have (claim.html, letter.html, pay.html …) would ask for Arabic.
func New[V any](from fs.FS, name string, parts ...string) page.Template[V] {
	return page.Framed[V](page.Layout{Files: files, Name: "window.html", Parts: []string{"fields.html"}}, from, name, parts...)
}

// Scene is what a page of the creditor in view is made from.
type Scene struct {
	Base     page.Base
	Member   staff.Member
	Role     staff.Role
	Creditor debt.Creditor
	Today    debt.Date
	Now      time.Time

	several  bool
	ways     Ways
	provider string
}

// Figure is a number at a glance; Path is "" where there is nothing behind it.
type Figure struct{ Name, Text, Path string }

// Actor is who stands behind an event.
func (s Scene) Actor() debt.Actor { return debt.Actor{Kind: "creditor", ID: s.Member.ID} }

// Ways are the addresses that exist.
type Ways map[string]bool

// Door lets members in.
type Door struct {
	Kit   *page.Kit
	Store *store.Store
	Now   func() time.Time
	Ways  Ways
	// Provider is what people call the identity provider, "" where there is none.
	Provider string
}

// Within answers only to a member who has a right at the creditor in view, and only right after
// the second factor where the right wants that. The server has looked already, by the route;
// this is what a handler can rely on.
func (d Door) Within(c *fiber.Ctx, right staff.Right, show func(Scene) error) error {
	v := page.Of(c).Staff
	switch {
	case v == nil:
		return c.Redirect(Entry, fiber.StatusSeeOther)
	case v.Here.Role == "":
		return c.Redirect(Choose, fiber.StatusSeeOther)
	case !v.Here.Role.May(right):
		return d.refuse(c)
	case right.NeedsProof() && !v.Fresh(page.Of(c).Now):
		return d.Prove(c, page.Of(c).Page, "")
	}
	return show(d.scene(c))
}

func (d Door) scene(c *fiber.Ctx) Scene {
	r := page.Of(c)
	s := Scene{Base: d.Kit.Base(c).Whole(), Now: r.Now, Today: debt.DateIn(r.Now, debt.Berlin), ways: d.Ways, provider: d.Provider}
	if v := r.Staff; v != nil {
		s.Base.SignedIn = true
		s.Member, s.Role, s.Creditor, s.several = v.Who, v.Here.Role, v.Here.Creditor, len(v.Places) > 1
	}
	return s
}

// Outside is the frame of a page that needs no creditor, or nobody who has signed in.
func (d Door) Outside(c *fiber.Ctx, path string) Frame { return d.scene(c).Frame(path) }

// Frame is what the layout needs beside the page's own view, which embeds it.
type Frame struct {
	page.Base

	Member   staff.Member
	Role     staff.Role
	Creditor debt.Creditor
	Several  bool // there are other creditors to choose
	Nav      []Way
	Provider string // what people call the identity provider, "" where there is none
}

// Way leads to a part of the window.
type Way struct {
	Path, Name string
	Current    bool
}

// Frame is the frame of a page at an address.
func (s Scene) Frame(path string) Frame {
	s.Base.Path = path
	f := Frame{Base: s.Base, Member: s.Member, Role: s.Role, Creditor: s.Creditor, Several: s.several, Provider: s.provider}
	if s.Role != "" {
		f.Nav = s.nav(path)
	}
	return f
}

// Fails is the frame of a page that says what is wrong with a form.
func (f Frame) Fails() Frame {
	f.Failed = true
	return f
}

// nav lists the parts that exist and are open to the role.
func (s Scene) nav(path string) []Way {
	all := []Way{
		s.way(staff.See, Home, "staff_nav_home"),
		s.way(staff.See, Home+"/akten", "staff_nav_cases"),
		s.way(staff.Act, Home+"/entscheidungen", "staff_nav_decisions"),
		s.way(staff.Act, Home+"/uebergabe", "staff_nav_intake"),
		s.way(staff.See, Home+"/bank", "staff_nav_bank"),
		s.way(staff.See, Home+"/berichte", "staff_nav_reports"),
		s.way(staff.See, Home+"/auszahlungen", "staff_nav_remittances"),
		s.way(staff.Rules, Home+"/regeln", "staff_nav_rules"),
		s.way(staff.Users, Home+"/zugaenge", "staff_nav_users"),
	}
	all = slices.DeleteFunc(all, func(w Way) bool { return w.Path == "" })
	for i, w := range all {
		all[i].Current = path == w.Path || w.Path != Home && strings.HasPrefix(path, w.Path+"/")
	}
	return all
}

// way is empty where there is none for the role.
func (s Scene) way(right staff.Right, path, key string) Way {
	if !s.ways[path] || !s.Role.May(right) {
		return Way{}
	}
	return Way{Path: path, Name: s.Base.Words.Text(key, nil)}
}
