package payments_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"quitt/debt"
	"quitt/payments"
	"quitt/store"
	"quitt/store/storetest"
)

const benchCreditors, benchCases = 10, 10_000

// engines opens one database per engine with 10,000 cases of ten creditors.
func engines(b *testing.B, run func(b *testing.B, s *store.Store, cases []debt.Case)) {
	b.Run("sqlite", func(b *testing.B) {
		s := storetest.Open(b, store.Options{URL: storetest.SQLite(b)})
		run(b, s, benchFiles(b, s))
	})
	b.Run("postgres", func(b *testing.B) {
		s := storetest.Open(b, store.Options{URL: storetest.Postgres(b), MaxConns: 64})
		run(b, s, benchFiles(b, s))
	})
}

func benchFiles(b *testing.B, s *store.Store) []debt.Case {
	var all []debt.Case
	for k := range benchCreditors {
		c := storetest.Creditor(b, s, "c"+strconv.Itoa(k))
		for range benchCases / benchCreditors / 500 {
			files := make([]store.NewFile, 500)
			for i := range files {
				files[i] = storetest.File(c.ID, string(store.NewID()))
				all = append(all, files[i].File.Case)
			}
			err := s.Write(context.Background(), c.ID, func(t *store.Tx) error { return errors.Join(t.AddFiles(files), t.Learn()) })
			if err != nil {
				b.Fatal(err)
			}
		}
	}
	return all
}

var benchKeys atomic.Int64

func benchPayment(c debt.Case) debt.Payment {
	return debt.Payment{CaseID: c.ID, Method: debt.MethodTransfer, Source: "bank", ExternalID: strconv.FormatInt(benchKeys.Add(1), 36),
		Amount: 25_00, ReceivedOn: debt.MustDate("2026-11-20")}
}

// BenchmarkBook books single payments, each in a transaction of its own, with 1, 16 and
// 64 writers. Compare with pgbench's TPC-B at the same client count (bench/ledger.sh).
func BenchmarkBook(b *testing.B) {
	engines(b, func(b *testing.B, s *store.Store, cases []debt.Case) {
		desk := payments.Desk{Store: s, Now: storetest.Clock}
		for _, writers := range []int{1, 16, 64} {
			b.Run(fmt.Sprintf("writers=%d", writers), func(b *testing.B) {
				writeAll(b, writers, func(i int) error {
					c := cases[(i*7919)%len(cases)]
					_, err := desk.Book(context.Background(), c.CreditorID, benchPayment(c))
					return err
				})
			})
		}
	})
}

// BenchmarkBookBatched lets 64 writers hand their payments to two bookers that take
// whatever is waiting, up to 64 of one creditor, into one transaction.
func BenchmarkBookBatched(b *testing.B) {
	engines(b, func(b *testing.B, s *store.Store, cases []debt.Case) {
		desk := payments.Desk{Store: s, Now: storetest.Clock}
		type job struct {
			payment debt.Payment
			done    chan error
		}
		queues := make([]chan job, benchCreditors)
		var bookers sync.WaitGroup
		for k := range queues {
			queues[k] = make(chan job, payments.MaxBatch)
			creditor := cases[k*benchCases/benchCreditors].CreditorID
			bookers.Go(func() {
				for first := range queues[k] {
					jobs, seen := []job{first}, map[debt.ID]bool{first.payment.CaseID: true}
					var again []job
				collect:
					for len(jobs) < payments.MaxBatch {
						select {
						case j, ok := <-queues[k]:
							if !ok {
								break collect
							}
							if seen[j.payment.CaseID] {
								again = append(again, j)
								break collect
							}
							seen[j.payment.CaseID] = true
							jobs = append(jobs, j)
						default:
							break collect
						}
					}
					for _, list := range [][]job{jobs, again} {
						if len(list) == 0 {
							continue
						}
						batch := make([]debt.Payment, len(list))
						for i, j := range list {
							batch[i] = j.payment
						}
						_, err := desk.BookAll(context.Background(), creditor, batch)
						for _, j := range list {
							j.done <- err
						}
					}
				}
			})
		}
		index := map[debt.ID]int{}
		for k := range queues {
			index[cases[k*benchCases/benchCreditors].CreditorID] = k
		}
		b.Run("writers=64", func(b *testing.B) {
			// Two creditors at a time, as statement files or bursts of notices come.
			writeAll(b, 64, func(i int) error {
				creditor := i%2 + i/512*2
				c := cases[(creditor*benchCases/benchCreditors+i*7%1000)%len(cases)]
				j := job{benchPayment(c), make(chan error, 1)}
				queues[index[c.CreditorID]] <- j
				return <-j.done
			})
		})
		for _, q := range queues {
			close(q)
		}
		bookers.Wait()
	})
}

// writeAll shares b.N writes among writers and reports writes per second.
func writeAll(b *testing.B, writers int, write func(i int) error) {
	var next atomic.Int64
	var group sync.WaitGroup
	b.ResetTimer()
	for range writers {
		group.Go(func() {
			for i := int(next.Add(1)); i <= b.N; i = int(next.Add(1)) {
				if err := write(i); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	group.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "payments/s")
}
