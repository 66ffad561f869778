package bank

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
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
	used := keysUsed(t)
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

func keysUsed(t *testing.T) map[string]bool {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") || name == "error.go" {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				s, _ := strconv.Unquote(lit.Value)
				if isKey(s) {
					used[s] = true
				}
			}
			return true
		})
	}
	return used
}

func isKey(s string) bool {
	return strings.HasPrefix(s, "iban_") || strings.HasPrefix(s, "rf_") || strings.HasPrefix(s, "giro_") || strings.HasPrefix(s, "creditorid_")
}
