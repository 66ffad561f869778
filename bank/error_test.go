package bank

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func TestErrorMatchesByKeyAndPrintsItsArguments(t *testing.T) {
	err := badArgs("giro_bytes", map[string]any{"max": 331, "got": 400})
	if got, want := err.Error(), "giro_bytes got=400 max=331"; got != want {
		t.Errorf("Error() = %q, want %q", got, want)
	}
	if !errors.Is(err, &FormatError{Key: "giro_bytes"}) || errors.Is(err, &FormatError{Key: "giro_lines"}) {
		t.Error("errors.Is must match on the key and on nothing else")
	}
}

// Every key in the code is listed, and every key listed is in the code: a catalogue that
// follows ErrorKeys then has a sentence for each refusal and none for a refusal long gone.
func TestErrorKeysAreExactlyThoseUsed(t *testing.T) {
	pkgs, err := parser.ParseDir(token.NewFileSet(), ".", func(f fs.FileInfo) bool {
		return !strings.HasSuffix(f.Name(), "_test.go") && f.Name() != "error.go"
	}, 0)
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	ast.Inspect(pkgs["bank"], func(n ast.Node) bool {
		lit, ok := n.(*ast.BasicLit)
		if !ok || lit.Kind != token.STRING {
			return true
		}
		s, _ := strconv.Unquote(lit.Value)
		for _, prefix := range []string{"iban_", "rf_", "giro_"} {
			if strings.HasPrefix(s, prefix) {
				used[s] = true
			}
		}
		return true
	})
	for _, key := range ErrorKeys() {
		if !used[key] {
			t.Errorf("ErrorKeys lists %q, which no code refuses with", key)
		}
		delete(used, key)
	}
	for key := range used {
		t.Errorf("%q is used but not listed in ErrorKeys", key)
	}
	if !slices.IsSorted(ErrorKeys()) {
		t.Error("ErrorKeys is not sorted")
	}
}
