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

// insertGrey makes an observation of its four grey pictures, eight pixels at a time: bytes are
// interleaved in pairs, the pairs in pairs, and the words that come of it are put in order.
func insertGrey(obs, a, b, c, d []uint8) {
	const (
		bytes = 0x00ff00ff00ff00ff // every other byte
		pairs = 0x0000ffff0000ffff // every other pair
		word  = 0x00000000ffffffff
	)
	b, c, d, obs = b[:len(a)], c[:len(a)], d[:len(a)], obs[:4*len(a)]
	for len(a) >= 8 && len(b) >= 8 && len(c) >= 8 && len(d) >= 8 && len(obs) >= 32 {
		p, q := binary.LittleEndian.Uint64(a), binary.LittleEndian.Uint64(b)
		r, s := binary.LittleEndian.Uint64(c), binary.LittleEndian.Uint64(d)
		ab0, ab1 := p&bytes|q&bytes<<8, p>>8&bytes|q&^bytes // of even pixels, of odd ones
		cd0, cd1 := r&bytes|s&bytes<<8, r>>8&bytes|s&^bytes
		x0, x2 := ab0&pairs|cd0&pairs<<16, ab0>>16&pairs|cd0&^pairs // pixels 0 and 4, 2 and 6
		x1, x3 := ab1&pairs|cd1&pairs<<16, ab1>>16&pairs|cd1&^pairs // pixels 1 and 5, 3 and 7
		binary.LittleEndian.PutUint64(obs, x0&word|x1<<32)
		binary.LittleEndian.PutUint64(obs[8:], x2&word|x3<<32)
		binary.LittleEndian.PutUint64(obs[16:], x0>>32|x1&^word)
		binary.LittleEndian.PutUint64(obs[24:], x2>>32|x3&^word)
		a, b, c, d, obs = a[8:], b[8:], c[8:], d[8:], obs[32:]
	}
	for i := range a {
		binary.LittleEndian.PutUint32(obs[4*i:], uint32(a[i])|uint32(b[i])<<8|uint32(c[i])<<16|uint32(d[i])<<24)
	}
}

// follows reports whether the frames of an observation, but for its newest, are those of the
// observation before it, but for its oldest: bit for bit.
func (l frameLayout) follows(before, obs envs.Row) bool {
	if l.isGrey() && obs.U8 != nil {
		a, b := before.U8, obs.U8
		const kept = 0x00ffffff00ffffff
		for len(a) >= 8 && len(b) >= 8 {
			if binary.LittleEndian.Uint64(a)>>8&kept != binary.LittleEndian.Uint64(b)&kept {
				return false
			}
			a, b = a[8:], b[8:]
		}
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
