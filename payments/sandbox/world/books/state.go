package books

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// Export writes the whole state. It holds webhook secrets, test data all of it.
func (w *World) Export() ([]byte, error) { return json.Marshal(w.state) }

// Import replaces the state by an exported one.
func (w *World) Import(b []byte) error {
	var s state
	if err := json.Unmarshal(b, &s); err != nil {
		return fmt.Errorf("sandbox state: %w", err)
	}
	if s.Accounts == nil {
		s.Accounts = map[string]*Account{}
	}
	for id, a := range s.Accounts {
		if a == nil || a.ID != id {
			return fmt.Errorf("sandbox state: account %.40q is broken", id)
		}
		a.w, a.byID, a.byKind = w, map[string]Object{}, map[string][]Object{}
		for _, o := range a.Objects {
			if o.ID() == "" {
				return fmt.Errorf("sandbox state: an object of %s has no id", id)
			}
			a.index(o)
		}
	}
	if s.Virtual.IsZero() {
		s.Virtual = w.Virtual
	}
	w.state = s
	return nil
}

// UnmarshalJSON reads numbers as the whole numbers they are here.
func (o *Object) UnmarshalJSON(b []byte) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	var plain map[string]any
	if err := d.Decode(&plain); err != nil {
		return err
	}
	v, err := fromJSON(plain)
	if err != nil {
		return err
	}
	*o, _ = v.(Object)
	return nil
}

// fromJSON makes Objects of maps and int64 of numbers; there are no others here.
func fromJSON(v any) (any, error) {
	var err error
	switch v := v.(type) {
	case json.Number:
		return v.Int64()
	case map[string]any:
		out := make(Object, len(v))
		for k, item := range v {
			if out[k], err = fromJSON(item); err != nil {
				return nil, err
			}
		}
		return out, nil
	case []any:
		for i := range v {
			if v[i], err = fromJSON(v[i]); err != nil {
				return nil, err
			}
		}
	}
	return v, nil
}
