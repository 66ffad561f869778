package main

import (
	"context"
	"sync"

	"quitt/cmd/quitt/post"
	"quitt/notifications"
	"quitt/portal"
)

// loops are what works beside the visitors: the feed gets its numbers, its events become
// mails, and mails leave the house.
func (r *run) loops(set settings, desk notifications.Desk) (*notifications.Runner, error) {
	list, err := r.main.config.Post.Loops(desk, post.Place{Operator: r.main.config.Operator, Portal: set.public.String()})
	if err != nil {
		return nil, err
	}
	list = append(list, notifications.Loop{Name: "feed", Work: desk.Store.Sequence})
	return notifications.NewRunner(desk.Store, r.main.Now, r.main.warnings(), list...), nil
}

// background runs the loops until the function it gives is called, which waits for them.
func (r *run) background(ctx context.Context, o portal.Options) (end func()) {
	within, cancel := context.WithCancel(ctx)
	var loops sync.WaitGroup
	loops.Go(func() { o.Loops.Run(within) })
	return func() {
		cancel()
		loops.Wait()
	}
}
