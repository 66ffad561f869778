package portal

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"quitt/portal/backstage"
	"quitt/portal/figures"
)

// ServeOperator answers the operator's own questions, on a listener that no visitor can
// reach, until ctx ends: it goes on while the server drains.
func (s *Server) ServeOperator(ctx context.Context, ln net.Listener) error {
	server := &http.Server{
		Handler:           s.operator(),
		ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 5 * time.Second,
		WriteTimeout: 30 * time.Second, IdleTimeout: time.Minute, MaxHeaderBytes: maxHead,
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(ln) }()
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	err := server.Shutdown(end)
	if err != nil { // somebody is still reading figures
		err = server.Close()
	}
	if why := <-served; !errors.Is(why, http.ErrServerClosed) {
		err = errors.Join(err, why)
	}
	return err
}

func (s *Server) operator() http.Handler {
	mux := http.NewServeMux()
	backstage.Stage{Letters: s.o.Pages.Letters, Outbox: s.o.Outbox}.Add(mux)
	mux.Handle("GET /metrics", promhttp.HandlerFor(s.metrics.registry, promhttp.HandlerOpts{}))
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) { say(w, http.StatusOK, "live") })
	mux.HandleFunc("GET /readyz", s.ready)
	mux.HandleFunc("GET /version", func(w http.ResponseWriter, _ *http.Request) { say(w, http.StatusOK, s.o.Version) })
	if s.o.Hooks != nil {
		s.metrics.registry.MustRegister(figures.Hooks(s.o.Hooks))
	}
	if s.o.Pages.Rail != nil {
		s.metrics.registry.MustRegister(figures.Rail(s.o.Pages.Rail))
	}
	return mux
}

// ready says whether new visitors should come here. It turns first when stopping, before
// anything is refused.
func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
	defer cancel()
	switch {
	case s.draining.Load():
		say(w, http.StatusServiceUnavailable, "draining")
	case s.o.Store.Ready(ctx) != nil:
		say(w, http.StatusServiceUnavailable, "database")
	default:
		say(w, http.StatusOK, "ready")
	}
}

func say(w http.ResponseWriter, status int, what string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = fmt.Fprintln(w, what)
}
