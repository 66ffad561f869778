// Package staffing lets people in who work for creditors: invitation, password and second
// factor, sign-ins and what they may do there.
package staffing

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"strings"
	"time"

	"quitt/cases/signin"
	"quitt/cases/signin/staffing/breached"
	"quitt/debt"
	"quitt/debt/staff"
	"quitt/store"
	kept "quitt/store/staff"
	"quitt/store/vault"
)

// Desk works on members. Make it with New.
type Desk struct {
	Store *store.Store
	Now   func() time.Time
	// Issuer is how an authenticator names this installation, Origin where browsers find it.
	Issuer, Origin string
	// Breached are passwords nobody should take; nil is no list.
	Breached *breached.List

	hasher *signin.Hasher
	keys   [][]byte // of hashes, the newest first
	vault  vault.Vault
}

// purpose names the keys among those of an installation.
const purpose = "staff"

// New makes a desk with the pepper of the one that opens letters. Passwords have a queue of
// their own: whoever floods one door does not close the other.
func New(d signin.Desk, issuer string) (Desk, error) {
	out := Desk{Store: d.Store, Now: d.Now, Issuer: issuer, hasher: signin.NewHasher(1, queue)}
	if d.Peppers.Missing() {
		return out, nil
	}
	var err error
	out.keys = d.Peppers.DeriveAll(purpose)
	out.vault, err = vault.New(d.Peppers.DeriveAll(purpose + " seals"))
	return out, err
}

// Vault opens the mails of members for whoever sends them.
func (d Desk) Vault() vault.Vault { return d.vault }

// queue is how many passwords may wait for their hash.
const queue = 16

func (d Desk) ready() error {
	if len(d.keys) == 0 {
		return debt.E(debt.Unavailable, "pepper_missing", nil)
	}
	return nil
}

// hashes gives the hash of a text under each key, the newest first: a database alone lets
// nobody try addresses or codes.
func (d Desk) hashes(what, text string) (list []string) {
	for _, key := range d.keys {
		h := hmac.New(sha256.New, key)
		_, _ = io.WriteString(h, what+":"+text)
		list = append(list, hex.EncodeToString(h.Sum(nil)))
	}
	return list
}

func (d Desk) addressHashes(email string) []string { return d.hashes("email", strings.ToLower(email)) }

// who is what is sealed of a member.
type who struct {
	Email    string `json:"email"`
	Name     string `json:"name"`
	Language string `json:"language"`
}

func (d Desk) seal(id debt.ID, w who) (string, error) {
	b, err := json.Marshal(w)
	if err != nil {
		return "", err
	}
	return d.vault.Seal("staff/"+string(id), b)
}

// member opens what is sealed; Unavailable "staff_sealed" if the key is gone.
func (d Desk) member(r kept.Record) (staff.Member, error) {
	b, ok := d.vault.Open("staff/"+string(r.ID), r.Sealed)
	if !ok {
		return staff.Member{}, debt.E(debt.Unavailable, "staff_sealed", nil)
	}
	var w who
	err := json.Unmarshal(b, &w)
	return staff.Member{ID: r.ID, Email: debt.Personal(w.Email), Name: debt.Personal(w.Name), Language: w.Language, State: r.State, Operator: r.Operator}, err
}
