package cache

import (
	"context"
	"fmt"
	"net/url"
	"time"

	redis_rate "github.com/go-redis/redis_rate/v10"
	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"

	"quitt/debt"
)

// Redis counts for all processes together, in one script per call on one key, so that it
// also holds on a cluster.
type Redis struct {
	client   redis.UniversalClient
	limiter  *redis_rate.Limiter
	patience time.Duration
}

// Patience is how long a visitor waits for the counter instead of the page.
const Patience = 100 * time.Millisecond

// NewRedis connects when first used. The URL is redis:// or rediss://user:password@host:port/db;
// further nodes of a cluster are given as ?addr=host:port, a sentinel's master as
// ?master_name=. An answer that takes longer than patience is an error.
func NewRedis(raw string, patience time.Duration) (*Redis, error) {
	o, err := options(raw)
	if err != nil {
		return nil, err
	}
	o.DialTimeout, o.ReadTimeout, o.WriteTimeout, o.PoolTimeout = patience, patience, patience, patience
	client := redis.NewUniversalClient(o)
	return &Redis{client: client, limiter: redis_rate.NewLimiter(client), patience: patience}, nil
}

func options(raw string) (*redis.UniversalOptions, error) {
	u, err := url.Parse(raw)
	if err != nil {
		// The library's own error would repeat the URL with its password.
		return nil, debt.E(debt.Invalid, "redis_url_invalid", nil)
	}
	query := u.Query()
	addresses, master := query["addr"], query.Get("master_name")
	query.Del("addr")
	query.Del("master_name")
	u.RawQuery = query.Encode()
	one, err := redis.ParseURL(u.String())
	if err != nil {
		return nil, debt.E(debt.Invalid, "redis_url_invalid", nil)
	}
	return &redis.UniversalOptions{
		Addrs: append([]string{one.Addr}, addresses...), MasterName: master, DB: one.DB,
		Username: one.Username, Password: one.Password, TLSConfig: one.TLSConfig,
		ContextTimeoutEnabled: true, MaxRetries: -1, DisableIdentity: true,
		MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled},
	}, nil
}

// Count asks Redis, which takes the time from its own clock. A visitor whose own time is up
// must not make Redis look broken for everybody else.
func (r *Redis) Count(ctx context.Context, key string, n int, rule Rule) (State, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), r.patience)
	defer cancel()
	limit := redis_rate.Limit{Rate: rule.Most, Burst: rule.Most, Period: rule.Per}
	res, err := r.limiter.AllowN(ctx, key, limit, n)
	if err != nil {
		return State{}, fmt.Errorf("redis: %w", err)
	}
	if res.Remaining > 0 {
		return State{Left: res.Remaining}, nil
	}
	return rule.state(max(res.ResetAfter, rule.Per-rule.each()+1)), nil
}

// Close ends all connections.
func (r *Redis) Close() error { return r.client.Close() }
