package experiments

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"tesuji/experiments/internal/atomicfile"
)

// csvLog is a table of numbers that grows at its end. A row reaches the file with one write, and
// the file's length belongs to every checkpoint, so that a resumed run goes on with the row that
// comes next, none lost and none twice.
type csvLog struct {
	path    string
	file    *os.File
	columns []string
	rows    int64 // complete rows in the file
	buf     []byte
}

// createCSV makes a table without rows, replacing any file there.
func createCSV(path string, columns []string) (*csvLog, error) {
	l := &csvLog{path: path, columns: slices.Clone(columns)}
	return l, l.replace(nil)
}

// resumeCSV opens a table as it was when it had these columns and rows: what was added since is
// dropped.
func resumeCSV(path string, columns []string, rows int64) (*csvLog, error) {
	l := &csvLog{path: path, columns: slices.Clone(columns)}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("resume: %w", err)
	}
	// What follows those rows does not matter: a loss of power may have left anything there.
	t, err := parseTable(b, rows)
	if err != nil {
		return nil, fmt.Errorf("resume: %s: %w", path, err)
	}
	if int64(len(t.rows)) < rows {
		return nil, fmt.Errorf("resume: %s has %d rows, the checkpoint was made after %d: put the file back as it was", path, len(t.rows), rows)
	}
	where := make([]int, len(columns))
	for i, c := range columns {
		if where[i] = slices.Index(t.Columns, c); where[i] < 0 {
			return nil, fmt.Errorf("resume: %s lacks the column %q that the checkpoint knows: put the file back as it was", path, c)
		}
	}
	kept := make([][]string, rows)
	for i := range kept {
		kept[i] = make([]string, len(columns))
		for j, k := range where {
			kept[i][j] = t.rows[i][k]
		}
	}
	return l, l.replace(kept)
}

// widen adds columns, empty in all rows so far. The file is written anew: it happens when a key
// is recorded for the first time, a few times in a run.
func (l *csvLog) widen(columns []string) error {
	if err := l.file.Close(); err != nil {
		return writeError(l.path, err)
	}
	old := l.columns
	*l = csvLog{path: l.path, columns: slices.Clone(columns), rows: l.rows, buf: l.buf}
	b, err := os.ReadFile(l.path)
	if err != nil {
		return err
	}
	t, err := parseTable(b, l.rows)
	if err != nil || !slices.Equal(t.Columns, old) {
		return fmt.Errorf("%s was changed by someone else while the run wrote it: %w", l.path, cmp.Or(err, errors.New("other columns")))
	}
	rows := make([][]string, len(t.rows))
	for i, r := range t.rows {
		rows[i] = make([]string, len(columns))
		for j, c := range columns {
			if k := slices.Index(old, c); k >= 0 {
				rows[i][j] = r[k]
			}
		}
	}
	return l.replace(rows)
}

// replace writes the whole file and leaves it open at its end.
func (l *csvLog) replace(rows [][]string) error {
	err := atomicfile.Write(l.path, func(w io.Writer) error {
		b := append([]byte(strings.Join(l.columns, ",")), '\n')
		for _, r := range rows {
			b = append(append(b, strings.Join(r, ",")...), '\n')
		}
		_, err := w.Write(b)
		return err
	})
	if err != nil {
		return err
	}
	l.rows = int64(len(rows))
	l.file, err = os.OpenFile(l.path, os.O_WRONLY|os.O_APPEND, 0o644)
	return err
}

// add appends a row, a value for each column; NaN is an empty cell.
func (l *csvLog) add(values []float64) error {
	b := l.buf[:0]
	for i, v := range values {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendCell(b, v)
	}
	l.buf = append(b, '\n')
	if _, err := l.file.Write(l.buf); err != nil {
		return writeError(l.path, err)
	}
	l.rows++
	return nil
}

// appendCell writes the shortest digits that read back as the same number.
func appendCell(b []byte, v float64) []byte {
	if v != v {
		return b
	}
	if v == math.Trunc(v) && math.Abs(v) < 1<<53 {
		return strconv.AppendInt(b, int64(v), 10)
	}
	return strconv.AppendFloat(b, v, 'g', -1, 64)
}

// sync makes the rows so far durable.
func (l *csvLog) sync() error {
	if err := l.file.Sync(); err != nil {
		return writeError(l.path, err)
	}
	return nil
}

func (l *csvLog) close() error {
	if l.file == nil {
		return nil
	}
	err := l.file.Close()
	l.file = nil
	return err
}

const writeRemedy = "what was saved before is still there: once the cause is gone, resume the run"

// writeError tells of a log file that could not be written to, such as on a full disk.
func writeError(path string, err error) error {
	return fmt.Errorf("write %s: %w (%s)", path, pathless(err), writeRemedy)
}

// pathless strips the path of an os error that the caller names anyway.
func pathless(err error) error {
	var p *os.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	var l *os.LinkError
	if errors.As(err, &l) {
		return l.Err
	}
	return err
}

// Table is a progress.csv or evaluations.csv.
type Table struct {
	Columns []string
	rows    [][]string
}

// ReadTable reads a table that a run writes, while it runs too: a row that is not complete yet
// is left out.
func ReadTable(path string) (*Table, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	t, err := parseTable(b, math.MaxInt64)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Base(path), err)
	}
	return t, nil
}

// Len returns the number of rows.
func (t *Table) Len() int { return len(t.rows) }

// Text returns a cell as it is written, "" if it is empty or there is no such column.
func (t *Table) Text(row int, column string) string {
	if k := slices.Index(t.Columns, column); k >= 0 {
		return t.rows[row][k]
	}
	return ""
}

// Float returns a cell, NaN if it is empty or there is no such column.
func (t *Table) Float(row int, column string) float64 {
	v, err := strconv.ParseFloat(t.Text(row, column), 64)
	if err != nil {
		return math.NaN()
	}
	return v
}

// parseTable reads complete lines, at most limit of them after the header. A last one without its
// end is a write that was cut off.
func parseTable(b []byte, limit int64) (*Table, error) {
	b = b[:bytes.LastIndexByte(b, '\n')+1]
	lines := strings.Split(strings.TrimSuffix(string(b), "\n"), "\n")
	t := &Table{Columns: strings.Split(strings.TrimSuffix(lines[0], "\r"), ",")}
	if lines[0] == "" {
		return nil, errors.New("no header")
	}
	lines = lines[1:]
	if int64(len(lines)) > limit {
		lines = lines[:limit]
	}
	t.rows = make([][]string, 0, len(lines))
	for i, line := range lines {
		cells := strings.Split(strings.TrimSuffix(line, "\r"), ",")
		if len(cells) != len(t.Columns) {
			return nil, fmt.Errorf("line %d has %d cells, the header %d", i+2, len(cells), len(t.Columns))
		}
		for j, c := range cells {
			if c == "" {
				continue
			}
			if _, err := strconv.ParseFloat(c, 64); err != nil {
				return nil, fmt.Errorf("line %d: %s is %q, not a number", i+2, t.Columns[j], c)
			}
		}
		t.rows = append(t.rows, cells)
	}
	return t, nil
}
