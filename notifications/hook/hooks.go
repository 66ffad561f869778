package hook

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"quitt/debt"
	"quitt/notifications"
	"quitt/store"
	"quitt/store/hooks"
)

// SenderOptions are what Sender are made of. Zero fields take their defaults.
type SenderOptions struct {
	Desk

	Log *slog.Logger

	Most        int           // requests in flight; 256
	PerCreditor int           // of these for one creditor; 64
	Linger      time.Duration // how long a worker waits for more before it gives its endpoint back; 100 ms
	Grace       time.Duration // for requests in flight when the program ends; 3 s
}

func (o SenderOptions) withDefaults() SenderOptions {
	if o.Most == 0 {
		o.Most = 256
	}
	if o.PerCreditor == 0 {
		o.PerCreditor = 64
	}
	if o.Linger == 0 {
		o.Linger = 100 * time.Millisecond
	}
	if o.Grace == 0 {
		o.Grace = 3 * time.Second
	}
	return o
}

// Sender sends events to endpoints: to each in the feed's order, one request at a time, and
// to all of them side by side (docs/adr/0011). Make it with NewSender.
type Sender struct {
	o SenderOptions

	base  context.Context // of all workers
	stop  context.CancelFunc
	sends context.Context // of requests in flight: lives a little longer
	cut   context.CancelFunc
	works sync.WaitGroup

	mu      sync.Mutex
	all     int
	busy    map[debt.ID]int // workers per creditor
	waiting []debt.ID       // creditors who got fewer workers than they have work for, who waits longest first
	ended   bool
}

// NewSender makes hooks that work until Close.
func NewSender(o SenderOptions) *Sender {
	h := &Sender{o: o.withDefaults(), busy: map[debt.ID]int{}}
	h.base, h.stop = context.WithCancel(context.Background())
	h.sends, h.cut = context.WithCancel(context.Background())
	return h
}

// Loop finds endpoints with something to do.
func (h *Sender) Loop() notifications.Loop {
	return notifications.Loop{Name: "hooks", Every: time.Second, Work: h.Look, Queue: h.queue}
}

// Begin makes ready: secrets of an older pepper are sealed anew.
func (h *Sender) Begin(ctx context.Context) {
	if err := h.o.Reseal(ctx); err != nil {
		h.failed(err)
	}
}

// Close waits for requests in flight, at most the grace, and gives all endpoints back.
func (h *Sender) Close() {
	h.mu.Lock()
	h.ended = true
	h.mu.Unlock()
	h.stop()
	late := time.AfterFunc(h.o.Grace, h.cut)
	defer late.Stop()
	h.works.Wait()
	h.cut()
	h.o.Client.Close()
}

// Idle waits until no worker is left: for tests, and for those who looked themselves.
func (h *Sender) Idle() { h.works.Wait() }

// Look starts a worker for each endpoint of a creditor that has something to do and that
// nobody works for. It returns at once and never says that it did something: it finds
// nothing more by looking again.
func (h *Sender) Look(ctx context.Context, creditor debt.ID) (int, error) {
	most := h.room(creditor)
	if most == 0 {
		return 0, nil
	}
	var due []debt.ID
	err := h.o.Store.Read(ctx, creditor, func(r *store.Reader) (err error) {
		due, err = hooks.Due(r, h.o.Now(), most)
		return err
	})
	if len(due) == most { // there may be more
		h.mu.Lock()
		h.wait(creditor)
		h.mu.Unlock()
	}
	for _, id := range due {
		if !h.enter(creditor) {
			break
		}
		go func() {
			more := false
			defer func() { h.leave(creditor, more) }()
			defer h.rescue()
			more = h.work(creditor, id)
		}()
	}
	return 0, err
}

// room is how many workers a creditor may still have.
func (h *Sender) room(creditor debt.ID) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	n := min(h.o.Most-h.all, h.o.PerCreditor-h.busy[creditor])
	if n <= 0 {
		h.wait(creditor)
	}
	return max(n, 0)
}

