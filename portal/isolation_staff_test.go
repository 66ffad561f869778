package portal

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	represent "quitt/cases/signin/authority"
	"quitt/cases/signin/staffing"
	"quitt/debt"
	"quitt/debt/staff"
	"quitt/portal/creditor"
	"quitt/portal/page"
	"quitt/store"
	kept "quitt/store/staff"
)

// expected is one way into the creditor's window as the test wants it: a second list beside
// that of the program, on purpose.
type expected struct {
	who   Who
	right staff.Right
	// ask fills in a request about a case; nil where a page is about none. It is asked about
	// one's own case, about one of the other creditor's, and about one that does not exist.
	ask func(f *dossier) (query, form url.Values)
	// answers are those to a request of a member who may come; nil is 200 alone.
	answers []int
}

// staffTable is who may come where in the creditor's window. A room adds its ways in a file of
// its own, from init: for name, e := range …{ staffTable[name] = e }.
var staffTable = map[string]expected{
	"POST /verwaltung/sprache": {who: Anyone, answers: []int{400}}, "POST /verwaltung/abmelden": {who: Signed, answers: []int{303}},
	"GET /verwaltung/mandant": {who: Signed, answers: []int{200, 303}}, "POST /verwaltung/mandant": {who: Signed, answers: []int{422}},
	"GET /verwaltung": {who: Staff, right: staff.See},

	"GET /verwaltung/anmelden": {who: Anyone}, "POST /verwaltung/anmelden": {who: Anyone, answers: []int{422}},
	"GET /verwaltung/einladung": {who: Anyone}, "POST /verwaltung/einladung": {who: Anyone, answers: []int{422}},
	"POST /verwaltung/einladung/fertig": {who: Anyone, answers: []int{422}},
	"GET /verwaltung/passwort":          {who: Anyone}, "POST /verwaltung/passwort": {who: Anyone, answers: []int{422}},
	"POST /verwaltung/passwort/neu": {who: Anyone, answers: []int{422}},

	"GET /verwaltung/konto": {who: Signed}, "POST /verwaltung/konto/sitzung": {who: Signed, answers: []int{422}},
	"POST /verwaltung/konto/codes": {who: Signed}, "POST /verwaltung/bestaetigen": {who: Signed, answers: []int{422}},

	"POST /verwaltung/anmelden/passkey": {who: Anyone, answers: []int{422}}, "GET /verwaltung/konto/passkey": {who: Signed},
	"POST /verwaltung/konto/passkey": {who: Signed, answers: []int{422}}, "POST /verwaltung/konto/passkey/ende": {who: Signed, answers: []int{422}},
	"POST /verwaltung/konto/notfall": {who: Signed, answers: []int{422}},

	"GET /verwaltung/zugaenge": {who: Staff, right: staff.Users}, "POST /verwaltung/zugaenge": {who: Staff, right: staff.Users, answers: []int{422}},
	"POST /verwaltung/zugaenge/rolle": {who: Staff, right: staff.Users, answers: []int{422}},
	"POST /verwaltung/zugaenge/neu":   {who: Staff, right: staff.Users, answers: []int{422}},
}

// colleague is a member who asks.
type colleague struct {
	name   string
	of     *tenant // whose creditor is in view; nil for none
	role   staff.Role
	email  string
	cookie string
}

