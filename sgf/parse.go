package sgf

import (
	"bytes"
	"fmt"
	"io"
	"unicode/utf8"
)

// Bounds of what is read. The largest collections of games in one file have some 50 MB.
const (
	MaxBytes = 1 << 28
	MaxNodes = 1 << 23
)

// SyntaxError says where a file is no SGF, counted from 1, and why.
type SyntaxError struct {
	Line, Column int
	Text         string
}

func (e *SyntaxError) Error() string { return fmt.Sprintf("sgf: %d:%d: %s", e.Line, e.Column, e.Text) }

// Read reads a collection to the end of r.
func Read(r io.Reader) (*Collection, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("sgf: %w", err)
	}
	return Parse(data)
}

// Parse reads a collection. Errors are *SyntaxError.
//
// In Shift_JIS, Big5 and GBK the second byte of a character can be that of a backslash or bracket.
// Some programs escape it, as the standard has it, and some do not; what parses is taken.
func Parse(data []byte) (*Collection, error) {
	if len(data) > MaxBytes {
		return nil, &SyntaxError{1, 1, fmt.Sprintf("the file is larger than %d MB", MaxBytes>>20)}
	}
	data, utf := plain(data)
	if utf { // a byte order mark said so
		c, err := parse(data, charset{name: "utf-8"})
		return c, err
	}
	guess := guessCharset(data)
	if !guess.shadows() {
		return parse(data, charset{})
	}
	decoded, err := guess.encoding.NewDecoder().Bytes(data)
	if err != nil {
		return parse(data, charset{})
	}
	whole, wholeErr := parse(decoded, charset{name: "utf-8"})
	if wholeErr == nil && !bytes.Contains(decoded, []byte("\ufffd")) && whole.all(guess) {
		return whole, nil
	}
	if c, err := parse(data, charset{}); err == nil {
		return c, nil
	}
	return whole, wholeErr
}

// all reports whether every tree is in one charset.
func (c *Collection) all(want charset) bool {
	for _, root := range c.Trees {
		if cs, _ := charsetOf(root, nil); cs.name != want.name {
			return false
		}
	}
	return true
}

// parser reads bytes of which all that is structure is ASCII.
type parser struct {
	data  []byte
	pos   int
	nodes []*Node // of the tree under way, in the file's order
	count int     // of all trees
	out   Collection
}

// parse reads all trees. The charset is that of the values, or that which each tree names if it is
// the zero value.
func parse(data []byte, cs charset) (*Collection, error) {
	p := &parser{data: data}
	for p.findTree() {
		root, err := p.tree()
		if err != nil {
			return nil, err
		}
		p.decode(root, cs)
		p.out.Trees = append(p.out.Trees, root)
	}
	if len(p.out.Trees) == 0 {
		return nil, p.fail(p.pos, "there is no game tree: want ( and ;")
	}
	return &p.out, nil
}

// findTree goes to the next parenthesis that a semicolon follows.
func (p *parser) findTree() bool {
	for from := p.pos; ; {
		i := bytes.IndexByte(p.data[from:], '(')
		if i < 0 {
			return false
		}
		from += i + 1
		after := from
		for after < len(p.data) && space(p.data[after]) {
			after++
		}
		if after < len(p.data) && p.data[after] == ';' {
			if skipped := bytes.TrimSpace(p.data[p.pos : from-1]); len(skipped) > 0 {
				p.warn(p.pos, "text outside of game trees is left out")
			}
			p.pos = from - 1
			return true
		}
	}
}

// tree reads the tree that begins here.
func (p *parser) tree() (*Node, error) {
	var (
		root, at *Node
		open     []*Node // where each parenthesis hangs
		begin    = p.pos
		closed   = false // a variation ended here: no more nodes of its parent
	)
	p.nodes = p.nodes[:0]
	for {
		p.skip()
		if p.pos == len(p.data) {
			p.warn(begin, "the game tree is not closed: ) is missing")
			return root, nil
		}
		switch c := p.data[p.pos]; {
		case c == '(':
			p.pos++
			p.skip()
			if p.pos == len(p.data) || p.data[p.pos] != ';' {
				return nil, p.fail(p.pos, "want ; after (")
			}
			open = append(open, at)
			closed = false
		case c == ';':
			if closed {
				return nil, p.fail(p.pos, "a node follows a variation: want ( or )")
			}
			if p.count++; p.count > MaxNodes {
				return nil, p.fail(p.pos, fmt.Sprintf("there are more than %d nodes", MaxNodes))
			}
			p.pos++
			n := &Node{Parent: at}
			if at != nil {
				at.Children = append(at.Children, n)
			} else {
				root = n
			}
			at = n
			p.nodes = append(p.nodes, n)
			if err := p.properties(n); err != nil {
				return nil, err
			}
		case c == ')':
			p.pos++
			at, open = open[len(open)-1], open[:len(open)-1]
			if closed = true; len(open) == 0 {
				return root, nil
			}
		default:
			return nil, p.fail(p.pos, fmt.Sprintf("found %s: want a node or a variation", p.character()))
		}
	}
}

