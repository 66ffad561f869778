package staff

import (
	"time"

	"quitt/debt"
	"quitt/store"
	"quitt/store/column"
)

// Passkey is a credential of a member as it is kept.
type Passkey struct {
	ID     debt.ID // names it to its owner
	IDHash string  // of the credential's own id
	Member debt.ID
	Sealed string
	Device string
	MadeAt time.Time
	UsedAt time.Time
}

type passkeyRow struct {
	ID     debt.ID        `db:"id"`
	IDHash string         `db:"id_hash"`
	Member debt.ID        `db:"member_id"`
	Sealed string         `db:"sealed"`
	Device string         `db:"device"`
	MadeAt column.Instant `db:"made_at"`
	UsedAt column.Instant `db:"used_at"`
}

func (x passkeyRow) passkey() Passkey {
	return Passkey{x.ID, x.IDHash, x.Member, x.Sealed, x.Device, x.MadeAt.Time, x.UsedAt.Time}
}

const (
	passkeyColumns   = `id, id_hash, member_id, sealed, device, made_at, used_at` //nolint:gosec // names of columns
	loadPasskeySQL   = `SELECT ` + passkeyColumns + ` FROM staff_passkeys WHERE id_hash = $1`
	passkeysSQL      = `SELECT ` + passkeyColumns + ` FROM staff_passkeys WHERE member_id = $1 ORDER BY made_at, id`
	addPasskeySQL    = `INSERT INTO staff_passkeys (` + passkeyColumns + `) VALUES ($1, $2, $3, $4, $5, $6, $7)`
	savePasskeySQL   = `UPDATE staff_passkeys SET sealed = $2, used_at = $3 WHERE id_hash = $1` //nolint:gosec // names of columns
	endPasskeySQL    = `DELETE FROM staff_passkeys WHERE member_id = $1 AND id = $2`            //nolint:gosec // names of columns
	endPasskeysSQL   = `DELETE FROM staff_passkeys WHERE member_id = $1`                        //nolint:gosec // names of columns
	useChallengeSQL  = `INSERT INTO staff_challenges (hash, used_at) VALUES ($1, $2) ON CONFLICT (hash) DO NOTHING`
	oldChallengesSQL = `DELETE FROM staff_challenges WHERE used_at < $1`
)

// LoadPasskey finds a credential, or NotFound "staff_passkey_unknown".
func LoadPasskey(r *store.Reader, idHash string) (Passkey, error) {
	var x passkeyRow
	if err := r.Get(&x, loadPasskeySQL, idHash); err != nil {
		return Passkey{}, store.Missing(err, "staff_passkey_unknown")
	}
	return x.passkey(), nil
}

// Passkeys lists the credentials of a member.
func Passkeys(r *store.Reader, member debt.ID) ([]Passkey, error) {
	var rows []passkeyRow
	err := r.List(&rows, passkeysSQL, member)
	list := make([]Passkey, len(rows))
	for i, x := range rows {
		list[i] = x.passkey()
	}
	return list, err
}

// AddPasskey stores a credential; one that is there already is refused by its key.
func AddPasskey(t *store.Tx, p Passkey) error {
	_, err := t.Exec(addPasskeySQL, p.ID, p.IDHash, p.Member, p.Sealed, p.Device, column.At(p.MadeAt), column.At(p.UsedAt))
	return err
}

// SavePasskey stores that a credential was used.
func SavePasskey(t *store.Tx, p Passkey) error {
	_, err := t.Exec(savePasskeySQL, p.IDHash, p.Sealed, column.At(p.UsedAt))
	return err
}

// EndPasskey ends a credential of a member's; there may be none.
func EndPasskey(t *store.Tx, member, id debt.ID) error {
	_, err := t.Exec(endPasskeySQL, member, id)
	return err
}

// EndPasskeys ends all of them.
func EndPasskeys(t *store.Tx, member debt.ID) error {
	_, err := t.Exec(endPasskeysSQL, member)
	return err
}

// keptChallenges is longer than any challenge is good for.
const keptChallenges = 24 * time.Hour

// UseChallenge takes a challenge and reports whether nobody had answered it before.
func UseChallenge(t *store.Tx, hash string, now time.Time) (bool, error) {
	if _, err := t.Exec(oldChallengesSQL, column.At(now.Add(-keptChallenges))); err != nil {
		return false, err
	}
	n, err := t.Exec(useChallengeSQL, hash, column.At(now))
	return n > 0, err
}
