package portal

import (
	"cmp"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"quitt/debt/access"
	"quitt/debt/authority"
	"quitt/debt/staff"
	"quitt/portal/debtor"
	"quitt/portal/debtor/acting"
	"quitt/portal/debtor/instalments"
	"quitt/portal/page"
	"quitt/store/feed"
)

// Who says who may come.
type Who string

// Anyone needs no session. LetterView and FullView need one of at least that tier.
const (
	Anyone     Who = "anyone"
	LetterView Who = "letter_view"
	FullView   Who = "full_view"
	Helper     Who = "helper"   // a representative who has signed in, with or without a client
	FeedKey    Who = "feed_key" // a program with a key of its creditor; no session helps
	APIKey     Who = "api_key"  // likewise, with the scope of the operation
	Client     Who = "client"   // a program that shows its key to get a token (RFC 6749); no session helps
	Provider   Who = "provider" // a payment provider, known by its signature; no session helps
	Staff      Who = "staff"    // a member who has a Right at the creditor in view
	Signed     Who = "signed"   // a member who has signed in, whatever is in view
)

// Route is one way in.
type Route struct {
	Method, Path string
	Who          Who           // "" for a route that stands in no list: Routes shows it, a test fails
	Act          authority.Act // what an authority must cover to come here; only for pages of a case
	Right        staff.Right   // what a member must have to come here; only for pages of a creditor
}

type route struct {
	Route
	handler fiber.Handler
	attempt bool // tries a secret: limited, and answered on the grid
	counts  bool // every try counts as a failure, because its answer does not tell
	bare    bool // nothing on it depends on who asks
	// proved: a POST may come from anywhere and without a session, because what it holds is
	// itself the proof of a right, and the right is small.
	proved bool
	files  bool       // a POST may bring files
	large  int        // bytes a program's body may have; 0 for what any may
	most   int64      // bytes of the one file that is streamed; 0 for files as documents are
	scope  feed.Scope // what a key must have to come here
}

// template is the route's name in logs and figures.
func (r *route) template() string {
	if r == nil {
		return "none"
	}
	return r.Path
}

// routes is the list of all pages, grouped by who may come.
func routes(p *debtor.Pages) []route {
	get, post := fiber.MethodGet, fiber.MethodPost
	list := slices.Concat(
		open(Anyone, map[string]fiber.Handler{
			get + " /":                  p.Entry,
			post + " /":                 p.Enter,
			post + " /sprache":          p.Language,
			get + " /nicht-ich":         p.DisownForm,
			post + " /nicht-ich":        p.Disown,
			get + " /echt":              p.Genuine,
			get + " /impressum":         p.Imprint,
			get + " /datenschutz":       p.Privacy,
			get + " /barrierefreiheit":  p.Accessibility,
			get + " /hilfe":             p.Help,
			post + " /abmelden":         p.Leave,
			get + " /abbestellen":       p.OptOutForm,
			post + " /abbestellen":      p.OptOut,
			post + " /rueckmeldung/sms": p.TextReport,
			get + " /widerruf":          p.Instalments.WithdrawForm,
			post + " /widerruf":         p.Instalments.Withdraw,
		}),
		open(LetterView, map[string]fiber.Handler{
			get + " /akte":               p.Claim,
			get + " /akte/einwand":       p.Objection,
			get + " /akte/mehr":          p.RaiseForm,
			post + " /akte/mehr":         p.Raise,
			post + " /akte/code":         p.SendCode,
			post + " /akte/code/pruefen": p.ConfirmCode,
		}),
		open(FullView, map[string]fiber.Handler{
			get + " /akte/aufstellung":     p.Statement,
			get + " /akte/aufstellung/pdf": p.StatementPDF,
			get + " /akte/briefe":          p.Papers,
			get + " /akte/brief":           p.Paper,
			get + " /akte/brief/pdf":       p.PaperPDF,
			get + " /akte/papier":          p.PlanPaper,
			get + " /akte/papier/pdf":      p.PlanPaperPDF,
			get + " /akte/beleg":           p.Receipt,
			get + " /akte/beleg/pdf":       p.ReceiptPDF,
			get + " /akte/quittung":        p.Certificate,
			get + " /akte/quittung/pdf":    p.CertificatePDF,

			get + " /akte/raten/dauerauftrag":     p.StandingOrder,
			get + " /akte/raten/dauerauftrag/pdf": p.StandingOrderPDF,
			get + " /akte/anlagen":                p.Paperwork.List,
			post + " /akte/anlagen":               p.Paperwork.Hand,
			get + " /akte/anlage":                 p.Paperwork.File,
		}),
		open(LetterView, payRoutes(p)),
		open(FullView, p.Full()),
		open(FullView, instalmentRoutes(p.Instalments)),
		open(FullView, p.Contact.Handlers()),
		actingRoutes(p.Acting()),
	)
	for i, r := range list {
		list[i].attempt = r.Method == post && slices.Contains(attempts, r.Path)
		list[i].counts = r.Method == post && slices.Contains(untold, r.Path)
		list[i].proved = r.Method == post && slices.Contains(proved, r.Path)
		list[i].bare = slices.Contains(proved, r.Path)
		list[i].files = slices.Contains(withUploads, r.Path)
		if r.Who == LetterView || r.Who == FullView {
			list[i].Act = actOf(r.Method, r.Path)
		}
	}
	return list
}

