package record

import (
	desk "quitt/cases/record"
	"quitt/debt"
	"quitt/debt/letter"
	"quitt/debt/staff"
	written "quitt/notifications/letter"
	"quitt/portal/creditor/dossier"
	"quitt/portal/creditor/room"
	debtor "quitt/portal/debtor/room"
	"quitt/portal/page"
	"quitt/portal/text"
	"quitt/store/letters"
)

// Samples shows the pages of this room.
func Samples() []page.Sample {
	of := func(name string, role staff.Role, build func() *debtor.Sample, change func(*desk.Record), html func(dossier.Scene) ([]byte, error)) page.Sample {
		return room.Sample("case"+name, func(w *text.Catalogue) ([]byte, error) {
			s, err := dossier.Sample(w, role, build, change)
			if err != nil {
				return nil, err
			}
			return html(s)
		})
	}
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
	return []page.Sample{
		of("", staff.Manager, dossier.Busy, dossier.Everything, shows("")),
		of("-new", staff.Clerk, dossier.Owed, nil, shows("notiz")),
		of("-viewer", staff.Viewer, dossier.Busy, dossier.Everything, shows("")),
		of("-closed", staff.Manager, closed, nil, shows("zahlung")),
		of("-rate-unknown", staff.Manager, unknown, nil, shows("")),
		of("-letter", staff.Clerk, dossier.Owed, nil, sent(letter.FirstNotice, letters.Sent)),
		of("-letter-void", staff.Clerk, dossier.Owed, nil, sent(letter.Reminder, letters.Void)),
	}
}
