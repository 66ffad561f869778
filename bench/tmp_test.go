package bench

import (
	"encoding/base64"
	"os"
	"strconv"
	"strings"
	"testing"

	"quitt/cases/signin"
)

func pepper() string {
	return "1:" + base64.StdEncoding.EncodeToString([]byte(strings.Repeat("b", signin.PepperSize)))
}

func setting(b *testing.B, name string, normal int) int {
	b.Helper()
	v := os.Getenv(name)
	if v == "" {
		return normal
	}
	n, err := strconv.Atoi(v)
	if err != nil || n < 1 {
		b.Fatalf("%s=%s is no size", name, v)
	}
	return n
}
