package text

import (
	"go/ast"
	"go/token"
	"testing"
)

// A sentence nobody says is work for translators and a trap for readers. Keys also travel
// in tables and variables, so any literal of the program counts, not only those the scan
// for missing sentences follows.
func TestEverySentenceIsUsed(t *testing.T) {
	said := map[string]bool{}
	for _, src := range scanModule(t).sources {
		ast.Inspect(src.file, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				said[unquote(lit)] = true
			}
			return true
		})
	}
	for _, key := range keysInOrder(t, germanJSON) {
		if !said[key] {
			t.Errorf("%q is in de.json, but no Go file says it", key)
		}
	}
}
