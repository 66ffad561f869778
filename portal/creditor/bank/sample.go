package bank

import (
	"fmt"
	"time"

	"quitt/bank"
	kinds "quitt/bank/statement"
	"quitt/debt"
	"quitt/debt/matching"
	"quitt/debt/rail"
	"quitt/debt/staff"
	"quitt/payments/transfer"
	"quitt/payments/transfer/seen"
	"quitt/portal/creditor/room"
	"quitt/portal/page"
	"quitt/portal/text"
	"quitt/store/column"
	"quitt/store/remittances"
	"quitt/store/statements"
)

const sampleIBAN = "DE89370400440532013000"

func cents(c debt.Cents) *debt.Cents { return &c }

func sampleHead(i int, change func(*statements.Head)) statements.Head {
	to := room.SampleDay.AddDays(-i)
	h := statements.Head{ID: debt.ID(fmt.Sprintf("0193b5e0-0000-7000-8000-%012d", i)), Sequence: fmt.Sprint(231 - i), State: statements.Booked, From: to, To: to,
		Opening: cents(debt.Cents(5_000_00 + 12_345*i)), Closing: cents(debt.Cents(5_417_30 + 12_345*i)), Fresh: int64(12 + i), ReadAt: room.SampleNow.Add(-time.Duration(i) * 24 * time.Hour)}
	if change != nil {
		change(&h)
	}
	return h
}

func sampleHeads() []statements.Head {
	return []statements.Head{
		sampleHead(1, nil),
		sampleHead(2, func(h *statements.Head) { h.State, h.Fresh, h.Known = statements.Known, 0, 14 }),
		sampleHead(3, func(h *statements.Head) {
			h.State, h.Reason, h.Difference = statements.Quarantine, "sum_differs", 100_00
		}),
		sampleHead(4, func(h *statements.Head) {
			h.State, h.Closing, h.Sequence, h.Name = statements.Preview, nil, "", "VORAB-2026-11-18-0001"
		}),
	}
}

func sampleAlarms() []seen.Alarm {
	before := sampleHead(9, nil)
	return []seen.Alarm{
		{Head: sampleHeads()[2], Kind: transfer.TaskQuarantine},
		{Head: sampleHead(3, func(h *statements.Head) { h.State, h.Reason = statements.Quarantine, "balance_missing" }), Kind: transfer.TaskQuarantine},
		{Head: sampleHead(1, nil), Kind: transfer.TaskGap, Since: before, Before: before.Closing},
	}
}

func sampleLine(i int, s statements.State, change func(*transfer.Item)) transfer.Item {
	x := transfer.Item{Line: statements.Line{ID: debt.ID(fmt.Sprintf("0193b5e0-0000-7000-8001-%012d", i)), State: s, Occasion: string(kinds.Incoming),
		Amount: debt.Cents(75_00 + 1_237*i), Currency: "EUR", BookedOn: room.SampleDay.AddDays(-i), ValueOn: room.SampleDay.AddDays(-i), Version: 1,
		Said: statements.Said{Name: "Aylin Mustermann", IBAN: "DE02120300000000202051", Texts: []debt.Personal{"Zahnarzt Rechnung vom Juni"}}}, Payer: "DE02 … 2051"}
	if change != nil {
		change(&x)
	}
	return x
}

func sampleSuggestions() []transfer.Suggested {
	of := func(i int, name debt.Personal, score int, why ...matching.Reason) transfer.Suggested {
		return transfer.Suggested{Suggestion: matching.Suggestion{CaseID: debt.ID(fmt.Sprintf("0193b5e0-0000-7000-8002-%012d", i)), Score: score, Reasons: why},
			Reference: fmt.Sprintf("2026-%06d", 420+i), Debtor: name, Open: debt.Cents(98_40 + 21_735*i)}
	}
	return []transfer.Suggested{
		of(1, "Aylin Mustermann", 75, matching.Reason(matching.ByFile)),
		of(2, "Aylin Mustermann", 59, matching.Reason(matching.ByTypo), matching.SameName, matching.SameAmount),
		of(3, "Maximilian-Alexander Freiherr von Oberschlettenbach-Wolkenstein", 25, matching.Reason(matching.ByName), matching.FamilyName),
	}
}

