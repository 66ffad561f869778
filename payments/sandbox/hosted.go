package sandbox

import (
	"errors"
	"net/http"
	"net/url"

	"quitt/payments/sandbox/checkout"
	"quitt/payments/sandbox/spec"
	"quitt/payments/sandbox/world"
)

// Complete makes the sandbox as people meet it: parameters are judged by the provider's own
// description of its API, and the hosted pages are there.
func Complete(o Options) (*Server, error) {
	judge, err := spec.Load()
	if err != nil {
		return nil, err
	}
	o.Params = func(method, path string, form url.Values) *ParamError {
		if p := judge.CheckParams(method, path, form); p != nil {
			return &ParamError{p.Code, p.Param, p.Message}
		}
		return nil
	}
	o.Pages = Hosted
	return New(o)
}

const (
	payPath   = "/c/pay/" // world makes addresses with these two
	bankPath  = "/c/3ds/"
	stylePath = "/c/style/"
	maxTyped  = 16 << 10 // bytes of a form
)

// hosted serves the pages of a checkout.
type hosted struct{ s *Server }

// Hosted gives the pages a payer sees, below /c/. What was typed is kept nowhere and logged
// nowhere, however wrong.
func Hosted(s *Server) http.Handler {
	h, mux := hosted{s}, http.NewServeMux()
	mux.HandleFunc("GET "+payPath+"{id}", h.show)
	mux.HandleFunc("POST "+payPath+"{id}", h.pay)
	mux.HandleFunc("GET "+bankPath+"{id}", h.ask)
	mux.HandleFunc("POST "+bankPath+"{id}", h.answer)
	name, css := checkout.Style()
	mux.HandleFunc("GET "+stylePath+name, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/css; charset=utf-8")
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		_, _ = w.Write(css) // whoever hung up does not read
	})
	mux.HandleFunc("/c/", h.unknown)
	return mux
}

// reply is one page on its way out.
type reply struct {
	w       http.ResponseWriter
	status  int
	returns []string // where its forms and links may lead
}

func (o reply) write(html []byte, err error) {
	h := o.w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Content-Security-Policy", checkout.Policy(o.returns...))
	if err != nil { // a broken build
		http.Error(o.w, "this page cannot be shown", http.StatusInternalServerError)
		return
	}
	h.Set("Content-Type", "text/html; charset=utf-8")
	o.w.WriteHeader(o.status)
	_, _ = o.w.Write(html) // whoever hung up does not read
}

func frame(r *http.Request, locale, company string) checkout.Frame {
	name, _ := checkout.Style()
	return checkout.Frame{Lang: checkout.Language(locale, r.Header.Get("Accept-Language")), Style: stylePath + name, Company: company}
}

// session turns what the sandbox knows into what the page shows.
func (p Page) session(r *http.Request) checkout.Session {
	cs := p.Session
	out := checkout.Session{Frame: frame(r, cs.Str("locale"), p.Name), Action: payPath + cs.ID(), CancelURL: cs.Str("cancel_url"),
		Setup: cs.Str("mode") == "setup", Keep: p.Saves, AmountCents: p.AmountCents, Currency: p.Currency, Methods: p.Types,
		Email: cs.Str("customer_email")}
	items, _ := p.Items["data"].([]any)
	for i, item := range items {
		if o, ok := item.(world.Object); ok {
			out.Lines = append(out.Lines, checkout.Line{Name: o.Str("description"), Description: p.abouts[i],
				Quantity: o.Num("quantity"), AmountCents: o.Num("amount_total")})
		}
	}
	return out
}

// ending tells how a session stands that is no longer open.
func (p Page) ending(r *http.Request) checkout.Notice {
	cs := p.Session
	n := checkout.Notice{Frame: frame(r, cs.Str("locale"), p.Name), Ending: checkout.Paid, Back: p.back}
	switch {
	case cs.Str("status") != "complete":
		n.Ending, n.Back = checkout.Expired, cs.Str("cancel_url")
	case cs.Str("mode") == "setup":
		n.Ending = checkout.Kept
	case cs.Str("payment_status") != "paid":
		n.Ending = checkout.Submitted
	}
	return n
}

// show is the page as it stands: the form, or how it ended.
func (h hosted) show(w http.ResponseWriter, r *http.Request) {
	p, err := h.s.Session(r.PathValue("id"))
	if err != nil {
		h.unknown(w, r)
		return
	}
	out := reply{w, http.StatusOK, p.returns()}
	if p.Session.Str("status") != "open" {
		out.write(p.ending(r).HTML())
		return
	}
	out.write(p.session(r).HTML(checkout.Input{}, nil))
}

func (p Page) returns() []string { return []string{p.back, p.Session.Str("cancel_url")} }

