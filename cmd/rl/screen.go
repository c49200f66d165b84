package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"golang.org/x/term"
)

// screen is standard output or standard error: a terminal, or a file or pipe.
type screen struct {
	io.Writer
	terminal bool
	colour   bool
	fd       int
}

func newScreen(w io.Writer) *screen {
	s := &screen{Writer: w}
	if f, ok := w.(*os.File); ok {
		s.fd = int(f.Fd())
		s.terminal = term.IsTerminal(s.fd) && os.Getenv("TERM") != "dumb"
	}
	s.colour = s.terminal && os.Getenv("NO_COLOR") == "" // no-color.org
	return s
}

// width is the terminal's, in columns.
func (s *screen) width() int {
	if w, _, err := term.GetSize(s.fd); s.terminal && err == nil && w > 0 {
		return w
	}
	return 80
}

func (s *screen) printf(format string, args ...any) { fmt.Fprintf(s, format, args...) }

func (s *screen) sgr(code, text string) string {
	if !s.colour {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

func (s *screen) bold(text string) string  { return s.sgr("1", text) }
func (s *screen) dim(text string) string   { return s.sgr("2", text) }
func (s *screen) red(text string) string   { return s.sgr("31", text) }
func (s *screen) green(text string) string { return s.sgr("32", text) }

// table is rows of text in aligned columns.
type table struct {
	head  []string
	right map[int]bool // columns that end together, as numbers do
	rows  [][]string
}

// newTable makes a table. A column whose heading begins with '>' is aligned to the right.
func newTable(head ...string) *table {
	t := &table{right: map[int]bool{}}
	for i, h := range head {
		name, right := strings.CutPrefix(h, ">")
		t.head = append(t.head, name)
		t.right[i] = right
	}
	return t
}

func (t *table) row(cells ...string) { t.rows = append(t.rows, cells) }

// print writes the table with its headings dimmed. On a terminal, lines end at its edge.
func (t *table) print(s *screen) {
	widths := make([]int, len(t.head))
	for _, row := range append([][]string{t.head}, t.rows...) {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	line := func(row []string) string {
		var b strings.Builder
		for i, cell := range row {
			pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			if t.right[i] {
				b.WriteString(pad + cell)
			} else {
				b.WriteString(cell + pad)
			}
			b.WriteString("  ")
		}
		text := []rune(strings.TrimRight(b.String(), " "))
		if limit := s.width(); s.terminal && len(text) > limit {
			return string(text[:limit-1]) + "…"
		}
		return string(text)
	}
	s.printf("%s\n", s.dim(line(t.head)))
	for _, row := range t.rows {
		s.printf("%s\n", line(row))
	}
}