func sampleItems() []transfer.Item {
	best := sampleSuggestions()
	return []transfer.Item{
		sampleLine(1, statements.Suspended, func(x *transfer.Item) { x.Suggestions = best[:1] }),
		sampleLine(2, statements.Suspended, func(x *transfer.Item) {
			x.Suggestions, x.Amount = best[2:], 12_345_67
			x.Said.Name = "Gemeinnützige Wohnungsbaugenossenschaft Köln-Ehrenfeld e. G."
			x.Said.Texts = []debt.Personal{"Sammelzahlung fuer Mietverhaeltnisse 2024-EHRENFELD-00417 bis 00431, Nebenkosten, bitte aufteilen"}
		}),
		sampleLine(3, statements.Suspended, func(x *transfer.Item) { x.Said, x.Payer = statements.Said{}, "" }),
		sampleLine(4, statements.Suspended, func(x *transfer.Item) { x.Currency = "CHF" }),
	}
}

// Samples shows every page of this room.
func Samples() []page.Sample {
	return append(append(firstSamples(), listSamples()...), lineSamples()...)
}

func firstSamples() []page.Sample {
	one := func(name string, html func(s room.Scene) ([]byte, error)) page.Sample {
		return room.Sample("bank"+name, func(w *text.Catalogue) ([]byte, error) {
			s := room.SampleScene(w, staff.Admin)
			s.Creditor.IBAN, s.Creditor.AccountHolder = sampleIBAN, "Dr. Miriam Lindner"
			return html(s)
		})
	}
	last := sampleHead(1, nil)
	accounts := []seen.Holding{{Account: rail.Account{External: sampleIBAN}, Last: &last}, {Account: rail.Account{External: "DE02500105170137075030"}}}
	report := transfer.Report{Statements: sampleHeads(), Elsewhere: 1, Work: transfer.Done{Booked: 1_204, Suspended: 17, Proofs: 2, Returned: 3, Fees: 1, Listed: 4}}
	return []page.Sample{
		one("", func(s room.Scene) ([]byte, error) {
			return overviewHTML.HTML(overview(s, state{accounts, sampleHeads(), sampleAlarms(), counted}))
		}),
		one("-empty", func(s room.Scene) ([]byte, error) { return overviewHTML.HTML(overview(s, state{})) }),
		one("-upload", func(s room.Scene) ([]byte, error) { return uploadHTML.HTML(uploadPage(s)) }),
		one("-upload-refused", func(s room.Scene) ([]byte, error) {
			v := uploadPage(s)
			v.Frame, v.Mistake = v.Fails(), s.Base.Words.Error(&bank.FormatError{Key: "bankfile_unknown"})
			return uploadHTML.HTML(v)
		}),
		one("-read", func(s room.Scene) ([]byte, error) {
			v := uploadPage(s)
			v.Read = resultOf(s, "camt053_2026-11-21.zip", report)
			return uploadHTML.HTML(v)
		}),
		one("-read-again", func(s room.Scene) ([]byte, error) {
			v := uploadPage(s)
			v.Read = resultOf(s, "camt053_2026-11-21.zip", transfer.Report{Known: true, Statements: sampleHeads()[:1]})
			return uploadHTML.HTML(v)
		}),
		one("-account", func(s room.Scene) ([]byte, error) {
			return accountHTML.HTML(AccountPage{Frame: s.Frame(accountPath), Added: bank.IBAN(sampleIBAN).Grouped()})
		}),
		one("-account-wrong", func(s room.Scene) ([]byte, error) {
			return accountHTML.HTML(AccountPage{Frame: s.Frame(accountPath).Fails(), IBAN: "DE89370400440532013001",
				Mistake: s.Base.Words.Error(debt.E(debt.Invalid, "bank_iban_invalid", nil))})
		}),
		one("-check", func(s room.Scene) ([]byte, error) { return checkHTML.HTML(checkPage(s, sampleAlarms()[0])) }),
		one("-check-gap", func(s room.Scene) ([]byte, error) {
			v := checkPage(s, sampleAlarms()[2])
			v.Frame, v.Mistake = v.Fails(), s.Base.Words.Error(debt.E(debt.Invalid, "bank_why_missing", nil))
			return checkHTML.HTML(v)
		}),
		one("-due", func(s room.Scene) ([]byte, error) {
			line := func(nr string, ago int, amount debt.Cents) remittances.Line {
				return remittances.Line{FileReference: nr, ReceivedOn: column.On(room.SampleDay.AddDays(-ago)), Amount: amount}
			}
			return dueHTML.HTML(duePage(s, room.SampleDay, []seen.Due{{Account: accounts[0].Account, Came: 480_00 + 12_345_67, Back: -75_00, Fees: 759_17, Sum: 405_00 + 12_345_67 - 759_17,
				Lines: []remittances.Line{line("2026-000417", 40, -75_00), line("2026-000418", 3, 480_00), line("2026-000421", 1, 12_345_67)}}, {Account: accounts[1].Account}}))
		}),
		one("-check-fine", func(s room.Scene) ([]byte, error) {
			return checkHTML.HTML(checkPage(s, seen.Alarm{Head: sampleHead(1, nil), Over: true}))
		}),
	}
}

