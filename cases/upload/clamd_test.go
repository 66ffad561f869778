package upload_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"quitt/cases/upload"
	"quitt/debt"
	"quitt/store"
	"quitt/store/documents"
	"quitt/store/storetest"
)

// eicar is the text every scanner takes for a virus, in two parts, or this file would be one.
var eicar = `X5O!P%@AP[4\PZX54(P^)7CC)7}$` + `EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*`

// clamd starts a real scanner with one signature of our own: that text, anywhere in a file.
func clamd(t *testing.T) (at string, stop func()) {
	t.Helper()
	program := os.Getenv("QUITT_TEST_CLAMD")
	if program == "" {
		t.Fatal("QUITT_TEST_CLAMD is not set: run make test, or scripts/with-documents go test …")
	}
	dir := t.TempDir()
	socket := filepath.Join(dir, "clamd.sock")
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	write("own.ndb", "Own.Eicar:0:*:"+hex.EncodeToString([]byte(eicar))+"\n")
	conf := write("clamd.conf", fmt.Sprintf("LocalSocket %s\nDatabaseDirectory %s\nForeground yes\nStreamMaxLength 25M\n", socket, dir))
	c := exec.Command(program, "--config-file", conf)
	var said bytes.Buffer
	c.Stdout, c.Stderr = &said, &said
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	gone := make(chan struct{})
	go func() { _ = c.Wait(); close(gone) }() // killed on purpose
	stop = func() { _ = c.Process.Kill(); <-gone }
	t.Cleanup(stop)
	for range 600 {
		if conn, err := net.Dial("unix", socket); err == nil {
			_ = conn.Close()
			return "unix:" + socket, stop
		}
		time.Sleep(50 * time.Millisecond)
	}
	stop()
	t.Fatalf("clamd did not start: %s", said.String())
	return "", nil
}

func TestARealScannerTellsCleanFromInfected(t *testing.T) {
	at, stop := clamd(t)
	w := newWorld(t, storetest.Open(t, store.Options{URL: storetest.SQLite(t)}))
	var err error
	w.Scanner, err = upload.NewClamd(at)
	w.must(err)
	large := page(strings.Repeat("x", 9<<20))
	clean, infected, last := w.take("a.pdf", large), w.take("b.pdf", page(eicar)), documents.Document{}
	if n := w.scan(); n != 2 {
		t.Errorf("%d scanned", n)
	}
	got, _, err := w.Open(t.Context(), w.from.Creditor, w.from.Case, clean.ID)
	if err != nil || got.State != documents.Clean {
		t.Errorf("%s, %v", got.State, err)
	}
	if _, _, err := w.Open(t.Context(), w.from.Creditor, w.from.Case, infected.ID); !is(err, debt.NotFound, "document_unknown") {
		t.Errorf("an infected document opens: %v", err)
	}
	list, err := w.List(t.Context(), w.from.Creditor, w.from.Case)
	if err != nil || list[1].State != documents.Infected || !strings.HasPrefix(list[1].Reason, "Own.Eicar") || list[1].Preview != "" {
		t.Errorf("%+v, %v", list, err)
	}
	if _, err := w.Take(t.Context(), w.from, "b.pdf", page(eicar)); !is(err, debt.Invalid, "upload_infected") {
		t.Errorf("sent again: %v", err)
	}
	err = w.write(func(tx *store.Tx) error {
		return documents.Attach(tx, w.from.Case, documents.Subject{Kind: "proof", ID: "1"}, infected.ID)
	})
	if !is(err, debt.NotFound, "document_unknown") {
		t.Errorf("attached: %v", err)
	}
	stop()
	last = w.take("c.pdf", page("c")) // nobody is kept from anything
	if _, err := w.Scan(t.Context(), w.from.Creditor); !is(err, debt.Unavailable, "clamd_unreachable") {
		t.Errorf("without a scanner: %v", err)
	}
	if n, oldest, err := w.Waiting(t.Context(), w.from.Creditor); n != 1 || oldest.IsZero() || err != nil {
		t.Errorf("%d wait since %v, %v", n, oldest, err)
	}
	again, _ := clamd(t)
	w.Scanner, err = upload.NewClamd(again)
	w.must(err)
	w.scan()
	if got, _, err := w.Open(t.Context(), w.from.Creditor, w.from.Case, last.ID); err != nil || got.State != documents.Clean {
		t.Errorf("with a scanner again: %s, %v", got.State, err)
	}
}

// Whatever else a scanner says, it has not said that a file is clean.
func TestAnAnswerThatIsNoneIsNotClean(t *testing.T) {
	for answer, want := range map[string]string{"stream: OK\x00": "", "stream: A.B FOUND\x00": "A.B", "": "?", "OK\x00": "?", "stream: FOUND\x00": "?",
		"INSTREAM size limit exceeded. ERROR\x00": "?", "stream: x ERROR\x00": "?", "stream: OK stream: X FOUND\x00": "OK stream: X"} {
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			_, _ = io.ReadFull(conn, make([]byte, len("zINSTREAM.")+4+1+4)) // the test is about the answer
			_, _ = conn.Write([]byte(answer))
			_ = conn.Close()
		}()
		c, err := upload.NewClamd("tcp:" + ln.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		got, err := c.Scan(t.Context(), []byte("x"))
		if failed := errors.Is(err, debt.E(debt.Unavailable, "clamd_unreachable", nil)); failed != (want == "?") || !failed && got != want {
			t.Errorf("%q: %q, %v", answer, got, err)
		}
		_ = ln.Close()
	}
	for at, ok := range map[string]bool{"unix:/x": true, "tcp:h:1": true, "": false, "/x": false, "http:x": false, "tcp:": false} {
		if _, err := upload.NewClamd(at); (err == nil) != ok {
			t.Errorf("%q: %v", at, err)
		}
	}
}
