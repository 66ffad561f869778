package stripe_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"quitt/debt"
	"quitt/debt/rail"
	"quitt/payments"
	"quitt/payments/stripe"
)

const (
	secret = debt.Personal("whsec_0123456789abcdef")
	older  = debt.Personal("whsec_fedcba9876543210")
)

var reader = stripe.New(stripe.Options{Now: func() time.Time { return noon }})

// sign is the v1 of a body at a time.
func sign(key debt.Personal, t int64, body []byte) string {
	mac := hmac.New(sha256.New, []byte(key.Reveal()))
	_, _ = fmt.Fprintf(mac, "%d.%s", t, body)
	return hex.EncodeToString(mac.Sum(nil))
}

func header(t int64, sums ...string) string {
	h := fmt.Sprintf("t=%d", t)
	for _, s := range sums {
		h += ",v1=" + s
	}
	return h
}

func text1(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}

var event = o{"id": "evt_1", "object": "event", "type": "charge.succeeded", "api_version": "2023-10-16", "created": at(noon), "livemode": true,
	"data": o{"object": charge}}

func TestANoticeIsBelievedOnlyWithASignatureOfNow(t *testing.T) {
	body, now := text1(event), noon.Unix()
	good := sign(secret, now, body)
	both := []debt.Personal{secret, older}
	large := append(text1(event), []byte(strings.Repeat(" ", 512<<10))...)
	for name, row := range map[string]struct {
		body    []byte
		header  string
		secrets []debt.Personal
		want    bool
	}{
		"signed":                          {body, header(now, good), both, true},
		"signed with the older secret":    {body, header(now, sign(older, now, body)), both, true},
		"signed with both":                {body, header(now, sign(older, now, body), good), both[:1], true},
		"with other schemes beside":       {body, "t=" + fmt.Sprint(now) + ", v0=" + good + ", v1=" + good, both, true},
		"5 minutes old":                   {body, header(now-300, sign(secret, now-300, body)), both, true},
		"5 minutes ahead":                 {body, header(now+300, sign(secret, now+300, body)), both, true},
		"older":                           {body, header(now-301, sign(secret, now-301, body)), both, false},
		"further ahead":                   {body, header(now+301, sign(secret, now+301, body)), both, false},
		"of next year":                    {body, header(now+31e6, sign(secret, now+31e6, body)), both, false},
		"another secret":                  {body, header(now, sign("whsec_somebody_elses", now, body)), both, false},
		"another time":                    {body, header(now-1, good), both, false},
		"another body":                    {append(text1(event), '\n'), header(now, good), both, false},
		"only in the wrong scheme":        {body, "t=" + fmt.Sprint(now) + ",v0=" + good, both, false},
		"two times":                       {body, header(now, good) + ",t=" + fmt.Sprint(now), both, false},
		"no time":                         {body, "v1=" + good, both, false},
		"no number":                       {body, "t=now,v1=" + good, both, false},
		"a number beyond all":             {body, "t=99999999999999999999,v1=" + good, both, false},
		"no header":                       {body, "", both, false},
		"an endless header":               {body, header(now, good) + strings.Repeat(",v1="+good, 100), both, false},
		"no hexadecimals":                 {body, header(now, "zz"), both, false},
		"no signature":                    {body, header(now, ""), both, false},
		"no secrets":                      {body, header(now, good), nil, false},
		"an empty secret":                 {body, header(now, sign("", now, body)), []debt.Personal{""}, false},
		"a short secret":                  {body, header(now, sign("whsec_0", now, body)), []debt.Personal{"whsec_0"}, false},
		"a short one beside a proper one": {body, header(now, good), []debt.Personal{"", secret}, true},
		"an empty body":                   {nil, header(now, sign(secret, now, nil)), both, false},
		"no JSON":                         {[]byte("hello"), header(now, sign(secret, now, []byte("hello"))), both, false},
		"too large":                       {large, header(now, sign(secret, now, large)), both, false},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := reader.Notice(payments.Signed{Body: row.body, Signature: row.header, Secrets: row.secrets, Now: noon})
			switch {
			case row.want && err != nil:
				t.Error(err)
			case !row.want && (!errors.Is(err, payments.ErrForged) || got != rail.Notice{}):
				t.Errorf("%+v, %v", got, err)
			}
		})
	}
}

// read signs and reads an event.
func read(v any) (rail.Notice, error) {
	body := text1(v)
	return reader.Notice(payments.Signed{Body: body, Signature: header(noon.Unix(), sign(secret, noon.Unix(), body)), Secrets: []debt.Personal{secret}, Now: noon})
}

