// Package checkout is the hosted pages of the payment sandbox: where a payer enters a card or
// an account, releases the payment as with a bank, and is told how it ended. It is pure:
// values in and HTML out, a form in and values or errors out. Sessions, money and addresses
// are the sandbox's.
//
// The pages need no script and one style sheet, Style. They take the test numbers of Cards
// and IBANs and no other, and what was typed instead is neither shown again nor passed on:
// nobody can leave a real card in a demonstration.
package checkout

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"html/template"
	"net/url"
	"slices"
	"strings"
	"sync"
)

// The ways to pay, in Stripe's words.
const (
	Card = "card"
	SEPA = "sepa_debit"
)

// Frame is what every page needs to know.
type Frame struct {
	Lang    string // "de" or "en", see Language
	Style   string // address of the style sheet
	Company string // who is paid, the account's name; "" where nobody is
}

// Session is what the payer is asked to do.
type Session struct {
	Frame
	Action      string // where the form goes, with POST
	CancelURL   string // "" shows no way back
	Setup       bool   // mode=setup: a way to pay is kept, no money moves
	Keep        bool   // setup_future_usage: paid now and kept for later
	AmountCents int64
	Currency    string // as in the API, "eur"
	Lines       []Line
	Methods     []string // of Card and SEPA, in this order on the page
	Email       string   // known already; the payer may change it
}

// Line is what is paid for: creditor and reference.
type Line struct {
	Name, Description string
	Quantity          int64
	AmountCents       int64 // of the whole line
}

// Challenge asks the payer to release a payment, as a bank does with 3-D Secure.
type Challenge struct {
	Frame
	Action      string
	Setup       bool
	AmountCents int64
	Currency    string
}

// Ending is how things stand with a session that takes no input any more.
type Ending string

// The endings. Submitted is a direct debit on its way, which is not paid yet.
const (
	Paid      Ending = "paid"
	Submitted Ending = "submitted"
	Kept      Ending = "kept"
	Expired   Ending = "expired"
	NotFound  Ending = "not_found"
)

// Notice is the page of an ending.
type Notice struct {
	Frame
	Ending Ending
	Back   string // success_url or cancel_url; "" shows no way back
}

// HTML gives the checkout page, with what was entered and what is wrong with it; both are
// zero at first.
func (s Session) HTML(in Input, errs Errors) ([]byte, error) {
	v, err := s.view(in, errs)
	if err != nil {
		return nil, err
	}
	return render("checkout.html", v)
}

// HTML gives the page of the challenge.
func (c Challenge) HTML() ([]byte, error) {
	return render("challenge.html", challengeView{page{Frame: c.Frame, title: "challenge_title"}, c})
}

// HTML gives the page of the ending.
func (n Notice) HTML() ([]byte, error) {
	return render("notice.html", noticeView{page{Frame: n.Frame, title: "end_" + string(n.Ending)}, n})
}

//go:embed *.html checkout.css
var files embed.FS

// pages are parsed once, a set for each: layout, parts, and the page.
var pages = sync.OnceValue(func() map[string]*template.Template {
	out := map[string]*template.Template{}
	for _, name := range []string{"checkout.html", "challenge.html", "notice.html"} {
		out[name] = template.Must(template.New("layout.html").Option("missingkey=error").ParseFS(files, "layout.html", name))
	}
	return out
})

func render(name string, view any) ([]byte, error) {
	var out bytes.Buffer
	if err := pages()[name].Execute(&out, view); err != nil {
		return nil, fmt.Errorf("page %s: %w", name, err)
	}
	return out.Bytes(), nil
}

// Style gives the style sheet under a name that changes with it, so that it may be kept.
func Style() (name string, body []byte) {
	s := style()
	return s.name, bytes.Clone(s.body)
}

var style = sync.OnceValue(func() (s struct {
	name string
	body []byte
}) {
	body, err := files.ReadFile("checkout.css")
	if err != nil {
		panic("checkout: " + err.Error()) // a broken build
	}
	sum := sha256.Sum256(body)
	s.name, s.body = "checkout."+hex.EncodeToString(sum[:6])+".css", body
	return s
})

// Policy is the Content-Security-Policy of the pages. The addresses are those the payer may
// be sent to after a form: browsers check redirects against it as well. One that is no
// http address is left out.
func Policy(returns ...string) string {
	targets := []string{"'self'"}
	for _, r := range returns {
		u, err := url.Parse(r)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || !plainHost(u.Host) {
			continue
		}
		if origin := u.Scheme + "://" + u.Host; !slices.Contains(targets, origin) {
			targets = append(targets, origin)
		}
	}
	return "default-src 'none'; style-src 'self'; img-src data:; form-action " + strings.Join(targets, " ") + "; base-uri 'none'; frame-ancestors 'none'"
}

// plainHost keeps out what would end the directive or begin another.
func plainHost(host string) bool {
	return host != "" && strings.Trim(strings.ToLower(host), "abcdefghijklmnopqrstuvwxyz0123456789.-:[]") == ""
}
