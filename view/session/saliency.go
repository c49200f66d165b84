package session

import (
	"math"
	"slices"
	"time"

	"tesuji/agents"
	"tesuji/envs"
)

// Saliency tells which parts of an observation a policy's choice rests on: how much the choice
// changes when each part is hidden (S. Greydanus et al., "Visualizing and Understanding Atari
// Agents", ICML 2018): half the squared change of the scores, each less their mean, which moves
// no choice.
type Saliency struct {
	Width, Height int // of an image's map; a vector's Height is 1
	// Heat [Height, Width] is from 0 to 1, the root of the change over that of the strongest part.
	Heat []float32
}

// saliency is a map being made.
type saliency struct {
	of       place
	centred  bool      // scores are alternatives: only differences between them matter
	source   envs.Rows // [1], the observation
	blurred  []uint8   // an image's, to hide parts with
	scores   []float32 // of the whole observation
	next     int       // part to hide next
	work     Saliency
	finished *Saliency
	rows     envs.Rows // [saliencyBatch]
}

// saliencyBatch is the number of hidden parts that are evaluated together.
const saliencyBatch = 16

// Saliency works on the map of the shown moment for about the given time, and returns the newest
// map that is finished, or nil: of a moment shown shortly before if the policy is slow. There is
// none of policies that do not explain themselves, nor of observations that are neither images nor
// vectors.
func (s *Session) Saliency(budget time.Duration) (*Saliency, error) {
	explainer, ok := s.options.Policy.(agents.Explainer)
	box, isBox := s.spec.Observation.(*envs.Box)
	if !ok || !isBox || !parted(box) {
		return nil, nil
	}
	h := &s.heat
	_, h.centred = s.spec.Action.(*envs.Discrete)
	deadline := time.Now().Add(budget)
	if h.next == 0 && h.of != (place{s.episode, s.cursor}) {
		obs, err := s.Observation()
		if err != nil {
			return h.finished, err
		}
		if err := h.begin(place{s.episode, s.cursor}, box, obs, explainer); err != nil {
			return h.finished, err
		}
	}
	for h.next < len(h.work.Heat) {
		if err := h.advance(box, explainer); err != nil {
			return h.finished, err
		}
		if time.Now().After(deadline) {
			break
		}
	}
	if h.next > 0 && h.next == len(h.work.Heat) {
		h.finish()
	}
	return h.finished, nil
}

// parted tells whether the box is an image or a vector.
func parted(b *envs.Box) bool {
	return b.Elem() == envs.Uint8 && len(b.Shape) == 3 || b.Elem() == envs.Float32 && len(b.Shape) == 1
}

// grid returns how many parts the observation has.
func grid(b *envs.Box) (w, h int) {
	if len(b.Shape) == 1 {
		return b.Shape[0], 1
	}
	cell := cellSize(b)
	return (b.Shape[1] + cell - 1) / cell, (b.Shape[0] + cell - 1) / cell
}

// cellSize is the width and height of the parts of an image: every pixel of small ones, of
// larger ones such that there are about 14 a side.
func cellSize(b *envs.Box) int { return max((max(b.Shape[0], b.Shape[1])+13)/14, 1) }

func (h *saliency) begin(of place, b *envs.Box, obs envs.Rows, e agents.Explainer) error {
	w, height := grid(b)
	h.of, h.next = of, 0
	h.work = Saliency{Width: w, Height: height, Heat: make([]float32, w*height)}
	if h.source.N == 0 {
		h.source, h.rows = envs.MakeRows(b, 1), envs.MakeRows(b, saliencyBatch)
	}
	h.source.Row(0).Copy(obs.Row(0))
	if len(b.Shape) == 3 {
		h.blurred = blurred(h.blurred, h.source.U8, b)
	}
	// Among others, as the hidden ones will be: a policy that remembers makes something else of an
	// observation that goes on from the one before.
	for i := range 2 {
		h.rows.Row(i).Copy(h.source.Row(0))
	}
	t, err := e.Explain(h.rows.Slice(0, 2))
	if err != nil {
		return err
	}
	t = t.Row(0)
	h.scores = append(h.scores[:0], t.Scores...)
	return nil
}

// advance hides the next parts.
func (h *saliency) advance(b *envs.Box, e agents.Explainer) error {
	n := min(saliencyBatch, len(h.work.Heat)-h.next)
	for i := range n {
		row := h.rows.Row(i)
		row.Copy(h.source.Row(0))
		h.hide(b, row, h.next+i)
	}
	t, err := e.Explain(h.rows.Slice(0, max(n, 2)))
	if err != nil {
		return err
	}
	for i := range n {
		h.work.Heat[h.next+i] = change(h.scores, t.Row(i).Scores, h.centred)
	}
	h.next += n
	return nil
}

// hide takes part k out of an observation: a number becomes 0, pixels what is around them.
func (h *saliency) hide(b *envs.Box, row envs.Row, k int) {
	if len(b.Shape) == 1 {
		row.F32[k] = 0
		return
	}
	cell, width, channels := cellSize(b), b.Shape[1], b.Shape[2]
	// Parts overlap, or what lies across two would be found in neither.
	reach := cell / 2
	x0, y0 := k%h.work.Width*cell, k/h.work.Width*cell
	for y := max(y0-reach, 0); y < min(y0+cell+reach, b.Shape[0]); y++ {
		lo := (y*width + max(x0-reach, 0)) * channels
		hi := (y*width + min(x0+cell+reach, width)) * channels
		copy(row.U8[lo:hi], h.blurred[lo:hi])
	}
}

// blurred returns what hides parts of an image: of large ones each pixel's mean with those around
// it, channel by channel; of boards of planes, nothing.
func blurred(dst, src []uint8, b *envs.Box) []uint8 {
	dst = append(dst[:0], src...)
	cell := cellSize(b)
	if cell == 1 {
		clear(dst)
		return dst
	}
	height, width, channels := b.Shape[0], b.Shape[1], b.Shape[2]
	// Two passes of means along each side are nearly a Gaussian.
	line := make([]uint8, max(height, width))
	smooth := func(first, count, stride int) {
		for range 2 {
			sum, n := 0, 0
			for i := range min(cell, count) {
				sum += int(dst[first+i*stride])
				n++
			}
			for i := range count {
				if k := i + cell; k < count {
					sum += int(dst[first+k*stride])
					n++
				}
				line[i] = uint8(sum / n)
				if k := i - cell; k >= 0 {
					sum -= int(dst[first+k*stride])
					n--
				}
			}
			for i := range count {
				dst[first+i*stride] = line[i]
			}
		}
	}
	for c := range channels {
		for y := range height {
			smooth(y*width*channels+c, width, channels)
		}
		for x := range width {
			smooth(x*channels+c, height, width*channels)
		}
	}
	return dst
}

// change is half the squared difference of scores, less their means if they are centred.
func change(a, b []float32, centred bool) float32 {
	mean := 0.
	if centred {
		for i := range a {
			mean += float64(a[i] - b[i])
		}
		mean /= float64(len(a))
	}
	sum := 0.
	for i := range a {
		d := float64(a[i]-b[i]) - mean
		sum += float64(d * d)
	}
	return float32(sum / 2)
}

func (h *saliency) finish() {
	if top := slices.Max(h.work.Heat); top > 0 {
		for i, x := range h.work.Heat {
			h.work.Heat[i] = float32(math.Sqrt(float64(x / top)))
		}
	}
	done := h.work
	h.finished, h.work, h.next = &done, Saliency{}, 0
}
