// Package sms hands text messages to a gateway over HTTP, in one shape that a few lines in
// front of any provider can translate.
package sms

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"quitt/debt"
	"quitt/notifications"
)

// Config says which gateway takes our text messages.
type Config struct {
	URL      string // takes POST, and GET below it
	Key      string
	From     string // what the telephone shows
	Callback string // where it reports to

	Timeout time.Duration // of one call; 0 is 20 s
}

// Gateway is a notifications.Carrier and a notifications.Finder.
type Gateway struct {
	c      Config
	client *http.Client
}

// New refuses with Invalid "sms_setting_invalid" what lacks something, or would send key
// and codes over a network in the clear.
func New(c Config) (*Gateway, error) {
	u, err := url.Parse(c.URL)
	secure := err == nil && u.Host != "" && u.RawQuery == "" && (u.Scheme == "https" || u.Scheme == "http" && loopback(u.Hostname()))
	if !secure || c.Key == "" || c.From == "" || strings.ContainsAny(c.Key, "\r\n") {
		return nil, debt.E(debt.Invalid, "sms_setting_invalid", nil)
	}
	if c.Timeout == 0 {
		c.Timeout = 20 * time.Second
	}
	c.URL = strings.TrimSuffix(c.URL, "/")
	// A redirect would carry the key elsewhere.
	client := &http.Client{Timeout: c.Timeout, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return &Gateway{c, client}, nil
}

func loopback(host string) bool {
	a, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && a.IsLoopback()
}

type message struct {
	From      string `json:"from"`
	To        string `json:"to"`
	Text      string `json:"text"`
	Reference string `json:"reference"`
	Callback  string `json:"callback"`
}

type answer struct {
	ID     string `json:"id"`
	Status string `json:"status"`
}

// Carry sends one message. Whatever is no definite answer may have gone out: a proxy's 502
// says nothing about the gateway behind it.
func (g *Gateway) Carry(ctx context.Context, m notifications.Message) notifications.Delivery {
	body, err := json.Marshal(message{g.c.From, m.To.Reveal(), strings.Join(m.Paragraphs, "\n\n"), m.Reference(), g.c.Callback})
	if err != nil {
		return notifications.Delivery{Outcome: notifications.Refused, Code: "unwritable"}
	}
	status, said, err := g.ask(ctx, http.MethodPost, g.c.URL, body)
	var dialled *net.OpError
	switch {
	case errors.As(err, &dialled) && dialled.Op == "dial":
		return notifications.Delivery{Outcome: notifications.Later, Code: "no_connection", Down: true, Unheard: true}
	case err != nil:
		return notifications.Delivery{Outcome: notifications.Unsure, Code: "no_reply", Down: true}
	case status >= 200 && status < 300:
		return notifications.Delivery{Outcome: notifications.Accepted, ProviderID: said.ID}
	case status == http.StatusTooManyRequests:
		return notifications.Delivery{Outcome: notifications.Later, Code: "429", Down: true}
	case status == http.StatusUnauthorized, status == http.StatusForbidden: // our settings, not this message
		return notifications.Delivery{Outcome: notifications.Later, Code: strconv.Itoa(status), Down: true, Unheard: true}
	case status >= 400 && status < 500 && status != http.StatusRequestTimeout:
		return notifications.Delivery{Outcome: notifications.Refused, Code: strconv.Itoa(status)}
	}
	return notifications.Delivery{Outcome: notifications.Unsure, Code: strconv.Itoa(status)}
}

// Find asks for a message by our reference.
func (g *Gateway) Find(ctx context.Context, m notifications.Message) notifications.Delivery {
	status, said, err := g.ask(ctx, http.MethodGet, g.c.URL+"/"+url.PathEscape(m.Reference()), nil)
	switch {
	case err != nil:
		return notifications.Delivery{Outcome: notifications.Unsure, Code: "no_reply"}
	case status == http.StatusNotFound:
		return notifications.Delivery{Outcome: notifications.Later, Code: "not_there"}
	case status == http.StatusOK && said.Status == "failed":
		return notifications.Delivery{Outcome: notifications.NoAddress, Code: "failed"}
	case status == http.StatusOK:
		return notifications.Delivery{Outcome: notifications.Accepted, ProviderID: said.ID}
	}
	return notifications.Delivery{Outcome: notifications.Unsure, Code: strconv.Itoa(status)}
}

const maxAnswer = 64 << 10

// ask calls the gateway. An answer that cannot be read is one without content: the status
// is what counts.
func (g *Gateway) ask(ctx context.Context, method, address string, body []byte) (status int, said answer, err error) {
	r, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		return 0, said, err
	}
	r.Header.Set("Authorization", "Bearer "+g.c.Key)
	r.Header.Set("Content-Type", "application/json")
	res, err := g.client.Do(r)
	if err != nil {
		return 0, said, err
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil || json.Unmarshal(b, &said) != nil || len(said.ID) > 200 {
		said = answer{}
	}
	return res.StatusCode, said, nil
}
