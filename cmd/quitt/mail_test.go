package main

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"quitt/cmd/quitt/seed"
	"quitt/cmd/quitt/shown"
	"quitt/notifications/email/sink"
	"quitt/store/storetest"
)

// running starts serve or demo and gives what it prints first; stop ends it and gives the
// exit code.
func (p program) running(command string, env ...string) (printed *bufio.Reader, stop func() int) {
	p.t.Helper()
	r, w := io.Pipe()
	clock := storetest.Clock
	if p.now != nil {
		clock = p.now
	}
	log := io.Discard
	if p.log != nil {
		log = p.log
	}
	m := &Main{Out: w, Err: log, Now: clock, Env: slices.Concat(p.env, operatorEnv, env)}
	ctx, cancel := context.WithCancel(context.Background())
	code := make(chan int, 1)
	go func() {
		code <- m.Run(ctx, []string{command})
		_ = w.Close()
	}()
	return bufio.NewReader(r), func() int {
		cancel()
		return <-code
	}
}

// count asks the database behind the program's back.
func count(t *testing.T, db *sql.DB, query string) (n int) {
	t.Helper()
	if err := db.QueryRow(query).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// until waits for what another goroutine or process brings about.
func until(t *testing.T, what string, reached func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !reached(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("never: %s", what)
		}
	}
}

func (p program) mails(state string) (list []shown.Mail) {
	p.t.Helper()
	if err := json.Unmarshal([]byte(p.must("mail", "list", "--state", state, "--json")), &list); err != nil {
		p.t.Fatal(err)
	}
	return list
}

// mailedFile hands over one case whose debtor has an e-mail.
func mailedFile(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "faelle.csv")
	text := "Aktenzeichen;Nachname;Straße;PLZ;Ort;E-Mail;Hauptforderung;Forderungsgrund;Gegenstand;Vertragsdatum;Fälligkeit;Verzug ab\n" +
		"M-1;Muster;Weg 1;50667;Köln;mara@example.org;1.000,00;Vertrag;Reparatur;10.01.2026;01.03.2026;17.03.2026\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// From a payment booked by one process to the mail another one sends, and back as a bounce.
func TestServeTellsByMailAndTakesWhatComesBack(t *testing.T) {
	onBoth(t, func(t *testing.T, p program) {
		box, err := sink.Open(storetest.Clock)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = box.Close() }()
		p.env = append(p.env, pepper) // a bounce is known by a mark under it
		p.ready()
		p.must("import", mailedFile(t), "--creditor", "praxis")
		out, stop := p.running("serve", pepper, "QUITT_LISTEN=127.0.0.1:0", "QUITT_OPERATOR_LISTEN=", "QUITT_SMTP_URL="+box.URL(), "QUITT_MAIL_FROM=Muster <post@inkasso.example>")
		if _, err := out.ReadString('\n'); err != nil {
			t.Fatalf("%v: exit %d", err, stop())
		}
		url, _ := strings.CutPrefix(p.env[0], "DATABASE_URL=")
		db := storetest.Raw(t, url)
		until(t, "the teller has begun", func() bool { return count(t, db, "SELECT COUNT(*) FROM feed_readers WHERE name = 'mail'") == 1 })
		p.must("book", "payment", "M-1", "--amount", "100,00", "--key", "k1")
		until(t, "the mail", func() bool { return len(box.Received()) == 1 })
		if m := box.Received()[0]; m.To != "mara@example.org" || !strings.Contains(m.Text, "/abbestellen?t=") {
			t.Errorf("%+v", m)
		}
		until(t, "its note", func() bool { return len(p.mails("sent")) == 1 })
		if code := stop(); code != exitOK {
			t.Errorf("exit %d", code)
		}
		id := string(p.mails("sent")[0].ID)
		if r := p.run("mail", "resend", id); r.code != exitFailed {
			t.Errorf("sent again: exit %d", r.code)
		}
		report := "Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\n" +
			"Final-Recipient: rfc822; mara@example.org\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\n" +
			"Message-ID: <" + id + "@inkasso.example>\r\n\r\n--b--\r\n"
		bounced := func(report string) (int, string) {
			var said bytes.Buffer
			m := &Main{In: strings.NewReader(report), Out: &said, Err: &said, Env: p.env, Now: storetest.Clock}
			return m.Run(context.Background(), []string{"mail", "bounced"}), said.String()
		}
		for i, want := range []string{"5.1.1", "vermerkt (Status 5.1.1)"} {
			if code, said := bounced(report); code != exitOK || !strings.Contains(said, want) {
				t.Errorf("report %d: exit %d %s", i, code, said)
			}
		}
		for bad, want := range map[string]string{"x": "kein Bericht", strings.Replace(report, "Action: failed", "Action: delayed", 1): "länger"} {
			if code, said := bounced(bad); code != exitFailed || !strings.Contains(said, want) {
				t.Errorf("exit %d %s", code, said)
			}
		}
		if got := storetest.Column(t, url, "SELECT email_stopped FROM debtors"); got[0] != "bounced" {
			t.Errorf("stopped: %s", got)
		}
		if out := p.must("mail", "list"); strings.Contains(out, "example.org") || !strings.Contains(out, "payment.succeeded") {
			t.Errorf("the list: %s", out)
		}
		p.must("verify")
	})
}

