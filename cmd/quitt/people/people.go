// Package people has the command with which the operator lets people in who work for creditors:
// the first administrator of each comes from here.
package people

import (
	"context"
	"flag"
	"time"

	"quitt/cases/signin/staffing"
	"quitt/cmd/quitt/shown"
	"quitt/debt"
	"quitt/debt/staff"
	"quitt/portal/text"
	"quitt/store"
)

// Desk is what the command works with.
type Desk struct {
	Staff staffing.Desk
	Store *store.Store
	Words *text.Catalogue
}

// Input is what was typed.
type Input struct {
	Action, Who          string // Who is an address, or for "code" a secret
	Name, Creditor, Role string
	Operator             bool
}

// Flags registers the command's flags.
func (in *Input) Flags(_ string, fs *flag.FlagSet) {
	fs.StringVar(&in.Name, "name", "", "")
	fs.StringVar(&in.Creditor, "creditor", "", "")
	fs.StringVar(&in.Role, "role", "", "")
	fs.BoolVar(&in.Operator, "operator", false, "")
}

// Take reads what was typed beside the flags, or says that there is no such call.
func (in *Input) Take(_ string, args []string) (needs map[string]string, ok bool) {
	if in.Action = args[0]; len(args) > 1 {
		in.Who = args[1]
	}
	switch in.Action {
	case "list":
		return nil, in.Who == ""
	case "reset", "revoke", "code":
		return nil, in.Who != ""
	case "invite":
		needs = map[string]string{"name": in.Name}
		if !in.Operator || in.Creditor != "" {
			needs["creditor"], needs["role"] = in.Creditor, in.Role
		}
		return needs, in.Who != ""
	}
	return nil, false
}

// Run does what was asked for.
func (d Desk) Run(ctx context.Context, in Input) (shown.Answer, error) {
	switch in.Action {
	case "list":
		return d.list(ctx)
	case "invite":
		return d.invite(ctx, in)
	}
	m, err := d.Staff.ByEmail(ctx, debt.Personal(in.Who))
	if err != nil {
		return shown.Answer{}, err
	}
	if in.Action == "revoke" {
		err = d.Staff.End(ctx, staffing.Change{Member: m.ID})
		return shown.Answer{JSON: map[string]string{"outcome": in.Action}, Text: d.Words.Text("staff_cli_revoked", nil) + "\n"}, err
	}
	i, err := d.Staff.Restart(ctx, staffing.Change{Member: m.ID})
	if err != nil {
		return shown.Answer{}, err
	}
	return d.invited(i), nil
}

// Code computes what an authenticator with a secret shows.
func Code(secret string, at time.Time) (shown.Answer, error) {
	code, err := staffing.CodeAt(secret, at)
	if err != nil {
		return shown.Answer{}, debt.E(debt.Invalid, "staff_secret_invalid", nil)
	}
	return shown.Answer{JSON: map[string]string{"code": code}, Text: code + "\n"}, nil
}

func (d Desk) invite(ctx context.Context, in Input) (shown.Answer, error) {
	w := staffing.Wish{Email: debt.Personal(in.Who), Name: debt.Personal(in.Name), Language: string(d.Words.Language()), Operator: in.Operator}
	if in.Creditor != "" {
		err := d.Store.Read(ctx, "", func(r *store.Reader) error {
			c, err := r.LoadCreditor(in.Creditor)
			w.Creditor, w.Role = c.ID, staff.Role(in.Role)
			return err
		})
		if err != nil {
			return shown.Answer{}, err
		}
	}
	i, err := d.Staff.Invite(ctx, "", w)
	if err != nil {
		return shown.Answer{}, err
	}
	return d.invited(i), nil
}

// invited prints the code too: whoever sets an installation up may have no mail server yet.
func (d Desk) invited(i staffing.Invitation) shown.Answer {
	if i.Code == "" {
		return shown.Answer{JSON: map[string]string{"id": string(i.ID)}, Text: d.Words.Text("staff_cli_known", nil) + "\n"}
	}
	return shown.Answer{JSON: map[string]string{"id": string(i.ID), "code": i.Code.Grouped()},
		Text: d.Words.Text("staff_cli_invited", debt.Args{"code": i.Code.Grouped()}) + "\n"}
}

// listed is one member as the command shows him.
type listed struct {
	Email    string `json:"email"`
	Name     string `json:"name"`
	State    string `json:"state"`
	Operator bool   `json:"operator"`
}