// pay takes the form.
func (h hosted) pay(w http.ResponseWriter, r *http.Request) {
	p, err := h.s.Session(r.PathValue("id"))
	if err != nil {
		h.unknown(w, r)
		return
	}
	if p.Session.Str("status") != "open" {
		h.show(w, r)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxTyped)
	if err := r.ParseForm(); err != nil {
		http.Error(w, "this is no form of this page", http.StatusBadRequest)
		return
	}
	page := p.session(r)
	in, errs := page.Read(r.PostForm, h.s.Now())
	if len(errs) > 0 {
		reply{w, http.StatusUnprocessableEntity, p.returns()}.write(page.HTML(in, errs))
		return
	}
	id := p.Session.ID()
	var out world.Outcome
	if in.Method == checkout.SEPA {
		out, err = h.s.PayDebit(r.Context(), id, world.Debit{IBAN: in.IBAN, Name: in.Name, Email: in.Email})
	} else {
		out, err = h.s.PayCard(r.Context(), id, world.Card{Number: in.Number, Month: in.Month, Year: in.Year,
			CVC: in.CVC, Email: in.Email})
	}
	h.next(w, r, tried{p, page, in, out, err})
}

// tried is one press of the button and what came of it.
type tried struct {
	Page

	page checkout.Session
	in   checkout.Input
	out  world.Outcome
	err  error
}

// next leads on, or shows the form again with what the bank said.
func (h hosted) next(w http.ResponseWriter, r *http.Request, t tried) {
	codes := []string{t.out.Decline, t.out.Code}
	var refused *world.Error
	switch {
	case errors.As(t.err, &refused):
		codes = []string{refused.Decline, refused.Code}
	case t.out.State == world.Done:
		http.Redirect(w, r, t.out.Redirect, http.StatusSeeOther)
		return
	case t.out.State == world.Needs3DS:
		http.Redirect(w, r, bankPath+t.Session.ID(), http.StatusSeeOther)
		return
	case t.out.State == world.Expired:
		http.Redirect(w, r, payPath+t.Session.ID(), http.StatusSeeOther)
		return
	}
	t.in.CVC = ""
	reply{w, http.StatusPaymentRequired, t.returns()}.write(t.page.HTML(t.in, checkout.Declined(t.in.Method, codes...)))
}

// question is what a bank asks a payer with 3-D Secure. Of an intent without a session the
// page has a name and an amount only.
type question struct {
	Page

	id    string
	asked bool // false: there is nothing to answer any more
}

// question gives what the bank's page of a session or an intent shows.
func (h hosted) question(id string) (q question, err error) {
	var failed *world.Error
	h.s.Do(func(w *world.World) {
		w.Tick()
		a, in, err := w.IntentOf(id)
		if failed = err; err != nil {
			return
		}
		q = question{id: id, asked: in.Str("status") == "requires_action"}
		q.Name, q.AmountCents, q.Currency = a.Name(), in.Num("amount"), in.Str("currency")
	})
	if failed != nil {
		return question{}, failed
	}
	if p, err := h.s.Session(id); err == nil {
		q.Page = p
	}
	return q, nil
}

// elsewhere is where a payer goes who has nothing to answer.
func (q question) elsewhere() string {
	if q.Session != nil {
		return payPath + q.id
	}
	return "/c/" // says that there is nothing here
}

// ask is the bank's page.
func (h hosted) ask(w http.ResponseWriter, r *http.Request) {
	q, err := h.question(r.PathValue("id"))
	switch {
	case err != nil:
		h.unknown(w, r)
	case !q.asked:
		http.Redirect(w, r, q.elsewhere(), http.StatusSeeOther)
	default:
		out := reply{w, http.StatusOK, []string{q.back, q.Session.Str("cancel_url")}}
		out.write(checkout.Challenge{Frame: frame(r, q.Session.Str("locale"), q.Name), Action: bankPath + q.id,
			Setup: q.AmountCents == 0, AmountCents: q.AmountCents, Currency: q.Currency}.HTML())
	}
}

// answer takes the payer's word to the bank.
func (h hosted) answer(w http.ResponseWriter, r *http.Request) {
	q, err := h.question(r.PathValue("id"))
	if err != nil {
		h.unknown(w, r)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxTyped)
	said := checkout.Answer("")
	if err = r.ParseForm(); err == nil {
		said, _ = checkout.ReadAnswer(r.PostForm)
	}
	verdict := map[checkout.Answer]string{checkout.Released: world.Allow, checkout.Refused: world.Deny, checkout.Late: world.Timeout}[said]
	if verdict == "" || !q.asked {
		h.ask(w, r)
		return
	}
	out, err := h.s.Authenticate(r.Context(), q.id, verdict)
	switch {
	case q.Session != nil:
		t := tried{q.Page, q.session(r), checkout.Input{Method: checkout.Card}, out, err}
		h.next(w, r, t)
	case err == nil && out.Redirect != "":
		http.Redirect(w, r, out.Redirect, http.StatusSeeOther)
	default:
		h.unknown(w, r)
	}
}

// unknown is the page of an address that leads nowhere.
func (h hosted) unknown(w http.ResponseWriter, r *http.Request) {
	reply{w: w, status: http.StatusNotFound}.write(checkout.Notice{Frame: frame(r, "", ""), Ending: checkout.NotFound}.HTML())
}
