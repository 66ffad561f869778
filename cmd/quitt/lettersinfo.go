package main

import (
	"context"
	"encoding/json"
	"maps"
	"os"
	"slices"

	"quitt/cmd/quitt/shown"
	"quitt/debt"
	rules "quitt/debt/letter"
	written "quitt/notifications/letter"
	"quitt/notifications/letter/wording"
	storedletters "quitt/store/letters"
)

// newest is how many letters list shows without --case.
const newest = 100

// list shows the letters of a case, or the newest of a creditor.
func (l *lettersCommand) list(ctx context.Context) error {
	var kept []storedletters.Kept
	if l.caseReference == "" {
		creditor, err := l.one(ctx)
		if err != nil {
			return err
		}
		if kept, err = l.desk.Newest(ctx, creditor.ID, newest); err != nil {
			return err
		}
	} else {
		if err := l.begin(ctx); err != nil {
			return err
		}
		creditor, id, err := l.owner(ctx, l.store, l.creditorCode, l.caseReference)
		if err != nil {
			return err
		}
		if kept, err = l.desk.Letters(ctx, creditor.ID, id); err != nil {
			return err
		}
	}
	return l.reply(ctx, l.store, shown.Letters(l.main.words, kept), nil)
}

// show prints what a letter says, without its secrets.
func (l *lettersCommand) show(ctx context.Context) error {
	number, err := l.number()
	if err != nil {
		return err
	}
	creditor, err := l.one(ctx)
	if err != nil {
		return err
	}
	k, err := l.desk.ByNumber(ctx, creditor.ID, number)
	if err != nil {
		return err
	}
	if l.asJSON {
		return l.json(k.Document)
	}
	l.printf("%s: %s\n\n%s", l.args[1], shown.State(l.main.words, k), k.Document.Plain())
	return nil
}

// returned notes a letter that came back.
func (l *lettersCommand) returned(ctx context.Context) error {
	number, err := l.number()
	if err != nil {
		return err
	}
	if err := l.need(map[string]string{"reason": l.reason}); err != nil {
		return err
	}
	creditor, err := l.one(ctx)
	if err != nil {
		return err
	}
	back := written.Back{Number: number, Reason: debt.Stop(l.reason), By: debt.Actor{Kind: "operator"}}
	if err := l.desk.Return(ctx, creditor.ID, back); err != nil {
		return err
	}
	l.sequence(ctx, l.store, creditor.ID)
	l.line("cli_letter_return_noted", debt.Args{"number": l.args[1]})
	if back.Reason == debt.StopDead {
		l.line("cli_letter_return_deceased", nil)
	}
	return nil
}

// texts shows, checks or stores a creditor's own blocks: a file {"kind": {"block": "text"}}.
func (l *lettersCommand) texts(ctx context.Context) error {
	creditor, err := l.one(ctx)
	if err != nil {
		return err
	}
	path := l.set + l.check
	if l.set != "" && l.check != "" {
		return usageError{debt.E(debt.Invalid, "usage", debt.Args{"command": l.name})}
	}
	if path == "" {
		return l.showTexts(ctx, creditor)
	}
	texts, err := readTexts(path)
	if err != nil {
		return err
	}
	faulty := false
	for _, k := range slices.Sorted(maps.Keys(texts)) {
		for _, p := range wording.CheckTexts(k, texts[k]) {
			faulty = true
			l.printf("%s  %s  %s\n", k, p.Block, l.main.words.Error(p.Err))
		}
	}
	if faulty {
		return errFound
	}
	if l.check != "" {
		l.line("cli_letter_texts_good", nil)
		return nil
	}
	for _, k := range slices.Sorted(maps.Keys(texts)) {
		if _, err := l.desk.SaveTexts(ctx, creditor.ID, written.Wording{Kind: k, Texts: texts[k], By: debt.Actor{Kind: "operator"}, Seen: written.Newest}); err != nil {
			return err
		}
	}
	l.line("cli_letter_texts_stored", nil)
	return nil
}

// mostTexts bounds a file of texts, in bytes.
const mostTexts = 1 << 20

// readTexts reads a file of texts; kinds that do not exist are refused.
func readTexts(path string) (map[rules.Kind]wording.Texts, error) {
	unreadable := debt.E(debt.Invalid, "file_unreadable", debt.Args{"file": path})
	b, err := os.ReadFile(path) //nolint:gosec // the operator names the file
	if err != nil || len(b) > mostTexts {
		return nil, unreadable
	}
	var texts map[rules.Kind]wording.Texts
	if json.Unmarshal(b, &texts) != nil {
		return nil, unreadable
	}
	for k := range texts {
		if !k.Known() {
			return nil, debt.E(debt.Invalid, "letter_kind_unknown", debt.Args{"allowed": kindCodes()})
		}
	}
	return texts, nil
}

// showTexts prints a creditor's own blocks as --set reads them.
func (l *lettersCommand) showTexts(ctx context.Context, creditor debt.Creditor) error {
	all := map[rules.Kind]wording.Texts{}
	for _, k := range rules.Kinds() {
		texts, err := l.desk.Texts(ctx, creditor.ID, k)
		if err != nil {
			return err
		}
		if len(texts) > 0 {
			all[k] = texts
		}
	}
	return l.json(all)
}

// preview prints a sample letter.
func (l *lettersCommand) preview(ctx context.Context) error {
	k, err := l.kindOf()
	if err != nil {
		return err
	}
	if err := l.need(map[string]string{"out": l.out}); err != nil {
		return err
	}
	if err := l.begin(ctx); err != nil {
		return err
	}
	var creditor debt.Creditor
	if l.creditorCode != "" {
		if creditor, err = l.creditor(ctx, l.store, l.creditorCode); err != nil {
			return err
		}
	}
	pdf, err := l.desk.Preview(ctx, k, creditor)
	if err != nil {
		return err
	}
	if err := os.WriteFile(l.out, pdf, 0o600); err != nil {
		return debt.E(debt.Unavailable, "letters_disk", debt.Args{"path": l.out})
	}
	l.line("cli_letter_preview", debt.Args{"file": l.out})
	return nil
}
