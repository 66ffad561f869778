// Package books is what every account of the payment sandbox stands on: objects as the API
// shows them, lists of them, the events that tell of them and their delivery, movements of
// money and payouts, and the one clock all accounts share. What payments do is in the room
// around it.
package books

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"maps"
	"slices"
	"strings"
	"time"
)

// Version is the API version whose objects live here.
const Version = "2023-10-16"

// Mode says how time passes.
type Mode string

// Realtime follows the clock and banks' calendar, Fast the clock with seconds instead of
// days, Manual stands still until it is moved.
const (
	Realtime Mode = "realtime"
	Fast     Mode = "fast"
	Manual   Mode = "manual"
)

// Options make a World.
type Options struct {
	Clock  func() time.Time // the real one
	Mode   Mode             // "" is Realtime
	Start  time.Time        // where a Manual clock begins; zero is now
	Seed   string           // same seed and same calls give the same ids
	Settle time.Duration    // Fast: until a debit succeeds; 0 is 6 s
	Name   string           // business name of every account
	// Run does a step that is none of the books'; the object may be nil.
	Run func(*Account, Step)
}

// Request is what an event remembers of the call that caused it.
type Request struct{ ID, Key string }

// World holds every account. Make it with New.
type World struct {
	o       Options
	request Request
	base    string    // where the hosted pages are
	at      time.Time // while a scheduled step runs: its own instant
	state
}

// state is all that export and import move.
type state struct {
	Serial     int64               `json:"serial"`
	Virtual    time.Time           `json:"virtual"` // Manual only
	Offset     time.Duration       `json:"offset"`  // else: how far ahead of the real clock
	Accounts   map[string]*Account `json:"accounts"`
	Steps      []Step              `json:"steps"` // by At, then Seq
	Deliveries []*Delivery         `json:"deliveries"`
	Knobs      []*Knob             `json:"knobs"`
}

// Account is one object space: a merchant of its own, or one connected to another.
type Account struct {
	w        *World
	byID     map[string]Object
	byKind   map[string][]Object
	ID       string   `json:"id"`
	Platform string   `json:"platform,omitempty"` // whose key reaches it by Stripe-Account
	Objects  []Object `json:"objects"`            // by creation
}

// Step is a change that waits for its time.
type Step struct {
	At      time.Time `json:"at"`
	Seq     int64     `json:"seq"`
	Account string    `json:"account"`
	Do      string    `json:"do"`
	ID      string    `json:"id"`
	With    string    `json:"with,omitempty"`
}

// New makes an empty world.
func New(o Options) *World {
	if o.Mode == "" {
		o.Mode = Realtime
	}
	if o.Settle == 0 {
		o.Settle = 6 * time.Second
	}
	w := &World{o: o}
	w.Reset()
	return w
}

// Reset forgets everything, and ids begin again. The clock keeps its time.
func (w *World) Reset() {
	virtual, offset := w.Virtual, w.Offset
	if virtual.IsZero() {
		virtual = w.o.Start
	}
	if virtual.IsZero() {
		virtual = w.o.Clock()
	}
	w.state = state{Virtual: virtual.UTC().Truncate(time.Second), Offset: offset, Accounts: map[string]*Account{}}
}

// Mode gives how time passes here.
func (w *World) Mode() Mode { return w.o.Mode }

// Open gives the account of that id, made when first asked for. A connected account names
// the platform whose key opened it, "" otherwise.
func (w *World) Open(id, platform string) *Account {
	a := w.Accounts[id]
	if a == nil {
		a = &Account{w: w, ID: id, byID: map[string]Object{}, byKind: map[string][]Object{}}
		w.Accounts[id] = a
	}
	if platform != id && platform != "" {
		a.Platform = platform
	}
	return a
}

// Begin names the call that is about to be served; base is where the hosted pages are.
// Events made until End carry it.
func (w *World) Begin(r Request, base string) { w.request, w.base = r, base }

// End forgets the call.
func (w *World) End() { w.request = Request{} }

// Now is the sandbox's own time, in whole seconds as the API shows it.
func (w *World) Now() time.Time {
	switch {
	case !w.at.IsZero():
		return w.at
	case w.o.Mode == Manual:
		return w.Virtual
	}
	return w.o.Clock().Add(w.Offset).UTC()
}

// Tick runs the steps whose time has come and reports how many.
func (w *World) Tick() int { return w.runUntil(w.Now()) }

// Set moves the clock forward to the instant and runs what was due on the way, each step at
// its own time. Time does not go back.
func (w *World) Set(to time.Time) *Error {
	now := w.Now()
	if to.Before(now) {
		return Invalid("now", "", "The clock is at %s and does not go back.", now.Format(time.RFC3339))
	}
	w.runUntil(to)
	if w.o.Mode == Manual {
		w.Virtual = to.UTC()
	} else {
		w.Offset += to.Sub(now)
	}
	return nil
}

