package pay

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"time"

	"quitt/debt"
	"quitt/debt/rail"
	"quitt/payments"
	"quitt/payments/sandbox"
	"quitt/payments/sandbox/world"
	"quitt/payments/stripe"
	"quitt/store"
	"quitt/store/rails"
)

// The demo's platform and its key. It opens nothing but the sandbox.
const (
	demoKey     = sandboxKeys + "demo"
	demoAccount = "acct_platform"
	demoListen  = "127.0.0.1:8082"
)

// DemoCard and DemoIBAN are numbers to try.
const (
	DemoCard = "4242 4242 4242 4242"
	DemoIBAN = "DE89 3704 0044 0532 0130 00"
)

// Demo is a sandbox at work.
type Demo struct {
	*sandbox.Server

	URL string
}

// OpenDemo starts the sandbox of a demo and points the settings at it. file keeps its state,
// "" forgets it.
func (s *Settings) OpenDemo(now func() time.Time, company, file string) (*Demo, error) {
	if Live(s.Key) {
		return nil, debt.E(debt.Invalid, "stripe_live_in_sandbox", nil)
	}
	server, err := sandbox.Complete(sandbox.Options{Clock: now, Mode: world.Fast, Name: company, File: file,
		Keys: map[string]string{demoKey: demoAccount}, Receipt: 3 * time.Second})
	if err != nil {
		return nil, err
	}
	address := s.SandboxListen
	if address == "" {
		address = demoListen
	}
	at, err := server.Listen(address)
	if err != nil && s.SandboxListen == "" {
		at, err = server.Listen("127.0.0.1:0") // another demo is running
	}
	if err != nil {
		return nil, errors.Join(debt.E(debt.Unavailable, "listen_failed", debt.Args{"address": address}), err, server.Close())
	}
	s.URL, s.Key = at, demoKey
	return &Demo{server, at}, nil
}

// File is where a demo's sandbox keeps its state: beside a database of one file.
func File(databaseURL string) string {
	if path, ok := strings.CutPrefix(databaseURL, "sqlite:"); ok {
		return path + ".sandbox"
	}
	return ""
}

// Connect opens an account for each creditor that has none, and sees to it that notices come
// to where the portal listens now.
func (d *Demo) Connect(ctx context.Context, s Settings, r *payments.Rail, portal string) error {
	var without []debt.Creditor
	all := 0
	err := each(ctx, r.Store, func(c debt.Creditor, t *store.Reader) error {
		all++
		_, err := rails.OpenAccount(t)
		if debt.KindOf(err) == debt.NotFound {
			without = append(without, c)
			return nil
		}
		return err
	})
	if len(without) == all {
		d.Reset() // what it knows is of a database that is gone
	}
	for _, c := range without {
		if err == nil {
			_, err = r.AddAccount(ctx, c.ID, payments.NewAccount{Account: rail.Account{Provider: provider, Connected: true,
				External: "acct_demo" + strings.ReplaceAll(c.Code, "-", "")}})
		}
	}
	if err != nil {
		return err
	}
	var list []rails.Endpoint
	err = r.Store.Read(ctx, "", func(t *store.Reader) (err error) {
		list, err = rails.Endpoints(t)
		return err
	})
	if err != nil {
		return err
	}
	for _, e := range list {
		if e.Owner == "" && d.point(e.External, portal+Path+e.Name) {
			return nil
		}
	}
	e := rails.Endpoint{Name: NewEndpoint(), Provider: provider}
	id, secret, err := s.client(r.Now).Register(ctx, rail.Account{Connected: true, Key: s.Key}, portal+Path+e.Name, stripe.Events())
	if err != nil {
		return err
	}
	e.External = id
	return r.AddEndpoint(ctx, e, secret)
}

// point moves an endpoint of the sandbox to another address; false if it has none of that id.
func (d *Demo) point(id, address string) (moved bool) {
	if _, err := url.Parse(address); err != nil {
		return false
	}
	d.Do(func(w *world.World) {
		_, err := w.Open(demoAccount, "").UpdateEndpoint(id, world.Form{"url": address})
		moved = err == nil
	})
	return moved
}
