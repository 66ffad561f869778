package account

import (
	"time"

	"quitt/cases/signin/staffing"
	"quitt/debt"
	"quitt/debt/staff"
	"quitt/portal/creditor/room"
	"quitt/portal/page"
	"quitt/portal/text"
	kept "quitt/store/staff"
)

// Samples shows the page.
func Samples() []page.Sample {
	one := func(name string, change func(*AccountPage)) page.Sample {
		return room.Sample("account"+name, func(w *text.Catalogue) ([]byte, error) {
			v := AccountPage{Frame: room.SampleScene(w, staff.Manager).Frame(home), Account: sampleAccount()}
			change(&v)
			return accountHTML.HTML(v)
		})
	}
	return []page.Sample{
		one("", func(*AccountPage) {}),
		one("-passkey", func(v *AccountPage) {
			v.Able, v.Passkeys = true, []kept.Passkey{{ID: "p1", Device: "Safari, iPhone", MadeAt: room.SampleNow.AddDate(0, -1, 0)}}
		}),
		one("-provider", func(v *AccountPage) {
			v.Provider, v.Linked = room.SampleProvider, []kept.Identity{{ID: "i1", MadeAt: room.SampleNow.AddDate(0, -1, 0)}}
		}),
		one("-provider-new", func(v *AccountPage) { v.Provider = room.SampleProvider }),
		room.Sample("passkey", func(w *text.Catalogue) ([]byte, error) {
			return passkeyHTML.HTML(PasskeyPage{Frame: room.SampleScene(w, staff.Manager).Frame(making), Passkey: staffing.Ceremony{Options: "{}"}})
		}),
		one("-operator", func(v *AccountPage) { v.Glass = true }),
		one("-refused", func(v *AccountPage) {
			v.Glass, v.Reason = true, "kurz"
			v.Frame, v.Mistake = v.Fails(), v.Words.Error(debt.E(debt.Invalid, "staff_glass_reason", debt.Args{"least": 10, "most": 500}))
		}),
	}
}

func sampleAccount() staffing.Account {
	return staffing.Account{Recovery: 9, Sessions: []staffing.Shown{
		{ID: "s1", Device: "Firefox, Linux", OpenedAt: room.SampleNow.Add(-time.Hour), SeenAt: room.SampleNow, Here: true},
		{ID: "s2", Device: "Safari, iPhone", OpenedAt: room.SampleNow.Add(-5 * time.Hour), SeenAt: room.SampleNow.Add(-20 * time.Minute)},
		{ID: "s3", OpenedAt: room.SampleNow.Add(-6 * time.Hour), SeenAt: room.SampleNow.Add(-25 * time.Minute)}}}
}
