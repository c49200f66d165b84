// Package sgf reads and writes the Smart Game Format, FF[4] (A. Hollosi, 1999), in which games of Go
// are kept: trees of nodes with properties.
//
// Reading is lenient where files in the wild need it: the older formats FF[1] to FF[3], long names
// such as CoPyright, text before the first tree, a last parenthesis that is missing, and any charset.
// What it does not know it keeps: values stay as they were written, but for their charset, which
// becomes UTF-8. Writing gives UTF-8. Nothing recurses, so a file of a million nodes in a row is read,
// written and freed like any other.
package sgf

import "slices"

// Collection is what a file holds: one game tree or several.
type Collection struct {
	Trees []*Node // the root of each
	// Warnings are what was wrong with the file and mended on reading.
	Warnings []Warning
}

// Warning is a place in a file, both counted from 1, and what is wrong there.
type Warning struct {
	Line, Column int
	Text         string
}

// Node is a node of a game tree: a move, a set-up or a comment, with what may follow it.
type Node struct {
	Properties []Property
	Parent     *Node // nil for a root
	Children   []*Node
}

// Property is a name and its values, in the order of the file.
type Property struct {
	Name string // capital letters, and perhaps digits after the first
	// Values stand as they do between brackets, with their escapes: Text and Compose read them.
	Values []string
}

// Get returns the values of a property, or nil if the node does not have it.
func (n *Node) Get(name string) []string {
	for i := range n.Properties {
		if n.Properties[i].Name == name {
			return n.Properties[i].Values
		}
	}
	return nil
}

// Has reports whether the node has a property.
func (n *Node) Has(name string) bool { return n.Get(name) != nil }

// First returns the first value of a property as it stands, or "".
func (n *Node) First(name string) string {
	if v := n.Get(name); len(v) > 0 {
		return v[0]
	}
	return ""
}

// Text returns the first value of a property as text of several lines, or "".
func (n *Node) Text(name string) string { return Text(n.First(name)) }

// SimpleText returns the first value of a property as text of one line, or "".
func (n *Node) SimpleText(name string) string { return SimpleText(n.First(name)) }

// Set gives a property its values, which are escaped already; none means one that is empty, [].
func (n *Node) Set(name string, values ...string) {
	if len(values) == 0 {
		values = []string{""}
	}
	for i := range n.Properties {
		if n.Properties[i].Name == name {
			n.Properties[i].Values = values
			return
		}
	}
	n.Properties = append(n.Properties, Property{name, values})
}

// SetText gives a property a text.
func (n *Node) SetText(name, text string) { n.Set(name, Escape(text)) }

// Delete takes a property away.
func (n *Node) Delete(name string) {
	n.Properties = slices.DeleteFunc(n.Properties, func(p Property) bool { return p.Name == name })
}

// Add appends a child and returns it.
func (n *Node) Add() *Node {
	child := &Node{Parent: n}
	n.Children = append(n.Children, child)
	return child
}

// MainLine returns the nodes from the root on, taking the first child each time.
func MainLine(root *Node) []*Node {
	line := []*Node{root}
	for n := root; len(n.Children) > 0; {
		n = n.Children[0]
		line = append(line, n)
	}
	return line
}

// Line returns the nodes from the root to n.
func Line(n *Node) []*Node {
	var line []*Node
	for ; n != nil; n = n.Parent {
		line = append(line, n)
	}
	slices.Reverse(line)
	return line
}
