package configs

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// entry is one key and its value as some origin gave it, not yet checked against the schema.
type entry struct {
	path   string // dotted
	origin *origin

	// of a file
	place *ast.MappingValueNode // nil if the origin is no file
	value ast.Node
	block bool // the value is a block of keys, which are entries too

	// of a variable or argument
	text string
}

// isNull reports whether the entry gives null.
func (e *entry) isNull() bool {
	_, null := e.value.(*ast.NullNode)
	return null || e.place == nil && e.text == "null"
}

// fail makes an error about the entry's value.
func (e *entry) fail(format string, args ...any) *Error {
	if e.place == nil || e.block {
		return e.failKey(format, args...)
	}
	node := e.value
	if tag, ok := node.(*ast.TagNode); ok && tag.Value != nil {
		node = tag.Value
	}
	token := node.GetToken()
	if _, null := node.(*ast.NullNode); null || token == nil || token.Position == nil {
		return e.failKey(format, args...)
	}
	return e.origin.at(token.Position.Line, token.Position.Column,
		utf8.RuneCountInString(token.Value), e.path, format, args...)
}

// failKey makes an error about the entry's key.
func (e *entry) failKey(format string, args ...any) *Error {
	if e.place == nil {
		// The origin's name has the key in it already.
		return &Error{Source: e.origin.name, Problem: fmt.Sprintf(format, args...)}
	}
	token := e.place.Key.GetToken()
	return e.origin.at(token.Position.Line, token.Position.Column,
		utf8.RuneCountInString(token.Value), e.path, format, args...)
}

// maxFile is the largest config read, far more than any sensible one.
const maxFile = 1 << 20

// parseFile reads the keys of a YAML file.
func parseFile(name string, text []byte) ([]*entry, error) {
	from := &origin{name: name, lines: strings.Split(string(text), "\n")}
	if len(text) > maxFile {
		return nil, Errors{{Source: name, Problem: fmt.Sprintf("the file has %d bytes: a config has at most %d", len(text), maxFile)}}
	}
	if !utf8.Valid(text) {
		return nil, Errors{{Source: name, Problem: "the file is not UTF-8 text"}}
	}
	file, err := parse(text)
	if err != nil {
		return nil, Errors{syntaxError(from, err)}
	}
	var list []*entry
	var wrong Errors
	for i, doc := range file.Docs {
		switch body := doc.Body.(type) {
		case nil, *ast.CommentGroupNode, *ast.NullNode:
		case *ast.MappingNode:
			if i > 0 {
				wrong = append(wrong, from.at(body.Values[0].Key.GetToken().Position.Line, 1, 1, "", "a config is one document: remove what follows ---"))
				break
			}
			list, wrong = flatten(from, "", body, 0, list, wrong)
		default:
			line, column := 1, 1
			if token := body.GetToken(); token != nil && token.Position != nil {
				line, column = token.Position.Line, token.Position.Column
			}
			wrong = append(wrong, from.at(line, column, 1, "", "a config is lines of \"key: value\", found %s", found(body)))
		}
	}
	if wrong != nil {
		return nil, wrong
	}
	return list, nil
}

// parse reads YAML. A parser that panics on strange input has found a syntax error too.
func parse(text []byte) (file *ast.File, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("not valid YAML (%v)", p)
		}
	}()
	return parser.ParseBytes(text, 0)
}

// syntaxError places what the YAML parser found, a key given twice among it.
func syntaxError(from *origin, err error) *Error {
	var located yaml.Error
	if errors.As(err, &located) {
		if token := located.GetToken(); token != nil && token.Position != nil {
			return from.at(token.Position.Line, token.Position.Column,
				utf8.RuneCountInString(token.Value), "", "%s", located.GetMessage())
		}
	}
	return &Error{Source: from.name, Problem: err.Error()}
}

// maxDepth bounds the nesting of blocks; options have three levels.
const maxDepth = 8

// flatten lists the keys of a mapping and of those in it.
func flatten(from *origin, prefix string, m *ast.MappingNode, depth int, list []*entry, wrong Errors) ([]*entry, Errors) {
	for _, pair := range m.Values {
		token := pair.Key.GetToken()
		e := &entry{path: prefix + token.Value, value: pair.Value, origin: from, place: pair}
		if _, ok := pair.Key.(*ast.StringNode); !ok || strings.Contains(token.Value, ".") {
			wrong = append(wrong, e.failKey("want a plain key; keys of a block are written below it, indented"))
			continue
		}
		if e.value == nil {
			wrong = append(wrong, e.failKey("has no value"))
			continue
		}
		inner, block := pair.Value.(*ast.MappingNode)
		e.block = block
		list = append(list, e)
		if block && depth < maxDepth {
			list, wrong = flatten(from, e.path+".", inner, depth+1, list, wrong)
		}
	}
	return list, wrong
}

// parseText reads the value of a variable or argument. It is YAML, but text and lists may be
// written without their quotes and brackets.
func parseText(text string, f *field) (ast.Node, error) {
	kind := f.value.Kind()
	reads := isText(f.value)
	if t := f.value.Type(); kind == reflect.Pointer && text != "null" {
		reads = isText(reflect.New(t.Elem()).Elem())
	}
	if kind == reflect.Slice && !strings.HasPrefix(strings.TrimSpace(text), "[") {
		text = "[" + text + "]"
	}
	if text == "" {
		return nil, fmt.Errorf("has no value")
	}
	if kind == reflect.String || reads {
		return textNode(text), nil
	}
	file, err := parse([]byte(text))
	if err != nil || len(file.Docs) != 1 {
		return nil, fmt.Errorf("cannot read the value %q", shorten(text))
	}
	switch body := file.Docs[0].Body.(type) {
	case nil, *ast.CommentGroupNode:
		return nil, fmt.Errorf("has no value")
	default:
		return body, nil
	}
}

// textNode is a text that needs no quotes because nothing else could be meant.
func textNode(s string) ast.Node {
	return ast.String(token.String(s, s, &token.Position{Line: 1, Column: 1}))
}
