package bank

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// FormatError says why an input is not what it claims to be. Key names a sentence in
// portal/text, Args fill its placeholders. Args never hold the input itself: it may be an
// account number, and errors are logged.
type FormatError struct {
	Key  string
	Args map[string]any
}

// Error gives the key and its arguments for logs; people read the sentence instead.
func (e *FormatError) Error() string {
	var b strings.Builder
	b.WriteString(e.Key)
	for _, k := range slices.Sorted(maps.Keys(e.Args)) {
		fmt.Fprintf(&b, " %s=%v", k, e.Args[k])
	}
	return b.String()
}

// Is makes errors.Is(err, &FormatError{Key: key}) match on the key alone.
func (e *FormatError) Is(target error) bool {
	t, ok := target.(*FormatError)
	return ok && t.Key == e.Key
}

func bad(key string) error { return &FormatError{Key: key} }

func badArgs(key string, args map[string]any) error {
	return &FormatError{Key: key, Args: args}
}

// ErrorKeys lists every key this package can refuse with, so that the message catalogues
// can be checked for completeness.
func ErrorKeys() []string {
	return []string{
		"creditorid_checksum", "creditorid_form",
		"giro_amount", "giro_bic", "giro_bic_missing", "giro_bytes", "giro_characters",
		"giro_charset", "giro_header", "giro_iban_sepa", "giro_info_length", "giro_lines",
		"giro_name_length", "giro_name_missing", "giro_purpose", "giro_reference_or_text",
		"giro_text_length", "giro_version",
		"iban_characters", "iban_checksum", "iban_country", "iban_length",
		"rf_characters", "rf_checksum", "rf_length", "rf_prefix",
	}
}
