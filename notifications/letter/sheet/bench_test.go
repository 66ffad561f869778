package sheet_test

import (
	"io"
	"testing"

	"quitt/notifications/letter/sheet"
)

// BenchmarkPrint prints the sample: two pages, both codes.
func BenchmarkPrint(b *testing.B) {
	p, err := sheet.NewPress()
	if err != nil {
		b.Fatal(err)
	}
	d := firstNotice()
	size := 0
	b.ReportAllocs()
	for b.Loop() {
		pdf, _, err := p.Print(d)
		if err != nil {
			b.Fatal(err)
		}
		size = len(pdf)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "letters/s")
	b.ReportMetric(float64(size)/1024, "KB/letter")
}

// BenchmarkStaple appends the sample to one file.
func BenchmarkStaple(b *testing.B) {
	p, err := sheet.NewPress()
	if err != nil {
		b.Fatal(err)
	}
	pdf, _, err := p.Print(firstNotice())
	if err != nil {
		b.Fatal(err)
	}
	s := sheet.NewStapler(io.Discard, "Lauf")
	b.ReportAllocs()
	b.SetBytes(int64(len(pdf)))
	for b.Loop() {
		if err := s.Add(pdf); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "letters/s")
}
