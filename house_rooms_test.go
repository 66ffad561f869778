package quitt_test

import (
	"path"
	"slices"
	"strings"
)

// Rooms from the roof to the cellar. A room may import rooms of a lower floor, never one of
// its own floor: siblings meet in the ledger and the event log (docs/adr/0002).
const (
	assets = iota // files under embed, no code
	leaf          // pure values and rules
	wording
	memory
	acting
	speaking
	wiring
)

var floors = map[string]int{
	"static": assets, "migrations": assets,
	"debt": leaf, "bank": leaf,
	"store": memory,
	"cases": acting, "payments": acting, "plans": acting, "notifications": acting, "reports": acting,
	"portal": speaking,
	// Pure, and below all who speak to people: pages, letters, mails (docs/adr/0010).
	"portal/text": wording,
	// What integrators take: it knows nothing of the house (docs/adr/0017).
	"client": assets,
	"cmd":    wiring, "bench": wiring,
}

// visitors names the rooms that may import a package at all, where the floor alone would
// let too many in. cmd may import everything.
var visitors = map[string][]string{
	"client":                       {"portal"},                             // whose tests it is held against
	"portal/text":                  {"portal", "notifications", "reports"}, // sentences belong where people are spoken to
	"payments/stripe":              {},                                     // chosen by cmd, known to nobody else
	"payments/sandbox":             {},                                     // likewise
	"migrations":                   {"store"},                              // the schema
	"static":                       {"portal"},                             // what a browser loads
	"notifications/letter/wording": {"notifications"},
	"notifications/letter/sheet":   {"notifications"},
	"notifications/letter/post":    {"notifications"},
	"notifications/email":          {"notifications"},
	"notifications/sms":            {"notifications"},
	"notifications/hook":           {"notifications", "portal"},
}

// shared are the children that all of their room may import.
var shared = []string{
	"bank/camt",
	"bank/mt940",
	"bank/sepa",
	"bank/statement",
	"cases/credit",
	"cases/upload/gate",
	"debt/ledger",
	"payments/announced",
	"payments/booking",
	"payments/collecting",
	"payments/remit",
	"portal/api/wire",
	"portal/creditor/dossier",
	"portal/creditor/room",
	"portal/debtor/room",
	"portal/debtor/told",
	"portal/page",
	"portal/text",
	"reports/files",
	"store/bulk",
	"store/column",
	"store/edge",
	"store/expect",
	"store/fault",
	"store/once",
	"store/person",
	"store/rehearse",
	"store/search",
	"store/vault",
}

// libraries says which rooms may import a module; testOnly means test files and storetest.
// The reasons stand in docs/dependencies.md. cmd and bench may import what any room may.
var libraries = map[string][]string{
	"database/sql":                {"store"},
	"html/template":               {"portal", "notifications/email", "payments/sandbox"},
	"github.com/jmoiron/sqlx":     {"store"},
	"github.com/lib/pq":           {"store"},
	"modernc.org/sqlite":          {"store"},
	"github.com/pressly/goose/v3": {"store"},
	"github.com/google/uuid":      {"store"},
	"golang.org/x/text":           {"bank", "cases", "store/search", "portal", "notifications/letter"},
	"golang.org/x/crypto":         {"cases/signin"},
	"github.com/pquerna/otp":      {"cases/signin/staffing"},
	"github.com/go-webauthn":      {"cases/signin/staffing"},
	// Speaks OpenID Connect with an identity provider; nobody else speaks with one.
	"github.com/coreos/go-oidc":   {"cases/signin/staffing/sso"},
	"golang.org/x/oauth2":         {"cases/signin/staffing/sso"},
	"github.com/caarlos0/env/v11": {"cmd"},
	"github.com/gofiber/fiber/v2": {"portal"},
	"github.com/valyala/fasthttp": {"portal"},
	// Describes and checks what programs send; only the API speaks with it.
	"github.com/danielgtaylor/huma": {"portal/api"},
	"github.com/getkin/kin-openapi": testOnly,
	"github.com/skip2/go-qrcode":    {"portal", "notifications/letter"},
	"github.com/redis/go-redis":     {"store/cache"},
	"github.com/go-redis":           {"store/cache"},
	"github.com/prometheus":         {"portal"},
	// In the sandbox only tests use it: the client drives its stand-in.
	"github.com/stripe/stripe-go": {"payments/stripe", "payments/sandbox"},
	"codeberg.org/go-pdf/fpdf":    {"notifications/letter", "reports/files"},
	"github.com/xuri/excelize":    {"reports/files"},
	"github.com/wneessen/go-mail": {"notifications/email"},
	"github.com/emersion/go-smtp": {"notifications/email"},
	"github.com/minio/minio-go":   {"store/blobs/s3"},

	"github.com/standard-webhooks/standard-webhooks": testOnly,

	"github.com/google/go-cmp": testOnly,
	"pgregory.net/rapid":       testOnly,

	"github.com/chromedp/chromedp": testOnly,
	"github.com/chromedp/cdproto":  testOnly,
}

