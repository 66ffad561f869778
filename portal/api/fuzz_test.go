package api

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"
)

func FuzzBearer(f *testing.F) {
	for _, s := range []string{"", "Bearer " + NewSecret(), "bearer " + NewSecret(), "Basic x", "Bearer qk_", "Bearer  qk_", "Bearer qk_" + strings.Repeat("Z", 64)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, header string) {
		secret, ok := Bearer(header)
		if ok != (secret != "") || ok && (len(secret) != 67 || !strings.HasSuffix(header, " "+secret) || len(Hash(secret)) != 64) {
			t.Errorf("%q gives %q, %v", header, secret, ok)
		}
	})
}

func FuzzNumber(f *testing.F) {
	for _, s := range []string{"", "0", "1", "-1", "+1", "007", "9223372036854775808", "1e3", " 1", "１"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		n, err := number(raw, 7, 0, 1<<53)
		if err != nil {
			return
		}
		if n < 0 || n > 1<<53 || raw == "" && n != 7 || raw != "" && strings.TrimLeft(raw, "0") != strings.TrimLeft(strconv.FormatInt(n, 10), "0") {
			t.Errorf("%q is read as %d", raw, n)
		}
	})
}

func FuzzAcknowledgement(f *testing.F) {
	for _, s := range []string{`{"sequence":1}`, `{"sequence":1}x`, `{"Sequence":1}`, `{"sequence":1,"sequence":2}`, `[]`, `{"sequence":null}`, "\xff", `{"sequence":1e2}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		n, err := readAcknowledgement(body)
		if err != nil {
			return
		}
		if n < 0 || !json.Valid(body) || len(body) > maxBody {
			t.Errorf("%q is read as %d", body, n)
		}
	})
}
