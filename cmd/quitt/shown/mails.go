package shown

import (
	"strconv"
	"time"

	"quitt/debt"
	"quitt/notifications"
)

// Mail names no address: the list is for looking after the way, not the content.
type Mail struct {
	ID       debt.ID   `json:"id"`
	Creditor string    `json:"creditor"`
	CaseID   debt.ID   `json:"case_id"`
	Channel  string    `json:"channel"`
	Template string    `json:"template"`
	State    string    `json:"state"`
	Attempts int       `json:"attempts"`
	Error    string    `json:"error"`
	Created  time.Time `json:"created_at"`
}

// Mails lists messages.
func Mails(list []notifications.Listed) Answer {
	out, rows := []Mail{}, [][]string{}
	for _, m := range list {
		out = append(out, Mail{m.ID, m.Creditor.Code, m.CaseID, string(m.Channel), m.Template, string(m.State), m.Attempts, m.LastError, m.CreatedAt})
		rows = append(rows, []string{string(m.ID), m.Creditor.Code, m.CreatedAt.In(debt.Berlin).Format("2006-01-02 15:04"), string(m.Channel),
			string(m.State), strconv.Itoa(m.Attempts), m.Template, m.LastError})
	}
	return Answer{JSON: out, Rows: rows}
}
