package list

import (
	"fmt"
	"slices"
	"time"

	"quitt/cases/batches"
	"quitt/cases/worklist"
	"quitt/debt"
	"quitt/debt/batch"
	"quitt/debt/staff"
	"quitt/portal/creditor/room"
	"quitt/portal/page"
	"quitt/portal/text"
	kept "quitt/store/batches"
	"quitt/store/caselist"
	"quitt/store/hooks"
	"quitt/store/search"
	"quitt/store/tasks"
)

// sampled are the pages of the samples: there are records to link to.
var sampled = Pages{Door: room.Door{Ways: room.Ways{recordPath: true}}}

// Samples shows every page of this room.
func Samples() []page.Sample {
	return append(append(append(startSamples(), pileSamples()...), listSamples()...), batchSamples()...)
}

func sampleCase(i int, name string, change func(*caselist.Case)) caselist.Case {
	id := debt.ID(fmt.Sprintf("0193b5e0-0000-7000-8000-%012d", i))
	c := caselist.Case{Case: debt.NewCase("c", id, room.SampleNow.AddDate(0, 0, -9*i)), Debtor: debt.Debtor{Kind: debt.Person, LastName: debt.Personal(name)},
		Open: debt.Balance{Principal: debt.Cents(98_40 + 217_35*i)}}
	c.Review, c.Stage = debt.ReviewAccepted, debt.StageCollection
	c.FileReference, c.CreditorReference = fmt.Sprintf("2026-%06d", 420-i), fmt.Sprintf("K-%d", 10_421+37*i)
	c.Claims = []caselist.Claim{{Invoice: fmt.Sprintf("R-2026-%04d", 1180+i), Ground: debt.Contract, Original: c.Open.Principal + 50_00, DueOn: room.SampleDay.AddDays(-60 - 11*i)}}
	if change != nil {
		change(&c)
	}
	return c
}

// sampleCases have every axis away from its everyday value once, and names and sums that are long.
func sampleCases() []caselist.Case {
	return []caselist.Case{
		sampleCase(1, "Aylin Mustermann", nil),
		sampleCase(2, "Jürgen Großmann", func(c *caselist.Case) { c.Objection, c.Processing = debt.ObjectionOpen, debt.Held }),
		sampleCase(3, "Ayşe Yıldırım", func(c *caselist.Case) { c.Plan, c.Payment = debt.PlanAtRisk, debt.StatePartPaid }),
		sampleCase(4, "Maximilian-Alexander Freiherr von Oberschlettenbach-Wolkenstein", func(c *caselist.Case) {
			c.Open.Principal, c.CreditorReference = 12_345_67, "MIETVERHAELTNIS-2024-EHRENFELD-00417"
			for range 3 {
				c.Claims = append(c.Claims, caselist.Claim{Invoice: "BETRIEBSKOSTEN-2025-0417", Ground: debt.Contract, Original: 4_321_00, DueOn: room.SampleDay.AddDays(-200)})
			}
		}),
		sampleCase(5, "Gemeinnützige Wohnungsbaugenossenschaft Köln-Ehrenfeld e. G.", func(c *caselist.Case) { c.Stage = debt.StageCourtPrepared }),
		sampleCase(6, "", func(c *caselist.Case) {
			c.Stage, c.Processing, c.Payment = debt.StageClosed, debt.Stopped, debt.StatePaid
		}),
		sampleCase(7, "Li Wu", func(c *caselist.Case) { c.Review, c.Stage = debt.ReviewReceived, debt.StageReminder }),
	}
}

// sampleFilter is the query of a view.
const sampleFilter = "einwendung=open&von=2026-01-01&ab=100&laufend=1"

func sampleViews() []caselist.View {
	q, err := worklist.ParseQuery(sampleFilter)
	if err != nil {
		panic(err) // tried by every test
	}
	return []caselist.View{{ID: "v1", Member: "m", Name: "Einwendungen, die ruhen", Query: q.String()},
		{ID: "v2", Member: "o", Shared: true, Name: "Über 1.000 Euro", Query: "ab=1000"}}
}

