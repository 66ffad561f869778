package bulk

import "testing"

func TestTuplesNumberTheirPlaceholders(t *testing.T) {
	if got := Tuples(2, 3); got != "($1, $2, $3), ($4, $5, $6)" {
		t.Error(got)
	}
}

func TestPortionsAreFewAndCoverEverything(t *testing.T) {
	for n := range 1000 {
		left, sizes := n, 0
		for left > 0 {
			size := Portion(left, 256)
			if size < 1 || size > left || size > 256 || size&(size-1) != 0 {
				t.Fatalf("portion %d of %d", size, left)
			}
			left, sizes = left-size, sizes+1
		}
		if sizes > n/256+9 {
			t.Errorf("%d rows in %d portions", n, sizes)
		}
	}
}
