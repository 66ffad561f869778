package plans

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"quitt/debt"
	"quitt/debt/letter"
	"quitt/store"
	"quitt/store/column"
	"quitt/store/person"
)

// PaperKind is what a paper is.
type PaperKind string

// The kinds of paper. CostNotice goes before the agreement (RDG § 13a III), Agreement is it in
// text form (BGB § 126b), ChangePaper a change of it.
const (
	CostNotice  PaperKind = "cost_notice"
	Agreement   PaperKind = "agreement"
	ChangePaper PaperKind = "change"
)

// Paper is a document as it was given. It never changes.
type Paper struct {
	ID, PlanID, CaseID debt.ID
	Kind               PaperKind
	Document           letter.Document
	SHA256             string // of the document, made by AddPaper
	MadeAt             time.Time
	ReadAt             time.Time // first opened in the inbox
}

type paperRow struct {
	ID       debt.ID        `db:"id"`
	PlanID   debt.ID        `db:"plan_id"`
	CaseID   debt.ID        `db:"case_id"`
	Kind     PaperKind      `db:"kind"`
	Document string         `db:"document"`
	SHA256   string         `db:"sha256"`
	MadeAt   column.Instant `db:"made_at"`
	ReadAt   column.Instant `db:"read_at"`
	Key      string         `db:"person_key"`
}

// shownPaper are the columns of a paper that is read.
var shownPaper = paperColumns + `, ` + person.KeyColumn("plan_papers")

// owner is what a sealed document belongs to.
func owner(creditor, id debt.ID) string { return "plan_papers.document/" + string(creditor+"/"+id) }

const (
	paperColumns = `id, plan_id, case_id, kind, document, sha256, made_at, read_at`

	addPaperSQL = `INSERT INTO plan_papers (creditor_id, ` + paperColumns + `) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, NULL)`
	readSQL     = `UPDATE plan_papers SET read_at = $3 WHERE creditor_id = $1 AND id = $2 AND read_at IS NULL`
)

var (
	paperSQL  = `SELECT ` + shownPaper + ` FROM plan_papers WHERE creditor_id = $1 AND id = $2`
	papersSQL = `SELECT ` + shownPaper + ` FROM plan_papers WHERE creditor_id = $1 AND case_id = $2 ORDER BY made_at, id`
)

// AddPaper keeps a paper, sealed under the key of the person it was written to, and gives its
// hash.
func AddPaper(t *store.Tx, p Paper) (sha string, err error) {
	text, err := json.Marshal(p.Document)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(text)
	sha = hex.EncodeToString(sum[:])
	key, err := t.KeyOf(p.CaseID)
	if err != nil {
		return "", err
	}
	sealed, err := key.Seal(owner(t.Creditor(), p.ID), string(text))
	if err != nil {
		return "", err
	}
	_, err = t.Exec(addPaperSQL, t.Creditor(), p.ID, p.PlanID, p.CaseID, string(p.Kind), sealed, sha, column.At(p.MadeAt))
	return sha, err
}

// LoadPaper reads a paper, or NotFound "paper_unknown".
func LoadPaper(r *store.Reader, id debt.ID) (Paper, error) {
	var found paperRow
	if err := r.Get(&found, paperSQL, r.Creditor(), id); err != nil {
		return Paper{}, store.Missing(err, "paper_unknown")
	}
	return found.paper(r)
}

// Papers lists those of a case, the oldest first.
func Papers(r *store.Reader, caseID debt.ID) ([]Paper, error) {
	var rows []paperRow
	if err := r.List(&rows, papersSQL, r.Creditor(), caseID); err != nil {
		return nil, err
	}
	list := make([]Paper, len(rows))
	for i, x := range rows {
		var err error
		if list[i], err = x.paper(r); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// ReadPaper notes that a paper was opened; the first time counts.
func ReadPaper(t *store.Tx, id debt.ID, now time.Time) error {
	_, err := t.Exec(readSQL, t.Creditor(), id, column.At(now))
	return err
}

// paper gives a paper. That of a person who was erased says nothing any more.
func (x paperRow) paper(r *store.Reader) (Paper, error) {
	p := Paper{ID: x.ID, PlanID: x.PlanID, CaseID: x.CaseID, Kind: x.Kind, SHA256: x.SHA256, MadeAt: x.MadeAt.Time, ReadAt: x.ReadAt.Time}
	key, err := r.Safe().Found(r.Creditor(), x.Key)
	if err != nil {
		return p, err
	}
	document, err := key.Open(owner(r.Creditor(), x.ID), x.Document)
	if err != nil {
		return p, err
	}
	return p, json.Unmarshal([]byte(document), &p.Document)
}