func startSamples() []page.Sample {
	start := func(name string, today worklist.Today, views []caselist.View) page.Sample {
		return room.Sample("start"+name, func(w *text.Catalogue) ([]byte, error) {
			v := newStart(room.SampleScene(w, staff.Manager), today, views)
			if len(views) > 0 {
				const lines = "/verwaltung/berichte/akten"
				v.Month = []room.Figure{{Name: w.Text("report_is_placed", nil), Text: w.Cents(1_234_567_89), Path: lines},
					{Name: w.Text("report_is_collected", nil), Text: w.Cents(98_765_43), Path: lines}, {Name: w.Text("report_is_given_up", nil), Text: w.Cents(0)}}
			}
			return startHTML.HTML(v)
		})
	}
	var full worklist.Today
	for i, g := range worklist.Groups() {
		p := worklist.Pile{Group: g, N: []int{3, 1, 12, 2, 7, 1, 4, 126, 2}[i%9], Late: i % 3}
		if i%2 == 0 {
			p.Next = room.SampleDay.AddDays(i)
		}
		full.Piles = append(full.Piles, p)
	}
	full.More, full.Hooks = true, hooks.Figures{Endpoints: 2, Disabled: 1, Dead: 3}
	return []page.Sample{
		start("", worklist.Today{Piles: []worklist.Pile{{Group: worklist.Objections, N: 3, Late: 1, Next: room.SampleDay},
			{Group: worklist.Plans, N: 12, Next: room.SampleDay.AddDays(2)}, {Group: worklist.Messages, N: 7}, {Group: worklist.Money, N: 4}}}, sampleViews()),
		start("-full", full, sampleViews()),
		start("-quiet", worklist.Today{}, nil),
	}
}

func pileSamples() []page.Sample {
	pile := func(name string, list ...worklist.Waiting) page.Sample {
		return room.Sample("pile"+name, func(w *text.Catalogue) ([]byte, error) {
			s := room.SampleScene(w, staff.Clerk)
			g := worklist.Objections
			v := PilePage{Frame: s.Frame(pilePath), Name: names[g][0](w), Do: names[g][1](w)}
			for _, x := range list {
				v.Rows = append(v.Rows, sampled.row(s, x))
			}
			return pileHTML.HTML(v)
		})
	}
	var list []worklist.Waiting
	for i, kind := range []tasks.Kind{"objection", "plan_pause", "unplaced_money", "address_changed", "situation_identity_theft"} {
		x := worklist.Waiting{Task: tasks.Task{Kind: kind, Amount: debt.Cents(31_240 * i), OpenedAt: room.SampleNow.AddDate(0, 0, -i)}, Case: sampleCases()[i]}
		if i < 2 {
			x.DueOn, x.Late = room.SampleDay.AddDays(2*i-1), i == 0
		}
		if kind == "unplaced_money" {
			x.Case = caselist.Case{}
		}
		list = append(list, x)
	}
	return []page.Sample{pile("", list...), pile("-empty")}
}

func listSamples() []page.Sample {
	list := func(name, query string, found worklist.Page, change func(room.Scene, *ListPage)) page.Sample {
		return room.Sample("list"+name, func(w *text.Catalogue) ([]byte, error) {
			q, err := worklist.ParseQuery(query)
			if err != nil {
				return nil, err
			}
			s := room.SampleScene(w, staff.Manager)
			v := sampled.newList(s, q, found)
			v.addViews(s, q, sampleViews())
			change(s, &v)
			return listHTML.HTML(v)
		})
	}
	as := func(room.Scene, *ListPage) {}
	found := worklist.Page{Page: caselist.Page{Previous: "p", Next: "n"}, Cases: sampleCases(), Count: caselist.Count{N: 1000, More: true}}
	all := "spalten="
	for i, f := range worklist.Fields() {
		if i > 0 {
			all += "&spalten="
		}
		all += string(f)
	}
	return []page.Sample{
		list("", "", worklist.Page{Page: caselist.Page{Next: "n"}, Cases: slices.Delete(sampleCases(), 3, 5), Count: caselist.Count{N: 412}}, as),
		list("-long", "", found, as),
		list("-columns", all+"&sort=offen", found, as),
		list("-filtered", sampleFilter, worklist.Page{Cases: sampleCases()[1:2], Count: caselist.Count{N: 1}}, as),
		list("-searched", "suche=0193b5e0-0000-7000-8000-000000000001&sort=aktenzeichen&richtung=auf", worklist.Page{Cases: sampleCases()[:3], Count: caselist.Count{N: 3}, Asked: search.Query{Text: "Muster"}, More: true}, as),
		list("-nothing", "einwendung=open&ab=5000", worklist.Page{Page: caselist.Page{Searched: 10_000, Next: "n"}}, as),
		list("-wrong", "", found, func(s room.Scene, v *ListPage) {
			v.Frame, v.Mistake = v.Fails(), s.Base.Words.Error(debt.E(debt.Invalid, "list_too_many", debt.Args{"most": batches.Most}))
		}),
		room.Sample("list-empty", func(w *text.Catalogue) ([]byte, error) {
			return listHTML.HTML(sampled.newList(room.SampleScene(w, staff.Viewer), usual(), worklist.Page{}))
		}),
	}
}

