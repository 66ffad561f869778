package account

import (
	"time"

	"quitt/cases/signin/staffing"
	"quitt/debt/staff"
	"quitt/portal/creditor/room"
	"quitt/portal/page"
	"quitt/portal/text"
)

// Samples shows the page.
func Samples() []page.Sample {
	return []page.Sample{room.Sample("account", func(w *text.Catalogue) ([]byte, error) {
		return accountHTML.HTML(AccountPage{room.SampleScene(w, staff.Manager).Frame(home), staffing.Account{Recovery: 9, Sessions: []staffing.Shown{
			{ID: "s1", Device: "Firefox, Linux", OpenedAt: room.SampleNow.Add(-time.Hour), SeenAt: room.SampleNow, Here: true},
			{ID: "s2", Device: "Safari, iPhone", OpenedAt: room.SampleNow.Add(-5 * time.Hour), SeenAt: room.SampleNow.Add(-20 * time.Minute)},
			{ID: "s3", OpenedAt: room.SampleNow.Add(-6 * time.Hour), SeenAt: room.SampleNow.Add(-25 * time.Minute)}}}})
	})}
}
