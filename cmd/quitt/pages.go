package main

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"

	"quitt/cmd/quitt/gallery"
	"quitt/debt"
)

// pages serves every page in every state with invented data: quitt pages [--listen
// ADDRESS]. It needs no database; reviewers, screenshots and browser tests use it.
func pages(ctx context.Context, r *run) error {
	var listen string
	r.flags.StringVar(&listen, "listen", "127.0.0.1:0", "")
	if err := r.parse(0, 0); err != nil {
		return err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", listen)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: gallery.Handler(), ReadHeaderTimeout: 5 * time.Second}
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	r.line("cli_pages", debt.Args{"address": "http://" + listener.Addr().String() + "/"})
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
