package scene

import (
	"fmt"
	"image"
	"slices"
	"strconv"
	"strings"
	"time"

	"tesuji/envs"
	"tesuji/internal/draw"
	"tesuji/view/session"
)

// saliencyTime is how long a picture may work on the saliency map.
const saliencyTime = 6 * time.Millisecond

// Draw paints what changed.
func (w *Watch) Draw(dst *image.RGBA, scale float64) ([]image.Rectangle, error) {
	w.dirty = w.dirty[:0]
	s := w.session
	m := s.Moment(s.Cursor())
	if w.layout.of != dst || w.layout.unit != scale || w.layout.whole != dst.Rect {
		w.layout.arrange(dst, scale, w.choiceCount(m))
		w.part(dst.Rect).clear(ground)
		w.dirty = append(w.dirty, dst.Rect)
	}
	type at struct {
		episode, cursor int
		manual          bool
	}
	now := at{s.Episode(), s.Cursor(), s.Manual()}
	saliency, err := w.heat()
	if err != nil {
		return nil, err
	}
	l := &w.layout
	type stageKey struct {
		at
		heat *session.Saliency
		over bool
		help bool
		wait bool
	}
	overlay := w.over()
	if w.changed("stage", l.stage, stageKey{now, saliency, overlay != "", w.help, w.waiting}) {
		if err := w.drawStage(saliency, overlay); err != nil {
			return nil, err
		}
	}
	type headerKey struct {
		about, mode string
		filming     int
		saliency    bool
	}
	seconds := -1
	if w.film != nil {
		seconds = int(time.Since(w.film.begun).Seconds())
	}
	if w.changed("header", l.header, headerKey{w.about, w.mode(), seconds, w.saliency}) {
		w.drawHeader(seconds)
	}
	type statsKey struct {
		at
		n int
	}
	if w.changed("stats", l.stats, statsKey{now, len(s.Returns())}) {
		w.drawStats(m)
	}
	type choicesKey struct {
		at
		action string
	}
	if w.changed("choices", l.choices, choicesKey{now, fmt.Sprint(m.Action)}) {
		w.drawChoices(m)
	}
	type valuesKey struct {
		at
		last int
	}
	if w.changed("values", l.values, valuesKey{now, s.Last()}) {
		w.drawValues()
	}
	if w.changed("sees", l.sees, stageKey{now, saliency, false, false, false}) {
		if err := w.drawSees(saliency); err != nil {
			return nil, err
		}
	}
	if w.changed("timeline", l.timeline, valuesKey{now, s.Last()}) {
		w.drawTimeline()
	}
	if w.changed("status", l.status, w.status()) {
		w.drawStatus()
	}
	w.shoot(dst)
	return w.dirty, nil
}

// heat returns the saliency map to show, nil if there is none.
func (w *Watch) heat() (*session.Saliency, error) {
	if !w.saliency {
		return nil, nil
	}
	return w.session.Saliency(w.patience)
}

// part returns a brush for a part of the picture.
func (w *Watch) part(r image.Rectangle) *brush {
	sub := w.layout.of.SubImage(r).(*image.RGBA)
	u := w.layout.unit
	return &brush{dst: sub, canvas: draw.On(sub), letters: w.letters, unit: u, w: float64(r.Dx()) / u, h: float64(r.Dy()) / u}
}

// changed tells whether a part shows something else than it has to, and notes that it is painted.
func (w *Watch) changed(name string, r image.Rectangle, key any) bool {
	if r.Empty() || w.layout.shown[name] == key {
		return false
	}
	w.layout.shown[name] = key
	w.dirty = append(w.dirty, r)
	return true
}

// card returns a brush for a part, painted as a card with a heading.
func (w *Watch) card(r image.Rectangle, heading string) *brush {
	b := w.part(r)
	b.panel(card)
	if heading != "" {
		b.label(heading, 16, 25)
	}
	return b
}

func (w *Watch) drawHeader(seconds int) {
	b := w.part(w.layout.header)
	b.clear(ground)
	right := b.w
	pill := func(s string, c draw.Color) {
		width := b.width(s, 12, draw.Bold) + 22
		right -= width
		b.box(right, 8, width, 24, 12, draw.Alpha(c, .16))
		b.text(s, right+11, 24.5, 12, draw.Bold, draw.Left, c)
		right -= 8
	}
	if seconds >= 0 {
		pill(fmt.Sprintf("● REC %d:%02d", seconds/60, seconds%60), coral)
	}
	if w.saliency {
		pill("saliency", gold)
	}
	pill(w.mode(), blue)
	id := w.session.Spec().ID
	b.text(id, 2, 27, 20, draw.Bold, draw.Left, ink)
	x := 2 + b.width(id, 20, draw.Bold) + 14
	b.text(b.fitted(w.about, 13.5, draw.Regular, right-x), x, 26.5, 13.5, draw.Regular, draw.Left, soft)
}

// mode says who acts, and how.
func (w *Watch) mode() string {
	switch s := w.session; {
	case s.Manual():
		return "you play"
	case s.Deterministic():
		return "best actions"
	}
	return "drawn actions"
}

