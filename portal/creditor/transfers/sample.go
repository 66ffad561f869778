package transfers

import (
	"time"

	"quitt/debt"
	"quitt/debt/rail"
	"quitt/debt/staff"
	"quitt/payments/payout"
	"quitt/payments/transfer/seen"
	"quitt/portal/creditor/room"
	"quitt/portal/page"
	"quitt/portal/text"
	"quitt/store/payouts"
)

const sampleIBAN, sampleOther, sampleOwn = "DE89370400440532013000", "DE41500105170123456789", "DE02120300000000202051"

func sampleSheet(ago int, message string, state payouts.State) payout.Sheet {
	day := room.SampleDay.AddDays(-ago)
	x := payout.Sheet{Message: message, From: sampleIBAN, UpTo: day, ExecuteOn: day, MadeAt: room.SampleNow.Add(-time.Duration(ago) * 24 * time.Hour),
		N: 3 * ago, Amount: debt.Cents(417_30 * ago), State: state}
	if !payout.IsBacks(message) {
		x.Source, x.Reference, x.ToIBAN, x.ToName = "bank:"+sampleIBAN, "Quitt "+message, sampleOther, "Stadtwerke Musterstadt GmbH"
	}
	return x
}

// Samples shows every page of this room.
func Samples() []page.Sample {
	one := func(name string, role staff.Role, html func(s room.Scene) ([]byte, error)) page.Sample {
		return room.Sample("transfers"+name, func(w *text.Catalogue) ([]byte, error) {
			s := room.SampleScene(w, role)
			s.Creditor.IBAN = sampleOwn
			return html(s)
		})
	}
	const ordered, paid, gone = "PQHFWIZLTOQQHK3DFMUQHI33VNYA", "PQB2M7XK5WQQHK3DFMUQHI33VNYB", "GQKLWIZLTOQQHK3DFMUQHI33VNYC"
	sheets := []payout.Sheet{sampleSheet(1, ordered, payouts.Ordered), sampleSheet(9, gone, payouts.Cancelled), sampleSheet(30, paid, payouts.Paid)}
	at := func(number string) rail.Account { return rail.Account{Provider: rail.Bank, External: number} }
	due := []seen.Due{{Account: at(sampleIBAN), Sum: 1_234_56}, {Account: at(sampleOther)}}
	waits := []payout.Backlog{{Account: at(sampleIBAN), Backs: 3, Amount: 187_50, Refused: 2}, {Account: at(sampleOther)}}
	open := []payout.Backlog{{Account: at(sampleIBAN), Open: ordered}}
	both, first := accountsOf(due, waits), accountsOf(due, waits[:1])
	return []page.Sample{
		one("", staff.Admin, func(s room.Scene) ([]byte, error) { return listHTML.HTML(listPage(s, both, sheets)) }),
		one("-wrong", staff.Admin, func(s room.Scene) ([]byte, error) {
			v := listPage(s, first, nil)
			v.Frame, v.Mistake = v.Fails(), s.Base.Words.Error(debt.E(debt.Conflict, "payout_back_nothing", nil))
			return listHTML.HTML(v)
		}),
		one("-ordered", staff.Admin, func(s room.Scene) ([]byte, error) {
			return listHTML.HTML(listPage(s, accountsOf(due[:1], open), sheets[:1]))
		}),
		one("-viewer", staff.Viewer, func(s room.Scene) ([]byte, error) { return listHTML.HTML(listPage(s, first, nil)) }),
		one("-none", staff.Viewer, func(s room.Scene) ([]byte, error) { return listHTML.HTML(listPage(s, nil, nil)) }),
		one("-pay", staff.Admin, func(s room.Scene) ([]byte, error) {
			both[1].Due = 12_50
			return payHTML.HTML(payPage(s, both))
		}),
		one("-pay-own", staff.Admin, func(s room.Scene) ([]byte, error) {
			s.Creditor.IBAN = sampleIBAN
			return payHTML.HTML(payPage(s, first))
		}),
		one("-pay-wrong", staff.Admin, func(s room.Scene) ([]byte, error) {
			v := payPage(s, first).keep(page.Values{"konto": {sampleIBAN}, "iban": {"DE02"}, "inhaber": {"Stadtwerke"}, "bis": {"2026-11-12"}})
			v.Frame, v.Mistake = v.Fails(), s.Base.Words.Error(debt.E(debt.Invalid, "payout_account", nil))
			return payHTML.HTML(v)
		}),
		one("-pay-none", staff.Admin, func(s room.Scene) ([]byte, error) { return payHTML.HTML(payPage(s, nil)) }),
		one("-file", staff.Admin, func(s room.Scene) ([]byte, error) {
			v := sheetPage(s, sheets[0])
			v.Done = s.Base.Words.Text("transfers_done", nil)
			return sheetHTML.HTML(v)
		}),
		one("-file-back", staff.Clerk, func(s room.Scene) ([]byte, error) { return sheetHTML.HTML(sheetPage(s, sheets[1])) }),
		one("-file-wrong", staff.Admin, func(s room.Scene) ([]byte, error) {
			v := sheetPage(s, sheets[0])
			v.Frame, v.Mistake = v.Fails(), s.Base.Words.Error(debt.E(debt.Invalid, "transfers_unsure", nil))
			return sheetHTML.HTML(v)
		}),
	}
}
