package rollups

import (
	"quitt/store"
	"quitt/store/column"
)

// MostPaired is how many lines are added up for two breakdowns at once. No sums are kept for pairs:
// there would be as many as lines.
const MostPaired = 20_000

const pairedSQL = ` FROM rollup_lines WHERE creditor_id = $1 AND figure IN ('placed', 'collected', 'returned') AND day_on >= $2 AND day_on <= $3`

const pairedCountSQL = `SELECT COUNT(*) FROM (SELECT 1 AS one` + pairedSQL + ` LIMIT $4) few`

// pairSQL is a statement for each two breakdowns of cases.
var pairSQL = func() map[[2]By]string {
	list := map[[2]By]string{}
	for _, by := range Breakdowns() {
		for _, over := range Breakdowns() {
			list[[2]By{by, over}] = `SELECT ` + string(by) + ` AS value, ` + string(over) + ` AS beside, figure, CAST(SUM(n) AS BIGINT) AS n,
				CAST(SUM(amount) AS BIGINT) AS amount` + pairedSQL + ` GROUP BY ` + string(by) + `, ` + string(over) + `, figure`
		}
	}
	return list
}()

// Breakdowns are those a case has one value of. Each is called as its column.
func Breakdowns() []By { return []By{ByGround, ByAge, ByCohort} }

// Pairs sums what was placed, collected and returned over the days of a scope for each two values of
// its breakdown and of another; many says that there are more than MostPaired lines, and no sums.
func Pairs(r *store.Reader, s Scope, over By) (list []Sum, many bool, err error) {
	from, to := column.On(s.From), column.On(s.To)
	var n int
	if err := r.Get(&n, pairedCountSQL, r.Creditor(), from, to, MostPaired+1); err != nil || n > MostPaired {
		return nil, err == nil, err
	}
	return list, false, r.List(&list, pairSQL[[2]By{s.By, over}], r.Creditor(), from, to)
}