// over returns what is written over the game, or "".
func (w *Watch) over() string {
	s := w.session
	switch {
	case w.waiting:
		return "Press a key to begin"
	case s.Manual() && s.Over() && s.Cursor() == s.Last():
		return "N for another"
	}
	return ""
}

func (w *Watch) drawStage(heatmap *session.Saliency, overlay string) error {
	l := &w.layout
	b := w.part(l.stage)
	b.panel(well)
	picture, err := w.session.Picture()
	if err != nil {
		return err
	}
	size := picture.Rect.Size()
	var sharp bool
	l.game, sharp = place(l.stage.Inset(int(4*l.unit)), size, pixelOf(w.session.Env(), size))
	if sharp {
		w.scaler.sharp(l.of, l.game, picture)
	} else {
		w.scaler.smooth(l.of, l.game, picture)
	}
	if heatmap != nil && heatmap.Height > 1 {
		w.overlayHeat(heatmap, picture.Rect)
	}
	if overlay != "" {
		width := b.width(overlay, 17, draw.Bold) + 44
		x, y := (b.w-width)/2, b.h-72
		b.box(x, y, width, 40, 20, draw.Alpha(ground, .86))
		b.text(overlay, b.w/2, y+26, 17, draw.Bold, draw.Center, ink)
	}
	if w.help {
		w.drawHelp(b)
	}
	return nil
}

// overlayHeat paints the map over the part of the game that observations show.
func (w *Watch) overlayHeat(m *session.Saliency, picture image.Rectangle) {
	g := w.layout.game
	r := g
	if f, ok := envs.As[envs.Framed](w.session.Env()); ok {
		o := f.Observed()
		x := func(v int) int { return g.Min.X + v*g.Dx()/picture.Dx() }
		y := func(v int) int { return g.Min.Y + v*g.Dy()/picture.Dy() }
		r = image.Rect(x(o.Min.X), y(o.Min.Y), x(o.Max.X), y(o.Max.Y))
	}
	heat(w.layout.of, r, m.Heat, m.Width, m.Height)
}

func (w *Watch) drawHelp(b *brush) {
	b.box(0, 0, b.w, b.h, 10, draw.Alpha(ground, .8))
	var rows []command
	if w.session.Manual() {
		rows = append(rows, command{name: "↑←↓→", does: "act, as WASD, Space and digits do; in a pause:"})
	}
	for _, c := range commands {
		if w.session.HasPolicy() || !slices.Contains(ofPolicies, c.keys[0]) {
			rows = append(rows, c)
		}
	}
	row, width := 25., 410.
	height := float64(len(rows))*row + 64
	s := min(1, (b.w-8)/width, (b.h-8)/height) // smaller in a small window
	row, width, height = row*s, width*s, height*s
	x, y := (b.w-width)/2, (b.h-height)/2
	b.box(x, y, width, height, 14*s, card)
	b.text("Keys", x+24*s, y+34*s, 17*s, draw.Bold, draw.Left, ink)
	y += 62 * s
	for _, c := range rows {
		wide := b.width(c.name, 12*s, draw.Bold) + 16*s
		b.box(x+24*s, y-15*s, wide, 20*s, 6*s, track)
		b.text(c.name, x+32*s, y, 12*s, draw.Bold, draw.Left, ink)
		b.text(c.does, x+104*s, y, 13*s, draw.Regular, draw.Left, soft)
		y += row
	}
}

func (w *Watch) drawStats(m *session.Moment) {
	b := w.card(w.layout.stats, "")
	s := w.session
	type stat struct {
		name, value string
		col         draw.Color
	}
	list := []stat{
		{"Episode", thousands(s.Episode()), ink},
		{"Step", thousands(s.Cursor()), ink},
		{"Return", number(m.Return), gold},
	}
	if l, ok := envs.As[interface{ Lives() int }](s.Env()); ok && l.Lives() > 0 && s.Cursor() == s.Last() {
		list = append(list, stat{"Lives", strconv.Itoa(l.Lives()), ink})
	} else if m.Thought.Values != nil {
		list = append(list, stat{"Value", number(float64(m.Thought.Values[0])), blue})
	}
	each := (b.w - 32) / float64(len(list))
	for i, v := range list {
		x := 16 + float64(i)*each
		b.label(v.name, x, 26)
		size := 25.
		for b.width(v.value, size, draw.Bold) > each-8 && size > 12 {
			size--
		}
		b.text(v.value, x, 58, size, draw.Bold, draw.Left, v.col)
	}
}

// number writes a return or a value in a few characters.
func number(v float64) string {
	switch a := max(v, -v); {
	case v == float64(int64(v)) && a < 1e6:
		return thousands(int(v))
	case a >= 1e6:
		return minus(strconv.FormatFloat(v, 'g', 3, 64))
	case a >= 100:
		return minus(strconv.FormatFloat(v, 'f', 0, 64))
	case a >= 10:
		return minus(strconv.FormatFloat(v, 'f', 1, 64))
	}
	return minus(strconv.FormatFloat(v, 'f', 2, 64))
}

// minus writes a true minus.
func minus(s string) string { return strings.Replace(s, "-", "−", 1) }

func thousands(n int) string {
	s := strconv.Itoa(max(n, -n))
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	if n < 0 {
		return "−" + s
	}
	return s
}
