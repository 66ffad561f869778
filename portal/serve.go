package portal

import (
	"context"
	"errors"
	"net"
	"time"

	"github.com/valyala/fasthttp"
)

// Stopping is how a server ends.
type Stopping struct {
	// Drain is the time between not being ready and not accepting: as long as a balancer
	// takes to notice.
	Drain time.Duration
	// HandedOver says that somebody else keeps the listening socket open. Connections then
	// wait for the next process, so this one stops accepting at once and gives the time to
	// visitors on open connections instead.
	HandedOver bool
}

// Serve answers requests from ln until ctx ends, then lets those that have begun finish.
func (s *Server) Serve(ctx context.Context, ln net.Listener, how Stopping) error {
	defer s.cancel()
	served := make(chan error, 1)
	go func() { served <- s.app.Listener(ln) }()
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	return s.stop(ln, how, served)
}

// stop loses no request: new ones go elsewhere first, connections kept open are told to
// close with their next answer, and only those that have been silent for Linger are closed
// from here.
func (s *Server) stop(ln net.Listener, how Stopping, served <-chan error) error {
	s.draining.Store(true)
	if how.Drain > 0 && !how.HandedOver {
		sleep(s.base, how.Drain)
	}
	err := closed(ln.Close())
	err = errors.Join(err, closed(<-served))
	s.linger(max(s.o.Times.Linger, how.Drain))
	s.hurry()
	ctx, cancel := context.WithTimeout(context.Background(), s.o.Times.Stop)
	defer cancel()
	return errors.Join(err, closed(s.app.Server().ShutdownWithContext(ctx)))
}

// closed takes away the complaint of having been closed, which is what was wanted.
func closed(err error) error {
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

// linger waits until all connections have gone, at most for a while.
func (s *Server) linger(most time.Duration) {
	const look = 10 * time.Millisecond
	for waited := time.Duration(0); s.open.Load() > 0 && waited < most; waited += look {
		sleep(s.base, look)
	}
}

func (s *Server) count(_ net.Conn, state fasthttp.ConnState) {
	switch state {
	case fasthttp.StateNew:
		s.open.Add(1)
	case fasthttp.StateClosed:
		s.open.Add(-1)
	}
}

func sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
