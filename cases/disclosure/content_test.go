package disclosure

import (
	"testing"

	"quitt/debt"
	"quitt/store/documents"
)

// What is about the person is given; what may tell of others or hold advice waits for somebody to look.
func TestWhichFilesBelongToTheCopy(t *testing.T) {
	clerk, debtor := debt.Actor{Kind: "creditor"}, debt.Actor{Kind: "debtor"}
	inside := documents.Subject{Kind: documents.Internal, ID: "case"}
	for name, c := range map[string]struct {
		doc  documents.Document
		want Content
	}{
		"handed in":             {documents.Document{By: debtor, State: documents.Clean}, Enclosed},
		"handed in, unattached": {documents.Document{By: debtor, State: documents.Unscanned}, Enclosed},
		"sent by the creditor":  {documents.Document{By: clerk, State: documents.Clean, Subject: documents.Subject{Kind: documents.Message}, Purpose: documents.Other}, Enclosed},
		"kept invoice":          {documents.Document{By: clerk, State: documents.Clean, Subject: inside, Purpose: documents.Invoice}, Enclosed},
		"kept contract":         {documents.Document{By: clerk, State: documents.Clean, Subject: inside, Purpose: documents.Contract}, Enclosed},
		"kept reminder":         {documents.Document{By: clerk, State: documents.Clean, Subject: inside, Purpose: documents.Reminder}, Enclosed},
		"kept title":            {documents.Document{By: clerk, State: documents.Clean, Subject: inside, Purpose: documents.Title}, Enclosed},
		"kept, anything else":   {documents.Document{By: clerk, State: documents.Clean, Subject: inside, Purpose: documents.Other}, HeldBack},
		"kept, nobody says":     {documents.Document{By: clerk, State: documents.Clean, Subject: inside}, HeldBack},
		"not scanned yet":       {documents.Document{By: debtor, State: documents.Quarantine}, Unchecked},
		"infected":              {documents.Document{By: debtor, State: documents.Infected}, Dangerous},
	} {
		if got := contentOf(c.doc); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}
