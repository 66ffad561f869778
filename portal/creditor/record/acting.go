package record

import (
	"slices"

	"quitt/debt"
	"quitt/debt/authority"
	"quitt/debt/staff"
)

// acting is somebody who acts for the debtor, or said so.
type acting struct {
	Name, Kind, State string
	Scopes            []string
	Until             debt.Date
	Link              string // where a person decides about it
}

// acting lists them, the newest first. One that has ended stays: it explains what was done then.
func (v viewer) acting() (list []acting) {
	for _, a := range slices.Backward(v.Record.Acting) {
		state := a.On(v.Now)
		x := acting{Name: a.Who.Name.Reveal(), Kind: v.Base.Word(a.Kind), State: v.Base.Word(state), Until: a.Until}
		for _, scope := range a.Scopes {
			x.Scopes = append(x.Scopes, v.Base.Word(scope))
		}
		if v.Role.May(staff.Act) && slices.Contains([]authority.State{authority.Claimed, authority.Invited, authority.Active}, state) {
			x.Link = v.actPath("vollmacht", "id", string(a.ID))
		}
		list = append(list, x)
	}
	return list
}
