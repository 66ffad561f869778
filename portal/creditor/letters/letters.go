// Package letters has the page on which a creditor words its letters: the blocks that are its own
// to word, how the letter then looks, and how it was worded before. What the law wants in a letter
// is no block and cannot be taken out.
package letters

import (
	"embed"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"quitt/cases/signin/staffing"
	"quitt/debt"
	"quitt/debt/letter"
	"quitt/debt/staff"
	written "quitt/notifications/letter"
	"quitt/portal/creditor/room"
	"quitt/portal/page"
	"quitt/store/expect"
)

//go:embed *.html
var files embed.FS

// Pages are the pages of this room.
type Pages struct {
	Door    room.Door
	Letters written.Desk
	Staff   staffing.Desk
}

const path = "/verwaltung/regeln/briefe"

// Handlers lists the pages.
func (p Pages) Handlers() map[string]fiber.Handler {
	return map[string]fiber.Handler{fiber.MethodGet + " " + path: p.Show, fiber.MethodPost + " " + path: p.Save}
}

// Rights says what they need.
func (p Pages) Rights() map[string]staff.Right {
	return map[string]staff.Right{fiber.MethodGet + " " + path: staff.Rules, fiber.MethodPost + " " + path: staff.Rules}
}

// Ready parses the template; a server calls it before it listens.
func Ready() { wordingHTML.Ready() }

// WordingPage is a kind of letter with its blocks.
type WordingPage struct {
	room.Frame

	Action   string
	Kinds    []choice
	Kind     string // its code
	Name     string
	Blocks   []block
	Seen     int64
	Versions []version
	Notice   string

	Mistakes  []string
	IsChanged bool
}

type choice struct {
	Name, Link string
	Current    bool
}

// block is one text. Default is Quitt's own; Fields are what may stand in braces.
type block struct {
	Name, Label, Text, Default string
	Fields, Needed             string
	Own                        bool
}

type version struct {
	Number    int64
	When, Who string
	Texts     []block
}

var wordingHTML = room.New[WordingPage](files, "wordings.html")

// mostVersions is how far back the page looks.
const mostVersions = 20

// scene is the letter a request is about.
type scene struct {
	room.Scene

	kind   letter.Kind
	blocks []written.PreviewBlock // in force
	form   page.Values
}

func (p Pages) within(c *fiber.Ctx, show func(scene) error) error {
	return p.Door.Within(c, staff.Rules, func(in room.Scene) error {
		s := scene{Scene: in, form: page.Values{}}
		asked := c.Query("art")
		if c.Method() == fiber.MethodPost {
			var err error
			if s.form, err = page.Form(c); err != nil {
				return err
			}
			asked = s.form.Get("art")
		}
		if s.kind = letter.Kind(asked); !s.kind.Known() {
			s.kind = letter.Kinds()[0]
		}
		look, err := p.Letters.Look(c.UserContext(), s.kind, in.Creditor)
		if err != nil {
			return err
		}
		s.blocks = look.Blocks
		return show(s)
	})
}

// Show is the page.
func (p Pages) Show(c *fiber.Ctx) error {
	return p.within(c, func(s scene) error {
		view, err := p.view(c, s)
		if err != nil {
			return err
		}
		if c.Query("getan") == "1" {
			view.Notice = s.Base.Words.Text("rules_letters_done", nil)
		}
		return wordingHTML.Write(c, fiber.StatusOK, view)
	})
}

// blank is the page without its versions, from what was typed, else from what is in force.
func (s scene) blank() WordingPage {
	view := WordingPage{Frame: s.Frame(path + "?art=" + string(s.kind)), Action: path, Kind: string(s.kind), Name: s.Base.Word(s.kind)}
	for _, k := range letter.Kinds() {
		view.Kinds = append(view.Kinds, choice{s.Base.Word(k), path + "?art=" + string(k), k == s.kind})
	}
	for _, b := range s.blocks {
		view.Blocks = append(view.Blocks, block{Name: b.Name, Label: s.label(b.Name), Text: s.typed(b), Default: b.Default, Own: b.Own, Fields: braced(b.Fields), Needed: braced(b.Required)})
	}
	return view
}

