package room

import (
	"context"
	"net/url"
	"slices"
	"strings"
)

// Outside is where the portal stands and which pages of others it leads to.
type Outside struct {
	Origin   string   // of the portal: "https://portal.example.de"
	Checkout []string // origins a payment may lead to; no other is ever led to
	Demo     bool     // no money moves there
	Stopping context.Context
}

// Hosts names the destinations as an address bar does.
func (o Outside) Hosts() (list []string) {
	for _, target := range o.Checkout {
		_, host, _ := strings.Cut(target, "://")
		list = append(list, host)
	}
	return list
}

// MayLead reports whether an address is on one of the origins a payment may lead to.
func (o Outside) MayLead(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.User == nil && slices.Contains(o.Checkout, u.Scheme+"://"+u.Host)
}
