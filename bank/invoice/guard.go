package invoice

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"unicode/utf8"

	"quitt/bank"
)

// mostDepth is far beyond the twelve levels of the norm.
const mostDepth = 40

// guard goes through the whole document once and gives the name of its root, before anything
// is kept of it.
func guard(b []byte) (xml.Name, error) {
	switch {
	case len(b) > MostBytes:
		return xml.Name{}, bad("intake_invoice_size", map[string]any{"most": MostBytes >> 20})
	case !utf8.Valid(b): // the norm knows UTF-8 alone
		return xml.Name{}, bad("intake_invoice_encoding", nil)
	}
	d, depth, root := decoder(b), 0, xml.Name{}
	for {
		t, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return xml.Name{}, broken()
		}
		switch t := t.(type) {
		case xml.Directive:
			return xml.Name{}, bad("intake_invoice_dtd", nil)
		case xml.StartElement:
			if depth == 0 && root.Local != "" {
				return xml.Name{}, broken()
			}
			if root.Local == "" {
				root = t.Name
			}
			if depth++; depth > mostDepth {
				return xml.Name{}, bad("intake_invoice_depth", nil)
			}
		case xml.EndElement:
			depth--
		case xml.CharData:
			if depth == 0 && len(bytes.TrimSpace(t)) > 0 {
				return xml.Name{}, broken()
			}
		}
	}
	if root.Local == "" {
		return xml.Name{}, broken()
	}
	return root, nil
}

func broken() *bank.FormatError { return bad("intake_invoice_xml", nil) }

// decoder reads UTF-8 whatever the first line says: programs write what they like there.
func decoder(b []byte) *xml.Decoder {
	d := xml.NewDecoder(bytes.NewReader(bytes.TrimPrefix(b, []byte("\ufeff"))))
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	return d
}

func unmarshal(b []byte, into any) error {
	if err := decoder(b).Decode(into); err != nil {
		return broken()
	}
	return nil
}
