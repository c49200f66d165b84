package arcade

import "testing"

// Every path of the maze leads on at both ends, and all of it can be reached.
func TestMazePlan(t *testing.T) {
	reached := map[[2]int]bool{{homeColumn, homeRow}: true}
	for todo := [][2]int{{homeColumn, homeRow}}; len(todo) > 0; todo = todo[1:] {
		r := runner{column: todo[0][0], row: todo[0][1]}
		n := 0
		for w := range ways {
			if !r.open(w) {
				continue
			}
			n++
			column, row := r.next(w)
			if at := [2]int{column, row}; !reached[at] {
				reached[at] = true
				todo = append(todo, at)
			}
		}
		if n < 2 {
			t.Errorf("column %d, row %d is a dead end", r.column, r.row)
		}
	}
	for row := range mazeRows {
		for column := range mazeColumns {
			if at := plan(column, row); (at == '.' || at == 'o') && !reached[[2]int{column, row}] {
				t.Errorf("column %d, row %d cannot be reached", column, row)
			}
		}
	}
}
