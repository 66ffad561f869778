package dossier

import (
	"strings"
	"time"

	"quitt/cases/record"
	"quitt/debt"
	"quitt/debt/authority"
	"quitt/debt/letter"
	"quitt/debt/limitation"
	"quitt/debt/mandate"
	"quitt/debt/objection"
	"quitt/debt/plan"
	"quitt/debt/situation"
	"quitt/debt/staff"
	"quitt/payments/directdebit"
	"quitt/portal/creditor/room"
	debtor "quitt/portal/debtor/room"
	"quitt/portal/page"
	"quitt/portal/text"
	"quitt/store/authorities"
	"quitt/store/documents"
	"quitt/store/letters"
	"quitt/store/looks"
	"quitt/store/messages"
	"quitt/store/notes"
	"quitt/store/objections"
	"quitt/store/offers"
	"quitt/store/outbox"
	"quitt/store/plans"
)

// The people of the samples, and what they say.
const (
	sampleReason = "Auf der Rechnung stehen zwei Behandlungen, ich war aber nur einmal da. Bitte prüfen Sie Ihren Kalender.\nDie Rindfleischetikettierungsüberwachungsaufgabenübertragungsgebühr kenne ich nicht."
	sampleAnswer = "Am 12. Juni waren Sie zur Kontrolle bei uns. Das steht auch im Terminbuch."
)

var (
	sampleDebtor = debt.Actor{Kind: "debtor", ID: "d"}
	sampleHelper = debt.Actor{Kind: "representative", ID: "r"}
	sampleStaff  = debt.Actor{Kind: "creditor", ID: "m"}
)

// Sample is an invented case as a member of a role has it in view, built through the real ledger;
// change adds what the sample is about.
func Sample(w *text.Catalogue, role staff.Role, build func() *debtor.Sample, change func(*record.Record)) (Scene, error) {
	made := build()
	made.Case.FileReference, made.Case.CreditorReference = "2026-000417", "ZA-2107"
	if made.Err != nil {
		return Scene{}, made.Err
	}
	v, err := made.View(made.Today)
	if err != nil {
		return Scene{}, err
	}
	r := record.Record{View: v, Limitation: limitation.Expiry([]debt.Claim{v.Statement.Claims[0].Claim}, v.Payments)}
	for i := range r.Events {
		r.Events[i].Seq = int64(i + 1)
		switch e := &r.Events[i]; e.Type {
		case debt.CaseHeld:
			e.Data = debt.Args{"kind": string(debt.HoldObjection)}
		case debt.LetterSent:
			e.Data = debt.Args{"kind": string(letter.FirstNotice)}
		}
	}
	if change != nil {
		change(&r)
	}
	s := Scene{Scene: room.SampleScene(w, role), Record: r, Form: page.Values{}, Names: map[debt.ID]debt.Personal{"m": "Okan Yildirim"}}
	return s, nil
}

// Owed is a case in which nothing has happened but what is demanded.
func Owed() *debtor.Sample {
	return debtor.NewSample().Claim(debtor.SampleObject, 312_40, 120).Fees()
}

// Busy is a case in which much has happened.
func Busy() *debtor.Sample {
	return debtor.NewSample().Claim(debtor.SampleObject, 1_312_40, 320).Claim("Betriebskostenabrechnung, Nachzahlung", 98_00, 90).Fees().
		Pay(12, 150_00, debt.MethodTransfer).Sending(debt.PaymentInFlight, 50_00).
		Hold(debt.HoldObjection, 12, debt.ObjectionAnswered).Event(-5, debt.ObjectionFiled).Event(-4, debt.PlanProposed).
		With(func(s *debtor.Sample) {
			s.Case.Objection, s.Case.Plan = debt.ObjectionOpen, debt.PlanOpen
			s.Debtor.FirstName, s.Debtor.LastName = "Maximilian-Alexander", "Freiherr von Oberschlettenbach-Wolkenstein"
			s.Debtor.Email, s.Debtor.Phone = "maximilian.oberschlettenbach-wolkenstein@rechtsabteilung.example", "+49 221 5550 1234"
			s.Debtor.AddressStopped = debt.StopUnknown
			for i := range s.Events {
				if t := s.Events[i].Type; t == debt.ObjectionFiled || t == debt.PlanProposed {
					s.Events[i].Actor = sampleDebtor
				}
			}
		})
}