// payRoutes are the pages on which money is paid: whoever has the letter may.
func payRoutes(p *debtor.Pages) map[string]fiber.Handler {
	get, post := fiber.MethodGet, fiber.MethodPost
	return map[string]fiber.Handler{
		get + " /akte/bezahlen":         p.Pay,
		post + " /akte/bezahlen/code":   p.PayCode,
		post + " /akte/bezahlen/weiter": p.Continue,
		post + " /akte/bezahlen/start":  p.StartPayment,
		get + " /akte/zahlung":          p.Payment,
		get + " /akte/zahlung/stand":    p.Live,
	}
}

// instalmentRoutes are the pages of instalment plans. They bind or show what a plan is made of,
// so that a visit of the letter view sees none of them.
func instalmentRoutes(p *instalments.Pages) map[string]fiber.Handler {
	get, post := fiber.MethodGet, fiber.MethodPost
	return map[string]fiber.Handler{
		get + " /akte/raten":               p.Show,
		get + " /akte/raten/neu":           p.Choose,
		post + " /akte/raten/neu":          p.Weigh,
		get + " /akte/raten/leistbar":      p.MeansForm,
		post + " /akte/raten/leistbar":     p.Means,
		post + " /akte/raten/vorbereiten":  p.Prepare,
		post + " /akte/raten/vorschlag":    p.Propose,
		post + " /akte/raten/abschliessen": p.Confirm,
		get + " /akte/raten/fertig":        p.Done,
		get + " /akte/raten/kalender":      p.Calendar,
		post + " /akte/raten/antwort":      p.Answer,
		get + " /akte/raten/aendern":       p.ChangeForm,
		post + " /akte/raten/aendern":      p.Change,
		get + " /akte/raten/verzug":        p.ExcuseForm,
		post + " /akte/raten/verzug":       p.Excuse,
		get + " /akte/raten/beenden":       p.EndForm,
		post + " /akte/raten/beenden":      p.End,
	}
}

// actingRoutes are the pages about who acts for a debtor, and of those who do.
func actingRoutes(p acting.Pages) []route {
	get, post := fiber.MethodGet, fiber.MethodPost
	return slices.Concat(
		open(Anyone, map[string]fiber.Handler{
			get + " /vertretung/anmelden":  p.SignInForm,
			post + " /vertretung/anmelden": p.SendCode,
			post + " /vertretung/code":     p.SignIn,
		}),
		open(Helper, map[string]fiber.Handler{
			get + " /vertretung":          p.Clients,
			post + " /vertretung/mandant": p.Redeem,
			post + " /vertretung/oeffnen": p.Choose,
			post + " /vertretung/beenden": p.Resign,
		}),
		open(LetterView, map[string]fiber.Handler{
			get + " /akte/vertretung/anzeigen":  p.ClaimForm,
			post + " /akte/vertretung/anzeigen": p.Claim,
			post + " /akte/vertretung/nachweis": p.Proof,
		}),
		open(FullView, map[string]fiber.Handler{
			get + " /akte/vertretung":           p.List,
			post + " /akte/vertretung":          p.Invite,
			post + " /akte/vertretung/widerruf": p.Revoke,
		}),
	)
}

// withUploads are the forms that may bring files.
var withUploads = []string{"/akte/anlagen", "/akte/vertretung/nachweis"}

// attempts are the forms that try, or ask for, a secret. Those of a changed e-mail are limited by
// the case itself, which is open already.
var attempts = []string{"/", "/nicht-ich", "/akte/mehr", "/akte/code", "/akte/code/pruefen", "/widerruf",
	"/vertretung/anmelden", "/vertretung/code", "/vertretung/mandant"}

// untold are those whose answer is the same whether the secret was right or not.
var untold = []string{"/nicht-ich", "/akte/code", "/widerruf", "/vertretung/anmelden"}

// proved are the addresses whose POST comes from mail programs (RFC 8058) and from the
// gateway for text messages.
var proved = []string{"/abbestellen", "/rueckmeldung/sms"}

