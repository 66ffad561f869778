package feeds

import (
	"context"
	"strconv"
	"strings"

	"quitt/debt"
	"quitt/notifications/hook"
	"quitt/store"
	"quitt/store/feed"
	"quitt/store/hooks"
)

// hookRun is a command for one endpoint of a creditor.
type hookRun struct {
	Desk

	in       Input
	hooks    hook.Desk
	creditor debt.Creditor
	endpoint debt.ID
}

var hookCommands = map[string]func(h hookRun, ctx context.Context) (Answer, error){
	"rotate": hookRun.rotate, "remove": hookRun.remove, "enable": hookRun.enable, "test": hookRun.test,
	"replay": hookRun.replay, "attempts": hookRun.attempts,
}

// endpoints looks after the endpoints of webhooks.
func (d Desk) endpoints(ctx context.Context, in Input) (a Answer, err error) {
	if in.Action == "list" {
		return d.listHooks(ctx)
	}
	h := hookRun{Desk: d, in: in}
	if h.hooks, err = d.Hooks(); err != nil {
		return Answer{}, err
	}
	defer h.hooks.Client.Close()
	if in.Action == "add" {
		return h.add(ctx)
	}
	if h.creditor, err = d.ownerOf(ctx, debt.ID(in.ID)); err != nil {
		return Answer{}, err
	}
	h.endpoint = debt.ID(in.ID)
	return hookCommands[in.Action](h, ctx)
}

// each calls do in a snapshot of each creditor.
func (d Desk) each(ctx context.Context, do func(c debt.Creditor, t *store.Reader) error) error {
	var tenants []debt.Creditor
	err := d.Store.Read(ctx, "", func(t *store.Reader) (err error) {
		tenants, err = t.Creditors()
		return err
	})
	for _, c := range tenants {
		if err == nil {
			err = d.Store.Read(ctx, c.ID, func(t *store.Reader) error { return do(c, t) })
		}
	}
	return err
}

// ownerOf finds whose endpoint an id is.
func (d Desk) ownerOf(ctx context.Context, id debt.ID) (owner debt.Creditor, err error) {
	err = d.each(ctx, func(c debt.Creditor, t *store.Reader) error {
		_, err := hooks.Load(t, id)
		if debt.KindOf(err) == debt.NotFound {
			return nil
		}
		owner = c
		return err
	})
	if err == nil && owner.ID == "" {
		err = debt.E(debt.NotFound, "hook_unknown", nil)
	}
	return owner, err
}

func (h hookRun) add(ctx context.Context) (Answer, error) {
	c, err := h.Desk.creditor(ctx, h.in.Creditor)
	if err != nil {
		return Answer{}, err
	}
	var types []debt.EventType
	for _, t := range strings.FieldsFunc(h.in.Types, func(r rune) bool { return r == ',' || r == ' ' }) {
		types = append(types, debt.EventType(t))
	}
	if _, err := h.Store.Sequence(ctx, c.ID); err != nil { // what has happened by now is not for the new one
		return Answer{}, err
	}
	e, secret, err := h.hooks.Register(ctx, c.ID, h.in.URL, types)
	return h.secret(e.ID, secret), err
}

// secret shows a secret the only time.
func (h hookRun) secret(id debt.ID, s hook.Secret) Answer {
	return Answer{JSON: map[string]string{"id": string(id), "secret": s.Reveal()},
		Text: s.Reveal() + "\n" + h.Words.Text("cli_hooks_once", debt.Args{"id": string(id)}) + "\n"}
}

func (h hookRun) rotate(ctx context.Context) (Answer, error) {
	s, err := h.hooks.Rotate(ctx, h.creditor.ID, h.endpoint)
	return h.secret(h.endpoint, s), err
}

func (h hookRun) remove(ctx context.Context) (Answer, error) {
	err := h.Store.Write(ctx, h.creditor.ID, func(t *store.Tx) error { return hooks.Remove(t, h.endpoint) })
	return Answer{Text: h.Words.Text("cli_hooks_removed", nil) + "\n"}, err
}