// Everything adds one of all that can be in a record.
func Everything(r *record.Record) {
	answered := SampleObjection(r)
	answered.ID, answered.State, answered.Ground, answered.EndedAt, answered.Reason = "answered", debt.ObjectionRejected, objection.NotDelivered, ago(9), sampleAnswer
	r.Objections = []objections.Objection{SampleObjection(r), answered}
	r.Proofs, r.Situations = []objections.Proof{SampleProof()}, []objections.Situation{SampleSituation(situation.Insolvency)}
	r.Plans, r.Requests = []record.Plan{SamplePlan(plans.Propose)}, []messages.Request{SampleRequest()}
	r.Promises = []objections.Promise{{Promise: situation.Promise{Amount: 100_00, By: room.SampleDay.AddDays(8)}, ID: "promise", MadeAt: ago(4)}}
	r.Messages = []messages.Message{{ID: "m1", By: sampleDebtor, Text: "Wann hören Sie auf meine E-Mail von letzter Woche?", At: ago(6), ReadAt: ago(5)},
		{ID: "m2", By: sampleStaff, Text: sampleAnswer, At: ago(5)}, {ID: "m3", By: sampleHelper, Text: sampleReason, At: ago(1)}}
	r.Letters = []letters.Kept{{ID: "l3", Number: 1061, Kind: letter.PaymentReceipt, On: room.SampleDay.AddDays(-3), State: letters.Created},
		{ID: "l2", Number: 1042, Kind: letter.FirstNotice, On: room.SampleDay.AddDays(-19), State: letters.Returned},
		{ID: "l1", Number: 987, Kind: letter.Reminder, On: room.SampleDay.AddDays(-50), State: letters.Void}}
	r.Mails = []outbox.Message{{Mail: outbox.Mail{Channel: outbox.Email, Template: "letter_code"}, State: outbox.Sent, SentAt: ago(7)},
		{Mail: outbox.Mail{Channel: outbox.SMS, Template: "notice"}, State: outbox.Unknown, CreatedAt: ago(2)}}
	r.Documents = []documents.Document{
		{ID: "p1", Name: "Kontoauszug.pdf", Kind: documents.PDF, State: documents.Clean, Active: true, Preview: "b", PreviewKind: documents.JPEG, UploadedAt: ago(4),
			Subject: documents.Subject{Kind: "objection", ID: "objection"}},
		{ID: "p2", Name: "IMG_20261118_Schreiben_der_Gegenseite_mit_einem_sehr_langen_Dateinamen.jpg", Kind: documents.JPEG, State: documents.Quarantine, UploadedAt: ago(3)},
		{ID: "p3", Name: "rechnung.exe.pdf", Kind: documents.PDF, State: documents.Infected, UploadedAt: ago(2)}}
	r.Offers = SampleOffers()
	r.Notes = []notes.Note{{ID: "n1", By: sampleStaff, Text: "Frau Gröning ruft Montag an.\nDanach Wiedervorlage.", At: ago(2)}}
	r.Acting = []authorities.Record{SampleAuthority("authority", authority.Claimed), SampleAuthority("active", authority.Active), SampleAuthority("ended", authority.Revoked)}
	r.Case.Holds = append(r.Case.Holds, debt.Hold{ID: "hold", Kind: debt.HoldRequest, Reason: "illness", Since: room.SampleDay, Until: room.SampleDay.AddDays(30)})
	for i, what := range []looks.What{looks.Record, looks.Preview, looks.Original, looks.Letter} {
		r.Looks = append(r.Looks, looks.Look{ID: debt.ID(what), By: sampleStaff, What: what, At: ago(i)})
	}
}

// SampleAuthority is a guardian's in a state.
func SampleAuthority(id debt.ID, state authority.State) authorities.Record {
	a := authority.Authority{ID: id, Kind: authority.Guardian, Scopes: authority.Scopes(), Areas: authority.Areas(), State: state, Proof: authority.ByDocuments,
		Until: room.SampleDay.AddDays(400), MadeAt: ago(6), ActiveAt: ago(5), LastAccessAt: ago(1)}
	if state == authority.Revoked {
		a.EndedAt, a.EndedBy = ago(2), "debtor"
	}
	return authorities.Record{Authority: a, Who: authorities.Who{Name: "Betreuungsverein Köln-Ehrenfeld e. V., Frau Sommerfeld-Hagenkötter",
		Email: "sommerfeld@betreuung.example", Street: "Venloer Straße 210", Postcode: "50823", City: "Köln"}}
}

func ago(days int) time.Time { return room.SampleNow.AddDate(0, 0, -days) }

