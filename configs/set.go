package configs

import (
	"encoding"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// assign decodes a YAML value into v. It converts nothing silently: text is no number, a
// number no truth value, and 1.5 no whole number (but 1e5 is one). The error says what was
// wanted and what was found; it does not name the place.
func assign(v reflect.Value, node ast.Node) error {
	if tag, ok := node.(*ast.TagNode); ok {
		// rl-baselines3-zoo writes !!float 1e5. The type wanted is known here, tags add nothing.
		node = tag.Value
	}
	if text, ok := v.Addr().Interface().(encoding.TextUnmarshaler); ok {
		s, ok := scalarText(node)
		if !ok {
			return fmt.Errorf("want a number or text, found %s", found(node))
		}
		return text.UnmarshalText([]byte(s))
	}
	switch v.Kind() {
	case reflect.Pointer:
		if _, null := node.(*ast.NullNode); null {
			v.SetZero()
			return nil
		}
		fresh := reflect.New(v.Type().Elem())
		if err := assign(fresh.Elem(), node); err != nil {
			return err
		}
		v.Set(fresh)
	case reflect.Slice:
		list, ok := node.(*ast.SequenceNode)
		if !ok {
			return fmt.Errorf("want a list such as [64, 64], found %s", found(node))
		}
		fresh := reflect.MakeSlice(v.Type(), len(list.Values), len(list.Values))
		for i, item := range list.Values {
			if err := assign(fresh.Index(i), item); err != nil {
				return fmt.Errorf("item %d: %w", i+1, err)
			}
		}
		if len(list.Values) > 0 || !v.IsNil() {
			v.Set(fresh) // an empty list stays as it was, if it was none
		}
	case reflect.Bool:
		b, ok := node.(*ast.BoolNode)
		if !ok {
			return fmt.Errorf("want true or false, found %s", found(node))
		}
		v.SetBool(b.Value)
	case reflect.String:
		s, ok := node.(*ast.StringNode)
		if !ok {
			return fmt.Errorf("want text, found %s (put it in quotes if it is meant as text)", found(node))
		}
		v.SetString(s.Value)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		size, negative, err := whole(node)
		n := int64(size)
		if negative {
			n = -n
		}
		if err == nil && (size > math.MaxInt64 || v.OverflowInt(n)) {
			err = fmt.Errorf("%s is too large", found(node))
		}
		if err != nil {
			return err
		}
		v.SetInt(n)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		n, negative, err := whole(node)
		switch {
		case err != nil:
			return err
		case negative:
			return fmt.Errorf("want a whole number of 0 or more, found %s", found(node))
		case v.OverflowUint(n):
			return fmt.Errorf("%s is too large", found(node))
		}
		v.SetUint(n)
	case reflect.Float32, reflect.Float64:
		x, err := number(node)
		if err != nil {
			return err
		}
		if v.OverflowFloat(x) {
			return fmt.Errorf("%s is too large", found(node))
		}
		v.SetFloat(x)
	default:
		// Reached only by an option type that the configs were never taught.
		panic("configs: cannot read a value of type " + v.Type().String())
	}
	return nil
}

// number returns a finite number.
func number(node ast.Node) (float64, error) {
	switch n := node.(type) {
	case *ast.FloatNode:
		if math.IsInf(n.Value, 0) || math.IsNaN(n.Value) {
			return 0, fmt.Errorf("want a finite number, found %s", found(node))
		}
		return n.Value, nil
	case *ast.IntegerNode:
		switch i := n.Value.(type) {
		case int64:
			return float64(i), nil
		case uint64:
			return float64(i), nil
		}
	case *ast.StringNode:
		// go-yaml takes 1e5 for text, as YAML 1.1 did. In YAML 1.2 it is a number.
		if n.Token.Type == token.StringType && numberText.MatchString(n.Value) {
			x, err := strconv.ParseFloat(n.Value, 64)
			if err != nil {
				return 0, fmt.Errorf("%s is too large", n.Value)
			}
			return x, nil
		}
	case *ast.InfinityNode, *ast.NanNode:
		return 0, fmt.Errorf("want a finite number, found %s", found(node))
	}
	return 0, fmt.Errorf("want a number, found %s", found(node))
}

// whole returns the size and sign of a number without a fraction, written as 100000 or 1e5.
func whole(node ast.Node) (size uint64, negative bool, err error) {
	if i, ok := node.(*ast.IntegerNode); ok {
		switch n := i.Value.(type) {
		case uint64:
			return n, false, nil
		case int64:
			if n < 0 {
				return -uint64(n), true, nil
			}
			return uint64(n), false, nil
		}
	}
	x, err := number(node)
	if err != nil || x != math.Trunc(x) {
		return 0, false, fmt.Errorf("want a whole number, found %s", found(node))
	}
	if math.Abs(x) >= 1<<63 {
		return 0, false, fmt.Errorf("%s is too large", shorten(node.GetToken().Value))
	}
	return uint64(math.Abs(x)), x < 0, nil
}

// scalarText returns a number's or text's characters as they were written.
func scalarText(node ast.Node) (string, bool) {
	switch n := node.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.IntegerNode:
		return n.Token.Value, true
	case *ast.FloatNode:
		return n.Token.Value, true
	}
	return "", false
}

// found describes a value in an error.
func found(node ast.Node) string {
	switch n := node.(type) {
	case *ast.NullNode:
		return "nothing"
	case *ast.StringNode:
		return fmt.Sprintf("the text %q", shorten(n.Value))
	case *ast.LiteralNode:
		return "a block of text"
	case *ast.BoolNode:
		return fmt.Sprintf("the truth value %s", n.Token.Value)
	case *ast.IntegerNode, *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		return shorten(n.GetToken().Value)
	case *ast.SequenceNode:
		return "a list"
	case *ast.MappingNode, *ast.MappingValueNode:
		return "a block of keys"
	case *ast.AliasNode, *ast.AnchorNode:
		return "an anchor or alias, which configs do not use"
	}
	return "something else"
}

// shorten cuts long text for an error message.
func shorten(s string) string {
	const limit = 60
	s = strings.ToValidUTF8(s, "?")
	if r := []rune(s); len(r) > limit {
		return string(r[:limit]) + "..."
	}
	return s
}
