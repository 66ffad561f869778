package staff

import (
	"database/sql"
	"errors"
	"time"

	"quitt/debt"
	"quitt/store"
	"quitt/store/column"
)

// Identity is an account at an identity provider that belongs to a member.
type Identity struct {
	ID      debt.ID
	KeyHash string // of issuer and subject
	Member  debt.ID
	Issuer  string
	MadeAt  time.Time
	UsedAt  time.Time
}

type identityRow struct {
	ID      debt.ID        `db:"id"`
	KeyHash string         `db:"key_hash"`
	Member  debt.ID        `db:"member_id"`
	Issuer  string         `db:"issuer"`
	MadeAt  column.Instant `db:"made_at"`
	UsedAt  column.Instant `db:"used_at"`
}

func (x identityRow) identity() Identity {
	return Identity{x.ID, x.KeyHash, x.Member, x.Issuer, x.MadeAt.Time, x.UsedAt.Time}
}

const (
	identityColumns  = `id, key_hash, member_id, issuer, made_at, used_at`
	findIdentitySQL  = `SELECT ` + identityColumns + ` FROM staff_identities WHERE key_hash = $1`
	identitiesSQL    = `SELECT ` + identityColumns + ` FROM staff_identities WHERE member_id = $1 ORDER BY made_at, id`
	addIdentitySQL   = `INSERT INTO staff_identities (` + identityColumns + `) VALUES ($1, $2, $3, $4, $5, $6)`
	saveIdentitySQL  = `UPDATE staff_identities SET key_hash = $2, used_at = $3 WHERE id = $1`
	endIdentitiesSQL = `DELETE FROM staff_identities WHERE member_id = $1`
	openCodesSQL     = `SELECT CAST(COUNT(*) AS BIGINT) FROM staff_codes WHERE member_id = $1 AND kind = $2 AND used_at IS NULL AND expires_at > $3`
)

// FindIdentity looks for an identity under any of its hashes; false for none.
func FindIdentity(r *store.Reader, hashes []string) (i Identity, found bool, err error) {
	for _, h := range hashes {
		var x identityRow
		err = r.Get(&x, findIdentitySQL, h)
		if !errors.Is(err, sql.ErrNoRows) {
			return x.identity(), err == nil, err
		}
	}
	return Identity{}, false, nil
}

// Identities lists those of a member.
func Identities(r *store.Reader, member debt.ID) ([]Identity, error) {
	var rows []identityRow
	err := r.List(&rows, identitiesSQL, member)
	list := make([]Identity, len(rows))
	for i, x := range rows {
		list[i] = x.identity()
	}
	return list, err
}

// AddIdentity stores an identity; its keys refuse one that is there already, and a second of
// the same issuer.
func AddIdentity(t *store.Tx, i Identity) error {
	_, err := t.Exec(addIdentitySQL, i.ID, i.KeyHash, i.Member, i.Issuer, column.At(i.MadeAt), column.At(i.UsedAt))
	return err
}

// SaveIdentity stores that an identity was used, under the newest key, and reports whether it is
// still there.
func SaveIdentity(t *store.Tx, i Identity) (bool, error) {
	n, err := t.Exec(saveIdentitySQL, i.ID, i.KeyHash, column.At(i.UsedAt))
	return n > 0, err
}

// EndIdentities ends all of a member's.
func EndIdentities(t *store.Tx, member debt.ID) error {
	_, err := t.Exec(endIdentitiesSQL, member)
	return err
}

// CodeOpen reports whether a code of a kind could still be used.
func CodeOpen(r *store.Reader, member debt.ID, kind Kind, now time.Time) (bool, error) {
	var n int
	err := r.Get(&n, openCodesSQL, member, string(kind), column.At(now))
	return n > 0, err
}

const (
	demandsSQL   = `SELECT owner_id FROM staff_demands ORDER BY owner_id`
	demandSQL    = `INSERT INTO staff_demands (owner_id, made_at) VALUES ($1, $2) ON CONFLICT (owner_id) DO NOTHING`
	endDemandSQL = `DELETE FROM staff_demands WHERE owner_id = $1`
)

// Demands lists the creditors whose people come by the identity provider alone.
func Demands(r *store.Reader) (list []debt.ID, err error) {
	return list, r.List(&list, demandsSQL)
}

// Demand makes a creditor one of them and reports whether it was none.
func Demand(t *store.Tx, creditor debt.ID, now time.Time) (bool, error) {
	n, err := t.Exec(demandSQL, creditor, column.At(now))
	return n > 0, err
}

// EndDemand undoes Demand and reports whether there was anything to undo.
func EndDemand(t *store.Tx, creditor debt.ID) (bool, error) {
	n, err := t.Exec(endDemandSQL, creditor)
	return n > 0, err
}
