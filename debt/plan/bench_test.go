package plan

import "testing"

func benchmarkEvaluate(b *testing.B, mode Interest, w Wish, instalments int) {
	r := Standard()
	r.Interest = mode
	for i := range r.Brackets {
		r.Brackets[i].MostInstalments, r.Brackets[i].MostMonths = instalments, instalments+1
	}
	p := positionOf(owing(4_800_00, 55_62, day("2026-03-17")), "2026-11-28")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.Evaluate(w, p); err != nil {
			b.Fatal(err)
		}
	}
}

var benchFirst = day("2026-12-15")

// Rules and a schedule of 60 instalments: at most 50 µs.
func BenchmarkEvaluate60(b *testing.B) {
	benchmarkEvaluate(b, NoInterest, Wish{Instalment: 86_00, First: benchFirst, Rhythm: Monthly}, 60)
}

func BenchmarkEvaluate60Interest(b *testing.B) {
	benchmarkEvaluate(b, Continues, Wish{Instalment: 99_00, First: benchFirst, Rhythm: Monthly}, 60)
}

// The worst: an end is named, interest goes on, and the rules want fewer instalments.
func BenchmarkEvaluate60Nearest(b *testing.B) {
	benchmarkEvaluate(b, Continues, Wish{EndBy: benchFirst.AddMonths(59), First: benchFirst, Rhythm: Monthly}, 48)
}