func TestMailIsCalledRight(t *testing.T) {
	p := program{t: t, env: []string{"DATABASE_URL=" + storetest.SQLite(t)}}
	p.ready()
	for _, args := range [][]string{{"mail"}, {"mail", "send"}, {"mail", "resend"}, {"mail", "list", "x"}, {"mail", "list", "--state", "lost"}} {
		if r := p.run(args...); r.code != exitUsage {
			t.Errorf("%v: exit %d", args, r.code)
		}
	}
	if r := p.run("mail", "resend", "x"); r.code != exitFailed || !strings.Contains(r.err, "quitt mail list") {
		t.Errorf("exit %d %s", r.code, r.err)
	}
	if r := p.run("mail", "list", "--creditor", "nobody"); r.code != exitFailed {
		t.Errorf("exit %d", r.code)
	}
	p.env = append(p.env, "QUITT_SMTP_URL=smtp://name:geheim@mail.example", "QUITT_MAIL_FROM=A <a@b.example>", "QUITT_SMS_URL=https://g.example", "QUITT_SMS_KEY=geheim2", "QUITT_SMS_FROM=A")
	if out := p.must("config"); strings.Contains(out, "geheim") || !strings.Contains(out, "mail.example") {
		t.Errorf("config shows %s", out)
	}
	p.env = append(p.env, "QUITT_MAIL_FROM=nobody", "QUITT_SMS_FROM=", "QUITT_SMS_URL=http://g.example")
	if r := p.run("config"); r.code != exitUsage || !strings.Contains(r.err, "QUITT_MAIL_FROM") || !strings.Contains(r.err, "QUITT_SMS_URL") {
		t.Errorf("exit %d %s", r.code, r.err)
	}
}

// A demo needs no mail server: what it sends is shown on the operator's listener.
func TestTheDemoShowsItsMails(t *testing.T) {
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	operator := free.Addr().String()
	if err := free.Close(); err != nil {
		t.Fatal(err)
	}
	p := program{t: t, env: []string{"DATABASE_URL=" + storetest.SQLite(t)}}
	out, stop := p.running("demo", "QUITT_LISTEN=127.0.0.1:0", "QUITT_OPERATOR_LISTEN="+operator)
	for line := ""; !strings.Contains(line, "/outbox"); {
		if line, err = out.ReadString('\n'); err != nil {
			t.Fatalf("%v: exit %d", err, stop())
		}
	}
	go func() { _, _ = io.Copy(io.Discard, out) }()
	url, _ := strings.CutPrefix(p.env[0], "DATABASE_URL=")
	raw := storetest.Raw(t, url)
	until(t, "the teller has begun everywhere", func() bool { return count(t, raw, "SELECT COUNT(*) FROM feed_readers WHERE name = 'mail'") == 3 })
	if _, err := raw.Exec("UPDATE debtors SET sealed = '', email = 'mara@example.org', email_stopped = ''"); err != nil {
		t.Fatal(err)
	}
	p.must("book", "payment", seed.Reference(0, 0), "--creditor", seed.Creditors()[0].Code, "--amount", "1,00", "--key", "demo")
	until(t, "the mail on the page", func() bool {
		res, err := http.Get("http://" + operator + "/outbox")
		if err != nil {
			return false
		}
		b, err := io.ReadAll(res.Body)
		_ = res.Body.Close()
		return err == nil && strings.Contains(string(b), "mara@example.org") && strings.Contains(string(b), "Ihre Zahlung ist bei uns angekommen")
	})
	if code := stop(); code != exitOK {
		t.Errorf("exit %d", code)
	}
}
