package signin

import (
	"context"
	"sync/atomic"

	"golang.org/x/crypto/argon2"

	"quitt/debt"
)

// Argon2id with 19 MiB, two passes and one lane, about 35 ms on the machines this runs on:
// a verifier of 45 bits then costs years of a thousand cores, pepper known.
const (
	argonPasses = 2
	argonMemory = 19 * 1024 // KiB
	argonLanes  = 1
	argonLength = 32
	saltLength  = 16
)

const defaultQueue = 64

// Hasher does the slow hash for a few at a time and sends away who would wait too long:
// typed codes must not take the processor from those who have scanned.
type Hasher struct {
	slots   chan struct{}
	most    int64
	present atomic.Int64 // hashing or waiting
}

// NewHasher hashes for parallel at once and lets queue wait.
func NewHasher(parallel, queue int) *Hasher {
	return &Hasher{slots: make(chan struct{}, parallel), most: int64(parallel + queue)}
}

// Derive hashes a secret, outside of any transaction; Unavailable "access_busy" if too
// many wait.
func (h *Hasher) Derive(ctx context.Context, secret, salt []byte) ([]byte, error) {
	defer h.present.Add(-1)
	if h.present.Add(1) > h.most {
		return nil, debt.E(debt.Unavailable, "access_busy", nil)
	}
	select {
	case h.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-h.slots }()
	return argon2.IDKey(secret, salt, argonPasses, argonMemory, argonLanes, argonLength), nil
}
