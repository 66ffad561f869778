package signin

import (
	"context"
	"encoding/hex"

	"quitt/debt"
	"quitt/debt/access"
	"quitt/store"
	"quitt/store/grants"
)

// nobody owns nothing: what is not known is looked for under this id, so that it takes
// about as long as what is known.
const nobody debt.ID = "00000000-0000-0000-0000-000000000000"

// dummySalt is hashed with where no row is found.
var dummySalt = make([]byte, saltLength)

// secret is a token or a code in the form the visitor gave.
type secret struct {
	key  string // hash that finds the row
	code access.Code
}

// parse reads the token or the code, Invalid without any look into the database.
func (a Attempt) parse() (secret, error) {
	if a.Token != "" {
		token, err := access.ParseToken(a.Token)
		return secret{key: token.Hash()}, err
	}
	code, err := access.ParseCode(a.Code)
	if err != nil {
		return secret{}, err
	}
	return secret{code.Selector(), code}, nil
}

// proof is what a secret has shown.
type proof struct {
	place
	known bool
	// renewed is the hash under the newest pepper if the stored one is older.
	renewed *grants.Secret
}

// prove finds the grant of a secret. A code is hashed whether or not its selector is known.
func (d Desk) prove(ctx context.Context, s secret) (proof, error) {
	at, known, record, err := d.find(ctx, s.key)
	if err != nil {
		return proof{}, err
	}
	p := proof{place: place{at.Creditor, record.CaseID, at.Grant}, known: known}
	if s.code == "" {
		return p, nil
	}
	salt, err := hex.DecodeString(record.Secret.Salt)
	if err != nil {
		return proof{}, err
	}
	if !known {
		salt = dummySalt
	}
	digest, err := d.Hasher.Derive(ctx, s.code.Verifier(), salt)
	if err != nil {
		return proof{}, err
	}
	version, current := record.Secret.Pepper, d.Peppers.current
	right := d.Peppers.proves(version, record.Secret.Hash, d.Peppers.mac(version, at.Grant, digest))
	p.known = known && right
	if p.known && version != current {
		p.renewed = &grants.Secret{Salt: record.Secret.Salt, Hash: d.Peppers.mac(current, at.Grant, digest), Pepper: current}
	}
	return p, nil
}

// find looks the row up, or one of nobody.
func (d Desk) find(ctx context.Context, key string) (at grants.Place, known bool, record grants.Record, err error) {
	err = d.Store.Read(ctx, "", func(r *store.Reader) (err error) {
		at, known, err = grants.FindPlace(r, key)
		return err
	})
	if err != nil {
		return at, false, record, err
	}
	if !known {
		at = grants.Place{Creditor: nobody, Grant: nobody}
	}
	err = d.Store.Read(ctx, at.Creditor, func(r *store.Reader) (err error) {
		record, err = grants.Load(r, at.Grant)
		return err
	})
	if debt.KindOf(err) == debt.NotFound {
		known, err = false, nil
	}
	return at, known, record, err
}

// pretend does for an unknown secret the look into the database that a known one gets.
func (d Desk) pretend(ctx context.Context) error {
	err := d.at(ctx, place{nobody, nobody, nobody}, func(*work) error { return nil })
	if debt.KindOf(err) == debt.NotFound {
		return nil
	}
	return err
}