// properties reads those of a node.
func (p *parser) properties(n *Node) error {
	for {
		p.skip()
		if p.pos == len(p.data) {
			return nil
		}
		switch p.data[p.pos] {
		case ';', '(', ')':
			return nil
		}
		start := p.pos
		name, err := p.name()
		if err != nil {
			return err
		}
		values, err := p.values(name)
		if err != nil {
			return err
		}
		if old := n.Get(name); old != nil {
			p.warn(start, "property "+name+" comes twice in a node: its values are joined")
			n.Set(name, append(old, values...)...)
		} else {
			n.Properties = append(n.Properties, Property{name, values})
		}
	}
}

// name reads a property's name without its lower-case letters, which old files have.
func (p *parser) name() (string, error) {
	start := p.pos
	var name []byte
	for ; p.pos < len(p.data); p.pos++ {
		c := p.data[p.pos]
		switch {
		case 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' && len(name) > 0:
			name = append(name, c)
			continue
		case 'a' <= c && c <= 'z':
			continue
		}
		break
	}
	if len(name) == 0 {
		if p.pos == start {
			return "", p.fail(start, fmt.Sprintf("found %s: want a property", p.character()))
		}
		return "", p.fail(start, fmt.Sprintf("property %q has no capital letter", clip(p.data[start:p.pos])))
	}
	return string(name), nil
}

// values reads one value or several.
func (p *parser) values(name string) ([]string, error) {
	var values []string
	for {
		p.skip()
		if p.pos == len(p.data) || p.data[p.pos] != '[' {
			if values == nil {
				return nil, p.fail(p.pos, "property "+clip([]byte(name))+" has no value: want [")
			}
			return values, nil
		}
		start := p.pos + 1
		for p.pos = start; ; p.pos++ {
			if p.pos >= len(p.data) {
				return nil, p.fail(start-1, "the value of "+clip([]byte(name))+" does not end: ] is missing")
			}
			if c := p.data[p.pos]; c == '\\' {
				p.pos++
			} else if c == ']' {
				break
			}
		}
		values = append(values, string(p.data[start:p.pos]))
		p.pos++
	}
}

func (p *parser) skip() {
	for p.pos < len(p.data) && space(p.data[p.pos]) {
		p.pos++
	}
}

func space(c byte) bool { return c == ' ' || '\t' <= c && c <= '\r' || c == 0 }

// character describes the one that is next.
func (p *parser) character() string {
	r, _ := utf8.DecodeRune(p.data[p.pos:])
	return fmt.Sprintf("%q", r)
}

// clip keeps long names out of messages.
func clip(b []byte) string {
	if len(b) > 20 {
		return string(b[:20]) + "..."
	}
	return string(b)
}

// place counts lines and columns up to an offset.
func (p *parser) place(offset int) (line, column int) {
	before := p.data[:min(offset, len(p.data))]
	start := 0
	for i, c := range before { // a line ends with LF, CR or both
		if c == '\n' || c == '\r' && (i+1 == len(before) || before[i+1] != '\n') {
			line, start = line+1, i+1
		}
	}
	return line + 1, utf8.RuneCount(before[start:]) + 1
}

func (p *parser) fail(offset int, text string) error {
	line, column := p.place(offset)
	return &SyntaxError{line, column, text}
}

// warn notes what was mended. A file that is wrong everywhere need not say so more often than this.
func (p *parser) warn(offset int, text string) {
	if len(p.out.Warnings) < 20 {
		line, column := p.place(offset)
		p.out.Warnings = append(p.out.Warnings, Warning{line, column, text})
	}
}