func (h hookRun) enable(ctx context.Context) (Answer, error) {
	err := h.Store.Write(ctx, h.creditor.ID, func(t *store.Tx) error { return hooks.Enable(t, h.endpoint) })
	return Answer{Text: h.Words.Text("cli_hooks_enabled", nil) + "\n"}, err
}

func (h hookRun) test(ctx context.Context) (Answer, error) {
	res, err := h.hooks.Test(ctx, h.creditor, h.endpoint)
	args := debt.Args{"outcome": res.Outcome, "status": res.Status, "ms": res.Took.Milliseconds()}
	return Answer{JSON: args, Failed: res.Outcome != hook.Delivered,
		Text: h.Words.Text("cli_hooks_tested", debt.Args{"outcome": res.Outcome, "status": res.Status, "ms": res.Took.Milliseconds()}) + "\n"}, err
}

func (h hookRun) replay(ctx context.Context) (Answer, error) {
	from, to := h.in.From, h.in.To
	if h.in.Event != "" {
		err := h.Store.Read(ctx, h.creditor.ID, func(t *store.Reader) (err error) {
			from, err = feed.PlaceOf(t, debt.ID(h.in.Event))
			to = from
			return err
		})
		if err != nil {
			return Answer{}, err
		}
	}
	err := h.hooks.Replay(ctx, h.creditor.ID, h.endpoint, from, to)
	return Answer{Text: h.Words.Text("cli_hooks_replay", nil) + "\n"}, err
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

// listed is how many rows of a list are shown.
const listed = 200

func (h hookRun) attempts(ctx context.Context) (Answer, error) {
	var list []hooks.Attempt
	gone := map[int64]bool{}
	err := h.Store.Read(ctx, h.creditor.ID, func(t *store.Reader) (err error) {
		if list, err = hooks.Attempts(t, h.endpoint, listed); err != nil {
			return err
		}
		dead, err := hooks.DeadLetters(t, h.endpoint, listed)
		for _, d := range dead {
			gone[d.Seq] = true
		}
		return err
	})
	out, w := make([]attemptJSON, len(list)), h.Words
	rows := [][]string{{w.Text("cli_sequence", nil), w.Text("cli_attempt", nil), w.Text("cli_time", nil), w.Text("cli_status", nil),
		w.Text("cli_outcome", nil), "ms", w.Text("cli_given_up", nil)}}
	for i, a := range list {
		out[i] = attemptJSON{a.Seq, a.Number, stamp(a.At), a.Status, a.Outcome, a.Milliseconds, gone[a.Seq]}
		mark := ""
		if gone[a.Seq] {
			mark = w.Text("cli_yes", nil)
		}
		rows = append(rows, []string{number(a.Seq), strconv.Itoa(a.Number), out[i].At, strconv.Itoa(a.Status), a.Outcome, number(a.Milliseconds), mark})
	}
	return Answer{JSON: out, Rows: rows}, err
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

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

func (d Desk) listHooks(ctx context.Context) (Answer, error) {
	out, w := []hookJSON{}, d.Words
	err := d.each(ctx, func(c debt.Creditor, t *store.Reader) error {
		head, err := feed.Head(t)
		if err != nil {
			return err
		}
		list, err := hooks.List(t)
		for _, e := range list {
			var dead []hooks.Dead
			if err == nil {
				dead, err = hooks.DeadLetters(t, e.ID, listed)
			}
			out = append(out, hookJSON{e.ID, c.Code, e.URL, e.Types, head - e.Done, e.Attempts, stamp(e.NextAt), e.Disabled, len(dead)})
		}
		return err
	})
	rows := [][]string{{"ID", w.Text("cli_creditor", nil), w.Text("cli_waiting", nil), w.Text("cli_attempt", nil), w.Text("cli_given_up", nil),
		w.Text("cli_disabled", nil), "URL"}}
	for _, e := range out {
		rows = append(rows, []string{string(e.ID), e.Creditor, number(e.Waiting), strconv.Itoa(e.Attempts), strconv.Itoa(e.Dead), e.Disabled, e.URL})
	}
	return Answer{JSON: out, Rows: rows}, err
}