func (d Desk) list(ctx context.Context) (shown.Answer, error) {
	members, err := d.Staff.Members(ctx)
	if err != nil {
		return shown.Answer{}, err
	}
	w, list := d.Words, []listed{}
	rows := [][]string{{w.Text("staff_email_label", nil), w.Text("staff_name_label", nil), w.Text("staff_users_state", nil), ""}}
	for _, m := range members {
		list = append(list, listed{m.Email.Reveal(), m.Name.Reveal(), string(m.State), m.Operator})
		row := []string{m.Email.Reveal(), m.Name.Reveal(), w.Word(m.State), ""}
		if m.Operator {
			row[3] = w.Text("staff_cli_operator", nil)
		}
		rows = append(rows, row)
	}
	return shown.Answer{JSON: list, Rows: rows}, nil
}

// Shown is somebody of a demo, with everything needed to come in.
type Shown struct {
	Role                              staff.Role
	Email, Password, Secret, Recovery string
}

// demoPeople are invented, as their cases are.
var demoPeople = []struct {
	role        staff.Role
	email, name string
	everywhere  bool // not only at the first creditor
}{
	{staff.Clerk, "sachbearbeitung@quitt.example", "Svenja Petersen", false},
	{staff.Manager, "leitung@quitt.example", "Okan Yildirim", true},
	{staff.Admin, "verwaltung@quitt.example", "Renate Vogt", false},
}

// Demo lets the demo's people in anew, and says how they come in: what an earlier demo printed
// works no more. Of the creditors only the codes are looked at.
func (d Desk) Demo(ctx context.Context, creditors []debt.Creditor, public string) (string, error) {
	var known []debt.Creditor
	err := d.Store.Read(ctx, "", func(r *store.Reader) error {
		known = nil
		for _, c := range creditors {
			found, err := r.LoadCreditor(c.Code)
			if err != nil {
				return err
			}
			known = append(known, found)
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	list, err := d.Hire(ctx, known)
	if err != nil {
		return "", err
	}
	said := d.Words.Text("staff_demo", debt.Args{"url": public + "/verwaltung/anmelden"})
	return "\n" + shown.Columns(d.rows(list)) + "\n" + said + "\n", nil
}

// Hire lets the demo's people in at creditors.
func (d Desk) Hire(ctx context.Context, creditors []debt.Creditor) (list []Shown, err error) {
	for _, p := range demoPeople {
		at := creditors[:1]
		if p.everywhere {
			at = creditors
		}
		var i staffing.Invitation
		for _, c := range at {
			if i, err = d.Staff.Invite(ctx, "", staffing.Wish{Email: debt.Personal(p.email), Name: debt.Personal(p.name), Creditor: c.ID, Role: p.role}); err != nil {
				return nil, err
			}
		}
		if i, err = d.Staff.Restart(ctx, staffing.Change{Member: i.ID}); err != nil {
			return nil, err
		}
		one, err := d.join(ctx, i)
		if err != nil {
			return nil, err
		}
		one.Role, one.Email = p.role, p.email
		list = append(list, one)
	}
	return list, nil
}

// join uses an invitation as its reader would, and signs out again.
func (d Desk) join(ctx context.Context, i staffing.Invitation) (s Shown, err error) {
	known, err := d.Staff.Look(ctx, i.Code.Grouped())
	if err != nil {
		return s, err
	}
	// The step before: the code that an authenticator shows now is still to be used.
	second, err := staffing.CodeAt(known.Secret, d.Staff.Now().Add(-30*time.Second))
	if err != nil {
		return s, err
	}
	s.Secret, s.Password = known.Secret, staffing.NewPassword()
	o, codes, err := d.Staff.Join(ctx, staffing.Joining{Code: i.Code.Grouped(), Password: s.Password, Second: second})
	if err != nil {
		return s, err
	}
	s.Recovery = codes[0].Grouped()
	return s, d.Staff.Leave(ctx, o.Cookie)
}

func (d Desk) rows(list []Shown) [][]string {
	w := d.Words
	rows := [][]string{{w.Text("staff_role_label", nil), w.Text("staff_email_label", nil), w.Text("staff_password", nil), w.Text("staff_demo_recovery", nil), w.Text("staff_demo_secret", nil)}}
	for _, s := range list {
		rows = append(rows, []string{w.Word(s.Role), s.Email, s.Password, s.Recovery, s.Secret})
	}
	return rows
}
