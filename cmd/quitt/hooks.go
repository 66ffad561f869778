package main

import (
	"context"
	"strconv"
	"strings"

	"quitt/debt"
	"quitt/notifications"
	"quitt/notifications/hook"
	"quitt/store"
	"quitt/store/feed"
	"quitt/store/hooks"
)

type hooksInput struct {
	creditor, url, types, event string
	from, to                    int64
}

// hookCommands look after one endpoint each; add and list do not.
var hookCommands = map[string]func(ctx context.Context, h hookRun) error{
	"rotate": rotateHook, "remove": removeHook, "enable": enableHook, "test": testHook, "replay": replayHook, "attempts": hookAttempts,
}

// hookRun is a command for one endpoint of a creditor.
type hookRun struct {
	*run

	in       hooksInput
	store    *store.Store
	desk     notifications.HookDesk
	creditor debt.Creditor
	endpoint hooks.Endpoint
}

// manageHooks looks after the endpoints of webhooks: quitt hooks add|list|COMMAND ID.
func manageHooks(ctx context.Context, r *run) error {
	in := hooksInput{}
	for name, to := range map[string]*string{"creditor": &in.creditor, "url": &in.url, "types": &in.types, "event": &in.event} {
		r.flags.StringVar(to, name, "", "")
	}
	r.flags.Int64Var(&in.from, "from", 0, "")
	r.flags.Int64Var(&in.to, "to", 0, "")
	r.jsonFlag()
	if err := r.parse(1, 2); err != nil {
		return err
	}
	action, bare := r.args[0], len(r.args) == 1
	command := hookCommands[action]
	if bare != (action == "add" || action == "list") || !bare && command == nil {
		return usageError{debt.E(debt.Invalid, "usage", debt.Args{"command": r.name})}
	}
	if action == "add" {
		if err := r.need(map[string]string{"creditor": in.creditor, "url": in.url}); err != nil {
			return err
		}
	}
	s, err := r.open(ctx)
	if err != nil {
		return err
	}
	h := hookRun{run: r, in: in, store: s}
	if action == "list" {
		return listHooks(ctx, h)
	}
	if h.desk, err = r.main.hookDesk(s); err != nil {
		return err
	}
	r.closers = append(r.closers, closing(h.desk.Client.Close))
	if action == "add" {
		return addHook(ctx, h)
	}
	if h.creditor, h.endpoint, err = findHook(ctx, s, debt.ID(r.args[1])); err != nil {
		return err
	}
	return command(ctx, h)
}

// closing makes a Closer of what cannot fail.
type closing func()

func (c closing) Close() error { c(); return nil }

// hookDesk makes what webhooks need from the configuration.
func (m *Main) hookDesk(s *store.Store) (notifications.HookDesk, error) {
	allow, err := hook.ParseAllow(m.config.HookAllow)
	if err != nil {
		return notifications.HookDesk{}, usageError{err}
	}
	peppers, err := m.peppers()
	if err != nil {
		return notifications.HookDesk{}, err
	}
	vault, err := hook.NewVault(peppers.DeriveEach("hook secrets"))
	client := hook.NewClient(hook.Options{Wall: hook.Wall{Allow: allow}, Now: m.Now})
	return notifications.HookDesk{Store: s, Now: m.Now, Client: client, Vault: vault}, err
}

// eachCreditor calls do in a snapshot of each creditor.
func eachCreditor(ctx context.Context, s *store.Store, do func(c debt.Creditor, t *store.Reader) error) error {
	var tenants []debt.Creditor
	err := s.Read(ctx, "", func(t *store.Reader) (err error) {
		tenants, err = t.Creditors()
		return err
	})
	for _, c := range tenants {
		if err == nil {
			err = s.Read(ctx, c.ID, func(t *store.Reader) error { return do(c, t) })
		}
	}
	return err
}

// findHook finds an endpoint without being told whose it is.
func findHook(ctx context.Context, s *store.Store, id debt.ID) (owner debt.Creditor, e hooks.Endpoint, err error) {
	err = eachCreditor(ctx, s, func(c debt.Creditor, t *store.Reader) error {
		found, err := hooks.Load(t, id)
		if debt.KindOf(err) == debt.NotFound {
			return nil
		}
		owner, e = c, found
		return err
	})
	if err == nil && e.ID == "" {
		err = debt.E(debt.NotFound, "hook_unknown", nil)
	}
	return owner, e, err
}

func addHook(ctx context.Context, h hookRun) error {
	c, err := h.run.creditor(ctx, h.store, h.in.creditor)
	if err != nil {
		return err
	}
	var types []debt.EventType
	for _, t := range strings.FieldsFunc(h.in.types, func(r rune) bool { return r == ',' || r == ' ' }) {
		types = append(types, debt.EventType(t))
	}
	h.sequence(ctx, h.store, c.ID) // what has happened by now is not for the new one
	e, secret, err := h.desk.Register(ctx, c.ID, h.in.url, types)
	if err != nil {
		return err
	}
	return h.secret(e.ID, secret)
}

// secret prints a secret the only time.
func (h hookRun) secret(id debt.ID, s hook.Secret) error {
	if h.asJSON {
		return h.json(map[string]string{"id": string(id), "secret": s.Reveal()})
	}
	h.printf("%s\n", s.Reveal())
	h.line("cli_hooks_once", debt.Args{"id": string(id)})
	return nil
}

func rotateHook(ctx context.Context, h hookRun) error {
	s, err := h.desk.Rotate(ctx, h.creditor.ID, h.endpoint.ID)
	if err != nil {
		return err
	}
	return h.secret(h.endpoint.ID, s)
}

