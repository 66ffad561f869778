package bench

import (
	"fmt"
	"io"
	"runtime"
	"testing"

	dl "quitt/debt/letter"
	"quitt/notifications/letter/sheet"
	"quitt/notifications/letter/wording"
)

// BenchmarkLetters words, prints and staples first notices of three pages with both codes,
// each with a number and a token of its own. heap-MiB is what the stapler still holds.
func BenchmarkLetters(b *testing.B) {
	press, err := sheet.NewPress()
	if err != nil {
		b.Fatal(err)
	}
	bound := sheet.NewStapler(io.Discard, "letters")
	facts := wording.Sample(dl.FirstNotice)
	bytes, before := 0, heap()
	for n := 0; b.Loop(); n++ {
		facts.Number = int64(n + 1)
		facts.Access.Link = fmt.Sprintf("https://portal.example.de/#%026d", n)
		doc, err := wording.Compose(facts)
		if err != nil {
			b.Fatal(err)
		}
		pdf, _, err := press.Print(doc)
		if err != nil {
			b.Fatal(err)
		}
		if err := bound.Add(pdf); err != nil {
			b.Fatal(err)
		}
		bytes += len(pdf)
	}
	grown := int64(heap()) - int64(before)
	if err := bound.Close(); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "letters/s")
	b.ReportMetric(float64(bytes)/float64(b.N)/1000, "KB/letter")
	b.ReportMetric(float64(grown)/(1<<20), "heap-MiB")
}

// heap is what is in use after a collection.
func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
