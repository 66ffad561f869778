package statements

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"quitt/payments/transfer"
	"quitt/payments/transfer/seen"
	"quitt/store"
	"quitt/store/storetest"
)

const sheet = ":20:A\n:25:DE89370400440532013000\n:28C:1/1\n:60F:C261115EUR0,00\n:61:2611161116CR25,00N166NONREF\n:86:166?20danke\n:62F:C261116EUR25,00\n-\n"

func TestFilesInTheFolderAreReadAndMovedAway(t *testing.T) {
	s := storetest.Open(t, store.Options{URL: storetest.SQLite(t)})
	c := storetest.Creditor(t, s, "koeln")
	dir := t.TempDir()
	now := time.Now()
	d := transfer.Desk{Store: s, Now: func() time.Time { return now }}
	if _, err := d.AddAccount(context.Background(), c.ID, "DE89370400440532013000"); err != nil {
		t.Fatal(err)
	}
	loop := Loops(Settings{Folder: dir}, d, slog.New(slog.DiscardHandler))[1]
	work := loop.Work
	run := func() (did int) {
		t.Helper()
		did, err := work(context.Background(), c.ID)
		if err != nil {
			t.Fatal(err)
		}
		return did
	}
	if run() != 0 {
		t.Error("a folder that is not there is not empty")
	}
	put := func(name, content string) {
		if err := os.MkdirAll(filepath.Join(dir, "koeln"), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "koeln", name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	put("a.sta", sheet)
	if run() != 0 {
		t.Error("a file was read that may be written still")
	}
	now = now.Add(time.Hour)
	if q, err := loop.Queue(context.Background(), c.ID); err != nil || q.Waiting != 1 || now.Sub(q.Oldest) < 50*time.Minute {
		t.Errorf("%+v %v", q, err)
	}
	for range 3 {
		run()
	}
	if q, err := loop.Queue(context.Background(), c.ID); err != nil || q.Waiting != 0 || !q.Oldest.IsZero() {
		t.Errorf("%+v %v", q, err)
	}
	put("a.sta", sheet) // the same name and file again
	put("b.txt", "kein Auszug")
	now = now.Add(time.Hour)
	for range 3 {
		run()
	}
	names := func(sub string) (list []string) {
		entries, _ := os.ReadDir(filepath.Join(dir, "koeln", sub))
		for _, e := range entries {
			if !e.IsDir() {
				list = append(list, e.Name())
			}
		}
		return list
	}
	if !slices.Equal(names("done"), []string{"2-a.sta", "a.sta"}) || !slices.Equal(names("refused"), []string{"b.txt"}) || len(names("")) != 0 {
		t.Errorf("done %v, refused %v, left %v", names("done"), names("refused"), names(""))
	}
	list, err := seen.Desk{Store: d.Store}.Statements(context.Background(), c.ID, 10)
	if err != nil || len(list) != 1 || list[0].Fresh != 1 {
		t.Errorf("%+v %v", list, err)
	}
}