func removeHook(ctx context.Context, h hookRun) error {
	return h.done("cli_hooks_removed", h.store.Write(ctx, h.creditor.ID, func(t *store.Tx) error { return hooks.Remove(t, h.endpoint.ID) }))
}

func enableHook(ctx context.Context, h hookRun) error {
	return h.done("cli_hooks_enabled", h.store.Write(ctx, h.creditor.ID, func(t *store.Tx) error { return hooks.Enable(t, h.endpoint.ID) }))
}

func testHook(ctx context.Context, h hookRun) error {
	res, err := h.desk.Test(ctx, h.creditor, h.endpoint.ID)
	if err != nil {
		return err
	}
	args := debt.Args{"outcome": res.Outcome, "status": res.Status, "ms": res.Took.Milliseconds()}
	if h.asJSON {
		err = h.json(args)
	} else {
		h.line("cli_hooks_tested", args)
	}
	if err == nil && res.Outcome != hook.Delivered {
		err = errFound
	}
	return err
}

func replayHook(ctx context.Context, h hookRun) error {
	if ranged := h.in.from != 0 || h.in.to != 0; ranged == (h.in.event != "") {
		return usageError{debt.E(debt.Invalid, "usage", debt.Args{"command": h.name})}
	}
	from, to := h.in.from, h.in.to
	if h.in.event != "" {
		err := h.store.Read(ctx, h.creditor.ID, func(t *store.Reader) (err error) {
			from, err = feed.PlaceOf(t, debt.ID(h.in.event))
			to = from
			return err
		})
		if err != nil {
			return err
		}
	}
	return h.done("cli_hooks_replay", h.desk.Replay(ctx, h.creditor.ID, h.endpoint.ID, from, to))
}

type attemptJSON struct {
	Sequence     int64  `json:"sequence"`
	Attempt      int    `json:"attempt"`
	At           string `json:"at"`
	Status       int    `json:"status"`
	Outcome      string `json:"outcome"`
	Milliseconds int64  `json:"milliseconds"`
	Dead         bool   `json:"given_up"`
}

// mostAttempts are shown.
const mostAttempts = 200

func hookAttempts(ctx context.Context, h hookRun) error {
	var list []hooks.Attempt
	gone := map[int64]bool{}
	err := h.store.Read(ctx, h.creditor.ID, func(t *store.Reader) (err error) {
		if list, err = hooks.Attempts(t, h.endpoint.ID, mostAttempts); err != nil {
			return err
		}
		dead, err := hooks.DeadLetters(t, h.endpoint.ID, mostAttempts)
		for _, d := range dead {
			gone[d.Seq] = true
		}
		return err
	})
	if err != nil {
		return err
	}
	w := h.main.words
	out := make([]attemptJSON, len(list))
	rows := [][]string{{w.Text("cli_sequence", nil), w.Text("cli_attempt", nil), w.Text("cli_time", nil), w.Text("cli_status", nil), w.Text("cli_outcome", nil), "ms", w.Text("cli_given_up", nil)}}
	for i, a := range list {
		out[i] = attemptJSON{a.Seq, a.Number, stamp(a.At), a.Status, a.Outcome, a.Milliseconds, gone[a.Seq]}
		mark := ""
		if gone[a.Seq] {
			mark = w.Text("cli_yes", nil)
		}
		rows = append(rows, []string{strconv.FormatInt(a.Seq, 10), strconv.Itoa(a.Number), out[i].At, strconv.Itoa(a.Status), a.Outcome, strconv.FormatInt(a.Milliseconds, 10), mark})
	}
	if h.asJSON {
		return h.json(out)
	}
	h.printf("%s", columns(rows))
	return nil
}

type hookJSON struct {
	ID       debt.ID          `json:"id"`
	Creditor string           `json:"creditor"`
	URL      string           `json:"url"`
	Types    []debt.EventType `json:"types"`
	Waiting  int64            `json:"waiting"` // events of the feed not worked off
	Attempts int              `json:"attempts"`
	NextAt   string           `json:"next_at"`
	Disabled string           `json:"disabled"`
	Dead     int              `json:"given_up"`
}

func listHooks(ctx context.Context, h hookRun) error {
	out := []hookJSON{}
	err := eachCreditor(ctx, h.store, func(c debt.Creditor, t *store.Reader) error {
		head, err := feed.Head(t)
		if err != nil {
			return err
		}
		list, err := hooks.List(t)
		for _, e := range list {
			var dead []hooks.Dead
			if err == nil {
				dead, err = hooks.DeadLetters(t, e.ID, mostAttempts)
			}
			out = append(out, hookJSON{e.ID, c.Code, e.URL, e.Types, head - e.Done, e.Attempts, stamp(e.NextAt), e.Disabled, len(dead)})
		}
		return err
	})
	if err != nil {
		return err
	}
	if h.asJSON {
		return h.json(out)
	}
	w := h.main.words
	rows := [][]string{{"ID", w.Text("cli_creditor", nil), w.Text("cli_waiting", nil), w.Text("cli_attempt", nil), w.Text("cli_given_up", nil), w.Text("cli_disabled", nil), "URL"}}
	for _, e := range out {
		rows = append(rows, []string{string(e.ID), e.Creditor, strconv.FormatInt(e.Waiting, 10), strconv.Itoa(e.Attempts), strconv.Itoa(e.Dead), e.Disabled, e.URL})
	}
	h.printf("%s", columns(rows))
	return nil
}