// view makes the page.
func (p Pages) view(c *fiber.Ctx, s scene) (view WordingPage, err error) {
	view = s.blank()
	list, err := p.Letters.Versions(c.UserContext(), s.Creditor.ID, s.kind, mostVersions)
	if err != nil {
		return view, err
	}
	var ids []debt.ID
	for _, v := range list {
		if v.By.ID != "" && !slices.Contains(ids, v.By.ID) {
			ids = append(ids, v.By.ID)
		}
	}
	names, err := p.Staff.Names(c.UserContext(), ids)
	if err != nil {
		return view, err
	}
	for _, v := range list {
		x := version{Number: v.Number, When: s.Base.Moment(v.At), Who: names[v.By.ID].Reveal()}
		if x.Who == "" {
			x.Who = s.Base.Words.Text("record_who_staff", nil)
		}
		for _, b := range s.blocks {
			if text := v.Texts[b.Name]; text != "" {
				x.Texts = append(x.Texts, block{Label: s.label(b.Name), Text: text})
			}
		}
		view.Versions = append(view.Versions, x)
	}
	if len(list) > 0 {
		view.Seen = list[0].Number
	}
	return view, nil
}

func (s scene) typed(b written.PreviewBlock) string {
	if _, sent := s.form["block-"+b.Name]; sent {
		return s.form.Get("block-" + b.Name)
	}
	return b.Text
}

// texts are the blocks that are worded differently from Quitt's own; an empty one goes back to those.
func (s scene) texts() map[string]string {
	own := map[string]string{}
	for _, b := range s.blocks {
		if text := strings.TrimSpace(s.typed(b)); text != "" && text != b.Default {
			own[b.Name] = text
		}
	}
	return own
}

// blockKeys are what the blocks are called; a new one is a paragraph until it has a name.
var blockKeys = map[string]string{
	"subject":       "rules_block_subject",
	"lead":          "rules_block_lead",
	"lead_own":      "rules_block_lead_own",
	"lead_unasked":  "rules_block_lead_unasked",
	"ask":           "rules_block_ask",
	"next":          "rules_block_next",
	"next_own":      "rules_block_next_own",
	"open":          "rules_block_open",
	"upheld":        "rules_block_upheld",
	"partly":        "rules_block_partly",
	"rejected":      "rules_block_rejected",
	"next_upheld":   "rules_block_next_upheld",
	"next_partly":   "rules_block_next_partly",
	"next_rejected": "rules_block_next_rejected",
	"left":          "rules_block_left",
	"done":          "rules_block_done",
	"closing":       "rules_block_closing",
}

func (s scene) label(block string) string {
	key, known := blockKeys[block]
	if !known {
		key = "rules_block_other"
	}
	return s.Base.Words.Text(key, nil)
}

func braced(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return "{" + strings.Join(names, "} {") + "}"
}

// Save puts the wording in force, or shows the letter as it would be.
func (p Pages) Save(c *fiber.Ctx) error {
	return p.within(c, func(s scene) error {
		if s.form.Get("do") == "preview" {
			return p.preview(c, s)
		}
		seen, err := strconv.ParseInt(s.form.Get("seen"), 10, 64)
		if err != nil || seen < 0 {
			return p.refuse(c, s, nil, expect.Changed()) // made from no page of ours
		}
		problems, err := p.Letters.SaveTexts(c.UserContext(), s.Creditor.ID,
			written.Wording{Kind: s.kind, Texts: s.texts(), By: s.Actor(), Seen: seen})
		if err != nil || len(problems) > 0 {
			return p.refuse(c, s, p.mistakes(s, written.Preview{Problems: problems}), err)
		}
		return c.Redirect(path+"?getan=1&art="+string(s.kind), fiber.StatusSeeOther)
	})
}

// preview prints what was typed, with an invented debtor.
func (p Pages) preview(c *fiber.Ctx, s scene) error {
	draft, err := p.Letters.Draft(s.kind, s.Creditor, s.texts())
	if err != nil {
		return err
	}
	if len(draft.Problems) > 0 {
		return p.refuse(c, s, p.mistakes(s, draft), nil)
	}
	pdf, err := p.Letters.PrintDraft(draft)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "application/pdf")
	c.Set(fiber.HeaderContentDisposition, `inline; filename="muster.pdf"`)
	return c.Send(pdf)
}

func (p Pages) mistakes(s scene, draft written.Preview) (list []string) {
	for _, x := range draft.Problems {
		said := *x.Err
		if said.Args = maps.Clone(said.Args); said.Args["block"] != nil && blockKeys[x.Block] != "" {
			said.Args["block"] = s.label(x.Block)
		}
		list = append(list, s.Base.Words.Error(&said))
	}
	return list
}

// refuse shows what was typed and why it is not in force.
func (p Pages) refuse(c *fiber.Ctx, s scene, mistakes []string, err error) error {
	if err != nil && !errors.Is(err, expect.Changed()) {
		return err
	}
	view, readErr := p.view(c, s)
	if readErr != nil {
		return readErr
	}
	view.Frame = view.Fails()
	if view.Mistakes = mistakes; err != nil {
		view.IsChanged = true
		return wordingHTML.Write(c, fiber.StatusConflict, view)
	}
	return wordingHTML.Write(c, fiber.StatusUnprocessableEntity, view)
}
