package scene

import (
	"fmt"
	"strings"

	"tesuji/internal/draw"
)

// keyNames are what is written on the keys of sticks, in their order.
var keyNames = []string{"↑ W", "↓ S", "← A", "→ D", "Space"}

// drawActions lists the keys that act.
func (w *Watch) drawActions() {
	b := w.card(w.layout.sees, "Your keys")
	y := 54.
	for _, row := range w.person.legend() {
		if y > b.h-12 {
			return
		}
		wide := b.width(row[0], 12, draw.Bold) + 16
		b.box(16, y-15, wide, 20, 6, track)
		b.text(row[0], 24, y, 12, draw.Bold, draw.Left, ink)
		b.text(row[1], 16+max(wide, 64)+14, y, 13, draw.Regular, draw.Left, soft)
		y += 27
	}
}

// legend tells which keys do what: those of the joystick as far as some action heeds them, and
// digits for actions whose names are no positions of it.
func (p *person) legend() [][2]string {
	always := [][2]string{{"P", "pause"}, {"H", "all keys"}}
	if p.box != nil {
		rows := [][2]string{{"← A", "the least"}, {"→ D", "the most"}}
		if p.box.Size() == 2 {
			rows = append(rows, [2]string{"↓ S", "the least of the second"}, [2]string{"↑ W", "the most of the second"})
		}
		return append(rows, always...)
	}
	var heeded stick
	var others [][2]string
	for i, m := range p.moves {
		switch {
		case m != unknown:
			heeded |= m
		case i < 9:
			others = append(others, [2]string{fmt.Sprint(i + 1), strings.ToLower(p.names[i])})
		}
	}
	var rows [][2]string
	for i, s := range sticks {
		if heeded&s.move != 0 {
			rows = append(rows, [2]string{keyNames[i], strings.ToLower(s.name)})
		}
	}
	rows = append(rows, others...)
	return append(rows, always...)
}