func batchSamples() []page.Sample {
	of := func(action batch.Action, state kept.State, counts map[kept.Mark]int) batches.Report {
		return batches.Report{Batch: kept.Batch{Order: batch.Order{Action: action}, ID: "b", State: state, MadeAt: room.SampleNow.Add(-time.Hour)}, Counts: counts,
			Items: []kept.Item{{CaseID: "1", Mark: kept.Refused, Why: string(debt.BarrierClosed)}, {CaseID: "2", Mark: kept.Refused, Why: string(batch.BarrierHeld)},
				{CaseID: "3", Mark: kept.Refused, Why: string(batch.BarrierHeld)}, {CaseID: "4", Mark: kept.Ready}}}
	}
	show := func(name string, r batches.Report, form page.Values, mistake error) page.Sample {
		return room.Sample("batch-"+name, func(w *text.Catalogue) ([]byte, error) {
			v := newBatch(room.SampleScene(w, staff.Manager), r, form)
			for i, x := range r.Items {
				c := sampleCases()[i]
				line := batchRow{c.FileReference, called(w, c), sampled.record(c.FileReference), markWords[x.Mark](w), ""}
				if x.Why != "" {
					line.Why = w.Word(debt.Barrier(x.Why))
				}
				v.Rows = append(v.Rows, line)
			}
			if mistake != nil {
				v.Frame, v.Mistake = v.Fails(), w.Error(mistake)
			}
			return batchHTML.HTML(v)
		})
	}
	some := map[kept.Mark]int{kept.Ready: 117, kept.Refused: 3}
	until := debt.E(debt.Invalid, "list_until_range", debt.Args{"first": room.SampleDay, "last": room.SampleDay.AddDays(365)})
	many := func(name string, states ...kept.State) page.Sample {
		return room.Sample("batches"+name, func(w *text.Catalogue) ([]byte, error) {
			s := room.SampleScene(w, staff.Clerk)
			v := BatchesPage{Frame: s.Frame(batchPath)}
			for _, state := range states {
				v.Rows = append(v.Rows, batchesRow{w.Word(batch.Hold), batchAt("b"), s.Base.Moment(room.SampleNow), stateWords[state](w)})
			}
			return batchesHTML.HTML(v)
		})
	}
	return []page.Sample{
		show("chosen", of(batch.Hold, kept.Chosen, some), page.Values{}, nil),
		show("wrong", of(batch.Hold, kept.Chosen, some), page.Values{"bis": {"2026-01-01"}}, until),
		show("withdraw", of(batch.Withdraw, kept.Chosen, some), page.Values{}, nil),
		show("none", of(batch.Release, kept.Chosen, map[kept.Mark]int{kept.Refused: 4}), page.Values{}, nil),
		show("running", of(batch.Hold, kept.Running, map[kept.Mark]int{kept.Ready: 60, kept.Done: 57, kept.Refused: 3}), page.Values{}, nil),
		show("done", of(batch.Hold, kept.Finished, map[kept.Mark]int{kept.Done: 117, kept.Refused: 3}), page.Values{}, nil),
		show("undone", of(batch.Hold, kept.Undone, map[kept.Mark]int{kept.Reverted: 110, kept.Kept: 7}), page.Values{}, nil),
		many("", kept.Running, kept.Finished, kept.Undoing, kept.Undone), many("-empty"),
	}
}
