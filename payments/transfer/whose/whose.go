// Package whose looks up who money that came in could be for: by what its purpose names, by who
// has paid before, and, where a person looks, by slips and names.
package whose

import (
	"maps"
	"slices"

	"quitt/bank"
	"quitt/debt"
	"quitt/debt/matching"
	"quitt/store"
	"quitt/store/announced"
	"quitt/store/plans"
	"quitt/store/search"
	"quitt/store/statements"
)

// gathered is what a look at some lines found: for each of them who it could be for.
type gathered struct {
	r     *store.Reader
	lines []statements.Line
	found []map[debt.ID][]matching.Way // by line
	deep  bool                         // look also for slips and names, which never book by themselves
	cases map[debt.ID]statements.Candidate
	names map[debt.ID][]string
	twins map[debt.ID]bool
}

// Judge looks up who up to AtOnce lines could be for, and weighs it.
func Judge(r *store.Reader, lines []statements.Line, deep bool) ([]matching.Verdict, error) {
	g := &gathered{r: r, lines: lines, found: make([]map[debt.ID][]matching.Way, len(lines)), deep: deep, cases: map[debt.ID]statements.Candidate{},
		names: map[debt.ID][]string{}, twins: map[debt.ID]bool{}}
	for i := range g.found {
		g.found[i] = map[debt.ID][]matching.Way{}
	}
	looks := []func() error{g.byReference, g.bySign}
	if deep {
		looks = append(looks, g.bySlip, g.byName)
	}
	for _, look := range append(looks, g.load) {
		if err := look(); err != nil {
			return nil, err
		}
	}
	list := make([]matching.Verdict, len(lines))
	for i := range lines {
		var err error
		if list[i], err = g.verdict(i); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func (g *gathered) add(line int, id debt.ID, w matching.Way) {
	if !slices.Contains(g.found[line][id], w) {
		g.found[line][id] = append(g.found[line][id], w)
	}
}

// asked collects which lines ask for a key.
type asked map[string][]int

func (a asked) add(key string, line int) {
	if key != "" && !slices.Contains(a[key], line) {
		a[key] = append(a[key], line)
	}
}

func (a asked) keys() []string { return slices.Sorted(maps.Keys(a)) }

// byReference finds cases by what a purpose names.
func (g *gathered) byReference() error {
	rfs, words := asked{}, asked{}
	for i, l := range g.lines {
		list := Fields(l.Said)
		for _, rf := range References(list) {
			rfs.add(rf, i)
			words.add(rf[4:], i)
		}
		for _, t := range terms(list) {
			words.add(t, i)
		}
	}
	for chunk := range slices.Chunk(rfs.keys(), 256) {
		known, err := announced.FindAll(g.r, chunk)
		if err != nil {
			return err
		}
		for _, a := range known {
			for _, i := range rfs[a.Reference] {
				if printed(Fields(g.lines[i].Said), a.Reference) {
					g.add(i, a.CaseID, matching.ByAnnounced)
				} else {
					g.add(i, a.CaseID, matching.ByFile)
				}
			}
		}
	}
	hits, err := search.Exact(g.r, words.keys())
	if err != nil {
		return err
	}
	if err := g.loadCases(hits); err != nil {
		return err
	}
	for _, h := range hits {
		c := g.cases[h.CaseID]
		rf, noRF := bank.RFOf(c.FileReference)
		for _, i := range words[h.Term] {
			switch {
			case noRF == nil && slices.Contains(rfs[string(rf)], i) && printed(Fields(g.lines[i].Said), string(rf)):
				g.add(i, h.CaseID, matching.ByRF)
			case search.Term(c.FileReference) == h.Term:
				g.add(i, h.CaseID, matching.ByFile)
			case slices.Contains(terms(Fields(g.lines[i].Said)), h.Term): // not only behind RF and two digits
				g.add(i, h.CaseID, matching.ByInvoice)
			}
		}
	}
	return nil
}

func (g *gathered) loadCases(hits []search.Hit) error {
	var ids []debt.ID
	for _, h := range hits {
		ids = append(ids, h.CaseID)
	}
	return g.know(ids)
}

// know reads cases that are not known yet.
func (g *gathered) know(ids []debt.ID) error {
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	ids = slices.DeleteFunc(ids, func(id debt.ID) bool { _, ok := g.cases[id]; return ok })
	some, err := statements.Candidates(g.r, ids)
	maps.Copy(g.cases, some)
	return err
}

// bySign finds cases by the orders of our own debits and by who paid before.
func (g *gathered) bySign() error {
	hashes := asked{}
	for i, l := range g.lines {
		hashes.add(l.EndToEnd, i)
		hashes.add(l.Mandate, i)
		hashes.add(l.Payer, i)
	}
	known, err := statements.Signs(g.r, hashes.keys())
	ways := map[statements.SignKind]matching.Way{statements.Order: matching.ByOrder, statements.Mandate: matching.ByMandate, statements.Payer: matching.ByPayer}
	for _, s := range known {
		for _, i := range hashes[s.Hash] {
			g.add(i, s.CaseID, ways[s.Kind])
		}
	}
	return err
}

// bySlip finds cases whose reference is one character away from what was written, where no
// reference was found.
func (g *gathered) bySlip() error {
	near := asked{}
	for i, l := range g.lines {
		if len(g.found[i]) > 0 {
			continue
		}
		for _, t := range terms(Fields(l.Said)) {
			for _, n := range matching.Neighbours(t) {
				near.add(n, i)
			}
		}
		for _, text := range Fields(l.Said) {
			if plain := capitals(text); len(plain) > 4 && plain[:2] == "RF" {
				for _, n := range matching.Neighbours(plain[4:]) {
					near.add(n, i)
				}
			}
		}
	}
	hits, err := search.Exact(g.r, near.keys())
	for _, h := range hits {
		for _, i := range near[h.Term] {
			g.add(i, h.CaseID, matching.ByTypo)
		}
	}
	return err
}

// mostNamed bounds how many people of a name are looked at.
const mostNamed = 32

// byName finds cases by who paid.
func (g *gathered) byName() error {
	for i, l := range g.lines {
		words := payer(l.Said)
		for _, name := range spoken(words) {
			if !search.Enough(name) {
				continue
			}
			f, err := search.Find(g.r, search.Query{Text: name})
			if err != nil {
				return err
			}
			for _, id := range f.Cases[:min(len(f.Cases), mostNamed)] {
				g.add(i, id, matching.ByName)
			}
		}
	}
	return nil
}

// spoken are the names a payer's could hold: as it is, and of two people the second.
func spoken(words []string) (list []string) {
	if len(words) == 0 {
		return nil
	}
	list = append(list, join(words))
	if n := len(words); n > 2 {
		list = append(list, join([]string{words[0], words[n-1]}), join(words[n-2:]))
	}
	return list
}

func join(words []string) (s string) {
	for i, w := range words {
		if i > 0 {
			s += " "
		}
		s += w
	}
	return s
}

// load reads all that was found: cases, who they are about where that matters, and who has a case with almost the
// same reference.
func (g *gathered) load() error {
	var ids, people []debt.ID
	for _, f := range g.found {
		ids = slices.AppendSeq(ids, maps.Keys(f))
		if g.deep || !decided(f) {
			people = slices.AppendSeq(people, maps.Keys(f))
		}
	}
	if err := g.know(ids); err != nil {
		return err
	}
	slices.Sort(people)
	for chunk := range slices.Chunk(slices.Compact(people), 256) {
		debtors, err := search.Debtors(g.r, chunk)
		if err != nil {
			return err
		}
		for id, d := range debtors {
			g.names[id] = names(d)
		}
	}
	marks := asked{}
	for _, f := range g.found {
		for id, ways := range f {
			if slices.Contains(ways, matching.ByFile) || slices.Contains(ways, matching.ByInvoice) {
				marks.add(g.cases[id].Mark, 0)
			}
		}
	}
	same, err := statements.SamePeople(g.r, marks.keys())
	for _, a := range same {
		for _, b := range same {
			if a.ID != b.ID && a.Mark == b.Mark && near(a, b) {
				g.twins[a.ID] = true
			}
		}
	}
	return err
}

// decided reports whether what was found is one case and sure, whoever it is about: a name would
// only be one more reason to show to a person, and none is asked.
func decided(found map[debt.ID][]matching.Way) bool {
	for _, ways := range found {
		return len(found) == 1 && matching.Alone(ways)
	}
	return false
}

func near(a, b statements.Candidate) bool {
	return matching.Near(search.Term(a.FileReference), search.Term(b.FileReference)) ||
		matching.Near(search.Term(a.CreditorReference), search.Term(b.CreditorReference))
}

// verdict weighs what was found for a line. What somebody could have been told to pay is worked
// out only where it can decide.
func (g *gathered) verdict(i int) (matching.Verdict, error) {
	l := g.lines[i]
	line := matching.Line{Amount: l.Amount, Names: payer(l.Said), Texts: purpose(l.Said)}
	list := make([]matching.Candidate, 0, len(g.found[i]))
	for _, id := range slices.Sorted(maps.Keys(g.found[i])) {
		c := g.cases[id]
		list = append(list, matching.Candidate{CaseID: id, Ways: g.found[i][id], Debtor: g.names[id], Owes: sums(c), Closed: c.Review == debt.ReviewRejected, Twin: g.twins[id]})
	}
	v := matching.Judge(line, list)
	if len(v.Parts) > 0 || len(v.Suggestions) == 0 || v.Suggestions[0].Score < matching.Sure/2 {
		return v, nil
	}
	for j := range list {
		if j == mostReckoned {
			break
		}
		if err := g.reckon(&list[j], l); err != nil {
			return v, err
		}
	}
	return matching.Judge(line, list), nil
}

// mostReckoned is for how many candidates of a line it is worked out what they owe.
const mostReckoned = 4

func sums(c statements.Candidate) (list []debt.Cents) {
	for _, a := range []debt.Cents{c.Principal, c.Open()} {
		if a > 0 && !slices.Contains(list, a) {
			list = append(list, a)
		}
	}
	return list
}

// told is how long ago somebody may have been told what he owes: a letter is that old.
const told = 45

// reckon adds what a case owes on the value day, and what came itself if that was owed on a day
// shortly before: interest grows by the day, and people pay what their letter says.
func (g *gathered) reckon(c *matching.Candidate, l statements.Line) error {
	f, err := g.r.LoadFile(c.CaseID)
	if err != nil {
		return err
	}
	h, err := g.r.LoadHistory(f)
	if err != nil {
		return err
	}
	high, err := h.Payable(l.ValueOn)
	if err != nil {
		return nil //nolint:nilerr // a day before the claim: nothing was owed
	}
	low, err := h.Payable(l.ValueOn.AddDays(-told))
	if err != nil {
		low = high
	}
	rates, err := g.rates(c.CaseID)
	if err != nil {
		return err
	}
	c.Owes = append(append(c.Owes, high), rates...)
	if low > 0 && low <= l.Amount && l.Amount <= high {
		c.Owes = append(c.Owes, l.Amount)
	}
	return nil
}

// rates are the sums of the instalments of a running plan: standing orders bring them without a
// word.
func (g *gathered) rates(caseID debt.ID) (list []debt.Cents, err error) {
	kept, err := plans.OfCase(g.r, caseID)
	for _, k := range kept {
		if k.State != debt.PlanActive && k.State != debt.PlanAtRisk {
			continue
		}
		for _, i := range k.Schedule.Instalments {
			if !slices.Contains(list, i.Amount) {
				list = append(list, i.Amount)
			}
		}
	}
	return list, err
}
