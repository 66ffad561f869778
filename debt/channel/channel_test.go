package channel_test

import (
	"testing"

	"quitt/debt"
	"quitt/debt/channel"
)

func reachable(change func(*debt.Debtor)) debt.Debtor {
	d := debt.Debtor{Kind: debt.Person, Email: "anna@example.org", Phone: "01711234567"}
	change(&d)
	return d
}

func wish(way string) func(*debt.Debtor) {
	return func(d *debt.Debtor) { d.PreferredChannel = way }
}

func TestAWishIsOneAmongTheCreditorsWays(t *testing.T) {
	none := func(*debt.Debtor) {}
	noMail, noText, neither := debt.Channels{NoEmail: true}, debt.Channels{NoText: true}, debt.Channels{NoEmail: true, NoText: true}
	for _, tc := range []struct {
		name  string
		to    func(*debt.Debtor)
		by    debt.Channels
		texts bool
		want  channel.Way
	}{
		{"nothing said", none, debt.Channels{}, true, channel.Email},
		{"text messages wished for", wish("sms"), debt.Channels{}, true, channel.Text},
		{"where none go out", wish("sms"), debt.Channels{}, false, channel.Email},
		{"letters wished for", wish("letter"), debt.Channels{}, true, channel.None},
		{"letters wished for, none wanted", wish("letter"), debt.Channels{NoLetter: true}, true, channel.None},
		{"no mails", none, noMail, true, channel.None},
		{"no mails, wished for by name", wish("email"), noMail, true, channel.None},
		{"no mails, text messages wished for", wish("sms"), noMail, true, channel.Text},
		{"no text messages, wished for", wish("sms"), noText, true, channel.Email},
		{"neither", wish("sms"), neither, true, channel.None},
		{"mails declined", func(d *debt.Debtor) { d.EmailStopped = debt.StopOptOut }, debt.Channels{}, true, channel.None},
		{"a number that is stopped", func(d *debt.Debtor) { d.PreferredChannel, d.PhoneStopped = "sms", debt.StopBounced }, debt.Channels{}, true, channel.Email},
		{"no e-mail", func(d *debt.Debtor) { d.Email = "" }, debt.Channels{}, true, channel.None},
	} {
		if got := channel.Of(reachable(tc.to), tc.by, tc.texts); got != tc.want {
			t.Errorf("%s: %q, want %q", tc.name, got, tc.want)
		}
	}
}

// Only what an e-mail has said is spared.
func TestALetterIsSparedOnlyToWhomAnEmailReaches(t *testing.T) {
	off := debt.Channels{NoLetter: true}
	for name, tc := range map[string]struct {
		to   func(*debt.Debtor)
		by   debt.Channels
		want bool
	}{
		"an e-mail":              {func(*debt.Debtor) {}, off, true},
		"left out by nobody":     {func(*debt.Debtor) {}, debt.Channels{}, false},
		"who wishes for letters": {wish("letter"), off, false},
		"who has no e-mail":      {func(d *debt.Debtor) { d.Email = "" }, off, false},
		"whose e-mail came back": {func(d *debt.Debtor) { d.EmailStopped = debt.StopBounced }, off, false},
		"neither mails":          {func(*debt.Debtor) {}, debt.Channels{NoEmail: true, NoLetter: true}, false},
	} {
		if got := channel.Spares(reachable(tc.to), tc.by); got != tc.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}
