package spec

import (
	"fmt"
	"slices"
	"strings"
)

// maxExpand is how many levels may be expanded at once.
const maxExpand = 4

// checkExpand judges expand[]: each names, step by step, an id in the answer that may be
// replaced by its object, or a list that is only there when asked for.
func (op operation) checkExpand(n *node) *Problem {
	list := n.kids["expand"]
	if list == nil {
		return nil
	}
	for _, i := range list.names() {
		path := list.kids[i].text
		steps := strings.Split(path, ".")
		at := &place{&place{nil, "expand"}, i}
		if depth(steps) > maxExpand {
			return invalid(at, "You cannot expand more than %d levels of a property. Property: %s", maxExpand, path)
		}
		if op.response.expands(steps) {
			continue
		}
		hint := ""
		if op.response.Properties["data"] != nil && op.response.expands(append([]string{"data"}, steps...)) {
			hint = fmt.Sprintf(" You may want to try expanding 'data.%s' instead.", path)
		}
		return invalid(at, "This property cannot be expanded (%s).%s", path, hint)
	}
	return nil
}

// depth leaves out the "data" of a list, which is no level.
func depth(steps []string) int {
	if steps[0] == "data" {
		return len(steps) - 1
	}
	return len(steps)
}

// expands reports whether the steps lead from an object to something expandable.
func (s *schema) expands(steps []string) bool {
	here := s.objects()
	for i, name := range steps {
		var found []*schema
		for _, o := range here {
			if sub := o.Properties[name]; sub != nil {
				found = append(found, sub)
			}
		}
		if i == len(steps)-1 && slices.ContainsFunc(found, (*schema).expandable) {
			return true
		}
		here = nil
		for _, f := range found {
			here = append(here, f.objects()...)
		}
	}
	return false
}

// objects are what one may step into: the object itself, each alternative, each of a list.
func (s *schema) objects() (out []*schema) {
	switch s.Type {
	case "object":
		return []*schema{s}
	case "array":
		return s.Items.objects()
	}
	for _, alternative := range s.AnyOf {
		out = append(out, alternative.objects()...)
	}
	return out
}

// expandable: an id or an object, or a list within an object.
func (s *schema) expandable() bool {
	if of := s.Properties["object"]; of != nil && slices.Equal(of.Enum, []string{"list"}) {
		return true
	}
	id := slices.ContainsFunc(s.AnyOf, func(a *schema) bool { return a.Type == "string" && len(a.Enum) == 0 })
	return id && len(s.objects()) > 0
}
