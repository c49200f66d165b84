package torch

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// pattern is a name with holes: {i} is a whole number, {2i+1} a number that such an i gives, and
// {*} any text, one component or more. The letter is any of i to n.
type pattern struct {
	text  string
	expr  *regexp.Regexp
	holes []hole
}

// hole is {factor·letter + offset}, or {*} with the letter '*'.
type hole struct {
	letter         byte
	factor, offset int
}

// binding is what the holes stand for in a name.
type binding struct {
	numbers map[byte]int
	text    string
}

var holeExpr = regexp.MustCompile(`\{(?:\*|([1-9][0-9]*)?([i-n])(?:\+([1-9][0-9]*))?)\}`)

// compile reads a pattern. One that is malformed is a programmer's error and panics.
func compile(text string) pattern {
	p := pattern{text: text}
	var expr strings.Builder
	at := 0
	for _, m := range holeExpr.FindAllStringSubmatchIndex(text, -1) {
		expr.WriteString(regexp.QuoteMeta(text[at:m[0]]))
		at = m[1]
		h := hole{letter: '*', factor: 1}
		part := `(.+)`
		if m[4] >= 0 {
			h.letter, part = text[m[4]], `(0|[1-9][0-9]{0,8})`
			if m[2] >= 0 {
				h.factor = number(text[m[2]:m[3]])
			}
			if m[6] >= 0 {
				h.offset = number(text[m[6]:m[7]])
			}
		}
		expr.WriteString(part)
		p.holes = append(p.holes, h)
	}
	if strings.ContainsAny(holeExpr.ReplaceAllString(text, ""), "{}") {
		panic(fmt.Sprintf("torch: the pattern %q has a hole that is none of {i}, {2i+1} and {*}", text))
	}
	p.expr = regexp.MustCompile("^" + expr.String() + regexp.QuoteMeta(text[at:]) + "$")
	return p
}

func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		panic(fmt.Sprintf("torch: %v in a pattern", err))
	}
	return n
}

// match returns what the holes stand for if the pattern is that of a name.
func (p pattern) match(name string) (b binding, ok bool) {
	m := p.expr.FindStringSubmatch(name)
	if m == nil {
		return b, false
	}
	b.numbers = map[byte]int{}
	for i, h := range p.holes {
		if h.letter == '*' {
			if b.text != "" && b.text != m[i+1] {
				return b, false
			}
			b.text = m[i+1]
			continue
		}
		v := number(m[i+1]) - h.offset
		if v < 0 || v%h.factor != 0 {
			return b, false
		}
		v /= h.factor
		if before, bound := b.numbers[h.letter]; bound && before != v {
			return b, false
		}
		b.numbers[h.letter] = v
	}
	return b, true
}

// fill returns the name that the pattern is with the holes as bound.
func (p pattern) fill(b binding) string {
	i := 0
	return holeExpr.ReplaceAllStringFunc(p.text, func(string) string {
		h := p.holes[i]
		i++
		if h.letter == '*' {
			return b.text
		}
		v, ok := b.numbers[h.letter]
		if !ok {
			panic(fmt.Sprintf("torch: the pattern %q has a letter that its counterpart has not", p.text))
		}
		return strconv.Itoa(h.factor*v + h.offset)
	})
}
