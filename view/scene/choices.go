package scene

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"tesuji/envs"
	"tesuji/internal/draw"
	"tesuji/view/session"
)

// maxChoices is the number of rows that there is room for.
const maxChoices = 18

// choiceCount returns how many rows the choices take.
func (w *Watch) choiceCount(m *session.Moment) int {
	if m.Thought.N == 0 {
		return 0
	}
	return min(m.Thought.Size, maxChoices)
}

// choiceNames names the rows.
func (w *Watch) choiceNames(n int) []string {
	spec := w.session.Spec()
	list := make([]string, n)
	switch s := spec.Action.(type) {
	case *envs.Discrete:
		for i, name := range names(w.session.Env(), s)[:n] {
			list[i] = name
			if len(name) > 2 || name != strings.ToLower(name) {
				list[i] = strings.ToLower(name)
			}
		}
	case *envs.MultiDiscrete:
		at := 0
		for k, size := range s.N {
			for c := range size {
				if at < n {
					list[at] = fmt.Sprintf("%d: %d", k+1, c)
				}
				at++
			}
		}
	default:
		for i := range list {
			list[i] = fmt.Sprintf("action %d", i+1)
		}
		if n == 1 {
			list[0] = "action"
		}
	}
	return list
}

func (w *Watch) drawChoices(m *session.Moment) {
	t := &m.Thought
	heading := "Action values (Q)"
	_, isBox := w.session.Spec().Action.(*envs.Box)
	switch {
	case t.Chances != nil:
		heading = "Action probabilities"
	case isBox:
		heading = "Action"
	}
	b := w.card(w.layout.choices, heading)
	n := min(t.Size, maxChoices)
	if t.N == 0 {
		return
	}
	list := w.choiceNames(n)
	size := 13.
	if n > 9 {
		size = 11
	}
	left := 0.
	for _, s := range list {
		left = max(left, b.width(s, size, draw.Regular))
	}
	left = min(left, b.w*.36)
	row := rowHeight(n)
	for i, s := range list {
		y := 38 + float64(i)*row
		chosen := w.isChosen(m, i)
		c, weight, fill := soft, draw.Regular, dim
		if chosen {
			c, weight, fill = ink, draw.Bold, blue
		}
		base := y + row/2 + size*.36
		b.text(b.fitted(s, size, weight, left+6), 16, base, size, weight, draw.Left, c)
		x, width := 16+left+14, b.w-32-left-14-58
		thick := min(row*.5, 12)
		b.box(x, y+(row-thick)/2, width, thick, thick/2, track)
		var text string
		switch {
		case t.Chances != nil:
			p := float64(t.Chances[i])
			if p > .002 {
				b.box(x, y+(row-thick)/2, max(width*p, thick), thick, thick/2, fill)
			}
			text = percent(p)
		case isBox:
			w.drawForce(b, t.Scores[i], spread(t.Spread, i), i, x, y+(row-thick)/2, width, thick)
			text = number(round(float64(t.Scores[i])))
		default:
			lo, hi := extent(t.Scores[:n])
			digits := min(max(2-int(math.Floor(math.Log10(hi-lo))), 0), 4)
			p := (float64(t.Scores[i]) - lo) / max(hi-lo, 1e-9)
			b.box(x, y+(row-thick)/2, max(width*p, thick), thick, thick/2, fill)
			text = minus(fmt.Sprintf("%.*f", digits, t.Scores[i]))
		}
		b.text(text, b.w-16, base, size, weight, draw.Right, c)
	}
}

func round(v float64) float64 { return math.Round(v*1000) / 1000 }

func percent(p float64) string {
	switch {
	case p >= .9995:
		return "100%"
	case p >= .0995:
		return fmt.Sprintf("%.0f%%", 100*p)
	}
	return fmt.Sprintf("%.1f%%", 100*p)
}

func spread(s []float32, i int) float32 {
	if s == nil {
		return 0
	}
	return s[i]
}

// drawForce paints a continuous action on its range, with its spread.
func (w *Watch) drawForce(b *brush, v, std float32, i int, x, y, width, thick float64) {
	box := w.session.Spec().Action.(*envs.Box)
	lo, hi := float64(bound(box.Low[i], -3)), float64(bound(box.High[i], 3))
	at := func(v float64) float64 { return x + width*min(max((v-lo)/(hi-lo), 0), 1) }
	if std > 0 {
		from, to := at(float64(v-std)), at(float64(v+std))
		b.box(from, y, max(to-from, thick), thick, thick/2, dim)
	}
	zero := at(min(max(0, lo), hi))
	from, to := min(zero, at(float64(v))), max(zero, at(float64(v)))
	b.box(from, y+thick*.3, max(to-from, 2), thick*.4, thick*.2, deep)
	b.circle(at(float64(v)), y+thick/2, thick*.6, blue)
}

// isChosen tells whether row i is the action taken.
func (w *Watch) isChosen(m *session.Moment, i int) bool {
	if m.Action == nil {
		return false
	}
	switch s := w.session.Spec().Action.(type) {
	case *envs.Discrete:
		return int(m.Action[0])-s.Start == i
	case *envs.MultiDiscrete:
		for k, size := range s.N {
			if i < size {
				return int(m.Action[k]) == i
			}
			i -= size
		}
	case *envs.MultiBinary:
		return m.Action[i] == 1
	}
	return false
}

// extent returns the range that bars of Q-values are drawn on: it begins below the least, so that
// differences show.
func extent(scores []float32) (lo, hi float64) {
	low, high := float64(slices.Min(scores)), float64(slices.Max(scores))
	span := max(high-low, .02*math.Abs(high), 1e-3)
	return low - .35*span, high + .05*span
}
