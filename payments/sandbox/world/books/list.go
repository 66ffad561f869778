package books

import (
	"slices"
	"strconv"
	"strings"
)

const (
	defaultPage, maxPage = 10, 100
	maxExpand            = 4
)

// Query is a list as it was asked for.
type Query struct {
	Kind, URL string
	Keep      func(Object) bool // nil keeps all
}

// List answers one page, newest first.
func (a *Account) List(q Query, f Form) (Object, *Error) {
	limit := int64(defaultPage)
	if f.Has("limit") {
		n, err := f.Integer("limit", "limit")
		if err != nil || n < 1 || n > maxPage {
			return nil, Invalid("limit", "parameter_invalid_integer", "This value must be between 1 and %d.", maxPage)
		}
		limit = n
	}
	window, err := f.window()
	if err != nil {
		return nil, err
	}
	all := a.All(q.Kind)
	from, to, back, err := a.cursor(q.Kind, f)
	if err != nil {
		return nil, err
	}
	var page []any
	more := false
	for n := range max(0, to-from) {
		i := to - 1 - n // newest first
		if back {
			i = from + n
		}
		if !window.holds(all[i].Num("created")) || q.Keep != nil && !q.Keep(all[i]) {
			continue
		}
		if int64(len(page)) == limit {
			more = true
			break
		}
		page = append(page, a.Shown(all[i]))
	}
	if back {
		slices.Reverse(page)
	}
	return ListOf(page, more, q.URL), nil
}

// ListOf makes the answer for a page of a list; url is where the list is.
func ListOf(items []any, more bool, url string) Object {
	if items == nil {
		items = []any{}
	}
	return Object{"object": "list", "data": items, "has_more": more, "url": url}
}

// cursor gives the half-open range of the account's objects of a kind that a page is taken
// from, and whether it is taken from its old end.
func (a *Account) cursor(kind string, f Form) (from, to int, back bool, err *Error) {
	all := a.All(kind)
	to = len(all)
	place := func(param string) (int, *Error) {
		o, err := a.Get(kind, f.Str(param), param)
		if err != nil {
			return 0, err
		}
		i, _ := slices.BinarySearchFunc(all, o.Num("_n"), func(x Object, n int64) int { return int(x.Num("_n") - n) })
		return i, nil
	}
	if f.Has("starting_after") {
		if to, err = place("starting_after"); err != nil {
			return 0, 0, false, err
		}
	}
	if f.Has("ending_before") {
		i, err := place("ending_before")
		if err != nil {
			return 0, 0, false, err
		}
		from, back = i+1, true
	}
	return from, to, back, nil
}

// window is a range of times, both ends included.
type window struct{ from, to int64 }

func (w window) holds(t int64) bool { return t >= w.from && t <= w.to }

// window reads created=…, or created[gt], [gte], [lt], [lte].
func (f Form) window() (window, *Error) {
	out := window{0, 1 << 62}
	if f.Has("created") && f.Sub("created") == nil {
		n, err := f.Integer("created", "created")
		return window{n, n}, err
	}
	bounds := f.Sub("created")
	for key := range bounds {
		n, err := bounds.Integer(key, "created["+key+"]")
		if err != nil {
			return out, err
		}
		switch key {
		case "gt":
			out.from = max(out.from, n+1)
		case "gte":
			out.from = max(out.from, n)
		case "lt":
			out.to = min(out.to, n-1)
		case "lte":
			out.to = min(out.to, n)
		default:
			return out, unknownParam("created[" + Clip(key) + "]")
		}
	}
	return out, nil
}

// unknownParam refuses what the API does not have.
func unknownParam(name string) *Error {
	return Invalid(name, "parameter_unknown", "Received unknown parameter: %s", name)
}

// Where keeps objects whose fields equal what was asked for, by the same names.
func (f Form) Where(keys ...string) func(Object) bool {
	return func(o Object) bool {
		for _, k := range keys {
			if f.Has(k) && o.Str(k) != f.Str(k) {
				return false
			}
		}
		return true
	}
}

