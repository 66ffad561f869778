package authority_test

import (
	"slices"

	"quitt/debt"
	"quitt/store"
	"quitt/store/outbox"
)

// mails lists what waits in the outbox, the newest first.
func (o *office) mails() (list []outbox.Message) {
	o.Helper()
	for _, at := range o.at {
		o.must(o.Store.Read(ctx, at.Creditor, func(r *store.Reader) error {
			found, err := outbox.List(r, outbox.Waiting, 50)
			list = append(list, found...)
			return err
		}))
	}
	slices.SortFunc(list, func(a, b outbox.Message) int { return -cmpID(a.ID, b.ID) })
	return list
}

func cmpID(a, b debt.ID) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// mailed gives the code of the newest mail of a template.
func (o *office) mailed(template string) string {
	o.Helper()
	for _, m := range o.mails() {
		if m.Template == template {
			return m.Args["code"]
		}
	}
	o.Fatalf("no %s", template)
	return ""
}