func TestANoticeOnlyNamesAnObject(t *testing.T) {
	object := func(kind, id string) o { return o{"data": o{"object": o{"object": kind, "id": id, "amount": "lots"}}} }
	for name, row := range map[string]struct {
		event o
		want  rail.Ref
	}{
		"of our version":             {event, rail.Ref{Kind: rail.ChargeRef, ID: "ch_1"}},
		"of a newer version":         {event.with(o{"api_version": "2026-09-30.endive"}), rail.Ref{Kind: rail.ChargeRef, ID: "ch_1"}},
		"of no version":              {event.with(o{"api_version": nil}), rail.Ref{Kind: rail.ChargeRef, ID: "ch_1"}},
		"of a type of tomorrow":      {event.with(object("refund", "pyr_1")).with(o{"type": "refund.failed"}), rail.Ref{Kind: rail.RefundRef, ID: "pyr_1"}},
		"a page":                     {event.with(object("checkout.session", "cs_1")), page1},
		"a payment":                  {event.with(object("payment_intent", "pi_1")), rail.Ref{Kind: rail.IntentRef, ID: "pi_1"}},
		"a setup":                    {event.with(object("setup_intent", "seti_1")), rail.Ref{Kind: rail.SetupRef, ID: "seti_1"}},
		"a dispute":                  {event.with(object("dispute", "dp_1")), rail.Ref{Kind: rail.DisputeRef, ID: "dp_1"}},
		"a payout":                   {event.with(object("payout", "po_1")), rail.Ref{Kind: rail.PayoutRef, ID: "po_1"}},
		"a mandate":                  {event.with(object("mandate", "mandate_1")), rail.Ref{Kind: rail.MandateRef, ID: "mandate_1"}},
		"a card":                     {event.with(object("payment_method", "pm_1")), rail.Ref{Kind: rail.InstrumentRef, ID: "pm_1"}},
		"an object we do not know":   {event.with(object("customer", "cus_1")), rail.Ref{}},
		"an object without an id":    {event.with(object("charge", "")), rail.Ref{}},
		"an id that leads elsewhere": {event.with(object("charge", "../payouts/po_1")), rail.Ref{}},
		"a thin event":               {o{"id": "evt_1", "object": "v2.core.event", "created": "2026-11-02T11:00:00Z", "related_object": o{"id": "x"}}, rail.Ref{}},
		"no data":                    {event.with(o{"data": nil}), rail.Ref{}},
		"other data":                 {event.with(o{"data": "hello"}), rail.Ref{}},
		"data of other data":         {event.with(o{"data": o{"object": []any{1}}}), rail.Ref{}},
	} {
		t.Run(name, func(t *testing.T) {
			if got, err := read(row.event); err != nil || got.Object != row.want || got.Event != "evt_1" {
				t.Errorf("%+v, %v", got, err)
			}
		})
	}
	want := rail.Notice{Event: "evt_1", Type: "charge.succeeded", External: "acct_2", Live: true, At: noon, Object: rail.Ref{Kind: rail.ChargeRef, ID: "ch_1"}}
	if got, err := read(event.with(o{"account": "acct_2"})); err != nil || got != want {
		t.Error(cmp.Diff(want, got), err)
	}
}

// Whatever is signed is read without harm, and names an object one can ask for or none.
func FuzzNotice(f *testing.F) {
	f.Add(text1(event), "")
	f.Add([]byte(`{"id":"evt_1","created":"x","data":{"object":{"object":"charge","id":1}}}`), "t=1,v1=00")
	f.Add([]byte(`null`), "t=1793617200,v1=")
	f.Add([]byte(`{"data":null}`), ",,=,t=,t")
	f.Fuzz(func(t *testing.T, body []byte, wild string) {
		now := noon.Unix()
		n := payments.Signed{Body: body, Signature: wild, Secrets: []debt.Personal{secret}, Now: noon}
		if got, err := reader.Notice(n); err == nil && !strings.Contains(wild, sign(secret, now, body)) {
			t.Errorf("%q was believed: %+v", wild, got)
		}
		n.Signature = header(now, sign(secret, now, body))
		got, err := reader.Notice(n)
		switch {
		case err != nil && (got != rail.Notice{} || json.Valid(body) && len(body) > 0 && body[0] == '{'):
			t.Errorf("%+v, %v", got, err)
		case strings.ContainsAny(got.Object.ID+got.Event+got.External, "/.?#% \n"):
			t.Errorf("%+v", got)
		}
	})
}
