package configs

import (
	"crypto/sha256"
	"encoding"
	"encoding/hex"
	"fmt"
	"reflect"
	"regexp"
	"strconv"
	"strings"
)

// YAML returns the complete config, every default included: Load of it gives the same run.
// Its bytes depend on nothing but the values.
func (r *Run) YAML() []byte {
	var b strings.Builder
	s := newSchema(r)
	writeFields(&b, s.top, "")
	return []byte(b.String())
}

// Hash returns the SHA-256 of YAML in hexadecimal: runs with the same hash are the same run.
func (r *Run) Hash() string {
	sum := sha256.Sum256(r.YAML())
	return hex.EncodeToString(sum[:])
}

func writeFields(b *strings.Builder, list []*field, indent string) {
	for _, f := range list {
		switch {
		case f.omitted && f.value.IsZero():
		case f.optional && f.value.IsNil():
			fmt.Fprintf(b, "%s%s: null\n", indent, f.name())
		case f.group == nil:
			fmt.Fprintf(b, "%s%s: %s\n", indent, f.name(), written(f.value))
		case len(f.group) > 0:
			fmt.Fprintf(b, "%s%s:\n", indent, f.name())
			writeFields(b, f.group, indent+"  ")
		}
	}
}

// written is assign's inverse.
func written(v reflect.Value) string {
	if v.Kind() != reflect.Pointer && v.CanAddr() {
		if m, ok := v.Addr().Interface().(encoding.TextMarshaler); ok {
			text, err := m.MarshalText()
			if err != nil {
				// A loaded config holds only values that were read from text.
				panic("configs: " + err.Error())
			}
			return plain(string(text), numberText)
		}
	}
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return "null"
		}
		return written(v.Elem())
	case reflect.Slice:
		items := make([]string, v.Len())
		for i := range items {
			items[i] = written(v.Index(i))
		}
		return "[" + strings.Join(items, ", ") + "]"
	case reflect.Bool:
		return strconv.FormatBool(v.Bool())
	case reflect.String:
		return plain(v.String(), nil)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return strconv.FormatInt(v.Int(), 10)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return strconv.FormatUint(v.Uint(), 10)
	case reflect.Float32:
		return floatText(v.Float(), 32)
	case reflect.Float64:
		return floatText(v.Float(), 64)
	}
	panic("configs: cannot write a value of type " + v.Type().String())
}

// floatText writes the shortest digits that read back as the same number. YAML takes 1e-05
// for a number only in some readers' eyes, so a point is always there.
func floatText(x float64, bits int) string {
	s := strconv.FormatFloat(x, 'g', -1, bits)
	if mantissa, exponent, ok := strings.Cut(s, "e"); ok && !strings.Contains(mantissa, ".") {
		s = mantissa + ".0e" + exponent
	}
	return s
}

var (
	plainText  = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_./-]*$`)
	numberText = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?(e[-+]?[0-9]+)?$`)
	otherWords = regexp.MustCompile(`(?i)^(true|false|yes|no|on|off|null|y|n)$`)
)

// plain writes text without quotes where YAML reads it as the same text, or where it has the
// form that is allowed besides.
func plain(s string, allowed *regexp.Regexp) string {
	if plainText.MatchString(s) && !otherWords.MatchString(s) || allowed != nil && allowed.MatchString(s) {
		return s
	}
	return strconv.Quote(s)
}
