package record

import (
	"strings"

	"quitt/debt"
	"quitt/portal/creditor/dossier"
	"quitt/portal/creditor/room"
)

// transferView is money that came in by the bank, as its statement tells it.
type transferView struct {
	On                   debt.Date
	Amount               debt.Cents // for this case
	Payer, IBAN, Purpose string
	Statement, Link      string
}

func (v viewer) transfers() (list []transferView) {
	for _, a := range v.Transfers {
		x := transferView{On: a.BookedOn, Amount: a.Share, Payer: a.Said.Name.Reveal(), IBAN: a.Payer, Statement: dossier.StatementOf(v.Base, a.Head),
			Link: room.Home + "/bank/zahlung?id=" + string(a.ID)}
		var parts []string
		for _, t := range a.Said.Texts {
			parts = append(parts, t.Reveal())
		}
		x.Purpose = strings.Join(parts, " ")
		list = append(list, x)
	}
	return list
}