// Shown is an object as a client sees it.
func (a *Account) Shown(o Object) Object {
	out := o.Clone()
	switch o.Str("object") {
	case "balance_transaction":
		out["status"] = "pending"
		if a.available(o) {
			out["status"] = "available"
		}
	case "checkout.session":
		if o.Str("status") != "open" {
			out["url"] = nil
		}
	case "dispute":
		for i, id := range o.Strs("balance_transactions") {
			if list, ok := out["balance_transactions"].([]any); ok {
				list[i] = a.Shown(a.Find(id))
			}
		}
	}
	return out
}

// Show gives the answer for an object or a list, with what was asked to be expanded.
func (a *Account) Show(o Object, expand []string) (Object, *Error) {
	out := o
	if o.Str("object") != "list" && o["_n"] != nil {
		out = a.Shown(o)
	} else {
		out = out.Clone()
	}
	for _, path := range expand {
		parts := strings.Split(path, ".")
		depth := len(parts)
		if parts[0] == "data" {
			depth--
		}
		if depth > maxExpand {
			return nil, Invalid("expand", "", "You cannot expand more than %d levels of a property (%s).", maxExpand, Clip(path))
		}
		if err := a.expand(out, parts, path); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// expandable are the fields that hold an id and can hold the object.
var expandable = []string{
	"customer", "payment_method", "payment_intent", "latest_charge", "charge", "balance_transaction",
	"failure_balance_transaction", "mandate", "setup_intent", "source", "single_use_mandate", "latest_attempt",
	"invoice", "application", "on_behalf_of", "review", "subscription", "payment_link", "original_payout", "reversed_by",
}

// expand replaces an id by its object, in place. whole is the path for messages.
func (a *Account) expand(o Object, path []string, whole string) *Error {
	key := path[0]
	a.virtual(o, key)
	cannot := Invalid("expand[0]", "", "This property cannot be expanded (%s).", Clip(whole))
	value, has := o[key]
	switch {
	case !has && key == "failure_balance_transaction" && o.Str("object") == "refund":
		return nil // only a refund that failed has one
	case !has:
		return cannot
	}
	switch v := value.(type) {
	case nil:
		if !slices.Contains(expandable, key) {
			return cannot
		}
		return nil
	case string:
		target := a.Find(v)
		// A charge names its payment method, and that is all: it may be older than those.
		if !slices.Contains(expandable, key) || target == nil || key == "payment_method" && o.Str("object") == "charge" {
			return cannot
		}
		value = a.Shown(target)
		o[key] = value
	}
	if len(path) == 1 {
		if o, _ := value.(Object); o.Str("object") != "" {
			return nil
		}
		return cannot
	}
	return a.expandIn(value, path[1:], whole)
}

// expandIn goes on with the rest of a path, in an object or in each of a list.
func (a *Account) expandIn(value any, path []string, whole string) *Error {
	switch v := value.(type) {
	case Object:
		return a.expand(v, path, whole)
	case []any:
		for _, item := range v {
			if o, ok := item.(Object); ok {
				if err := a.expand(o, path, whole); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// virtual adds the lists that exist only when they are asked for.
func (a *Account) virtual(o Object, key string) {
	switch {
	case o.Str("object") == "checkout.session" && key == "line_items":
		o[key] = a.LineItems(o.ID())
	case o.Str("object") == "charge" && key == "refunds":
		list, err := a.List(Query{Kind: "refund", URL: "/v1/charges/" + o.ID() + "/refunds",
			Keep: func(r Object) bool { return r.Str("charge") == o.ID() }}, Form{"limit": strconv.Itoa(maxPage)})
		if err == nil {
			o[key] = list
		}
	}
}

// LineItems lists what a session is paid for.
func (a *Account) LineItems(session string) Object {
	items, _ := a.byID[session]["_items"].([]any)
	var out []any
	for _, item := range items {
		out = append(out, CloneValue(item))
	}
	return ListOf(out, false, "/v1/checkout/sessions/"+session+"/line_items")
}