// runUntil does the steps up to an instant, and those they cause, in order.
func (w *World) runUntil(to time.Time) (n int) {
	// A demo's request must not become the cause of what merely was due when it came.
	request := w.request
	w.request = Request{}
	for len(w.Steps) > 0 && !w.Steps[0].At.After(to) {
		s := w.Steps[0]
		w.Steps = slices.Delete(w.Steps, 0, 1)
		w.at = s.At
		w.run(s)
		w.at = time.Time{}
		n++
	}
	w.request = request
	return n
}

// run does one step: payouts are the books' own, all else is their owner's.
func (w *World) run(s Step) {
	a := w.Accounts[s.Account]
	switch {
	case a == nil:
	case s.Do == "payout_sweep":
		a.sweep()
	case s.Do == "payout_arrive":
		a.arrivePayout(a.byID[s.ID])
	default:
		w.o.Run(a, s)
	}
}

// Later schedules a step for an object of the account.
func (a *Account) Later(at time.Time, do, id, with string) {
	a.w.Serial++
	s := Step{At: at.UTC(), Seq: a.w.Serial, Account: a.ID, Do: do, ID: id, With: with}
	i, _ := slices.BinarySearchFunc(a.w.Steps, s, func(x, y Step) int {
		return cmp.Or(x.At.Compare(y.At), cmp.Compare(x.Seq, y.Seq))
	})
	a.w.Steps = slices.Insert(a.w.Steps, i, s)
}

// Forget takes back what waits for an object.
func (a *Account) Forget(do, id string) {
	a.w.Steps = slices.DeleteFunc(a.w.Steps, func(s Step) bool {
		return s.Account == a.ID && s.Do == do && s.ID == id
	})
}

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// Random gives n letters that look random and are not: seed and serial decide them.
func (w *World) Random(n int) string {
	w.Serial++
	var out strings.Builder
	block := binary.BigEndian.AppendUint64([]byte(w.o.Seed+"\x00"), uint64(w.Serial))
	for out.Len() < n {
		sum := sha256.Sum256(block)
		block = sum[:]
		for _, b := range sum[:min(len(sum), n-out.Len())] {
			out.WriteByte(alphabet[int(b)%len(alphabet)])
		}
	}
	return out.String()
}

// NewID gives an id of the length the provider's have.
func (w *World) NewID(prefix string) string { return prefix + "_" + w.Random(24) }

// Put adds a new object to the account.
func (a *Account) Put(o Object) Object {
	a.w.Serial++
	o["_n"] = a.w.Serial
	a.Objects = append(a.Objects, o)
	a.index(o)
	return o
}

// index makes an object found by its id and in lists of its kind.
func (a *Account) index(o Object) {
	kind := o.Str("object")
	a.byID[o.ID()] = o
	a.byKind[kind] = append(a.byKind[kind], o)
}

// Remove forgets an object.
func (a *Account) Remove(o Object) {
	same := func(x Object) bool { return x.ID() == o.ID() }
	kind := o.Str("object")
	delete(a.byID, o.ID())
	a.Objects = slices.DeleteFunc(a.Objects, same)
	a.byKind[kind] = slices.DeleteFunc(a.byKind[kind], same)
}

// Get finds an object of a kind, or answers as the provider does for an unknown id. what
// is the kind in words, param where the id stood.
func (a *Account) Get(kind, id, param string) (Object, *Error) {
	if o := a.Find(id); o != nil && o.Str("object") == kind {
		return o, nil
	}
	return nil, Missing(kind, id, param)
}

// Stamp is Now as the API writes it.
func (w *World) Stamp() int64 { return w.Now().Unix() }

// Find gives an object of any kind by its id, nil when there is none.
func (a *Account) Find(id string) Object { return a.byID[id] }

// All gives the account's objects of a kind, by creation.
func (a *Account) All(kind string) []Object { return a.byKind[kind] }

// Base is where the hosted pages are, without a slash at its end.
func (w *World) Base() string { return w.base }

// Holder gives the account that has an object of that id, nil when none has.
func (w *World) Holder(id string) *Account {
	for _, a := range w.Accounts {
		if a.byID[id] != nil {
			return a
		}
	}
	return nil
}

// IDs lists the accounts there are.
func (w *World) IDs() []string { return slices.Sorted(maps.Keys(w.Accounts)) }

// AllEvents gives every event of the account, oldest first, also those no longer listed.
func (a *Account) AllEvents() (out []Object) {
	for _, ev := range a.byKind["event"] {
		out = append(out, a.Shown(ev))
	}
	return out
}
