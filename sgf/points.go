package sgf

import (
	"fmt"
	"strconv"
	"strings"
)

// letters name columns from the left and rows from the top.
const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

// FormatPoint writes a point, row*cols + col from the top left, as SGF does: column, then row.
func FormatPoint(point, cols int) string {
	return string([]byte{letters[point%cols], letters[point/cols]})
}

// ParsePoint reads a point of a board.
func ParsePoint(value string, rows, cols int) (int, error) {
	s := strings.TrimSpace(value)
	if len(s) == 2 {
		col, row := strings.IndexByte(letters, s[0]), strings.IndexByte(letters, s[1])
		if col >= 0 && row >= 0 && col < cols && row < rows {
			return row*cols + col, nil
		}
	}
	return 0, fmt.Errorf("point %q: want a column and a row of aa to %s", clip([]byte(value)), FormatPoint(rows*cols-1, cols))
}

// ParseMove reads a move, of which "" is a pass (rows*cols) and, on boards of at most 19x19, "tt" too.
func ParseMove(value string, rows, cols int) (int, error) {
	switch s := strings.TrimSpace(value); {
	case s == "", s == "tt" && rows <= 19 && cols <= 19:
		return rows * cols, nil
	}
	return ParsePoint(value, rows, cols)
}

// ParsePoints reads a list of points, in which aa:cc is a rectangle, without repeating any. The
// empty list has one value, which is empty.
func ParsePoints(values []string, rows, cols int) ([]int, error) {
	var points []int
	seen := make([]bool, rows*cols)
	for _, v := range values {
		if strings.TrimSpace(v) == "" && len(values) == 1 {
			break
		}
		a, b, rectangle := strings.Cut(v, ":")
		from, err := ParsePoint(a, rows, cols)
		if err != nil {
			return nil, err
		}
		to := from
		if rectangle {
			if to, err = ParsePoint(b, rows, cols); err != nil {
				return nil, err
			}
		}
		top, bottom := min(from/cols, to/cols), max(from/cols, to/cols)
		left, right := min(from%cols, to%cols), max(from%cols, to%cols)
		for row := top; row <= bottom; row++ {
			for col := left; col <= right; col++ {
				if p := row*cols + col; !seen[p] {
					seen[p] = true
					points = append(points, p)
				}
			}
		}
	}
	return points, nil
}

// Size returns the board's size, which a root gives in SZ: 19x19 unless it does.
func Size(root *Node) (rows, cols int, err error) {
	s := strings.TrimSpace(root.First("SZ"))
	if s == "" {
		return 19, 19, nil
	}
	a, b, two := strings.Cut(s, ":")
	if !two {
		b = a
	}
	cols, err1 := strconv.Atoi(strings.TrimSpace(a))
	rows, err2 := strconv.Atoi(strings.TrimSpace(b))
	if err1 != nil || err2 != nil || cols < 1 || rows < 1 || cols > len(letters) || rows > len(letters) {
		return 0, 0, fmt.Errorf("sgf: SZ[%s]: want a side, or columns:rows, of 1 to %d", clip([]byte(s)), len(letters))
	}
	return rows, cols, nil
}
