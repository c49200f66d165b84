package npy

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"tesuji/nets"
)

// maxHeader is the length of a header that NumPy reads without being told to trust the file.
const maxHeader = 10_000

// header is what a file says of its array.
type header struct {
	dtype   nets.DType
	swap    bool // elements are big-endian
	fortran bool // the first index varies fastest
	shape   []int
}

// kinds are the types by what follows the byte order in descr.
var kinds = map[string]nets.DType{
	"b1": nets.Bool, "i1": nets.I8, "u1": nets.U8, "i2": nets.I16, "u2": nets.U16, "f2": nets.F16,
	"i4": nets.I32, "u4": nets.U32, "f4": nets.F32, "i8": nets.I64, "u8": nets.U64, "f8": nets.F64,
}

// descrOf returns a type's descr, "" if NumPy has no such type.
func descrOf(d nets.DType) string {
	for kind, t := range kinds {
		if t != d {
			continue
		}
		if d.Size() == 1 {
			return "|" + kind
		}
		return "<" + kind
	}
	return ""
}

// text writes the header as NumPy does, without the padding.
func (h header) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "{'descr': '%s', 'fortran_order': False, 'shape': (", descrOf(h.dtype))
	for i, d := range h.shape {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(strconv.Itoa(d))
	}
	if len(h.shape) == 1 {
		b.WriteByte(',')
	}
	b.WriteString("), }")
	return b.String()
}

// bytes returns the length of the elements in bytes, or an error if no array has the shape.
func (h header) bytes() (int, error) {
	n := h.dtype.Size()
	for _, d := range h.shape {
		if d < 0 || d > 0 && n > math.MaxInt/d {
			return 0, fmt.Errorf("impossible shape %v", h.shape)
		}
		n *= d
	}
	return n, nil
}

// parseHeader reads the Python literal. Its keys may come in any order.
func parseHeader(s string) (h header, err error) {
	p := parser{rest: s}
	seen := map[string]bool{}
	p.expect('{')
	for p.err == nil && !p.accept('}') {
		key := p.quoted()
		p.expect(':')
		if seen[key] {
			p.fail("the key %q appears twice", key)
		}
		seen[key] = true
		switch key {
		case "descr":
			h.setType(&p)
		case "fortran_order":
			h.fortran = p.boolean()
		case "shape":
			h.shape = p.tuple()
		default:
			p.fail("unknown key %q, want descr, fortran_order and shape", key)
		}
		if !p.accept(',') {
			p.expect('}')
			break
		}
	}
	switch p.space(); {
	case p.err != nil:
	case p.rest != "":
		p.fail("%q follows the dictionary", p.rest)
	case len(seen) != 3:
		p.fail("needs descr, fortran_order and shape")
	}
	return h, p.err
}

func (h *header) setType(p *parser) {
	if p.space(); strings.HasPrefix(p.rest, "[") {
		p.fail("records are not supported, only arrays of numbers")
		return
	}
	descr := p.quoted()
	if p.err != nil {
		return
	}
	ok := len(descr) == 3
	if ok {
		h.dtype, ok = kinds[descr[1:]]
	}
	if ok {
		switch descr[0] {
		case '<':
		case '>':
			h.swap = true
		case '|':
			ok = h.dtype.Size() == 1
		default:
			ok = false
		}
	}
	if !ok {
		p.fail("elements of type %q are not supported, only booleans, integers and floats", descr)
	}
}

// parser reads the few Python literals that headers are made of. After the first error it reads
// nothing.
type parser struct {
	rest string
	err  error
}

func (p *parser) fail(format string, args ...any) {
	if p.err == nil {
		p.err = fmt.Errorf(format, args...)
	}
}

func (p *parser) space() { p.rest = strings.TrimLeft(p.rest, " \t\n\f\r") }

// accept skips a character if it comes next.
func (p *parser) accept(c byte) bool {
	p.space()
	if p.err == nil && p.rest != "" && p.rest[0] == c {
		p.rest = p.rest[1:]
		return true
	}
	return false
}

func (p *parser) expect(c byte) {
	if !p.accept(c) {
		p.fail("%.20q where %q was expected", p.rest, c)
	}
}

// quoted reads a string without escapes.
func (p *parser) quoted() string {
	p.space()
	if p.err == nil && p.rest != "" && (p.rest[0] == '\'' || p.rest[0] == '"') {
		if s, rest, ok := strings.Cut(p.rest[1:], p.rest[:1]); ok && !strings.ContainsAny(s, "\\\n") {
			p.rest = rest
			return s
		}
	}
	p.fail("%.20q where a string was expected", p.rest)
	return ""
}

func (p *parser) boolean() bool {
	p.space()
	for _, word := range []string{"True", "False"} {
		if rest, ok := strings.CutPrefix(p.rest, word); ok {
			p.rest = rest
			return word == "True"
		}
	}
	p.fail("%.20q where True or False was expected", p.rest)
	return false
}

// tuple reads whole numbers from 0 in parentheses. One alone is followed by a comma.
func (p *parser) tuple() []int {
	p.expect('(')
	shape := []int{}
	for comma := true; p.err == nil && !p.accept(')'); {
		if !comma {
			p.expect(',')
			return shape
		}
		p.space()
		digits := len(p.rest) - len(strings.TrimLeft(p.rest, "0123456789"))
		n, err := strconv.Atoi(p.rest[:digits])
		if err != nil {
			p.fail("%.20q where a dimension was expected", p.rest)
			return shape
		}
		shape = append(shape, n)
		p.rest = p.rest[digits:]
		if comma = p.accept(','); !comma && len(shape) == 1 {
			p.fail("the shape is a number, want a tuple")
		}
	}
	return shape
}
