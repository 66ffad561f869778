package collecting

import (
	"context"
	"sync"
	"time"

	"quitt/debt/rail"
	"quitt/store"
	"quitt/store/rails"
)

// CallsPerSecond is how many calls a second the collections of one provider account make in a
// process. The provider takes 25 of one kind from an account in a second (payments-stripe.md
// 5): the rest is left to debtors who pay at this moment, and to a second process.
const CallsPerSecond = 15

// bucket bounds the calls of any one second: a place is free again a second after it was taken.
type bucket chan struct{}

// take waits for a place.
func (b bucket) take(ctx context.Context) error {
	select {
	case b <- struct{}{}:
		time.AfterFunc(time.Second, func() { <-b })
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// buckets has one for each account at a provider. Accounts connected to a platform share one:
// the calls are the platform's.
type buckets struct {
	mu   sync.Mutex
	list map[string]bucket
}

func (b *buckets) of(name string) bucket {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.list == nil {
		b.list = map[string]bucket{}
	}
	if b.list[name] == nil {
		b.list[name] = make(bucket, CallsPerSecond)
	}
	return b.list[name]
}

// bucketOf finds the bucket of the account an order's card or mandate is kept at; errFile for one
// that is charged by file.
func (d *Desk) bucketOf(ctx context.Context, j job) (b bucket, err error) {
	err = d.rail.Store.Read(ctx, j.creditor, func(t *store.Reader) error {
		i, err := rails.LoadInstrument(t, j.order.InstrumentID)
		if err != nil {
			return err
		}
		kept, err := rails.LoadAccount(t, i.Account)
		if err != nil {
			return err
		}
		if kept.Provider == rail.Bank {
			return errFile
		}
		name := kept.Source()
		if kept.Connected {
			name = kept.Provider
		}
		b = d.buckets.of(name)
		return nil
	})
	return b, err
}
