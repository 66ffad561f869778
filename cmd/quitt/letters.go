package main

import (
	"context"
	"path/filepath"
	"strconv"

	"quitt/cmd/quitt/shown"
	"quitt/debt"
	rules "quitt/debt/letter"
	written "quitt/notifications/letter"
	"quitt/notifications/letter/post"
	"quitt/store"
	storedletters "quitt/store/letters"
)

// lettersInput are the flags of all that quitt letters does.
type lettersInput struct {
	kind, creditorCode, caseReference, out, way, reason, set, check string
	all, dryRun, files, anew                                        bool
}

// lettersAction is what a first word asks for, and how many words it takes.
type lettersAction struct {
	words int
	run   func(l *lettersCommand, ctx context.Context) error
}

var lettersActions = map[string]lettersAction{
	"":         {0, (*lettersCommand).write},
	"list":     {1, (*lettersCommand).list},
	"show":     {2, (*lettersCommand).show},
	"returned": {2, (*lettersCommand).returned},
	"texts":    {1, (*lettersCommand).texts},
	"preview":  {1, (*lettersCommand).preview},
}

// lettersCommand is one call of quitt letters.
type lettersCommand struct {
	*run
	lettersInput

	store *store.Store
	desk  written.Desk
}

// letters writes letters, shows them, words them and notes those that came back.
func letters(ctx context.Context, r *run) error {
	l := &lettersCommand{run: r}
	for name, to := range map[string]*string{"kind": &l.kind, "creditor": &l.creditorCode, "case": &l.caseReference, "out": &l.out,
		"way": &l.way, "reason": &l.reason, "set": &l.set, "check": &l.check} {
		r.flags.StringVar(to, name, "", "")
	}
	for name, to := range map[string]*bool{"all-creditors": &l.all, "dry-run": &l.dryRun, "files": &l.files, "anew": &l.anew} {
		r.flags.BoolVar(to, name, false, "")
	}
	r.jsonFlag()
	if err := r.parse(0, 2); err != nil {
		return err
	}
	word := ""
	if len(r.args) > 0 {
		word = r.args[0]
	}
	action, known := lettersActions[word]
	if !known || len(r.args) != action.words {
		return usageError{debt.E(debt.Invalid, "usage", debt.Args{"command": r.name})}
	}
	return action.run(l, ctx)
}

// begin opens what every action needs.
func (l *lettersCommand) begin(ctx context.Context) (err error) {
	if l.store, err = l.open(ctx); err != nil {
		return err
	}
	l.desk, err = l.letterDesk(l.store)
	return err
}

// kindOf reads --kind.
func (l *lettersCommand) kindOf() (rules.Kind, error) {
	if err := l.need(map[string]string{"kind": l.kind}); err != nil {
		return "", err
	}
	k := rules.Kind(l.kind)
	if !k.Known() {
		return "", usageError{debt.E(debt.Invalid, "letter_kind_unknown", debt.Args{"allowed": kindCodes()})}
	}
	return k, nil
}

func kindCodes() (codes []string) {
	for _, k := range rules.Kinds() {
		codes = append(codes, string(k))
	}
	return codes
}

// one finds the creditor of --creditor, which must be given.
func (l *lettersCommand) one(ctx context.Context) (debt.Creditor, error) {
	if err := l.need(map[string]string{"creditor": l.creditorCode}); err != nil {
		return debt.Creditor{}, err
	}
	if err := l.begin(ctx); err != nil {
		return debt.Creditor{}, err
	}
	return l.creditor(ctx, l.store, l.creditorCode)
}

// write makes the letters that are due, or with --dry-run says what it would do.
func (l *lettersCommand) write(ctx context.Context) error {
	order, err := l.order()
	if err != nil {
		return err
	}
	if err := l.begin(ctx); err != nil {
		return err
	}
	public, err := l.main.config.Public(l.main.config.Listen)
	if err != nil {
		return usageError{err}
	}
	l.desk.Letterhead.Portal = public.String()
	orders, err := l.orders(ctx, order)
	if err != nil {
		return err
	}
	if l.dryRun {
		return l.try(ctx, orders)
	}
	if order.Kind.Coded() {
		desk, err := l.main.desk(l.store)
		if err != nil {
			return err
		}
		l.desk.Letterhead.NewAccess = newAccess(desk, public.String())
	}
	return l.runAll(ctx, orders)
}

// order reads what is the same for every creditor.
func (l *lettersCommand) order() (o written.Order, err error) {
	if o.Kind, err = l.kindOf(); err != nil {
		return o, err
	}
	wrong := usageError{debt.E(debt.Invalid, "usage", debt.Args{"command": l.name})}
	if l.all && (l.creditorCode != "" || l.caseReference != "") {
		return o, wrong
	}
	if !l.all && l.caseReference == "" {
		if err := l.need(map[string]string{"creditor": l.creditorCode}); err != nil {
			return o, err
		}
	}
	if o.Kind == rules.StatementForAdviser { // written for one case because somebody asked
		if err := l.need(map[string]string{"case": l.caseReference}); err != nil {
			return o, err
		}
	}
	switch l.way {
	case "", string(storedletters.Print):
		o.Way = storedletters.Print
	case string(storedletters.Provider):
		o.Way = storedletters.Provider
	default:
		return o, wrong
	}
	o.Files, o.Anew = l.files, l.anew
	if l.out == "" {
		l.out = "letters"
	}
	if o.Dir, err = filepath.Abs(l.out); err != nil {
		return o, err
	}
	o.Provider, err = l.provider(o.Way)
	return o, err
}

