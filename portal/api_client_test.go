package portal

import (
	"context"
	"errors"
	"testing"

	"quitt/client"
)

// The package that integrators take speaks with the server.
func TestTheClientSpeaksWithTheServer(t *testing.T) {
	p, _ := newPrograms(t, sqlWorld(t))
	ctx, c := context.Background(), &client.Client{URL: p.url + "/", Key: p.secret, HTTP: p.client, Language: "en"}
	h := client.Handover{Reference: "C/1 ü", Debtor: client.Debtor{LastName: client.Of("Muster"), Street: "Weg 1", Postcode: "1", City: "Köln"},
		Claims: []client.Claim{{PrincipalCents: 100, Ground: "tort", Object: "Schaden", DueDate: "2026-01-10"}}}
	_, err := c.HandOver(ctx, h, client.DryRun())
	var problem *client.Problem
	if !errors.As(err, &problem) || problem.Status != 422 || problem.Errors[0].Code != "postcode_invalid" || problem.Errors[0].Location != "body.debtor.postcode" {
		t.Errorf("%v", err)
	}
	h.Debtor.Postcode = "50667"
	first, err := c.HandOver(ctx, h, client.Once("1"))
	if err != nil || first.Outcome != "created" {
		t.Fatalf("%+v, %v", first, err)
	}
	if again, err := c.HandOver(ctx, h, client.Once("1")); err != nil || *again != *first {
		t.Errorf("%+v, %v", again, err)
	}
	status, err := c.GetCase(ctx, "C/1 ü")
	if err != nil || status.Case != first.Case || status.Open.PrincipalCents != 100 {
		t.Errorf("%+v, %v", status, err)
	}
	if paid, err := c.BookPayment(ctx, first.Case, client.NewPayment{ExternalID: "Z", AmountCents: 40, ReceivedOn: "2026-11-20"}); err != nil || paid.Open.PrincipalCents != 60 {
		t.Errorf("%+v, %v", paid, err)
	}
	n := 0
	for q := (client.ListCasesQuery{Limit: 3}); ; {
		page, err := c.ListCases(ctx, q)
		if err != nil {
			t.Fatal(err)
		}
		if n += len(page.Cases); page.NextAfter == "" {
			break
		}
		q.After = page.NextAfter
	}
	if n != len(caseKeys)+1 {
		t.Errorf("%d cases", n)
	}
	f := p.of.files[plainCase]
	list, err := c.ListDocuments(ctx, f.mark("CreditorReference"))
	if err != nil || len(list.Documents) == 0 {
		t.Fatalf("%+v, %v", list, err)
	}
	if file, err := c.GetDocument(ctx, f.mark("CreditorReference"), list.Documents[0].ID); err != nil || int64(len(file)) != list.Documents[0].Bytes {
		t.Errorf("%d bytes, %v", len(file), err)
	}
	c.Key = "qk_none"
	if _, err := c.GetCase(ctx, first.Case); !errors.As(err, &problem) || problem.Status != 401 {
		t.Errorf("%v", err)
	}
}