// SampleObjection disputes every line of a case; its id is "objection".
func SampleObjection(r *record.Record) objections.Objection {
	o := objections.Objection{ID: "objection", Ground: objection.AmountWrong, State: debt.ObjectionOpen, FiledAt: ago(5), DueOn: room.SampleDay.AddDays(-1),
		Words: sampleReason, Disputed: objection.Disputed{Whole: true}}
	for _, c := range r.Statement.Claims {
		o.Disputed.Lines = append(o.Disputed.Lines, objection.Line{ID: c.ID, Account: debt.PrincipalAccount, Amount: c.Principal})
	}
	for _, c := range r.Statement.Costs {
		o.Disputed.Lines = append(o.Disputed.Lines, objection.Line{ID: c.ID, Account: debt.CostsAccount, Amount: c.Amount})
	}
	o.Total = o.Disputed.Total()
	return o
}

// SampleOffers are three that stand and one that is withdrawn; their ids are "sum",
// "longer", "share" and "gone".
func SampleOffers() []offers.Offer {
	offer := func(s plan.Settlement) offers.Offer {
		s.ValidUntil = room.SampleDay.AddDays(30)
		return offers.Offer{Settlement: s, By: sampleStaff, At: ago(2)}
	}
	list := []offers.Offer{offer(plan.Settlement{ID: "sum", Amount: 250_00, Instalments: 1, Broken: plan.Lasts}),
		offer(plan.Settlement{ID: "longer", Instalments: 60, Longer: true}),
		offer(plan.Settlement{ID: "share", Percent: 7_000, Instalments: 3, Broken: plan.Revives}), offer(plan.Settlement{ID: "gone", Instalments: 48, Longer: true})}
	list[3].WithdrawnAt = ago(1)
	return list
}

// SampleGiven are mandates in every state; their ids are those of the states.
func SampleGiven() directdebit.Given {
	g := directdebit.Given{Accounts: []mandate.Account{{ID: "a", Holder: "Dr. Miriam Lindner", CutOff: 1, Notice: 2}}}
	for _, s := range mandate.States() {
		m := mandate.Mandate{ID: debt.ID(s), Reference: "QMFZWIZLTOQQHK3DFMUQHI33VN" + strings.ToUpper(string(s[:1])), Kind: mandate.Recurring, State: s, Holder: "Aylin Mustermann",
			IBAN: "DE02120300000000202051", Notice: 14, How: mandate.ByPaper, SignedOn: room.SampleDay.AddDays(-20), MadeAt: ago(21)}
		if s == mandate.Pending {
			m.SignedOn = debt.Date{}
		}
		g.Mandates = append(g.Mandates, m)
	}
	return g
}

// SampleProof says that something is paid; its id is "proof".
func SampleProof() objections.Proof {
	return objections.Proof{ID: "proof", PaidOn: room.SampleDay.AddDays(-20), Amount: 150_00, State: objections.ProofOpen, FiledAt: ago(3),
		DueOn: room.SampleDay.AddDays(11), Target: "DE02 1203 0000 0000 2020 51", Words: "Das habe ich schon im Oktober überwiesen."}
}

// SampleSituation is a notice of a kind; its id is "situation".
func SampleSituation(kind situation.Kind) objections.Situation {
	return objections.Situation{ID: "situation", Kind: kind, State: objections.SituationOpen, ToldAt: ago(2), Words: "Der Beschluss liegt bei."}
}

// SampleRequest asks for papers; its id is "request".
func SampleRequest() messages.Request {
	return messages.Request{ID: "request", Kind: messages.InvoiceCopy, By: sampleDebtor, Text: "Bitte schicken Sie mir die Rechnung noch einmal.", State: messages.Open,
		At: ago(3), DueOn: room.SampleDay.AddDays(11)}
}

// SamplePlan is a plan about which the debtor has said something; its id is "plan".
func SamplePlan(act plans.Act) record.Plan {
	affordable := debt.Cents(45_00)
	schedule := plan.Schedule{Interest: plan.NoInterest}
	for i := range 7 {
		schedule.Instalments = append(schedule.Instalments, plan.Instalment{No: i + 1, DueOn: room.SampleDay.AddDays(14).AddMonths(i), Amount: 50_00})
	}
	k := plans.Kept{Plan: plan.Plan{ID: "plan", State: debt.PlanOpen, Schedule: schedule}, MadeAt: ago(4), ExpiresAt: ago(-10)}
	said := plans.Round{PlanID: "plan", By: sampleDebtor, Act: act, Schedule: schedule, Wish: plan.Wish{Instalment: 50_00, First: room.SampleDay.AddDays(14), Rhythm: plan.Monthly},
		Note: "Ich bekomme am 5. mein Gehalt.", Affordable: &affordable, At: ago(4)}
	if act == plans.Change {
		k.State, k.AgreedAt = debt.PlanActive, ago(40)
		said.Wished = &plan.Change{}
	}
	return record.Plan{Kept: k, Rounds: []plans.Round{said}}
}
