package replay

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"

	"tesuji/envs"
)

// frameLayout says where the frames of a stacked observation are: frame f is the runs
// [(g*frames+f)*run, (g*frames+f+1)*run) of its elements, g = 0, 1, ... The oldest frame is the
// first.
type frameLayout struct {
	frames int
	run    int // elements of a frame that lie together
	groups int // such runs in a frame
}

// newFrameLayout returns the layout of observations that are stacks of so many frames: along the
// last dimension of images [H, W, frames*channels], along the first of all else.
func newFrameLayout(s envs.Space, frames int) (frameLayout, error) {
	box, ok := s.(*envs.Box)
	if !ok || len(box.Shape) == 0 {
		return frameLayout{}, fmt.Errorf("replay: observations of %d frames are wanted, but they are %v", frames, s)
	}
	dim, groups := box.Shape[0], 1
	if len(box.Shape) == 3 && box.Type == envs.Uint8 {
		dim, groups = box.Shape[2], box.Shape[0]*box.Shape[1]
	}
	if dim%frames != 0 {
		return frameLayout{}, fmt.Errorf("replay: observations %v are no stacks of %d frames", s, frames)
	}
	return frameLayout{frames: frames, groups: groups, run: s.Size() / groups / frames}, nil
}

// size returns the number of elements of a frame.
func (l frameLayout) size() int { return l.run * l.groups }

// isGrey reports whether the observations are the pixels of four grey pictures, as most are.
func (l frameLayout) isGrey() bool { return l.frames == 4 && l.run == 1 }

// extract copies frame f of the observation.
func (l frameLayout) extract(frame, obs envs.Row, f int) {
	if frame.U8 != nil {
		extract(l, frame.U8, obs.U8, f)
	} else {
		extract(l, frame.F32, obs.F32, f)
	}
}

func extract[T uint8 | float32](l frameLayout, frame, obs []T, f int) {
	if l.run == 1 {
		obs = obs[f:]
		for g := range frame {
			frame[g] = obs[g*l.frames]
		}
		return
	}
	for g := range l.groups {
		copy(frame[g*l.run:(g+1)*l.run], obs[(g*l.frames+f)*l.run:])
	}
}

// insert makes frame f of the observation.
func (l frameLayout) insert(obs, frame envs.Row, f int) {
	if frame.U8 != nil {
		insert(l, obs.U8, frame.U8, f)
	} else {
		insert(l, obs.F32, frame.F32, f)
	}
}

func insert[T uint8 | float32](l frameLayout, obs, frame []T, f int) {
	for g := range l.groups {
		copy(obs[(g*l.frames+f)*l.run:], frame[g*l.run:(g+1)*l.run])
	}
}

// insertGrey makes an observation of its four grey pictures.
func insertGrey(obs, a, b, c, d []uint8) {
	b, c, d, obs = b[:len(a)], c[:len(a)], d[:len(a)], obs[:4*len(a)]
	for i := range a {
		binary.LittleEndian.PutUint32(obs, uint32(a[i])|uint32(b[i])<<8|uint32(c[i])<<16|uint32(d[i])<<24)
		obs = obs[4:]
	}
}

// follows reports whether the frames of an observation, but for its newest, are those of the
// observation before it, but for its oldest: bit for bit.
func (l frameLayout) follows(before, obs envs.Row) bool {
	if l.isGrey() && obs.U8 != nil {
		a, b := before.U8, obs.U8
		for len(a) >= 4 && len(b) >= 4 {
			if binary.LittleEndian.Uint32(a)>>8 != binary.LittleEndian.Uint32(b)&0xffffff {
				return false
			}
			a, b = a[4:], b[4:]
		}
		return true
	}
	kept, stack := (l.frames-1)*l.run, l.frames*l.run
	for g := range l.groups {
		at := g * stack
		if obs.U8 != nil {
			if !bytes.Equal(obs.U8[at:at+kept], before.U8[at+l.run:at+stack]) {
				return false
			}
			continue
		}
		was := before.F32[at+l.run : at+stack]
		for i, v := range obs.F32[at : at+kept] {
			if math.Float32bits(v) != math.Float32bits(was[i]) {
				return false
			}
		}
	}
	return true
}
