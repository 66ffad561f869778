package main

import (
	"context"

	"quitt/cases/signin/staffing"
	"quitt/cmd/quitt/people"
	"quitt/cmd/quitt/seed"
	"quitt/cmd/quitt/shown"
	"quitt/store"
)

// staffCommand is quitt staff: who works for creditors.
func staffCommand(ctx context.Context, r *run) error {
	in := people.Input{}
	if err := r.take(&in, 2); err != nil {
		return err
	}
	if in.Action == "code" { // it is in no database
		a, err := people.Code(in.Who, r.main.Now())
		return r.reply(ctx, nil, a, err)
	}
	return r.acted(ctx, func(s *store.Store) (shown.Answer, error) {
		d, err := r.people(s)
		if err != nil {
			return shown.Answer{}, err
		}
		return d.Run(ctx, in)
	})
}

func (r *run) people(s *store.Store) (people.Desk, error) {
	letters, err := r.main.desk(s)
	if err != nil {
		return people.Desk{}, err
	}
	desk, err := staffing.New(letters, r.main.config.Operator.Name)
	if err != nil {
		return people.Desk{}, err
	}
	list, file, err := r.main.config.Doors.List()
	if desk.Breached = list; list != nil {
		r.closers = append(r.closers, file)
	}
	return people.Desk{Staff: desk, Store: s, Words: r.main.words}, err
}

// demoPeople prints who may come into the creditor's window of a demo.
func (r *run) demoPeople(ctx context.Context, s *store.Store, public string) error {
	d, err := r.people(s)
	if err != nil {
		return err
	}
	said, err := d.Demo(ctx, seed.Creditors(), public)
	r.printf("%s", said)
	return err
}
