package main

import (
	"context"

	"quitt/cases/upload"
	"quitt/cmd/quitt/logs"
	"quitt/cmd/quitt/papers"
	"quitt/cmd/quitt/privacy"
	"quitt/store"
)

// erase forgets the person of a case.
func erase(ctx context.Context, r *run) error {
	in := privacy.Input{}
	in.Flags(r.flags)
	r.jsonFlag()
	if err := r.parse(0, 0); err != nil {
		return err
	}
	if err := r.need(in.Needs()); err != nil {
		return err
	}
	s, err := r.open(ctx)
	if err != nil {
		return err
	}
	creditor, caseID, err := r.owner(ctx, s, in.Creditor, in.Case)
	if err != nil {
		return err
	}
	a, err := r.privacyDesk(s).Erase(ctx, creditor.ID, caseID, in)
	a.News = creditor.ID
	return r.reply(ctx, s, a, err)
}

func (r *run) privacyDesk(s *store.Store) privacy.Desk {
	return privacy.Desk{Store: s, Now: r.main.Now, Words: r.main.words, Log: logs.Requests(r.main.Err),
		Papers: func(ctx context.Context) (*upload.Desk, error) { return r.paperDesk(ctx, s) }}
}

func (r *run) paperDesk(ctx context.Context, s *store.Store) (*upload.Desk, error) {
	peppers, err := r.main.peppers()
	if err != nil {
		return nil, err
	}
	c := r.main.config
	return c.Papers.Desk(ctx, papers.Base{Store: s, Database: c.DatabaseURL, Now: r.main.Now,
		Keys: peppers.DeriveAll(papers.Purpose), Log: logs.Requests(r.main.Err)})
}

// seal encrypts what was stored in the clear before there were keys, and with findable makes
// cases findable anew.
func (r *run) seal(ctx context.Context, s *store.Store, findable bool) error {
	said, err := r.privacyDesk(s).Migrate(ctx, findable)
	r.printf("%s", said)
	return err
}
