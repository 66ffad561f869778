//go:build linux

package main

import (
	"bytes"
	"math/rand/v2"
	"net"
	"sync"
	"sync/atomic"
)

// lossy stands between a client and PostgreSQL and cuts the line at one commit in ten:
// before the server hears of it, or after, so that only the answer is lost.
type lossy struct {
	url, direct string
	listener    net.Listener
	mu          sync.Mutex
	rng         *rand.Rand
	open        sync.WaitGroup
}

func startLossy(p *proof, raw string, seed uint64) *lossy {
	p.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		p.Fatal(err)
	}
	l := &lossy{listener: listener, rng: rand.New(rand.NewPCG(seed, 1))}
	if l.direct, l.url, err = viaProxy(raw, listener.Addr().String()); err != nil {
		p.Fatal(err)
	}
	l.open.Go(l.accept)
	return l
}

// close waits for the lines, which end when the client does.
func (l *lossy) close() {
	_ = l.listener.Close()
	l.open.Wait()
}

func (l *lossy) accept() {
	for {
		client, err := l.listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", l.direct)
		if err != nil {
			_ = client.Close()
			continue
		}
		deaf := &atomic.Bool{}
		l.open.Go(func() { l.requests(client, server, deaf) })
		l.open.Go(func() { answers(client, server, deaf) })
	}
}

func (l *lossy) roll() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.rng.IntN(20)
}

// requests forwards what the client says until it is silent or the line is cut.
func (l *lossy) requests(client, server net.Conn, deaf *atomic.Bool) {
	b := make([]byte, 64<<10)
	for {
		n, err := client.Read(b)
		if err != nil {
			_ = server.Close()
			return
		}
		if bytes.Contains(b[:n], []byte("COMMIT\x00")) {
			switch l.roll() {
			case 0:
				_, _ = client.Close(), server.Close()
				return
			case 1:
				deaf.Store(true)
			}
		}
		if _, err := server.Write(b[:n]); err != nil {
			_ = client.Close()
			return
		}
	}
}

// answers forwards what the server says; a deaf line drops it and ends.
func answers(client, server net.Conn, deaf *atomic.Bool) {
	b := make([]byte, 64<<10)
	for {
		n, err := server.Read(b)
		if err == nil && !deaf.Load() {
			_, err = client.Write(b[:n])
		}
		if err != nil || deaf.Load() {
			_, _ = client.Close(), server.Close()
			return
		}
	}
}
