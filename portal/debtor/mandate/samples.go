package mandate

import (
	"quitt/debt"
	"quitt/debt/mandate"
	"quitt/payments/directdebit"
	"quitt/portal/debtor/room"
	"quitt/portal/page"
)

// Samples shows every page of this room in every state.
func Samples() []page.Sample {
	terms, m := sampleTerms(), sampleMandate()
	shown := func(name string, render func(scene) ([]byte, error)) page.Sample {
		build := func() *room.Sample { return room.NewSample().Claim(room.SampleObject, 312_40, 120).Fees() }
		return room.Shown("mandate-"+name, Path, build, func(rs room.Scene) ([]byte, error) {
			rs.Base = rs.Base.Whole()
			return render(scene{rs, terms})
		})
	}
	form := func(name string, amount debt.Cents, change func(scene, *FormPage)) page.Sample {
		return shown(name, func(s scene) ([]byte, error) {
			v := s.form(amount)
			change(s, &v)
			return formHTML.HTML(v)
		})
	}
	list := []page.Sample{
		form("form-once", 349_42, func(scene, *FormPage) {}),
		form("form-plan", 0, func(scene, *FormPage) {}),
		form("form-mistake", 349_42, func(s scene, v *FormPage) {
			v.Holder, v.IBAN, v.Other, v.Failed = "Kim Mustermann", "DE02120300000000202052", true, true
			v.Mistake = s.words().Error(debt.E(debt.Invalid, "mandate_iban", nil))
		}),
	}
	one := func(name string, change func(scene, *MandatePage)) {
		list = append(list, shown(name, func(s scene) ([]byte, error) {
			v := view(s.Scene, m)
			change(s, &v)
			if v.Mandate.State != mandate.Pending {
				v.Account = "… " + m.Last4()
			}
			return mandateHTML.HTML(v)
		}))
	}
	to := func(state mandate.State) func(scene, *MandatePage) {
		return func(_ scene, v *MandatePage) {
			v.Mandate.State = state
			if state != mandate.Expired {
				v.Mandate.SignedOn = room.SampleDay
			}
		}
	}
	one("confirm", func(scene, *MandatePage) {})
	one("confirm-mistake", func(s scene, v *MandatePage) {
		v.Failed, v.Mistake = true, s.words().Error(debt.E(debt.Forbidden, "contact_code_wrong", nil))
	})
	one("paper", func(_ scene, v *MandatePage) {
		v.Mandate.How, v.Mandate.Kind, v.Mandate.Other = mandate.ByPaper, mandate.Recurring, true
	})
	one("active", func(s scene, v *MandatePage) {
		to(mandate.Active)(s, v)
		v.Day = terms.FirstOn
	})
	one("taken", to(mandate.Active))
	one("active-plan", func(s scene, v *MandatePage) {
		to(mandate.Active)(s, v)
		v.Mandate.Kind = mandate.Recurring
	})
	one("sure", func(s scene, v *MandatePage) {
		to(mandate.Active)(s, v)
		v.Sure = true
	})
	one("revoked", to(mandate.Revoked))
	one("expired", to(mandate.Expired))
	one("used", to(mandate.Used))
	return list
}

func sampleTerms() directdebit.Terms {
	return directdebit.Terms{Account: mandate.Account{ID: "a", IBAN: "DE89370400440532013000", Identifier: "DE98ZZZ09999999999", Holder: "Dr. Miriam Lindner", CutOff: 1, Notice: 2},
		Payable: 312_40, FirstOn: room.SampleDay.AddDays(2), Notice: 2, Code: true}
}

func sampleMandate() mandate.Mandate {
	return mandate.Mandate{ID: "019aa9c0-7d3e-7c1a-9b52-3f6f2c1d8e45", CaseID: "k", Reference: "QMMFZWIZLTOQQHK3DFMUQHI33VNY", Kind: mandate.OneOff, State: mandate.Pending,
		Holder: "Aylin Mustermann", IBAN: "DE02120300000000202051", Amount: 349_42, Notice: 2, Payee: "Dr. Miriam Lindner", Identifier: "DE98ZZZ09999999999",
		Text: mandate.TextVersion, How: mandate.ByCode, MadeAt: room.SampleDay.Time()}
}
