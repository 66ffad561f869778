package cases

import (
	"sync"

	"quitt/debt"
	"quitt/store"
)

// Views keeps the views of cases that debtors look at, so that the next page of a visit
// costs one query. A view is used only while the case still has the version it was read at,
// in whichever process it was changed, and on the same day. It is safe for concurrent use.
type Views struct {
	mu   sync.Mutex
	kept map[debt.ID]View
	most int
}

// NewViews keeps up to most views; one takes about ten kilobytes.
func NewViews(most int) *Views { return &Views{kept: map[debt.ID]View{}, most: most} }

// get gives the view of a case with today's creditor, the zero view if there is none.
func (k *Views) get(id debt.ID, mark store.Mark, today debt.Date) View {
	if k == nil {
		return View{}
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	v, ok := k.kept[id]
	if !ok || v.Case.Version != mark.Version || v.Statement.On != today {
		return View{}
	}
	v.Creditor = mark.Creditor
	return v
}

// put keeps a view; when there are too many, any other goes.
func (k *Views) put(v View) {
	if k == nil {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	for id := range k.kept {
		if len(k.kept) < k.most {
			break
		}
		delete(k.kept, id)
	}
	k.kept[v.Case.ID] = v
}
