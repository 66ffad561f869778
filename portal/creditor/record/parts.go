package record

import (
	"slices"
	"strings"

	"quitt/debt"
	"quitt/store/looks"
	"quitt/store/objections"
	"quitt/store/outbox"
	"quitt/store/plans"
)

type planView struct {
	State, Since string
	Total        debt.Cents
	Instalments  []instalment
	Rounds       []round
}

type instalment struct {
	No     int
	Amount debt.Cents
	DueOn  debt.Date
}

type round struct {
	When, Who, What, Note string
	Affordable            *debt.Cents
}

var actKeys = map[plans.Act]string{plans.Propose: "record_round_propose", plans.Counter: "record_round_counter", plans.Accept: "record_round_accept",
	plans.Decline: "record_round_decline", plans.Withdraw: "record_round_withdraw", plans.Expire: "record_round_expire", plans.Change: "record_round_change"}

// planStates are those of a plan that are none of the case's axis.
var planStates = map[debt.PlanState]string{plans.Declined: "record_plan_state_declined", plans.Expired: "record_plan_state_expired"}

func (v viewer) plans() (list []planView) {
	for _, p := range v.Record.Plans {
		x := planView{Since: v.Base.Moment(p.MadeAt), Total: p.Schedule.Total()}
		if key := planStates[p.State]; key != "" {
			x.State = v.text(key)
		} else {
			x.State = v.Base.Word(p.State)
		}
		for _, i := range p.Schedule.Instalments {
			x.Instalments = append(x.Instalments, instalment{i.No, i.Amount, i.DueOn})
		}
		for _, r := range p.Rounds {
			x.Rounds = append(x.Rounds, round{v.Base.Moment(r.At), v.Who(r.By), v.text(actKeys[r.Act]), r.Note.Reveal(), r.Affordable})
		}
		list = append(list, x)
	}
	return list
}

// said is one thing the debtor told, and what became of it.
type said struct {
	What, State, When, Words, Reason string
	Due                              debt.Date
	Open                             bool
	Link                             string
}

func (v viewer) said() (list []said) {
	w, b := v.Base.Words, v.Base
	for _, o := range v.Record.Objections {
		list = append(list, said{What: w.Text("record_todo_objection", debt.Args{"ground": b.Word(o.Ground), "amount": o.Total}), State: b.Word(o.State),
			When: b.Moment(o.FiledAt), Words: o.Words.Reveal(), Reason: o.Reason.Reveal(), Due: o.DueOn, Open: o.EndedAt.IsZero()})
	}
	for _, p := range v.Record.Proofs {
		list = append(list, said{What: w.Text("record_todo_proof", debt.Args{"amount": p.Amount, "day": p.PaidOn}), State: v.text(proofStates[p.State]),
			When: b.Moment(p.FiledAt), Words: p.Words.Reveal(), Reason: p.Reason.Reveal(), Due: p.DueOn, Open: p.EndedAt.IsZero()})
	}
	for _, x := range v.Record.Situations {
		list = append(list, said{What: w.Text("record_todo_situation", debt.Args{"situation": b.Word(x.Kind)}), State: v.text(situationStates[x.State]),
			When: b.Moment(x.ToldAt), Words: x.Words.Reveal(), Reason: x.Reason.Reveal(), Open: x.EndedAt.IsZero()})
	}
	for _, p := range v.Record.Promises {
		list = append(list, said{What: w.Text("record_promise", debt.Args{"amount": p.Amount, "day": p.By}), When: b.Moment(p.MadeAt), Open: p.EndedAt.IsZero()})
	}
	return list
}

var proofStates = map[objections.ProofState]string{objections.ProofOpen: "record_state_open", objections.ProofAccepted: "record_state_accepted",
	objections.ProofRejected: "record_state_rejected"}

var situationStates = map[objections.SituationState]string{objections.SituationOpen: "record_state_open", objections.SituationConfirmed: "record_state_confirmed",
	objections.SituationUnconfirmed: "record_state_unconfirmed"}

type mail struct{ Channel, What, State, When string }

var mailStates = map[outbox.State]string{outbox.Waiting: "record_mail_waiting", outbox.Sending: "record_mail_waiting", outbox.Sent: "record_mail_sent",
	outbox.Failed: "record_mail_failed", outbox.Unknown: "record_mail_unknown", outbox.Stopped: "record_mail_stopped"}

func (v viewer) mails() (list []mail) {
	for _, m := range v.Record.Mails {
		channel := v.text("record_mail_email")
		if m.Channel == outbox.SMS {
			channel = v.text("record_mail_sms")
		}
		what := v.text("record_mail_notice")
		if strings.Contains(m.Template, "code") {
			what = v.text("record_mail_code")
		}
		at := m.SentAt
		if at.IsZero() {
			at = m.CreatedAt
		}
		list = append(list, mail{channel, what, v.text(mailStates[m.State]), v.Base.Moment(at)})
	}
	return list
}

type message struct {
	Who, When, Text string
	Ours, Unread    bool
}

func (v viewer) messages() (list []message) {
	for _, m := range slices.Backward(v.Record.Messages) {
		list = append(list, message{v.Who(m.By), v.Base.Moment(m.At), m.Text.Reveal(), !m.FromDebtor(), m.FromDebtor() && m.ReadAt.IsZero()})
	}
	return list
}

type note struct{ Who, When, Text string }

func (v viewer) notes() (list []note) {
	for _, n := range slices.Backward(v.Record.Notes) {
		list = append(list, note{v.Who(n.By), v.Base.Moment(n.At), n.Text.Reveal()})
	}
	return list
}

type look struct{ Who, When, What string }

var lookKeys = map[looks.What]string{looks.Record: "record_look_record", looks.Preview: "record_look_preview", looks.Original: "record_look_original",
	looks.Letter: "record_look_letter"}

func (v viewer) looks() (list []look) {
	for _, l := range v.Record.Looks {
		list = append(list, look{v.Who(l.By), v.Base.Moment(l.At), v.text(lookKeys[l.What])})
	}
	return list
}
