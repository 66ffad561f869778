package pain

import (
	"encoding/xml"
	"io"
	"regexp"
	"strings"

	"quitt/bank"
)

// Status is what the bank says of a file, a group or a payment.
type Status string

// The statuses that decide something. Others (RCVD, PDNG, ACTC, ACSP …) mean that it goes on.
const (
	Accepted Status = "ACCP"
	Settled  Status = "ACSC"
	Partly   Status = "PART"
	Rejected Status = "RJCT"
)

// Report is one answer of a bank (pain.002) to one of our files.
type Report struct {
	ID       string
	Original string // MsgId of our file
	Message  string // "pain.008.001.08"
	Status   Status // "" where only groups or payments have one
	Reasons  []Reason
	Groups   []GroupReport
}

// GroupReport is what it says of one group.
type GroupReport struct {
	Original string // PmtInfId
	Status   Status
	Reasons  []Reason
	Payments []PaymentReport
}

// PaymentReport is what it says of one payment.
type PaymentReport struct {
	EndToEnd, Instruction string
	Status                Status
	Reasons               []Reason
}

// Reason says why; Code is "" where the bank gives only words.
type Reason struct{ Code, Text string }

type reportDocument struct {
	Report struct {
		ID    string `xml:"GrpHdr>MsgId"`
		Group struct {
			Original string      `xml:"OrgnlMsgId"`
			Message  string      `xml:"OrgnlMsgNmId"`
			Status   string      `xml:"GrpSts"`
			Reasons  []reasonXML `xml:"StsRsnInf"`
		} `xml:"OrgnlGrpInfAndSts"`
		Groups []struct {
			Original string      `xml:"OrgnlPmtInfId"`
			Status   string      `xml:"PmtInfSts"`
			Reasons  []reasonXML `xml:"StsRsnInf"`
			Payments []struct {
				Instruction string      `xml:"OrgnlInstrId"`
				EndToEnd    string      `xml:"OrgnlEndToEndId"`
				Status      string      `xml:"TxSts"`
				Reasons     []reasonXML `xml:"StsRsnInf"`
			} `xml:"TxInfAndSts"`
		} `xml:"OrgnlPmtInfAndSts"`
	} `xml:"CstmrPmtStsRpt"`
	XMLName xml.Name `xml:"Document"`
}

type reasonXML struct {
	Code  string   `xml:"Rsn>Cd"`
	Own   string   `xml:"Rsn>Prtry"`
	Texts []string `xml:"AddtlInf"`
}

var status = regexp.MustCompile(`^[A-Z]{4}$`)

// ReadReport reads pain.002, version 3 or 10. It refuses with a *bank.FormatError: "pain_xml",
// "pain_size", "pain_version" for another document, "pain_report" for one that names no file of
// ours or a status no standard knows.
func ReadReport(r io.Reader) (Report, error) {
	var d reportDocument
	if err := decode(r, &d); err != nil {
		return Report{}, err
	}
	in := d.Report
	if !strings.HasPrefix(d.XMLName.Space, namespace+"pain.002.001.") {
		return Report{}, &bank.FormatError{Key: "pain_version"}
	}
	out := Report{ID: tidy(in.ID), Original: tidy(in.Group.Original), Message: tidy(in.Group.Message), Status: Status(tidy(in.Group.Status)), Reasons: reasons(in.Group.Reasons)}
	fine := out.Original != "" && known(out.Status)
	for _, g := range in.Groups {
		group := GroupReport{Original: tidy(g.Original), Status: Status(tidy(g.Status)), Reasons: reasons(g.Reasons)}
		fine = fine && known(group.Status)
		for _, p := range g.Payments {
			payment := PaymentReport{EndToEnd: tidy(p.EndToEnd), Instruction: tidy(p.Instruction), Status: Status(tidy(p.Status)), Reasons: reasons(p.Reasons)}
			fine = fine && known(payment.Status)
			group.Payments = append(group.Payments, payment)
		}
		out.Groups = append(out.Groups, group)
	}
	if !fine {
		return Report{}, &bank.FormatError{Key: "pain_report"}
	}
	return out, nil
}

func known(s Status) bool { return s == "" || status.MatchString(string(s)) }

func tidy(s string) string { return strings.Join(strings.Fields(s), " ") }

func reasons(list []reasonXML) (out []Reason) {
	for _, r := range list {
		reason := Reason{tidy(r.Code), tidy(strings.Join(r.Texts, " "))}
		if reason.Code == "" {
			if own := tidy(r.Own); status.MatchString(own) || len(own) == 4 {
				reason.Code = own
			} else {
				reason.Text = tidy(own + " " + reason.Text)
			}
		}
		if reason != (Reason{}) {
			out = append(out, reason)
		}
	}
	return out
}

// Of gives what the report says of a payment. What was refused as a whole is refused in each
// part, though banks then leave the parts out; otherwise the innermost word counts.
func (r Report) Of(group, endToEnd string) (Status, []Reason) {
	if r.Status == Rejected {
		return Rejected, r.Reasons
	}
	s, why := r.Status, r.Reasons
	for _, g := range r.Groups {
		if g.Original != group {
			continue
		}
		if g.Status == Rejected {
			return Rejected, g.Reasons
		}
		if g.Status != "" {
			s, why = g.Status, g.Reasons
		}
		for _, p := range g.Payments {
			if p.EndToEnd == endToEnd && p.Status != "" {
				return p.Status, p.Reasons
			}
		}
	}
	if s == Partly { // named are those that were refused
		s, why = Accepted, nil
	}
	return s, why
}
