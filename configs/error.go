package configs

import (
	"fmt"
	"strings"
)

// Error is one thing wrong with a config, and where.
type Error struct {
	Source  string // a file, a preset, "environment variable NAME" or "--set KEY=VALUE"
	Line    int    // in a file, from 1; 0 if the source is none or the place is unknown
	Column  int    // in characters, from 1
	Key     string // dotted, such as "ppo.learning_rate"; "" for a file as a whole
	Problem string // what was wrong, what is allowed, and the nearest right key
	Excerpt string // the line of the file with a caret below, "" if there is none
}

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Source)
	if e.Line > 0 {
		fmt.Fprintf(&b, ":%d:%d", e.Line, e.Column)
	}
	b.WriteString(": ")
	if e.Key != "" {
		b.WriteString(e.Key)
		b.WriteString(": ")
	}
	b.WriteString(e.Problem)
	if e.Excerpt != "" {
		b.WriteByte('\n')
		b.WriteString(e.Excerpt)
	}
	return b.String()
}

// Errors is all that is wrong with a config: at least one error.
type Errors []*Error

func (e Errors) Error() string {
	texts := make([]string, len(e))
	for i, one := range e {
		texts[i] = one.Error()
	}
	return strings.Join(texts, "\n")
}

// Unwrap gives the single errors to errors.As.
func (e Errors) Unwrap() []error {
	all := make([]error, len(e))
	for i, one := range e {
		all[i] = one
	}
	return all
}

// origin is where values come from: a file with its lines, a variable or an argument.
type origin struct {
	name  string
	lines []string // nil if it is not a file
}

// at makes an error at a place in the origin. Line and column are those of a token; width is
// the number of characters to underline.
func (o *origin) at(line, column, width int, key, format string, args ...any) *Error {
	e := &Error{Source: o.name, Key: key, Problem: fmt.Sprintf(format, args...)}
	if line < 1 || line > len(o.lines) {
		return e
	}
	text := []rune(strings.TrimRight(o.lines[line-1], "\r"))
	column = min(max(column, 1), len(text)+1)
	width = min(max(width, 1), max(1, len(text)-column+1))
	e.Line, e.Column = line, column
	var blank strings.Builder
	for _, c := range text[:column-1] {
		if c != '\t' { // a tab stays one, so that the caret lines up however wide it is shown
			c = ' '
		}
		blank.WriteRune(c)
	}
	number := fmt.Sprintf("%5d", line)
	e.Excerpt = fmt.Sprintf("%s | %s\n%s | %s%s",
		number, printable(text), strings.Repeat(" ", len(number)), blank.String(), strings.Repeat("^", width))
	return e
}

// printable keeps control characters of a damaged file from the terminal.
func printable(text []rune) string {
	return strings.Map(func(c rune) rune {
		if c < ' ' && c != '\t' || c == 0x7f {
			return '?'
		}
		return c
	}, string(text))
}
