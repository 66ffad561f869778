package fees

import (
	"embed"
	"slices"
	"strings"

	"quitt/debt"
)

//go:embed tables/*.csv
var tableFiles embed.FS

var (
	lawTables = debt.ReadTables(tableFiles)
	rvgTables = feeTables("rvg_fees_")
	gkgTables = feeTables("gkg_fees_")
)

// Tables lists the fee tables in the order of their names.
func Tables() []debt.Table { return slices.Clone(lawTables) }

// feeTables gives the versions of one statute, the oldest first: the name ends in its year.
func feeTables(prefix string) (all []feeTable) {
	for _, t := range lawTables {
		if strings.HasPrefix(t.Name, prefix) {
			all = append(all, parseFees(t))
		}
	}
	return all
}

// feeTable is RVG § 13 or GKG § 34 as far as Quitt knows it, with the one special amount
// each has: the small-claim base of RVG § 13 II or the minimum of GKG KV 1100.
type feeTable struct {
	from    debt.Date
	bands   []feeBand
	special feeBand
	since   debt.Date // first day of special
}

// feeBand is the full 1.0 fee for a value up to and including upTo.
type feeBand struct{ upTo, fee debt.Cents }

// parseFees wants rising bands: a larger value must never cost less.
func parseFees(t debt.Table) feeTable {
	f := feeTable{from: t.ValidFrom}
	for i := range t.Rows {
		r := t.Row(i)
		band := feeBand{r.Amount("value_up_to_cents"), r.Amount("fee_cents")}
		switch r.Text("kind") {
		case "general":
			if n := len(f.bands); n > 0 && (band.upTo <= f.bands[n-1].upTo || band.fee < f.bands[n-1].fee) {
				r.Fail("bands do not rise")
			}
			f.bands = append(f.bands, band)
		case "small_claim", "dunning_minimum":
			f.special = band
			f.since, _ = r.Validity()
		default:
			r.Fail("unknown kind")
		}
	}
	if len(f.bands) == 0 || f.since.IsZero() {
		t.Row(0).Fail("general bands and one special amount are needed")
	}
	return f
}
