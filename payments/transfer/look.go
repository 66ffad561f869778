package transfer

import (
	"quitt/debt"
	"quitt/debt/matching"
	"quitt/payments/transfer/ours"
	"quitt/payments/transfer/whose"
	"quitt/store"
	"quitt/store/statements"
)

// judged is some lines that wait, and what was found out about them.
type judged struct {
	lines            []statements.Line // all of them
	incoming, others []statements.Line
	debits           []ours.Credit
	verdicts         []matching.Verdict // of incoming
}

// look finds out about the next lines behind an id, "" for the first.
func (w *working) look(after debt.ID) (b judged, err error) {
	err = w.read(func(r *store.Reader) (err error) {
		b = judged{}
		if b.lines, err = statements.Lines(r, statements.Waiting, after, statements.AtOnce); err != nil {
			return err
		}
		for _, l := range b.lines {
			if payable(l) {
				b.incoming = append(b.incoming, l)
			} else {
				b.others = append(b.others, l)
			}
		}
		if b.debits, b.incoming, err = ours.Apart(r, b.incoming); err != nil {
			return err
		}
		b.verdicts, err = whose.Judge(r, b.incoming, false)
		return err
	})
	return b, err
}

func (b judged) last() debt.ID { return b.lines[len(b.lines)-1].ID }

// sure tells what may be booked from what is nobody's.
func (b judged) sure() (now []ready, nobodys []statements.Line) {
	for i, l := range b.incoming {
		if v := b.verdicts[i]; len(v.Parts) > 0 {
			now = append(now, ready{l, v.Parts, v.Suggestions[0].Reasons})
		} else {
			nobodys = append(nobodys, l)
		}
	}
	return now, nobodys
}
