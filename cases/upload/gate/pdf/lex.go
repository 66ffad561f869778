package pdf

import (
	"bytes"
	"strconv"
)

// lexer reads values from bytes.
type lexer struct {
	b      []byte
	at     int
	tokens *int // left
}

func isSpace(c byte) bool {
	return c == 0 || c == '\t' || c == '\n' || c == '\f' || c == '\r' || c == ' '
}

func isDelimiter(c byte) bool { return bytes.IndexByte([]byte("()<>[]{}/%"), c) >= 0 }

func isRegular(c byte) bool { return !isSpace(c) && !isDelimiter(c) }

// skip goes over white space and comments.
func (l *lexer) skip() {
	for l.at < len(l.b) {
		switch c := l.b[l.at]; {
		case isSpace(c):
			l.at++
		case c == '%':
			l.line()
		default:
			return
		}
	}
}

// line goes to the end of the line and gives what was in it.
func (l *lexer) line() []byte {
	from := l.at
	for l.at < len(l.b) && l.b[l.at] != '\n' && l.b[l.at] != '\r' {
		l.at++
	}
	return l.b[from:l.at]
}

// word reads regular characters.
func (l *lexer) word() string {
	from := l.at
	for l.at < len(l.b) && isRegular(l.b[l.at]) {
		l.at++
	}
	return string(l.b[from:l.at])
}

func (l *lexer) has(prefix string) bool { return bytes.HasPrefix(l.b[l.at:], []byte(prefix)) }

// value reads one value.
func (l *lexer) value(depth int) (value, error) {
	l.skip()
	if *l.tokens--; *l.tokens < 0 || depth > mostDepth {
		return nil, ErrBomb
	}
	if l.at >= len(l.b) {
		return nil, ErrBroken
	}
	switch c := l.b[l.at]; {
	case l.has("<<"):
		l.at += 2
		return l.dict(depth)
	case c == '[':
		l.at++
		return l.array(depth)
	case c == '/':
		l.at++
		return name(l.word()), nil
	case c == '(':
		return l.text()
	case c == '<':
		return l.hex()
	case isRegular(c):
		return l.number()
	}
	return nil, ErrBroken
}

// number reads a number, a reference or a word such as null.
func (l *lexer) number() (value, error) {
	first := l.word()
	number, err := strconv.Atoi(first)
	if err != nil || number < 0 {
		if !isScalar(first) {
			return nil, ErrBroken
		}
		return literal(first), nil
	}
	back := l.at
	l.skip()
	if generation, err := strconv.Atoi(l.word()); err == nil && generation >= 0 {
		l.skip()
		if l.word() == "R" {
			return ref{number, generation}, nil
		}
	}
	l.at = back
	return literal(first), nil
}

// isScalar knows what stands without brackets.
func isScalar(s string) bool {
	if s == "true" || s == "false" || s == "null" {
		return true
	}
	digits := 0
	for i, c := range s {
		switch {
		case c >= '0' && c <= '9':
			digits++
		case c != '.' && (c != '-' && c != '+' || i > 1): // some writers put two signs
			return false
		}
	}
	return digits > 0 || s == "." || s == "-"
}

func (l *lexer) array(depth int) (value, error) {
	list := array{}
	for {
		l.skip()
		if l.has("]") {
			l.at++
			return list, nil
		}
		v, err := l.value(depth + 1)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
}

func (l *lexer) dict(depth int) (value, error) {
	d := dict{}
	for {
		l.skip()
		if l.has(">>") {
			l.at += 2
			return d, nil
		}
		key, err := l.value(depth + 1)
		if err != nil {
			return nil, err
		}
		k, ok := key.(name)
		if !ok {
			return nil, ErrBroken
		}
		l.skip()
		if l.has(">>") { // a key without a value, as some writers leave it
			continue
		}
		v, err := l.value(depth + 1)
		if err != nil {
			return nil, err
		}
		d[k] = v
	}
}

// text reads a string in brackets, which may hold more of them.
func (l *lexer) text() (value, error) {
	from, open := l.at, 0
	for ; l.at < len(l.b); l.at++ {
		switch l.b[l.at] {
		case '\\':
			l.at++
		case '(':
			open++
		case ')':
			if open--; open == 0 {
				l.at++
				return literal(l.b[from:l.at]), nil
			}
		}
	}
	return nil, ErrBroken
}

func (l *lexer) hex() (value, error) {
	from := l.at
	for l.at++; l.at < len(l.b); l.at++ {
		c := l.b[l.at]
		switch {
		case c == '>':
			l.at++
			return literal(l.b[from:l.at]), nil
		case !isSpace(c) && bytes.IndexByte([]byte("0123456789abcdefABCDEF"), c) < 0:
			return nil, ErrBroken
		}
	}
	return nil, ErrBroken
}