func listSamples() []page.Sample {
	one := func(name string, chosen int, after debt.ID, list []transfer.Item) page.Sample {
		return room.Sample("bank-list"+name, func(w *text.Catalogue) ([]byte, error) {
			return listHTML.HTML(listPage(room.SampleScene(w, staff.Clerk), chosen, after, list))
		})
	}
	var many []transfer.Item
	for range atOnce/4 + 1 {
		many = append(many, sampleItems()...)
	}
	return []page.Sample{one("", 0, "", sampleItems()), one("-empty", 0, "", nil), one("-others", 4, "", nil), one("-many", 0, many[0].ID, many)}
}

func lineSamples() []page.Sample {
	one := func(name string, x transfer.Item, a about, change func(*LinePage)) page.Sample {
		return room.Sample("bank-line"+name, func(w *text.Catalogue) ([]byte, error) {
			v := linePage(room.SampleScene(w, staff.Manager), x, sampleHead(1, nil), a)
			if change != nil {
				change(&v)
			}
			return lineHTML.HTML(v)
		})
	}
	open := sampleLine(1, statements.Suspended, func(x *transfer.Item) { x.Suggestions = sampleSuggestions() })
	went := []went{{"2026-000421", recordLink("2026-000421"), 50_00}, {"2026-000422", recordLink("2026-000422"), 37_37}}
	typed := []share{{N: 1, Reference: "2026-000421", Amount: "50"}, {N: 2, Reference: "2026-00042", Amount: "37,3", Mistake: ""}, {N: 3}, {N: 4, Reference: "2026-000423", Amount: "1.234"}}
	return []page.Sample{
		one("", open, about{}, nil),
		one("-none", sampleItems()[2], about{}, nil),
		one("-hits", open, about{}, func(v *LinePage) { v.Asked, v.Hits, v.More = "Mustermann", v.Suggestions, true }),
		one("-no-hits", open, about{}, func(v *LinePage) { v.Asked = "Karamell" }),
		one("-split-wrong", open, about{shares: typed, mistake: debt.E(debt.Invalid, "bank_shares_wrong", nil), rest: cents(37_37)}, func(v *LinePage) {
			v.Shares[1].Mistake = v.Words.Error(debt.E(debt.Invalid, "bank_share_case", nil))
			v.Shares[3].Mistake = v.Words.Error(debt.E(debt.Invalid, "amount_invalid", debt.Args{"value": "1.234"}))
		}),
		one("-faster", sampleLine(1, statements.Paid, nil), about{faster: true}, func(v *LinePage) { v.Went = went[:1] }),
		one("-done", sampleLine(1, statements.Paid, nil), about{done: "geteilt"}, func(v *LinePage) { v.Went, v.Onward = went, lineLink("x") }),
		one("-others", sampleLine(1, statements.NotOurs, func(x *transfer.Item) { x.Reason = transfer.OtherBusiness }), about{done: "fremd"}, nil),
		one("-back", sampleLine(1, statements.GiveBack, nil), about{done: "zurueck"}, nil),
		one("-in-file", sampleLine(1, statements.GiveBack, func(x *transfer.Item) { x.InFile = true }), about{}, nil),
	}
}
