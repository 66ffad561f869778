package main

import (
	"context"

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
	return gallery.Serve(ctx, listen, func(address string) { r.line("cli_pages", debt.Args{"address": address}) })
}
