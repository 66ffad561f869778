package users

import (
	"time"

	"quitt/cases/signin/staffing"
	"quitt/debt"
	"quitt/debt/staff"
	"quitt/portal/creditor/room"
	"quitt/portal/page"
	"quitt/portal/text"
)

// Samples shows the page in its states.
func Samples() []page.Sample {
	one := func(name string, change func(*ListPage)) page.Sample {
		return room.Sample("users"+name, func(w *text.Catalogue) ([]byte, error) {
			v := ListPage{Frame: room.SampleScene(w, staff.Admin).Frame(home), Roles: staff.Roles(), Colleagues: sampleColleagues(), Log: []staffing.Line{
				{What: staff.GotRole, Member: "Svenja Petersen", By: "Renate Vogt", At: room.SampleNow.Add(-time.Hour)},
				{What: staff.WasInvited, Member: "Svenja Petersen", At: room.SampleNow.Add(-26 * time.Hour)}}}
			change(&v)
			return listHTML.HTML(v)
		})
	}
	return []page.Sample{
		one("", func(*ListPage) {}),
		one("-invited", func(v *ListPage) { v.Done = v.Words.Text("staff_users_invited", nil) }),
		one("-refused", func(v *ListPage) {
			v.Name, v.Email = "Jörg Müller", "mueller(at)inkasso"
			v.Frame, v.Mistake = v.Fails(), v.Words.Error(debt.E(debt.Invalid, "staff_email", nil))
		}),
		one("-provider", func(v *ListPage) { v.Provider = room.SampleProvider }),
		one("-demanded", func(v *ListPage) {
			v.Provider, v.Demanded, v.Done = room.SampleProvider, true, v.Words.Text("staff_sso_demanded", nil)
		}),
		one("-new", func(v *ListPage) { v.Colleagues, v.Log = v.Colleagues[:1], nil }),
	}
}

func sampleColleagues() []staffing.Colleague {
	of := func(id debt.ID, name, email debt.Personal, role staff.Role) staffing.Colleague {
		return staffing.Colleague{Member: staff.Member{ID: id, Name: name, Email: email, State: staff.Active}, Role: role}
	}
	list := []staffing.Colleague{of("m1", "Renate Vogt", "vogt@inkasso.example", staff.Admin), of("m2", "Svenja Petersen", "petersen@inkasso.example", staff.Clerk),
		of("m3", "Maximilian-Alexander Freiherr von Oberschlettenbach-Wolkenstein", "oberschlettenbach-wolkenstein@rechtsabteilung.inkasso.example", staff.Viewer)}
	list[2].State = staff.Invited
	return list
}
