package statements

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"strings"

	"quitt/debt"
	"quitt/store"
	"quitt/store/person"
	"quitt/store/search"
)

// Keys are a creditor's: one makes hashes, by which the same account or order is found again
// without being told, the other seals what lines say while they belong to no case.
type Keys struct {
	creditor debt.ID
	mac      []byte
	texts    person.Key
	people   map[debt.ID]person.Key // by case: what KeysOf's transaction has opened; nil from MakeKeys
}

const room = "bank"

// MakeKeys gives the keys, and draws them where there are none.
func MakeKeys(t *store.Tx) (Keys, error) {
	found, err := search.MakeKey(t)
	if err != nil {
		return Keys{}, err
	}
	return keysOf(t.Creditor(), found)
}

// KeysOf gives the keys for one transaction; those of a creditor without any open and find nothing.
func KeysOf(r *store.Reader) (Keys, error) {
	drawn, found, err := search.KeyOf(r)
	k := Keys{creditor: r.Creditor()}
	if err == nil && found {
		k, err = keysOf(r.Creditor(), drawn)
	}
	k.people = map[debt.ID]person.Key{}
	return k, err
}

func keysOf(creditor debt.ID, k search.Key) (Keys, error) {
	mac, texts, err := k.For(room)
	return Keys{creditor: creditor, mac: mac, texts: texts}, err
}

// hashBytes is how much of a hash is kept: no two lines of an account ever share it.
const hashBytes = 16

// Hash makes the hash of texts under a purpose; of nothing but blanks it is "".
func (k Keys) Hash(purpose string, texts ...string) string {
	if len(k.mac) == 0 || strings.TrimSpace(strings.Join(texts, "")) == "" {
		return ""
	}
	h := hmac.New(sha256.New, k.mac)
	_, _ = io.WriteString(h, purpose)
	for _, t := range texts {
		_, _ = io.WriteString(h, "\x00"+t)
	}
	return hex.EncodeToString(h.Sum(nil)[:hashBytes])
}

// Number is an account, an order or a mandate as it is hashed: without blanks, in capitals.
func Number(s string) string { return strings.ToUpper(strings.Join(strings.Fields(s), "")) }

// Said is what a line tells of who paid and for what.
type Said struct {
	Name, IBAN, BIC debt.Personal
	Ultimate        debt.Personal // the name behind Name
	EndToEnd        debt.Personal
	Mandate         debt.Personal
	Reference       debt.Personal // structured
	Texts           []debt.Personal
	Bank            debt.Personal // the bank's own text
}

type saidRow struct {
	Name      string   `json:"n,omitempty"`
	IBAN      string   `json:"i,omitempty"`
	BIC       string   `json:"b,omitempty"`
	Ultimate  string   `json:"u,omitempty"`
	EndToEnd  string   `json:"e,omitempty"`
	Mandate   string   `json:"m,omitempty"`
	Reference string   `json:"r,omitempty"`
	Texts     []string `json:"t,omitempty"`
	Bank      string   `json:"x,omitempty"`
}

func (s Said) text() (string, error) {
	row := saidRow{Name: s.Name.Reveal(), IBAN: s.IBAN.Reveal(), BIC: s.BIC.Reveal(), Ultimate: s.Ultimate.Reveal(), EndToEnd: s.EndToEnd.Reveal(),
		Mandate: s.Mandate.Reveal(), Reference: s.Reference.Reveal(), Bank: s.Bank.Reveal()}
	for _, t := range s.Texts {
		row.Texts = append(row.Texts, t.Reveal())
	}
	b, err := json.Marshal(row)
	return string(b), err
}

func saidOf(text string) (Said, error) {
	var row saidRow
	if text == "" {
		return Said{}, nil
	}
	if err := json.Unmarshal([]byte(text), &row); err != nil {
		return Said{}, err
	}
	p := func(s string) debt.Personal { return debt.Personal(s) }
	s := Said{Name: p(row.Name), IBAN: p(row.IBAN), BIC: p(row.BIC), Ultimate: p(row.Ultimate), EndToEnd: p(row.EndToEnd), Mandate: p(row.Mandate),
		Reference: p(row.Reference), Bank: p(row.Bank)}
	for _, t := range row.Texts {
		s.Texts = append(s.Texts, p(t))
	}
	return s, nil
}

// seal seals what a line says under the creditor's key.
func (k Keys) seal(line debt.ID, s Said) (string, error) {
	text, err := s.text()
	if err != nil {
		return "", err
	}
	return k.texts.Seal(string("bank_lines/"+k.creditor+"/"+line), text)
}

func (k Keys) open(line debt.ID, sealed string) (Said, error) {
	text, err := k.texts.Open(string("bank_lines/"+k.creditor+"/"+line), sealed)
	if err != nil {
		return Said{}, err
	}
	return saidOf(text)
}