// provider reaches the hybrid mail service; an interrupted run may need it although this
// call prints, so that settings that are there are used.
func (l *lettersCommand) provider(way storedletters.Way) (post.Provider, error) {
	c := l.main.config
	if way == storedletters.Print && c.PostURL == "" {
		return nil, nil //nolint:nilnil // none is configured and none is asked for
	}
	h, err := post.NewHybrid(c.Hybrid())
	if err != nil {
		return nil, usageError{err}
	}
	if c.PostMode == string(post.Test) && way == storedletters.Provider {
		l.main.say(l.main.Err, l.main.words.Text("cli_letters_test_mode", nil)+"\n")
	}
	return h, nil
}

// orders gives one order per creditor.
func (l *lettersCommand) orders(ctx context.Context, o written.Order) ([]written.Order, error) {
	var creditors []debt.Creditor
	var err error
	switch {
	case l.caseReference != "":
		var c debt.Creditor
		c, o.CaseID, err = l.owner(ctx, l.store, l.creditorCode, l.caseReference)
		creditors = []debt.Creditor{c}
	case l.all:
		err = l.store.Read(ctx, "", func(t *store.Reader) (err error) {
			creditors, err = t.Creditors()
			return err
		})
	default:
		var c debt.Creditor
		c, err = l.creditor(ctx, l.store, l.creditorCode)
		creditors = []debt.Creditor{c}
	}
	list := make([]written.Order, len(creditors))
	for i, c := range creditors {
		list[i] = o
		list[i].Creditor = c
	}
	return list, err
}

// runAll runs creditor after creditor and tells of all, also when one fails. A run that is going
// on elsewhere or has lost its folder is no reason to leave the other creditors out.
func (l *lettersCommand) runAll(ctx context.Context, orders []written.Order) error {
	var reports []shown.Run
	var failed error
	for _, o := range orders {
		report, err := l.desk.Run(ctx, o)
		l.sequence(context.WithoutCancel(ctx), l.store, o.Creditor.ID)
		if len(orders) > 1 && debt.KindOf(err) == debt.Conflict {
			report.Problems = append(report.Problems, written.Problem{Err: err})
			err = nil
		}
		reports = append(reports, shown.NewRun(l.main.words, o, report))
		if failed = err; err != nil {
			break
		}
	}
	if err := l.tellRuns(reports); err != nil {
		return err
	}
	if failed != nil {
		return failed
	}
	for _, r := range reports {
		if len(r.Problems) > 0 {
			return errFound
		}
	}
	return nil
}

func (l *lettersCommand) tellRuns(reports []shown.Run) error {
	if l.asJSON {
		return l.json(reports)
	}
	for _, r := range reports {
		for _, p := range r.Problems {
			l.printf("%s  %s\n", p.Case, p.Text)
		}
		if r.Resumed {
			l.line("cli_letters_resumed", nil)
		}
		if r.Void > 0 {
			l.line("cli_letters_void", debt.Args{"n": r.Void})
		}
		l.line("cli_letters_run", debt.Args{"creditor": r.Creditor, "created": r.Created, "sent": r.Sent, "problems": len(r.Problems)})
		for i := range r.PDFs {
			l.printf("%s\n%s\n", r.PDFs[i], r.Manifests[i])
		}
	}
	return nil
}

// try prints what a run would do; a letter that is due and cannot be written fails.
func (l *lettersCommand) try(ctx context.Context, orders []written.Order) error {
	trials, rows := []shown.Trial{}, [][]string{}
	due, faulty := 0, 0
	for _, o := range orders {
		err := l.desk.Try(ctx, o, func(t written.Trial) {
			j := shown.Trial{Problem: shown.Problem{Case: t.FileReference}, Creditor: o.Creditor.Code, Subject: t.Subject,
				Due: len(t.Because) == 0 && t.Err == nil, Pages: t.Pages}
			switch {
			case j.Due:
				due++
				j.Text = l.main.words.Text("cli_letters_due", debt.Args{"pages": t.Pages})
			case t.Err != nil && len(t.Because) == 0:
				faulty++
				fallthrough
			default:
				because := t.Because
				if len(because) > 0 {
					t.Err = nil
				}
				j.Problem = shown.NewProblem(l.main.words, written.Problem{FileReference: t.FileReference, Because: because, Err: t.Err})
			}
			trials, rows = append(trials, j), append(rows, []string{o.Creditor.Code, j.Case, j.Text})
		})
		if err != nil {
			return err
		}
	}
	if l.asJSON {
		if err := l.json(trials); err != nil {
			return err
		}
	} else {
		l.printf("%s", shown.Columns(rows))
		l.line("cli_letters_dry_run", debt.Args{"due": due, "problems": faulty})
	}
	if faulty > 0 {
		return errFound
	}
	return nil
}

// number reads the second word, a letter's number.
func (l *lettersCommand) number() (int64, error) {
	n, err := strconv.ParseInt(l.args[1], 10, 64)
	if err != nil || n <= 0 {
		return 0, usageError{debt.E(debt.Invalid, "usage", debt.Args{"command": l.name})}
	}
	return n, nil
}
