package books

import (
	"slices"
	"time"
)

// Knob disturbs the delivery of events to test the receiver. The zero value disturbs
// nothing; "" for Endpoint or Type means all, "charge.*" all of that kind.
type Knob struct {
	Endpoint string `json:"endpoint,omitempty"`
	Type     string `json:"type,omitempty"`
	Times    int    `json:"times,omitempty"` // events it applies to; 0 is all

	Duplicate int     `json:"duplicate,omitempty"` // further copies
	Burst     bool    `json:"burst,omitempty"`     // all copies at the same moment
	Delay     int64   `json:"delay,omitempty"`     // seconds of the sandbox's clock
	Reorder   int     `json:"reorder,omitempty"`   // collect that many, deliver shuffled
	Drop      bool    `json:"drop,omitempty"`      // never deliver
	Sign      string  `json:"sign,omitempty"`      // wrong, stale, future, none
	Version   *string `json:"api_version,omitempty"`
	Thin      bool    `json:"thin,omitempty"`     // only ids, as the second API generation sends
	Account   string  `json:"account,omitempty"`  // pretend it is of that account
	Livemode  bool    `json:"livemode,omitempty"` // pretend it is real
	used      int
}

// Delivery is one event on its way to one endpoint.
type Delivery struct {
	Seq      int64     `json:"seq"`
	Owner    string    `json:"owner"` // account of the endpoint
	Account  string    `json:"account"`
	Endpoint string    `json:"endpoint"`
	Event    string    `json:"event"`
	Attempt  int       `json:"attempt"` // made so far
	Due      time.Time `json:"due"`
	Held     bool      `json:"held,omitempty"` // waits for others to be shuffled with
	Copy     bool      `json:"copy,omitempty"` // its fate does not count
	Knob     Knob      `json:"knob"`
	taken    bool
}

// Letter is a delivery with all that sending it takes. Body is the event as the endpoint's
// version shows it.
type Letter struct {
	Delivery
	Type    string
	URL     string
	Secrets []string // more than one while they rotate
	Body    Object
}

// announce queues an event for the endpoints that asked for its type.
func (w *World) announce(a *Account, ev Object) {
	w.announceAt(a, a, ev)
	if platform := w.Accounts[a.Platform]; platform != nil {
		w.announceAt(platform, a, ev)
	}
}

// announceAt queues an event of account a for the endpoints of owner: its own, or those for
// connected accounts if it is the platform.
func (w *World) announceAt(owner, a *Account, ev Object) {
	for _, we := range owner.byKind["webhook_endpoint"] {
		if we.Str("status") == "enabled" && we.Flag("_connect") == (owner != a) && matches(we.Strs("enabled_events"), ev.Str("type")) {
			ev["pending_webhooks"] = ev.Num("pending_webhooks") + 1
			ev["_undelivered"] = ev.Num("_undelivered") + 1
			w.queue(Delivery{Owner: owner.ID, Account: a.ID, Endpoint: we.ID(), Event: ev.ID(), Due: w.Now(), Knob: w.knobFor(we.ID(), ev.Str("type"))})
		}
	}
}

// knobFor gives the knob for an event, and counts it as used.
func (w *World) knobFor(endpoint, kind string) Knob {
	for _, k := range w.Knobs {
		if k.Endpoint != "" && k.Endpoint != endpoint || k.Type != "" && !matches([]string{k.Type}, kind) {
			continue
		}
		if k.Times == 0 || k.used < k.Times {
			k.used++
			return *k
		}
	}
	return Knob{}
}

// Disturb sets the knobs; the first that fits an event is applied to it.
func (w *World) Disturb(knobs []Knob) {
	w.Knobs = nil
	for _, k := range knobs {
		w.Knobs = append(w.Knobs, &k)
	}
}

// queue adds a delivery with its copies, or drops it, as its knob says.
func (w *World) queue(d Delivery) {
	if d.Knob.Drop {
		return
	}
	d.Due = d.Due.Add(time.Duration(d.Knob.Delay) * time.Second)
	d.Held = d.Knob.Reorder > 1
	for n := range 1 + min(d.Knob.Duplicate, 100) {
		w.Serial++
		d.Seq, d.Copy = w.Serial, n > 0
		one := d
		w.Deliveries = append(w.Deliveries, &one)
	}
	if d.Held {
		w.shuffleHeld(d.Endpoint, d.Knob.Reorder)
	}
}

// shuffleHeld lets the held deliveries of an endpoint go, in another order, once there are
// enough of them.
func (w *World) shuffleHeld(endpoint string, enough int) {
	var places []int
	for i, d := range w.Deliveries {
		if d.Held && d.Endpoint == endpoint {
			places = append(places, i)
		}
	}
	if len(places) < enough {
		return
	}
	for i := len(places) - 1; i > 0; i-- {
		j := int(w.Random(1)[0]) % (i + 1)
		x, y := places[i], places[j]
		w.Deliveries[x], w.Deliveries[y] = w.Deliveries[y], w.Deliveries[x]
	}
	// Newest first if chance changed nothing: a window that keeps the order tests nothing.
	if slices.IsSortedFunc(places, func(x, y int) int { return int(w.Deliveries[x].Seq - w.Deliveries[y].Seq) }) {
		for i, j := 0, len(places)-1; i < j; i, j = i+1, j-1 {
			w.Deliveries[places[i]], w.Deliveries[places[j]] = w.Deliveries[places[j]], w.Deliveries[places[i]]
		}
	}
	for _, i := range places {
		w.Deliveries[i].Held = false
	}
}