func open(who Who, handlers map[string]fiber.Handler) (list []route) {
	for name, h := range handlers {
		method, path, _ := strings.Cut(name, " ")
		list = append(list, route{Route: Route{Method: method, Path: path, Who: who}, handler: h})
	}
	slices.SortFunc(list, func(a, b route) int {
		return cmp.Or(strings.Compare(a.Path, b.Path), strings.Compare(a.Method, b.Method))
	})
	return list
}

// admit enforces who may come: the one place where a tier is compared, and the scope of an
// authority.
func (s *Server) admit(r *route) fiber.Handler {
	var need access.Tier
	switch r.Who {
	case Anyone:
		return reached(r.handler)
	case FeedKey, APIKey, Client:
		return s.keyed(r)
	case Provider:
		return reached(r.handler)
	case Helper:
		return helped(r)
	case Staff:
		return s.o.Staff.Admit(r.Right, reached(r.handler))
	case Signed:
		return s.o.Staff.AdmitSigned(reached(r.handler))
	case LetterView:
		need = access.LetterView
	default:
		need = access.FullView
	}
	return func(c *fiber.Ctx) error {
		switch v := page.Of(c).Visit; {
		case v == nil && factsOf(c).ended:
			return sessionEnded
		case v == nil:
			return c.Redirect("/", fiber.StatusSeeOther)
		case !v.Acting.Himself() && v.CaseID == "": // no client is open, or not any more
			return c.Redirect("/vertretung", fiber.StatusSeeOther)
		case v.Tier < access.LetterView:
			return sessionEnded // it opens nothing here, and /akte/mehr would lead back to itself
		case v.Tier < need:
			return c.Redirect("/akte/mehr", fiber.StatusSeeOther)
		case !v.Acting.May(r.Act):
			return outOfScope
		}
		return reached(r.handler)(c)
	}
}

// helped admits representatives to their own pages.
func helped(r *route) fiber.Handler {
	return func(c *fiber.Ctx) error {
		switch v := page.Of(c).Visit; {
		case v == nil && factsOf(c).ended:
			return sessionEnded
		case v == nil || v.Acting.Himself():
			return c.Redirect("/vertretung/anmelden", fiber.StatusSeeOther)
		}
		return reached(r.handler)(c)
	}
}

// reached notes that the request came as far as its handler: only that can be a failed
// attempt. A form sent from another site is refused before, or anybody could use up the
// attempts of everybody who visits a page of theirs.
func reached(h fiber.Handler) fiber.Handler {
	return func(c *fiber.Ctx) error {
		factsOf(c).reached = true
		return h(c)
	}
}

// Routes lists what the running server answers to, each with who may come according to the
// list above. It reads the router and not the list, so that a route added past the list
// shows up without anybody to come.
func (s *Server) Routes() (out []Route) {
	for _, r := range s.app.GetRoutes(true) {
		known := s.byPath[strings.Replace(r.Method, fiber.MethodHead, fiber.MethodGet, 1)+" "+r.Path]
		found := Route{Method: r.Method, Path: r.Path}
		if known != nil {
			found.Who, found.Act, found.Right = known.Who, known.Act, known.Right
		}
		out = append(out, found)
	}
	return out
}

// match finds the route of a request by itself, because Fiber knows it only once all
// middleware has let the request pass.
func (s *Server) match(method, path string) *route {
	if method == fiber.MethodHead {
		method = fiber.MethodGet
	}
	switch {
	case strings.HasPrefix(path, staticPrefix):
		path = staticRoute
	case isNoticeAddress(path):
		path = noticeRoute
	}
	if r := s.byPath[method+" "+path]; r != nil || !strings.HasPrefix(path, apiPrefix) {
		return r
	}
	for i := range s.routes {
		if r := &s.routes[i]; r.Method == method && r.Who == APIKey && fits(r.Path, path) {
			return r
		}
	}
	return nil
}

// fits reports whether a path is one of a template with parts like ":case".
func fits(template, path string) bool {
	want, got := strings.Split(template, "/"), strings.Split(path, "/")
	for i := range want {
		if len(got) != len(want) || got[i] != want[i] && (!strings.HasPrefix(want[i], ":") || got[i] == "") {
			return false
		}
	}
	return true
}

// allowed lists the methods of a path.
func (s *Server) allowed(path string) string {
	var methods []string
	if s.match(fiber.MethodGet, path) != nil {
		methods = append(methods, fiber.MethodGet, fiber.MethodHead)
	}
	if s.match(fiber.MethodPost, path) != nil {
		methods = append(methods, fiber.MethodPost)
	}
	return strings.Join(methods, ", ")
}
