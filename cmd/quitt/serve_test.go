package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"

	"quitt/cmd/quitt/settings"
	"quitt/debt/operator"
	"quitt/store/storetest"
)

// operatorEnv is what serve must know about the operator.
var operatorEnv = []string{
	"QUITT_OPERATOR_NAME=Inkasso Muster", "QUITT_OPERATOR_STREET=Weg 1", "QUITT_OPERATOR_POSTCODE=50667", "QUITT_OPERATOR_CITY=Köln",
	"QUITT_OPERATOR_PHONE=0221 1", "QUITT_OPERATOR_EMAIL=post@example.de", "QUITT_OPERATOR_SUPERVISOR_NAME=Amt",
	"QUITT_OPERATOR_SUPERVISOR_ADDRESS=Ort", "QUITT_OPERATOR_SUPERVISOR_CONTACT=amt@example.de",
}

func TestServeAnswersUntilItIsStopped(t *testing.T) {
	onBoth(t, func(t *testing.T, p program) {
		p.ready()
		r, w := io.Pipe()
		var errs bytes.Buffer
		m := &Main{Out: w, Err: &errs, Now: storetest.Clock,
			Env: slices.Concat(p.env, operatorEnv, []string{pepper, "QUITT_LISTEN=127.0.0.1:0", "QUITT_OPERATOR_LISTEN=127.0.0.1:0"})}
		ctx, cancel := context.WithCancel(context.Background())
		code := make(chan int, 1)
		go func() {
			code <- m.Run(ctx, []string{"serve"})
			_ = w.Close()
		}()
		line, err := bufio.NewReader(r).ReadString('\n')
		if err != nil {
			t.Fatalf("%v: exit %d %s", err, <-code, &errs)
		}
		address := strings.Fields(line[strings.Index(line, "http://"):])[0]
		res, err := http.Get(address + "/robots.txt")
		if err != nil {
			t.Fatal(err)
		}
		if b, err := io.ReadAll(res.Body); err != nil || !strings.Contains(string(b), "Disallow") {
			t.Errorf("%q, %v", b, err)
		}
		_ = res.Body.Close()
		http.DefaultClient.CloseIdleConnections()
		cancel()
		if got := <-code; got != exitOK || !strings.Contains(errs.String(), `"route":"/robots.txt"`) {
			t.Errorf("exit %d\n%s", got, &errs)
		}
	})
}

func TestServeNamesEverythingThatIsMissingAtOnce(t *testing.T) {
	p := program{t: t, env: []string{"DATABASE_URL=" + storetest.SQLite(t), "QUITT_LISTEN=127.0.0.1:0", "QUITT_PUBLIC_URL=http://portal.example.de",
		"QUITT_TRUSTED_PROXIES=10.0.0.0/8,balancer", "REDIS_URL=localhost", "QUITT_OPERATOR_NAME=Muster"}}
	r := p.run("serve")
	if r.code != exitUsage {
		t.Errorf("exit %d", r.code)
	}
	want := []string{"QUITT_PUBLIC_URL", "„balancer“", "REDIS_URL"}
	for _, name := range (operator.Profile{Name: "Muster"}).Missing() {
		want = append(want, "QUITT_OPERATOR_"+name)
	}
	for _, w := range want {
		if !strings.Contains(r.err, w) {
			t.Errorf("%s is not named: %s", w, r.err)
		}
	}
	if strings.Contains(r.err, "QUITT_OPERATOR_NAME") {
		t.Errorf("named although it is there: %s", r.err)
	}
}

func TestServeRefusesToStart(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	base := slices.Concat([]string{"DATABASE_URL=" + storetest.SQLite(t)}, operatorEnv)
	for name, tc := range map[string]struct {
		env  []string
		code int
		want string
	}{
		"without a schema":    {[]string{"QUITT_LISTEN=127.0.0.1:0"}, exitFailed, "quitt migrate"},
		"at a taken address":  {[]string{"QUITT_LISTEN=" + taken.Addr().String()}, exitFailed, taken.Addr().String()},
		"open without a name": {[]string{"QUITT_LISTEN=0.0.0.0:0"}, exitUsage, "QUITT_PUBLIC_URL fehlt"},
	} {
		p := program{t: t, env: slices.Concat(base, tc.env)}
		if r := p.run("serve"); r.code != tc.code || !strings.Contains(r.err, tc.want) {
			t.Errorf("%s: exit %d %s", name, r.code, r.err)
		}
	}
}

// Every setting of the operator arrives, and none is forgotten in what config shows.
func TestOperatorSettings(t *testing.T) {
	env := []string{"REDIS_URL=redis://default:geheim@localhost", "QUITT_OPERATOR_LISTEN="}
	fields := settings.OperatorFields(&operator.Profile{})
	for name := range fields {
		env = append(env, settings.OperatorPrefix+name+"=value of "+name)
	}
	out := program{t: t, env: env}.must("config")
	for name := range fields {
		if !strings.Contains(out, fmt.Sprintf("%s%s=value of %s\n", settings.OperatorPrefix, name, name)) {
			t.Errorf("%s is missing in\n%s", name, out)
		}
	}
	if strings.Contains(out, "geheim") || !strings.Contains(out, "QUITT_OPERATOR_LISTEN=\n") {
		t.Errorf("config shows\n%s", out)
	}
	for _, name := range (operator.Profile{}).Missing() {
		if fields[name] == nil {
			t.Errorf("%s cannot be set", name)
		}
	}
}
