package record

import (
	desk "quitt/cases/record"
	"quitt/debt"
	"quitt/debt/letter"
	"quitt/debt/staff"
	written "quitt/notifications/letter"
	"quitt/payments/booking"
	"quitt/payments/transfer"
	"quitt/payments/transfer/seen"
	"quitt/portal/creditor/dossier"
	"quitt/portal/creditor/room"
	debtor "quitt/portal/debtor/room"
	"quitt/portal/page"
	"quitt/portal/text"
	"quitt/store/letters"
	"quitt/store/statements"
	"quitt/store/tasks"
)

// sample is a case as a member of a role sees it.
type sample struct {
	name   string
	role   staff.Role
	build  func() *debtor.Sample
	change func(*desk.Record)
}

func (x sample) page(html func(dossier.Scene) ([]byte, error)) page.Sample {
	return room.Sample("case"+x.name, func(w *text.Catalogue) ([]byte, error) {
		s, err := dossier.Sample(w, x.role, x.build, x.change)
		if err != nil {
			return nil, err
		}
		return html(s)
	})
}

// Samples shows the pages of this room.
func Samples() []page.Sample {
	shows := func(done string) func(dossier.Scene) ([]byte, error) {
		return func(s dossier.Scene) ([]byte, error) { return recordHTML.HTML(Pages{}.view(s, done)) }
	}
	sent := func(kind letter.Kind, state letters.State) func(dossier.Scene) ([]byte, error) {
		return func(s dossier.Scene) ([]byte, error) {
			doc, err := written.Sample(kind)
			if err != nil {
				return nil, err
			}
			return letterHTML.HTML(letterOf(s, letters.Kept{ID: "l", Number: 1042, Kind: kind, State: state, Document: doc}))
		}
	}
	usual := func() *debtor.Sample { return dossier.Owed().Pay(12, 150_00, debt.MethodTransfer) }
	closed := func() *debtor.Sample {
		return dossier.Owed().PayAll(10, 25_00, debt.MethodTransfer).With(func(s *debtor.Sample) {
			s.Case.Stage, s.Case.CloseReason, s.Case.Processing = debt.StageClosed, "paid", debt.Stopped
		})
	}
	unknown := func() *debtor.Sample {
		s := debtor.NewSample()
		s.Today = debt.LastBaseRateDay().AddDays(41)
		return s.Claim(debtor.SampleObject, 312_40, 120)
	}
	proof := func(r *desk.Record) {
		dossier.Everything(r)
		*r = desk.Record{View: r.View, Limitation: r.Limitation, Proofs: r.Proofs, Letters: r.Letters[1:2], Notes: r.Notes}
		r.Case.Holds, r.Letters[0].State = nil, letters.Sent
	}
	return []page.Sample{
		sample{"", staff.Manager, usual, proof}.page(shows("")),
		sample{"-full", staff.Manager, dossier.Busy, dossier.Everything}.page(shows("")),
		sample{"-transfer", staff.Clerk, usual, nil}.page(func(s dossier.Scene) ([]byte, error) {
			s.Transfers = []seen.Arrived{{Item: transfer.Item{Payer: "DE02 … 2051", Line: statements.Line{ID: "line", BookedOn: room.SampleDay.AddDays(-12),
				Said: statements.Said{Name: "Aylin Mustermann", Texts: []debt.Personal{"Rechnung vom Juni", "RF45ZA2107"}}}},
				Head: statements.Head{Sequence: "231", To: room.SampleDay.AddDays(-12)}, Share: 150_00}}
			return shows("")(s)
		}),
		sample{"-debits", staff.Clerk, usual, nil}.page(func(s dossier.Scene) ([]byte, error) {
			s.Given = dossier.SampleGiven()
			s.Record.Tasks = []tasks.Task{{ID: "t", Kind: booking.TaskObjected, Amount: 50_00, Reason: "MD06"}, {ID: "u", Kind: booking.TaskObjected, Amount: 75_00, Reason: "MS02"}}
			return shows("mandat")(s)
		}),
		sample{"-new", staff.Clerk, dossier.Owed, nil}.page(shows("notiz")),
		sample{"-viewer", staff.Viewer, dossier.Busy, dossier.Everything}.page(shows("")),
		sample{"-closed", staff.Manager, closed, nil}.page(shows("zahlung")),
		sample{"-rate-unknown", staff.Manager, unknown, nil}.page(shows("")),
		sample{"-letter", staff.Clerk, dossier.Owed, nil}.page(sent(letter.FirstNotice, letters.Sent)),
		sample{"-letter-void", staff.Clerk, dossier.Owed, nil}.page(sent(letter.Reminder, letters.Void)),
	}
}