// Release lets go what waits to be shuffled, however little it is.
func (w *World) Release() {
	for _, d := range w.Deliveries {
		if d.Held {
			w.shuffleHeld(d.Endpoint, 1)
		}
	}
}

// Take gives the letters that are due and not yet taken, in order. Each must be settled
// with Delivered or Failed.
func (w *World) Take() (out []Letter) {
	now := w.Now()
	for _, d := range slices.Clone(w.Deliveries) {
		if d.taken || d.Held || d.Due.After(now) {
			continue
		}
		l, ok := w.letter(d)
		if !ok {
			w.drop(d)
			continue
		}
		d.taken = true
		out = append(out, l)
	}
	return out
}

// letter puts together what sending takes; false if nobody wants it any more.
func (w *World) letter(d *Delivery) (Letter, bool) {
	owner, a := w.Accounts[d.Owner], w.Accounts[d.Account]
	if owner == nil || a == nil {
		return Letter{}, false
	}
	we, ev := owner.byID[d.Endpoint], a.Find(d.Event)
	if we == nil || ev == nil || we.Str("status") != "enabled" {
		return Letter{}, false
	}
	l := Letter{Delivery: *d, Type: ev.Str("type"), URL: we.Str("url"), Secrets: []string{we.Str("_secret")}}
	if old := we.Str("_old"); old != "" && we.Num("_until") > w.Stamp() {
		l.Secrets = append(l.Secrets, old)
	}
	l.Body = d.Knob.disguise(ev.Clone(), we)
	return l, true
}

// disguise makes of an event what this endpoint gets.
func (k Knob) disguise(ev, we Object) Object {
	if version := we.Str("api_version"); version != "" {
		ev["api_version"] = version
	}
	if k.Version != nil {
		ev["api_version"] = OrNull(*k.Version)
	}
	if k.Account != "" {
		ev["account"] = k.Account
	}
	if k.Livemode {
		ev["livemode"] = true
	}
	if k.Thin {
		related := ev.Sub("data").Sub("object")
		return Object{"id": ev["id"], "object": "v2.core.event", "type": "v1." + ev.Str("type"), "livemode": ev["livemode"],
			"created": time.Unix(ev.Num("created"), 0).UTC().Format(time.RFC3339), "context": nil,
			"related_object": Object{"id": related["id"], "type": related["object"], "url": ""}}
	}
	return ev
}

// retries are the waits between attempts, three days in all.
var retries = []time.Duration{
	5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour, 10 * time.Hour, 12 * time.Hour, 12 * time.Hour, 15 * time.Hour, 15 * time.Hour,
}

// Delivered settles a letter that was taken with a 2xx.
func (w *World) Delivered(l Letter) {
	w.drop(w.find(l.Seq))
	if ev := w.eventOf(l); ev != nil && !l.Copy {
		ev["pending_webhooks"] = max(0, ev.Num("pending_webhooks")-1)
		ev["_undelivered"] = max(0, ev.Num("_undelivered")-1)
	}
}

// Failed settles one that was not; it comes again, or its time is over.
func (w *World) Failed(l Letter) {
	d := w.find(l.Seq)
	if d == nil {
		return
	}
	if d.Copy || d.Attempt >= len(retries) {
		w.drop(d)
		if ev := w.eventOf(l); ev != nil && !d.Copy {
			ev["pending_webhooks"] = max(0, ev.Num("pending_webhooks")-1)
		}
		return
	}
	wait := retries[d.Attempt]
	if w.o.Mode == Fast {
		wait /= 60
	}
	d.Attempt++
	d.Due, d.taken = w.Now().Add(wait), false
}

func (w *World) eventOf(l Letter) Object {
	if a := w.Accounts[l.Account]; a != nil {
		return a.Find(l.Event)
	}
	return nil
}

func (w *World) find(seq int64) *Delivery {
	for _, d := range w.Deliveries {
		if d.Seq == seq {
			return d
		}
	}
	return nil
}

func (w *World) drop(d *Delivery) {
	w.Deliveries = slices.DeleteFunc(w.Deliveries, func(x *Delivery) bool { return x == d })
}

// Resend delivers an event once more to every endpoint, or to the one named. With all events
// dropped by a knob it is the way to deliver them in any order.
func (a *Account) Resend(event, endpoint string) *Error {
	ev, err := a.Get("event", event, "id")
	if err != nil {
		return err
	}
	for _, owner := range []*Account{a, a.w.Accounts[a.Platform]} {
		if owner == nil {
			continue
		}
		for _, we := range owner.byKind["webhook_endpoint"] {
			if endpoint == "" && we.Flag("_connect") == (owner != a) || endpoint == we.ID() {
				a.w.queue(Delivery{Owner: owner.ID, Account: a.ID, Endpoint: we.ID(), Event: ev.ID(), Due: a.w.Now(),
					Copy: ev.Num("_undelivered") == 0})
			}
		}
	}
	return nil
}

// Waiting reports whether letters are due that were not tried yet, those of one event or,
// for "", any.
func (w *World) Waiting(event string) bool {
	now := w.Now()
	return slices.ContainsFunc(w.Deliveries, func(d *Delivery) bool {
		due := d.taken || !d.Held && !d.Due.After(now)
		return due && (event == "" || d.Event == event && d.Attempt == 0)
	})
}
