package sgf

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
)

// lineLength is where lines are broken, between nodes only.
const lineLength = 76

// Write writes the trees, in UTF-8. A name or a value that SGF cannot hold is an error.
func (c *Collection) Write(w io.Writer) error {
	for _, root := range c.Trees {
		if err := Write(w, root); err != nil {
			return err
		}
	}
	return nil
}

// Format returns a tree as a file holds it. It panics if the tree cannot be written.
func Format(root *Node) string {
	var b bytes.Buffer
	if err := Write(&b, root); err != nil {
		panic(err)
	}
	return b.String()
}

// Write writes one tree, in UTF-8. If it has text beyond ASCII, its root says so (CA), unless it
// names a charset that is not known, whose bytes are then written as they were read.
func Write(w io.Writer, root *Node) error {
	out := &writer{w: bufio.NewWriter(w)}
	if _, known := lookup(root.First("CA")); known || !root.Has("CA") && !plainTree(root) {
		out.charset = "UTF-8"
	}
	out.start("(")
	// What is still to be written, the next last: nil closes a variation.
	todo := []*Node{nil, root}
	for len(todo) > 0 {
		n := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if n == nil {
			out.put(")")
			continue
		}
		if n != root && len(n.Parent.Children) > 1 {
			out.start("(")
		}
		if err := out.node(n, n == root); err != nil {
			return err
		}
		for i := len(n.Children) - 1; i >= 0; i-- {
			if len(n.Children) > 1 {
				todo = append(todo, nil)
			}
			todo = append(todo, n.Children[i])
		}
	}
	out.put("\n")
	if err := out.w.Flush(); err != nil {
		return fmt.Errorf("sgf: %w", err)
	}
	return nil
}

// plainTree reports whether all values are ASCII.
func plainTree(root *Node) bool {
	for todo := []*Node{root}; len(todo) > 0; {
		n := todo[len(todo)-1]
		todo = append(todo[:len(todo)-1], n.Children...)
		for _, p := range n.Properties {
			for _, v := range p.Values {
				if !ascii(v) {
					return false
				}
			}
		}
	}
	return true
}

// writer keeps errors of w until it is flushed, as bufio does.
type writer struct {
	w       *bufio.Writer
	column  int
	charset string // for the root, "" to leave it as it is
}

func (o *writer) put(s string) {
	o.w.WriteString(s)
	o.column += len(s)
}

// start puts s at the beginning of a line.
func (o *writer) start(s string) {
	if o.column > 0 {
		o.w.WriteByte('\n')
		o.column = 0
	}
	o.put(s)
}

func (o *writer) node(n *Node, root bool) error {
	if o.column > lineLength {
		o.start(";")
	} else {
		o.put(";")
	}
	if root && o.charset != "" && !n.Has("CA") {
		o.put("CA[" + o.charset + "]")
	}
	for _, p := range n.Properties {
		if !validName(p.Name) || len(p.Values) == 0 {
			return fmt.Errorf("sgf: property %q with %d values: want a name of capital letters, and a value", p.Name, len(p.Values))
		}
		o.put(p.Name)
		for _, v := range p.Values {
			if root && p.Name == "CA" && o.charset != "" {
				v = o.charset
			}
			if !closed(v) {
				return fmt.Errorf("sgf: the value %q of %s: want ] and a backslash at the end escaped", v, p.Name)
			}
			o.put("[" + v + "]")
		}
	}
	return nil
}

func validName(name string) bool {
	for i := range len(name) {
		if c := name[i]; !('A' <= c && c <= 'Z' || '0' <= c && c <= '9' && i > 0) {
			return false
		}
	}
	return name != ""
}
