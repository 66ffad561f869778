// Package channel decides by which way a debtor hears of news: among those the creditor uses, the
// one the debtor wishes for.
package channel

import (
	"strings"

	"quitt/debt"
)

// Way is how news reach somebody.
type Way string

// The ways, as a debtor's wish names them; None are the portal and the post.
const (
	None   Way = ""
	Email  Way = "email"
	Text   Way = "sms"
	Letter Way = "letter"
)

// Of gives the way news go by. A wish for letters, and one for no mails, always holds; any other
// wish is one among the ways the creditor uses. A text message goes only to whom has asked for
// one, texts says that any go out.
func Of(to debt.Debtor, by debt.Channels, texts bool) Way {
	switch wish := Way(to.PreferredChannel); {
	case wish == Letter:
		return None
	case wish == Text && texts && !by.NoText && to.PhoneStopped == debt.Reachable && numbered(to):
		return Text
	case !by.NoEmail && Mailable(to):
		return Email
	}
	return None
}

func numbered(d debt.Debtor) bool { return strings.ContainsAny(d.Phone.Reveal(), "0123456789") }

// Mailable reports whether there is an e-mail that takes news.
func Mailable(d debt.Debtor) bool {
	return d.EmailStopped == debt.Reachable && strings.Contains(d.Email.Reveal(), "@")
}

// Spares reports whether who has had news by e-mail is spared the letter that repeats them.
func Spares(to debt.Debtor, by debt.Channels) bool {
	return by.NoLetter && Of(to, by, false) == Email
}
