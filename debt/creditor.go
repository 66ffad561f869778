package debt

import (
	"strconv"
	"strings"
)

// Creditor is the tenant: every case belongs to exactly one.
type Creditor struct {
	ID       ID
	Code     string // short handle used by the operator, a-z 0-9 and dashes, unique
	Name     string
	Address  Address
	State    State // seat, decides the dunning court (ZPO § 689 II)
	IBAN     string
	Settings Settings
	// AccountHolder is the name the bank has for the account. Payers' banks compare it
	// (Regulation (EU) 2024/886), so a brand name here makes payments fail.
	AccountHolder string
	// VATDeductible says the creditor can deduct input tax, so that no VAT may be
	// demanded from the debtor (RDG § 13a I Nr. 6).
	VATDeductible bool
}

// Address is a postal address without the name.
type Address struct {
	Street, Postcode, City, Country string
}

// Settings are what one creditor may choose. The zero value is the cautious choice.
type Settings struct {
	InterestMethod InterestMethod `json:"interest_method,omitempty"`
	// ImpliedDesignation treats a payment that equals exactly one open claim as
	// designated to it (BGB § 366 I, implied designation).
	ImpliedDesignation bool `json:"implied_designation,omitempty"`
	// ObjectionDays is the creditor's time to answer an objection; 0 means 14.
	ObjectionDays int `json:"objection_days,omitempty"`
	// PromiseDays is the longest promise to pay a debtor may make; 0 means none.
	PromiseDays int `json:"promise_days,omitempty"`
	// Accent is the colour of lines on this creditor's letters, "#0b5c5c"; "" is Quitt's.
	Accent string `json:"accent,omitempty"`
	// PayOnly opens the letter view with the letter alone, without a second check.
	PayOnly bool `json:"pay_only,omitempty"`
	// Channels are the ways this creditor's news go; debt/channel says how.
	Channels Channels `json:"channels,omitzero"`
	// Dunning is the order and the distance of the demands; debt/letter says how.
	Dunning Dunning `json:"dunning,omitzero"`
	// Contact is what this creditor's own letters and the debtor's page say of how it is reached.
	Contact Contact `json:"contact,omitzero"`
}

// Dunning is what a creditor chooses about its demands, in days; 0 stands for the least.
type Dunning struct {
	PayDays     int `json:"pay_days,omitempty"`     // a demand gives to pay, from its arrival
	FirstAfter  int `json:"first_after,omitempty"`  // from the reminder's deadline to the first notice
	SecondAfter int `json:"second_after,omitempty"` // from the first notice's deadline to the second
	// RemindFirst sends a case handed over for a reminder no notice before it had one.
	RemindFirst bool `json:"remind_first,omitempty"`
	// NoSecond leaves a person to decide after the first notice.
	NoSecond bool `json:"no_second,omitempty"`
}

// Channels are the ways a creditor's news do not take; the zero value takes all of them. Codes,
// and what tells of a changed address, are about safety and go their way whatever stands here.
type Channels struct {
	NoEmail bool `json:"no_email,omitempty"`
	NoText  bool `json:"no_text,omitempty"`
	// NoLetter leaves out the letters that only repeat what an e-mail has said.
	NoLetter bool `json:"no_letter,omitempty"`
}

// ParseAccent reads a colour as "#" and six hexadecimal digits, or refuses it with
// "accent_invalid". Lines alone wear it, so any colour can be read on.
func ParseAccent(s string) (string, error) {
	if s == "" {
		return "", nil
	}
	digits, found := strings.CutPrefix(strings.ToLower(strings.TrimSpace(s)), "#")
	if _, err := strconv.ParseUint(digits, 16, 32); !found || len(digits) != 6 || err != nil {
		return "", E(Invalid, "accent_invalid", Args{"value": clip(s)})
	}
	return "#" + digits, nil
}

const defaultObjectionDays = 14

// ObjectionDue gives the day by which an objection filed on a day must be answered.
func (s Settings) ObjectionDue(filedOn Date, at State) Date {
	days := s.ObjectionDays
	if days == 0 {
		days = defaultObjectionDays
	}
	return LastDayToAct(filedOn.AddDays(days), at)
}
