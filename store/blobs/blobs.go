// Package blobs keeps sealed content outside the database, under the hash of what is stored:
// in a folder here, in an S3-compatible bucket in the room below. What is stored is already
// encrypted; neither place can read it, and nothing of a person stands in a name.
package blobs

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strings"
	"time"

	"quitt/debt"
)

// Blobs is a place for sealed content. Both places behave the same; the same tests run on both.
type Blobs interface {
	// Put stores content durably before it returns and gives its name. The same content again
	// is the same name.
	Put(ctx context.Context, owner debt.ID, sealed []byte) (name string, err error)
	// Get reads content; errors.Is(err, fs.ErrNotExist) if there is none of that name.
	Get(ctx context.Context, name string) ([]byte, error)
	// Remove deletes content; removing what is not there is no error.
	Remove(ctx context.Context, name string) error
	// Each names all content of an owner with the time it was stored.
	Each(ctx context.Context, owner debt.ID, fn func(name string, stored time.Time) error) error
}

// Most is how long content may be: a document, what sealing adds, and some air.
const Most = 11 << 20

var isName = regexp.MustCompile(`^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/[0-9a-f]{64}$`)

// Name is the name of an owner's content: the owner's id and the hash.
func Name(owner debt.ID, sealed []byte) string {
	sum := sha256.Sum256(sealed)
	return string(owner) + "/" + hex.EncodeToString(sum[:])
}

// Check refuses what is no name: names become paths.
func Check(name string) error {
	if !isName.MatchString(name) {
		return debt.E(debt.NotFound, "document_unknown", nil)
	}
	return nil
}

// Intact reports whether content is what its name says.
func Intact(name string, sealed []byte) bool {
	owner, _, _ := strings.Cut(name, "/")
	return Name(debt.ID(owner), sealed) == name
}
