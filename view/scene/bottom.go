package scene

import (
	"cmp"
	"fmt"
	"math"

	"tesuji/internal/draw"
)

// drawTimeline paints the episode from left to right with its rewards, and the moment shown.
func (w *Watch) drawTimeline() {
	b := w.part(w.layout.timeline)
	b.clear(ground)
	s := w.session
	last := max(s.Last(), 1)
	y, thick := b.h/2, 6.
	at := func(i int) float64 { return 6 + (b.w-12)*float64(i)/float64(last) }
	b.box(0, y-thick/2, b.w, thick, thick/2, track)
	first := at(s.First())
	b.box(first-6, y-thick/2, at(s.Cursor())+6-first+6, thick, thick/2, deep)
	w.drawRewards(b, at, y)
	b.circle(at(s.Cursor()), y, 8, ground)
	b.circle(at(s.Cursor()), y, 6, ink)
}

// drawRewards marks the steps that were rewarded. Rewards that every step gets mark nothing.
func (w *Watch) drawRewards(b *brush, at func(int) float64, y float64) {
	s := w.session
	n := s.Last()
	marked := 0
	for i := 1; i <= n; i++ {
		if s.Moment(i).Reward != 0 {
			marked++
		}
	}
	if marked > n/2 {
		return
	}
	drawn := math.Inf(-1)
	for i := 1; i <= n; i++ {
		r := s.Moment(i).Reward
		x := at(i)
		if r == 0 || x-drawn < 2 {
			continue
		}
		drawn = x
		c := gold
		if r < 0 {
			c = coral
		}
		b.box(x-1.2, y-7, 2.4, 14, 1.2, c)
	}
}

// status is what the last line says.
type status struct {
	paused, seeing bool
	speed          string
	rate           string
	slow           bool
	message        message
	results        int
}

func (w *Watch) status() status {
	st := status{paused: w.paused, seeing: w.session.Cursor() < w.session.Last(), speed: w.speedText(), results: len(w.session.Returns())}
	st.rate, st.slow = w.fps.text()
	st.message = w.message
	st.message.left = 0
	return st
}

func (w *Watch) speedText() string {
	v := speeds[w.speed] * cmp.Or(w.options.Speed, 1)
	switch whole := math.Round(1 / v); {
	case math.IsInf(v, 1):
		return "as fast as it goes"
	case v < 1 && math.Abs(1/v-whole) < 1e-9:
		return fmt.Sprintf("1/%.0f ×", whole)
	}
	return fmt.Sprintf("%.3g ×", v)
}

func (w *Watch) drawStatus() {
	b := w.part(w.layout.status)
	b.clear(ground)
	st := w.status()
	const base = 20.
	x := 2.
	if st.paused {
		b.box(x, 9, 4, 13, 1.5, gold)
		b.box(x+7, 9, 4, 13, 1.5, gold)
	} else {
		b.polygon(green, x, 8.5, x+12, 15.5, x, 22.5)
	}
	x += 22
	say := func(s string, c draw.Color, weight draw.Weight) {
		b.text(s, x, base, 13, weight, draw.Left, c)
		x += b.width(s, 13, weight) + 18
	}
	say(st.speed, ink, draw.Bold)
	if st.seeing {
		say("looking back", gold, draw.Regular)
	}
	right := b.w - 2
	put := func(s string, c draw.Color) {
		b.text(s, right, base, 13, draw.Regular, draw.Right, c)
		right -= b.width(s, 13, draw.Regular) + 18
	}
	put("H for help", faint)
	if st.rate != "" {
		c := faint
		if st.slow {
			c = coral
		}
		put(st.rate, c)
	}
	if st.message.text != "" {
		b.text(b.fitted(st.message.text, 13, draw.Regular, right-x), x, base, 13, draw.Regular, draw.Left, st.message.col)
		return
	}
	if text := w.results(); text != "" {
		say(b.fitted(text, 13, draw.Regular, right-x), soft, draw.Regular)
	}
}

// results tells of the episodes before.
func (w *Watch) results() string {
	list := w.session.Returns()
	if len(list) == 0 {
		return ""
	}
	sum := 0.
	for _, r := range list {
		sum += r
	}
	if len(list) == 1 {
		return "the episode before: " + number(list[0])
	}
	return fmt.Sprintf("last return %s, mean of %d: %s", number(list[len(list)-1]), len(list), number(round(sum/float64(len(list)))))
}
