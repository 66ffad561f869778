package contact

import (
	"slices"
	"strings"
	"time"

	"quitt/cases/contacts"
	"quitt/cases/messages"
	"quitt/debt"
	"quitt/portal/debtor/room"
	"quitt/portal/page"
	kept "quitt/store/contacts"
	"quitt/store/documents"
	written "quitt/store/messages"
)

var sampleAt = time.Date(2026, time.November, 18, 9, 20, 0, 0, time.UTC)

// Samples shows the pages in their states.
func Samples() []page.Sample {
	scene := func() *room.Sample { return room.NewSample().Claim(room.SampleObject, 312_40, 120).Fees() }
	shown := func(name, path string, html func(room.Scene) ([]byte, error)) page.Sample {
		return room.Shown("contact-"+name, path, scene, func(s room.Scene) ([]byte, error) {
			s.Base = s.Base.Whole()
			return html(s)
		})
	}
	list := []page.Sample{shown("copy", insight, func(s room.Scene) ([]byte, error) { return copyHTML.HTML(newCopy(s)) })}
	for name, change := range map[string]func(*InboxPage){
		"": func(*InboxPage) {}, "-sent": func(v *InboxPage) { v.Done = v.Words.Text("inbox_sent", nil) },
		"-refused": func(v *InboxPage) {
			v.Mistake, v.Failed = v.Words.Error(debt.E(debt.Invalid, "message_empty", nil)), true
		},
		"-none": func(v *InboxPage) { v.Lines, v.Unread, v.Uploads.Held = nil, 0, nil },
	} {
		list = append(list, shown("inbox"+name, inbox, func(s room.Scene) ([]byte, error) {
			v := newInbox(s, sampleBox(), room.Fields{})
			change(&v)
			return inboxHTML.HTML(v)
		}))
	}
	slices.SortFunc(list, func(a, b page.Sample) int { return strings.Compare(a.Name, b.Name) })
	return append(append(list, requestSamples(shown)...), dataSamples(shown)...)
}

type showing func(name, path string, html func(room.Scene) ([]byte, error)) page.Sample

func sampleBox() box {
	mine, theirs := debt.Actor{Kind: "debtor"}, debt.Actor{Kind: "creditor"}
	doc := documents.Document{ID: "0193561e-0000-7000-8000-000000000004", Name: "Kostenplan.pdf", Kind: documents.PDF, Bytes: 90_000,
		State: documents.Clean, UploadedAt: sampleAt}
	return box{thread: messages.Thread{Unread: 1, Messages: []written.Message{
		{ID: "m1", By: mine, Text: "Guten Tag,\n\nich finde den Kostenplan nicht mehr. Können Sie mir eine Kopie schicken?\n\nAylin Mustermann", At: sampleAt, ReadAt: sampleAt},
		{ID: "m2", By: theirs, Text: "Guten Tag Frau Mustermann,\nder Kostenplan hängt an dieser Nachricht.", At: sampleAt.Add(26 * time.Hour)},
	}}, attached: map[debt.ID][]documents.Document{"m2": {doc}},
		loose: []documents.Document{{ID: "0193561e-0000-7000-8000-000000000005", Name: "Überweisung März.pdf", Kind: documents.PDF, Bytes: 183_400, UploadedAt: sampleAt}}}
}

func requestSamples(shown showing) []page.Sample {
	by := debt.Actor{Kind: "debtor"}
	list := []written.Request{
		{ID: "q1", Kind: written.Details, By: by, Text: "Wer war mein Vertragspartner?", State: written.Answered, At: sampleAt.AddDate(0, 0, -9), DueOn: debt.MustDate("2026-11-16")},
		{ID: "q2", Kind: written.Callback, By: by, Text: "0171 5550199, nachmittags", State: written.Open, At: sampleAt, DueOn: debt.MustDate("2026-11-25")},
		{ID: "q3", Kind: written.Other, By: by, State: written.Withdrawn, At: sampleAt, DueOn: debt.MustDate("2026-11-25")},
	}
	return []page.Sample{
		shown("requests", asking, func(s room.Scene) ([]byte, error) { return requestsHTML.HTML(newRequests(s, list, "")) }),
		shown("requests-none", asking, func(s room.Scene) ([]byte, error) { return requestsHTML.HTML(newRequests(s, nil, written.Callback)) }),
		shown("requests-refused", asking, func(s room.Scene) ([]byte, error) {
			v := newRequests(s, nil, "")
			v.Failed, v.Mistake = true, v.Words.Error(debt.E(debt.Invalid, "request_kind_unknown", nil))
			return requestsHTML.HTML(v)
		}),
	}
}

func dataSamples(shown showing) []page.Sample {
	card := func(s room.Scene) contacts.Card {
		d := s.View.Debtor
		d.Email, d.PreferredChannel = "aylin@example.org", "email"
		return contacts.Card{Debtor: d, Texts: true}
	}
	one := func(name string, change func(*contacts.Card, *DataPage)) page.Sample {
		return shown("data"+name, reached, func(s room.Scene) ([]byte, error) {
			k := card(s)
			change(&k, nil)
			v := newData(s, k)
			change(&k, &v)
			return dataHTML.HTML(v)
		})
	}
	return []page.Sample{
		one("", func(k *contacts.Card, _ *DataPage) {
			k.Changes = []kept.Change{
				{Kind: kept.Address, Old: `{"street":"Am Alten Markt 3","postcode":"50667","city":"Köln"}`, ValidFrom: debt.MustDate("2026-11-02")},
				{Kind: kept.Email, Old: "alt@example.org", ValidFrom: debt.MustDate("2026-11-09")},
				{Kind: kept.Channel, ValidFrom: debt.MustDate("2026-11-09")}}
		}),
		one("-code", func(k *contacts.Card, v *DataPage) {
			k.Underway = []contacts.Underway{{Kind: kept.Email, To: "neu@example.org"}}
			if v != nil {
				v.Done = v.Words.Text("data_code_sent", nil)
			}
		}),
		one("-refused", func(k *contacts.Card, v *DataPage) {
			k.Debtor.EmailStopped, k.Texts, k.Left.NoEmail, k.Debtor.PreferredChannel = debt.StopOptOut, false, true, ""
			if v != nil {
				v.Failed, v.Field, v.Typed.Street, v.Typed.Postcode = true, "street", "Ahornweg", "5082"
				v.Mistake = v.Words.Error(debt.E(debt.Invalid, "contact_postcode", nil))
			}
		}),
	}
}