var uuidText = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f-]{27}$`)

// may says whether a member may see a datum: everything of the creditor in view but what opens
// a case to its debtor; the operator's people also whom they may choose.
func (k *colleague) may(c *datum, path string) bool {
	seen := c.level != never || uuidText.MatchString(c.text)
	if k.role == "" && path == "/verwaltung/mandant" && c.file == nil && c.of != nil {
		return c.level == public || c.text == string(c.of.ID)
	}
	return seen && k.of != nil && c.of == k.of
}

func (w *world) staffDesk() staffing.Desk {
	w.t.Helper()
	d, err := staffing.New(w.desk, "Inkasso Muster")
	w.must(err)
	d.Origin = "https://portal.example.de"
	return d
}

// colleagues are members of every role at the first creditor, an administrator of the second,
// and one of the operator's with each in view.
func (w *world) colleagues() (list []*colleague) {
	a, b := w.tenants[0], w.tenants[1]
	for _, role := range staff.Roles() {
		list = append(list, w.colleague(&colleague{name: string(role), of: a, role: role}))
	}
	return append(list,
		w.colleague(&colleague{name: "administrator elsewhere", of: b, role: staff.Admin}),
		w.colleague(&colleague{name: "operator", of: a}),
		w.colleague(&colleague{name: "operator elsewhere", of: b}),
		w.colleague(&colleague{name: "nothing in view"}))
}

// colleague invites a member and puts him past the door; without a role he is the operator's.
func (w *world) colleague(k *colleague) *colleague {
	w.t.Helper()
	ctx, d := context.Background(), w.staffDesk()
	k.email = strings.ReplaceAll(k.name, " ", ".") + "@staff.example"
	wish := staffing.Wish{Email: debt.Personal(k.email), Name: debt.Personal(k.name), Role: k.role, Operator: k.role == ""}
	if k.role != "" {
		wish.Creditor = k.of.ID
	}
	i, err := d.Invite(ctx, "", wish)
	w.must(err)
	secret := sha256.Sum256([]byte(store.NewID()))
	sum := sha256.Sum256(secret[:])
	now := w.clock.Now()
	s := kept.Session{ID: store.NewID(), Session: staff.Session{Member: i.ID, OpenedAt: now, SeenAt: now, ProvedAt: now}}
	if k.of != nil {
		s.Creditor = k.of.ID
	}
	w.must(w.store.Write(ctx, "", func(t *store.Tx) error {
		m, err := kept.Lock(t, i.ID)
		if err != nil {
			return err
		}
		m.State, m.Password, m.TOTP = staff.Active, "none fits", "none fits"
		if err := kept.Save(t, m); err != nil {
			return err
		}
		return kept.AddSession(t, hex.EncodeToString(sum[:]), s)
	}))
	k.cookie = base64.RawURLEncoding.EncodeToString(secret[:])
	w.zoo.word(nil, nil, never, k.cookie)
	return k
}

// window gives a server the creditor's window.
func window(w *world, _ []route, o *Options) { o.Staff = creditor.New(w.window(o.Pages.Kit)) }

// window is what the window of this world is made from; a room that needs more adds it here.
func (w *world) window(kit *page.Kit) creditor.Base {
	return creditor.Base{Kit: kit, Store: w.store, Now: w.clock.Now, Staff: w.staffDesk(), SSO: w.sso(), Plans: w.planDesk(), Letters: w.letters(), Papers: w.papers,
		Helpers: represent.New(w.desk), Exports: w.exports}
}

// staffAsk asks as a member and checks that nothing comes that he may not see.
func (st *watched) staffAsk(k *colleague, name string, query, form url.Values) told {
	method, path, _ := strings.Cut(name, " ")
	body := url.Values{}
	maps.Copy(body, form)
	if method == http.MethodPost && !body.Has("csrf") {
		body.Set("csrf", formToken(k.cookie))
	}
	p := probe{role: &role{name: k.name}, method: method, path: path, query: query, form: body, cookies: "vid=" + k.cookie}
	for _, values := range []url.Values{query, form} {
		for _, list := range values {
			p.echo = append(p.echo, list...)
		}
	}
	a, err := st.send(p)
	if err != nil {
		st.fault("%s: %v", p, err)
		return a
	}
	if a.status >= 500 {
		st.fault("%s: answers %d", p, a.status)
	}
	for _, c := range st.zoo.find(a.head + "\n\n" + a.body) {
		if !k.may(c, path) {
			st.fault("%s: tells %s", p, c)
		}
	}
	return a
}

// staffFaults compares the running router with the table, both ways.
func staffFaults(list []Route) (faults []string) {
	seen := map[string]bool{}
	for _, r := range list {
		if !ofStaff(r.Path) {
			continue
		}
		name := strings.Replace(r.Method, http.MethodHead, http.MethodGet, 1) + " " + r.Path
		seen[name] = true
		if want, known := staffTable[name]; !known || want.who != r.Who || want.right != r.Right {
			faults = append(faults, fmt.Sprintf("%s: %q with %q may come, the table says %q with %q", name, r.Who, r.Right, want.who, want.right))
		}
		if r.Who == Staff && !slices.Contains(staff.Rights(), r.Right) {
			faults = append(faults, name+" has no right, and nobody comes in")
		}
	}
	for name := range staffTable {
		if !seen[name] {
			faults = append(faults, name+" stands in the table and does not exist")
		}
	}
	return faults
}

// Every way into the creditor's window as every member, about one's own cases and others'.
func TestStaffSeeTheirCreditorAndNothingElse(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		list := w.colleagues()
		st := watch(t, w, nil, window)
		for _, fault := range staffFaults(st.Routes()) {
			t.Error(fault)
		}
		for _, k := range list {
			for _, name := range slices.Sorted(maps.Keys(staffTable)) {
				if name != "POST /verwaltung/abmelden" { // that one has a test of its own
					st.staffRow(k, name, staffTable[name])
				}
			}
		}
		st.silence()
		st.report(t)
		t.Logf("%d requests of %d members, %d ways", st.asked, len(list), len(staffTable))
	})
}

// staffRow asks one way with cases of every kind.
func (st *watched) staffRow(k *colleague, name string, e expected) {
	role := k.role
	if role == "" && k.of != nil {
		role = staff.Manager
	}
	in := e.who != Staff || role.May(e.right)
	if e.ask == nil {
		st.staffWant(k, name, e, st.staffAsk(k, name, nil, nil))
		return
	}
	own, other := st.tenants[0], st.tenants[1]
	if k.of == other {
		own, other = other, own
	}
	query, form := e.ask(own.files[plainCase])
	st.staffWant(k, name, e, st.staffAsk(k, name, query, form))
	nobody := *own.files[plainCase]
	nobody.caseID, nobody.debtor.ID = store.NewID(), store.NewID()
	query, form = e.ask(&nobody)
	missing := st.staffAsk(k, name, query, form)
	query, form = e.ask(other.files[plainCase])
	if foreign := st.staffAsk(k, name, query, form); foreign.String() != missing.String() {
		st.fault("%s as %s: a foreign case is answered differently than one that does not exist: %s", name, k.name, difference(missing.String(), foreign.String()))
	}
	if in && k.of != nil && missing.status < 400 && missing.status != 303 {
		st.fault("%s as %s: a case that does not exist is answered %d", name, k.name, missing.status)
	}
}

// staffWant compares with the table.
func (st *watched) staffWant(k *colleague, name string, e expected, a told) {
	role := k.role
	if role == "" && k.of != nil {
		role = staff.Manager // the operator's people
	}
	at := a.raw.Get("Location")
	switch {
	case e.who == Staff && k.of == nil:
		if a.status != 303 || at != "/verwaltung/mandant" {
			st.fault("%s as %s: %d %s, there is nothing in view", name, k.name, a.status, at)
		}
	case e.who == Staff && !role.May(e.right):
		if a.status != 403 {
			st.fault("%s as %s: %d, want 403", name, k.name, a.status)
		}
	case e.answers == nil && a.status != 200, e.answers != nil && !slices.Contains(e.answers, a.status):
		st.fault("%s as %s: answers %d %s", name, k.name, a.status, at)
	}
}

// Neither cookie opens anything of the other side, and nobody comes in without one.
func TestDebtorsAndStaffAreStrangers(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		k := w.colleague(&colleague{name: "admin", of: w.tenants[0], role: staff.Admin})
		st := watch(t, w, nil, window)
		for _, r := range w.roles {
			for _, name := range slices.Sorted(maps.Keys(staffTable)) {
				if staffTable[name].who == Anyone {
					continue
				}
				method, path, _ := strings.Cut(name, " ")
				for _, cookies := range []string{"", "vid=" + r.cookie} {
					a := st.ask(probe{role: r, method: method, path: path, cookies: cookies, note: cookies})
					if a.status != 303 || a.raw.Get("Location") != "/verwaltung/anmelden" {
						st.fault("%s as %s: %d %s", name, r.name, a.status, a.raw.Get("Location"))
					}
				}
			}
		}
		stranger := &role{name: "a member on debtors' pages"}
		for _, name := range slices.Sorted(maps.Keys(accessTable)) {
			method, path, _ := strings.Cut(name, " ")
			if who := accessTable[name]; who != LetterView && who != FullView && who != Helper {
				continue
			}
			for _, cookies := range []string{"vid=" + k.cookie, "sid=" + k.cookie} {
				a := st.ask(probe{role: stranger, method: method, path: path, cookies: cookies})
				if a.status != 303 && a.status != 403 {
					st.fault("%s as a member: %d", name, a.status)
				}
			}
		}
		st.report(t)
	})
}

// A form of one sign-in does not speak for another, and one from elsewhere for none.
func TestAFormOfStaffNeedsItsToken(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		k := w.colleague(&colleague{name: "admin", of: w.tenants[0], role: staff.Admin})
		st := watch(t, w, nil, window)
		for name, e := range staffTable {
			if !strings.HasPrefix(name, http.MethodPost) || e.who == Anyone {
				continue
			}
			for _, token := range []string{"", formToken("another"), formToken(w.role("full view").cookie)} {
				if a := st.staffAsk(k, name, nil, url.Values{"csrf": {token}}); a.status != 403 {
					t.Errorf("%s with %q: %d", name, token, a.status)
				}
			}
		}
		st.report(t)
	})
}

// Whoever signs out, loses his role or stays away is out with the next page.
func TestAMemberIsOutWithTheNextPage(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		k := w.colleague(&colleague{name: "admin", of: w.tenants[0], role: staff.Admin})
		idle := w.colleague(&colleague{name: "idle", of: w.tenants[0], role: staff.Clerk})
		lost := w.colleague(&colleague{name: "lost", of: w.tenants[0], role: staff.Clerk})
		st := watch(t, w, nil, window)
		look := func(k *colleague, location string) {
			t.Helper()
			a := st.staffAsk(k, "GET /verwaltung", nil, nil)
			if at := a.raw.Get("Location"); location == "" && a.status != 200 || at != location {
				t.Errorf("%s: %d %q, want %q", k.name, a.status, at, location)
			}
		}
		look(k, "")
		a := st.staffAsk(k, "POST /verwaltung/abmelden", nil, nil)
		if set := a.raw.Get("Set-Cookie"); a.status != 303 || !strings.HasPrefix(set, "vid=;") {
			t.Errorf("signing out: %d %q", a.status, set)
		}
		look(k, "/verwaltung/anmelden")
		look(lost, "")
		w.must(w.store.Write(context.Background(), "", func(t *store.Tx) error {
			list, err := kept.PlacesOf(&t.Reader, w.tenants[0].ID)
			for _, p := range list {
				if err == nil {
					err = kept.EndPlace(t, p)
				}
			}
			return err
		}))
		lost.of = nil
		look(lost, "/verwaltung/mandant")
		w.clock.Move(30 * time.Minute)
		look(idle, "/verwaltung/anmelden")
		st.report(t)
	})
}

// Whoever lets people in shows the second factor again when the last time is a while ago.
func TestLettingPeopleInWantsTheSecondFactorAgain(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		k := w.colleague(&colleague{name: "admin", of: w.tenants[0], role: staff.Admin})
		st := watch(t, w, nil, window)
		invite := url.Values{"name": {"Neue Kollegin"}, "email": {"neu@staff.example"}, "role": {"viewer"}}
		for i, want := range []int{200, 403} {
			for _, name := range []string{"GET /verwaltung/zugaenge", "POST /verwaltung/zugaenge"} {
				invite.Set("email", fmt.Sprintf("neu%d@staff.example", i))
				a := st.staffAsk(k, name, nil, invite)
				asked := strings.Contains(a.body, `action="/verwaltung/bestaetigen"`)
				if a.status != want || asked != (want == 403) {
					t.Errorf("%s: %d, want %d", name, a.status, want)
				}
			}
			w.clock.Move(16 * time.Minute)
		}
		list, err := w.staffDesk().Colleagues(context.Background(), w.tenants[0].ID)
		w.must(err)
		if len(list) != 2 {
			t.Errorf("%d colleagues, want the administrator and one invited", len(list))
		}
		st.report(t)
	})
}

// The teeth: a staff route without a right, and one past the list, are found.
func TestTheStaffTableFindsWhatIsWrong(t *testing.T) {
	var list []Route
	for name, e := range staffTable {
		method, path, _ := strings.Cut(name, " ")
		list = append(list, Route{Method: method, Path: path, Who: e.who, Right: e.right})
	}
	if faults := staffFaults(list); len(faults) != 0 {
		t.Fatal(faults)
	}
	for _, wrong := range []Route{{Method: "GET", Path: "/verwaltung/hintertuer", Who: Staff}, {Method: "GET", Path: "/verwaltung", Who: Staff, Right: staff.Act},
		{Method: "GET", Path: "/verwaltung", Who: Anyone}} {
		if faults := staffFaults(append(slices.Clone(list), wrong)); len(faults) == 0 {
			t.Errorf("%+v is not found", wrong)
		}
	}
	if faults := staffFaults(list[1:]); len(faults) != 1 {
		t.Errorf("a way that is gone is not found: %q", faults)
	}
}