func (h *Sender) enter(creditor debt.ID) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.ended || h.all >= h.o.Most || h.busy[creditor] >= h.o.PerCreditor {
		h.wait(creditor)
		return false
	}
	h.all++
	h.busy[creditor]++
	h.works.Add(1)
	return true
}

// wait notes, under mu, that a creditor waits for a place.
func (h *Sender) wait(creditor debt.ID) {
	if !slices.Contains(h.waiting, creditor) {
		h.waiting = append(h.waiting, creditor)
	}
}

// leave frees a worker's place for whoever waits longest: one who handed his places on to
// himself could keep all others out. more says that this creditor has more to do.
func (h *Sender) leave(creditor debt.ID, more bool) {
	defer h.works.Done()
	h.mu.Lock()
	h.all--
	if h.busy[creditor]--; h.busy[creditor] == 0 {
		delete(h.busy, creditor)
	}
	if more {
		h.wait(creditor)
	}
	h.mu.Unlock()
	for id, found := h.next(); found; id, found = h.next() {
		if _, err := h.Look(h.base, id); err != nil {
			h.failed(err)
		}
	}
}

// next takes the creditor who waits longest and may have a place now.
func (h *Sender) next() (id debt.ID, found bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	i := slices.IndexFunc(h.waiting, func(id debt.ID) bool { return h.busy[id] < h.o.PerCreditor })
	if i < 0 || h.ended || h.all >= h.o.Most {
		return "", false
	}
	id = h.waiting[i]
	h.waiting = slices.Delete(h.waiting, i, i+1)
	return id, true
}

// rescue ends a worker that panics: the portal's visitors are served by the same process.
func (h *Sender) rescue() {
	if v := recover(); v != nil {
		h.o.Log.Error("webhooks", "error", fmt.Sprintf("panic: %v", v))
	}
}

// failed logs an error that is not the end of the program and not a lease taken over.
func (h *Sender) failed(err error) {
	if h.base.Err() == nil && debt.KindOf(err) != debt.Conflict {
		h.o.Log.Warn("webhooks", "error", err.Error())
	}
}

// Figures tell how the endpoints of all creditors are, for the operator.
type Figures struct {
	Endpoints, Disabled, Depth, Dead, Replays int64

	Oldest time.Time // the oldest event an enabled endpoint has not worked off; zero for none
}

// Figures asks the database.
func (h *Sender) Figures(ctx context.Context) (Figures, error) {
	var tenants []debt.Creditor
	err := h.o.Store.Read(ctx, "", func(r *store.Reader) (err error) {
		tenants, err = r.Creditors()
		return err
	})
	var sum Figures
	for _, c := range tenants {
		var f hooks.Figures
		if err == nil {
			f, err = h.figuresOf(ctx, c.ID)
		}
		sum.Endpoints, sum.Disabled, sum.Depth = sum.Endpoints+f.Endpoints, sum.Disabled+f.Disabled, sum.Depth+f.Depth
		sum.Dead, sum.Replays = sum.Dead+f.Dead, sum.Replays+f.Replays
		if !f.Oldest.IsZero() && (sum.Oldest.IsZero() || f.Oldest.Before(sum.Oldest)) {
			sum.Oldest = f.Oldest
		}
	}
	return sum, err
}

func (h *Sender) figuresOf(ctx context.Context, creditor debt.ID) (f hooks.Figures, err error) {
	err = h.o.Store.Read(ctx, creditor, func(r *store.Reader) error {
		f, err = hooks.FiguresOf(r)
		return err
	})
	return f, err
}

func (h *Sender) queue(ctx context.Context, creditor debt.ID) (notifications.Queue, error) {
	f, err := h.figuresOf(ctx, creditor)
	return notifications.Queue{Waiting: int(f.Depth), Oldest: f.Oldest}, err
}
