package browser

import (
	"encoding/json"
	"errors"
	"net"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// letter is what a debtor holds in their hands and knows.
type letter struct {
	reference        string
	code, token      string
	day, month, year string
	postcode         string
}

// stage is the whole program with a creditor and one case on a database of its own.
type stage struct {
	*child
	nobody string // a code without a typing mistake that opens nothing
	letter letter
	env    []string // for further commands
	socket *os.File // where it listens, for one that comes after
}

const (
	reference = "BROWSER-1"
	handover  = "Aktenzeichen;Vorname;Nachname;Straße;PLZ;Ort;Geburtsdatum;Hauptforderung;Forderungsgrund;Gegenstand;" +
		"Vertragsdatum;Rechnungsnummer;Rechnungsdatum;Fälligkeit;Verzug ab\n" +
		reference + ";Oksana;Gröning;Rosenallee 7;50825;Köln;09.04.1981;480,00;Vertrag;Zahnersatz, Eigenanteil;" +
		"10.01.2026;R-26-0112;12.01.2026;02.03.2026;17.03.2026\n"
)

// operator is who runs the portal: what the law wants on every page.
var operator = []string{
	"QUITT_OPERATOR_NAME=Inkasso Muster GmbH", "QUITT_OPERATOR_STREET=Weg 1", "QUITT_OPERATOR_POSTCODE=50667",
	"QUITT_OPERATOR_CITY=Köln", "QUITT_OPERATOR_PHONE=0221 555 0100", "QUITT_OPERATOR_EMAIL=hilfe@muster.example",
	"QUITT_OPERATOR_RDG_NUMBER=371 E 1-2345", "QUITT_OPERATOR_SUPERVISOR_NAME=Bundesamt für Justiz",
	"QUITT_OPERATOR_SUPERVISOR_ADDRESS=Adenauerallee 99–103, 53113 Bonn", "QUITT_OPERATOR_SUPERVISOR_CONTACT=poststelle@bfj.bund.de",
}

// demo starts the program as an operator does: migrate, seed, hand over a case, issue the
// secrets of its letter, serve behind a proxy that speaks https. more are settings beside the
// usual ones.
func demo(t *testing.T, more ...string) *stage {
	t.Helper()
	dir := t.TempDir()
	backend, socket := listen(t)
	front := httptest.NewTLSServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(backend)
		r.SetXForwarded()
		r.Out.Host = r.In.Host
	}})
	t.Cleanup(front.Close)
	env := append([]string{
		"DATABASE_URL=sqlite:" + filepath.Join(dir, "quitt.db"), "QUITT_PUBLIC_URL=" + front.URL,
		"QUITT_TRUSTED_PROXIES=127.0.0.1", "QUITT_OPERATOR_LISTEN=",
	}, slices.Concat(operator, more)...)
	file := filepath.Join(dir, "faelle.csv")
	if err := os.WriteFile(file, []byte(handover), 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, command(t, env, "migrate"))
	run(t, command(t, env, "seed"))
	run(t, command(t, env, "import", file, "--creditor", "praxis-lindner"))
	old, now := issue(t, env), issue(t, env)
	return &stage{child: start(t, withSocket(command(t, env, "serve"), socket)), letter: now, nobody: old.code, env: env, socket: socket}
}

// shift is the setting for a clock that goes by some days wrong.
func shift(days int) string {
	return clockShift + "=" + (time.Duration(days) * 24 * time.Hour).String()
}

// at ends the program and starts it on another day, with a letter of that day.
func (s *stage) at(t *testing.T, days int) {
	t.Helper()
	if err := s.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	<-s.done
	public := s.url
	s.env = append(slices.Clone(s.env), shift(days)) // the last one holds
	s.letter = issue(t, s.env)
	s.child = start(t, withSocket(command(t, s.env, "serve"), s.socket))
	if s.url != public {
		t.Fatalf("it was at %s and is at %s", public, s.url)
	}
}

// listen opens the socket the program gets, because the proxy has to know its port before.
func listen(t *testing.T) (address *url.URL, socket *os.File) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	tcp, ok := ln.(*net.TCPListener)
	if !ok {
		t.Fatalf("%T is no TCP listener", ln)
	}
	if socket, err = tcp.File(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = errors.Join(ln.Close(), socket.Close()) }) // the program has its own copy
	return &url.URL{Scheme: "http", Host: ln.Addr().String()}, socket
}

// withSocket hands a socket over as systemd does; the shell knows the process id.
func withSocket(c *exec.Cmd, socket *os.File) *exec.Cmd {
	c.Args = append([]string{"sh", "-c", `LISTEN_PID=$$ LISTEN_FDS=1 exec "$0" "$@"`, c.Path}, c.Args[1:]...)
	c.Path = "/bin/sh"
	c.ExtraFiles = []*os.File{socket}
	return c
}

// issue makes a new letter for the case; the one before opens nothing any more.
func issue(t *testing.T, env []string) letter {
	t.Helper()
	out := run(t, command(t, env, "codes", "new", reference, "--json"))
	var printed struct{ Code, Link string }
	if err := json.Unmarshal([]byte(out), &printed); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	_, token, found := strings.Cut(printed.Link, "/#")
	if !found {
		t.Fatalf("the link has no token behind #")
	}
	var file struct {
		Reference string `json:"file_reference"`
	}
	if err := json.Unmarshal([]byte(run(t, command(t, env, "statement", reference, "--json"))), &file); err != nil {
		t.Fatal(err)
	}
	return letter{reference: file.Reference, code: printed.Code, token: token, day: "9", month: "4", year: "1981", postcode: "50825"}
}