var testOnly = []string{"store/storetest"}

// testHelpers are rooms that only tests import.
var testHelpers = []string{"store/storetest", "debt/debttest", "payments/paytest", "payments/sandbox/tee", "store/blobs/blobtest"}

// rehearsals are rooms whose tests play against a sibling that stands in for the world
// outside.
var rehearsals = map[string]string{"payments/stripe": "payments/sandbox"}

// impure are the packages a leaf has no use for. log/slog is not among them: a value that
// masks itself when logged has to name it; nor are embed and io/fs, which read tables that
// are part of the program.
var impure = []string{"os", "net", "database/sql", "log", "context", "syscall", "io/ioutil", "math/rand", "crypto/rand"}

// within reports whether name is prefix or lies below it.
func within(name, prefix string) bool {
	return name == prefix || strings.HasPrefix(name, prefix+"/")
}

func withinAny(name string, prefixes []string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool { return within(name, p) })
}

func top(room string) string { return strings.SplitN(room, "/", 2)[0] }

// floorOf is the floor of a room, or of the nearest room around it.
func floorOf(room string) (floor int, known bool) {
	for {
		if floor, known = floors[room]; known || room == "." || room == "" {
			return floor, known
		}
		room = path.Dir(room)
	}
}

// mayImport gives "" or the reason why a file of room from may not import room to.
func mayImport(f file, to string) string {
	from := f.room()
	floorFrom, known := floorOf(from)
	if !known {
		return "is in no room of the house; put it into one, or add a room to floors on purpose"
	}
	floorTo, known := floorOf(to)
	switch {
	case !known:
		return "imports quitt/" + to + ", which is no room of the house"
	case withinAny(to, testHelpers) && !f.test() && !withinAny(from, testHelpers):
		return "imports a helper for tests into the program"
	case floorTo == wiring && !roomOf(from, to):
		return "imports a program, which only wires; move what you need into a room"
	case floorFrom == wiring || withinAny(to, testHelpers):
		return ""
	case f.test() && rehearsals[from] != "" && within(to, rehearsals[from]):
		return ""
	case top(from) == top(to):
		return mayImportWithin(from, to)
	case floorFrom <= floorTo:
		return "imports quitt/" + to + ", which is not below it; share nouns in debt, or meet in the ledger and the event log"
	}
	for guarded, guests := range visitors {
		if within(to, guarded) && !withinAny(from, guests) {
			return "imports quitt/" + to + ", which is open only to cmd and " + strings.Join(guests, ", ")
		}
	}
	return ""
}

// roomOf reports whether to is a room that the program of from keeps to itself.
func roomOf(from, to string) bool {
	parts := strings.SplitN(from, "/", 3)
	return len(parts) > 1 && strings.HasPrefix(to, parts[0]+"/"+parts[1]+"/")
}

// mayImportWithin judges imports inside one room. Parent and child may know each other (the
// compiler refuses a circle), two children may not; those in shared serve all of their room.
func mayImportWithin(from, to string) string {
	if within(from, to) || within(to, from) || withinAny(to, shared) {
		return ""
	}
	return "imports its sibling quitt/" + to + "; what both need belongs into " + top(from)
}
