package messages_test

import (
	"context"
	"strings"
	"testing"

	"quitt/cases/contacts"
	box "quitt/cases/messages"
	"quitt/cmd/quitt/messages"
	"quitt/debt"
	"quitt/debt/debttest"
	"quitt/portal/text"
	"quitt/store"
	kept "quitt/store/messages"
	"quitt/store/storetest"
)

var ctx = context.Background()

// A clerk finds what waits, answers it, and then nothing waits any more.
func TestAClerkAnswersFromTheCommandLine(t *testing.T) {
	s := storetest.Open(t, store.Options{URL: storetest.SQLite(t)})
	creditor := storetest.Creditor(t, s, "praxis").ID
	f := storetest.File(creditor, "K-1")
	if err := s.Write(ctx, creditor, func(tx *store.Tx) error { return tx.AddFiles([]store.NewFile{f}) }); err != nil {
		t.Fatal(err)
	}
	watch := storetest.NewWatch()
	d := messages.Desk{Store: s, Now: watch.Now, Words: text.For(text.German)}
	run := func(in messages.Input) (string, [][]string) {
		t.Helper()
		in.Creditor = "praxis"
		a, err := d.Run(ctx, in)
		if err != nil {
			t.Fatal(err)
		}
		return a.Text, a.Rows
	}
	if said, rows := run(messages.Input{Action: "list"}); len(rows) != 0 || !strings.Contains(said, "nichts") {
		t.Errorf("%q %v", said, rows)
	}
	by := box.Letter{CreditorID: creditor, CaseID: f.File.Case.ID, By: debt.Actor{Kind: "debtor"}, Text: "Hallo \x1b[31m"}
	desk := messages.Box(s, watch.Now)
	if _, err := desk.Write(ctx, by); err != nil {
		t.Fatal(err)
	}
	q, err := desk.Ask(ctx, by, kept.InvoiceCopy)
	if err != nil {
		t.Fatal(err)
	}
	move := contacts.Desk{Store: s, Now: watch.Now}
	who := contacts.Who{CreditorID: creditor, CaseID: f.File.Case.ID, By: by.By}
	if err := move.Move(ctx, who, contacts.Address{Street: "Weg 1", Postcode: "89073", City: "Ulm"}); err != nil {
		t.Fatal(err)
	}
	if _, rows := run(messages.Input{Action: "list"}); len(rows) != 4 {
		t.Errorf("%v", rows)
	}
	if _, rows := run(messages.Input{Action: "requests"}); len(rows) != 2 || rows[1][3] != string(q.ID) || strings.Contains(rows[1][4], "\x1b") {
		t.Errorf("%q", rows)
	}
	if _, rows := run(messages.Input{Action: "show", Case: "K-1"}); len(rows) != 2 || rows[1][2] != "false" {
		t.Errorf("%v", rows)
	}
	d.In = strings.NewReader("Die Rechnung kommt mit der Post.\n")
	run(messages.Input{Action: "answer", Case: "K-1", Request: string(q.ID)})
	_, rows := run(messages.Input{Action: "contacts", Case: "K-1"})
	if len(rows) != 2 || !strings.Contains(rows[1][6], "Ulm") {
		t.Fatalf("%v", rows)
	}
	run(messages.Input{Action: "confirm", ID: rows[1][4]})
	if _, rows := run(messages.Input{Action: "list"}); len(rows) != 0 {
		t.Errorf("still waits: %v", rows)
	}
	_, err = d.Run(ctx, messages.Input{Action: "answer", Creditor: "praxis", Case: "K-1"})
	debttest.WantKey(t, err, debt.Invalid, "message_empty")
}

func TestOnlyCallsThatExistAreTaken(t *testing.T) {
	for call, want := range map[string]bool{"list": true, "list x": false, "show": true, "answer": true, "confirm": false, "confirm x": true, "nix": false,
		"requests": true, "contacts": true} {
		in := messages.Input{}
		if _, ok := in.Take("messages", strings.Fields(call)); ok != want {
			t.Errorf("%s: %v", call, ok)
		}
	}
}
