package main

import (
	"context"
	"sync"

	"quitt/cases/batches"
	"quitt/cmd/quitt/logs"
	"quitt/cmd/quitt/post"
	"quitt/notifications"
	"quitt/notifications/hook"
	"quitt/portal"
)

// loops are what works beside the visitors: the feed gets its numbers, its events become
// mails and webhooks, and these leave the house.
func (r *run) loops(set portalSettings, desk notifications.Desk, more []notifications.Loop) (*notifications.Runner, error) {
	people, err := r.people(desk.Store)
	if err != nil {
		return nil, err
	}
	list, err := r.main.config.Post.Loops(desk, post.Place{Operator: r.main.config.Operator, Portal: set.public.String(), Staff: people.Staff})
	if err != nil {
		return nil, err
	}
	hooks, err := r.main.hookDesk(desk.Store)
	if err != nil {
		return nil, err
	}
	r.hooks = hook.NewSender(hook.SenderOptions{Desk: hooks, Log: logs.Warnings(r.main.Err)})
	list = append(append(list, notifications.FeedLoop(desk.Store), r.hooks.Loop(), r.privacyDesk(desk.Store).Loop(),
		notifications.Loop{Name: "batches", Work: batches.Desk{Store: desk.Store, Now: r.main.Now}.Work}), more...)
	return notifications.NewRunner(desk.Store, r.main.Now, logs.Warnings(r.main.Err), list...), nil
}

// background runs the loops until the function it gives is called, which waits for them.
func (r *run) background(ctx context.Context, o portal.Options) (end func()) {
	within, cancel := context.WithCancel(ctx)
	r.hooks.Begin(ctx)
	var loops sync.WaitGroup
	loops.Go(func() { o.Loops.Run(within) })
	return func() {
		cancel()
		loops.Wait()
		r.hooks.Close()
	}
}
