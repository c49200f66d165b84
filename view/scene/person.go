package scene

import (
	"fmt"
	"math"
	"strings"

	"tesuji/envs"
)

// person turns keys into actions.
type person struct {
	discrete *envs.Discrete
	box      *envs.Box
	names    []string
	moves    []stick // of discrete actions; unknown if the name says nothing
	last     []float32
}

// stick is a position of a joystick with a button.
type stick uint8

const (
	goUp stick = 1 << iota
	goDown
	goLeft
	goRight
	button
	unknown
)

var sticks = []struct {
	name string
	move stick
	keys []Key
}{
	{"UP", goUp, []Key{Up, W}},
	{"DOWN", goDown, []Key{Down, S}},
	{"LEFT", goLeft, []Key{Left, A}},
	{"RIGHT", goRight, []Key{Right, D}},
	{"FIRE", button, []Key{Space, Enter}},
}

// newPerson returns who plays an environment. It is an error if its actions are not for keys.
func newPerson(e envs.Env) (*person, error) {
	p := &person{}
	switch s := e.Spec().Action.(type) {
	case *envs.Discrete:
		p.discrete = s
		p.names = names(e, s)
		for _, name := range p.names {
			p.moves = append(p.moves, parse(name))
		}
		return p, nil
	case *envs.Box:
		if s.Size() <= 2 {
			p.box = s
			return p, nil
		}
	}
	return nil, fmt.Errorf("%s cannot be played with keys: its actions are %v", e.Spec().ID, e.Spec().Action)
}

// names returns what the actions are called.
func names(e envs.Env, s *envs.Discrete) []string {
	if m, ok := envs.As[envs.Meaner](e); ok {
		if list := m.Meanings(); len(list) == s.N {
			return list
		}
	}
	list := make([]string, s.N)
	for i := range list {
		list[i] = fmt.Sprint(s.Start + i)
	}
	return list
}

// parse reads a name such as UPRIGHTFIRE.
func parse(name string) stick {
	if name == "NOOP" {
		return 0
	}
	var m stick
	for rest := name; rest != ""; {
		found := false
		for _, s := range sticks {
			if after, ok := strings.CutPrefix(rest, s.name); ok {
				m, rest, found = m|s.move, after, true
			}
		}
		if !found {
			return unknown
		}
	}
	return m
}

// held returns the position that keys hold the stick in.
func held(in *Input) stick {
	var m stick
	for _, s := range sticks {
		for _, k := range s.keys {
			if in.Held[k] {
				m |= s.move
			}
		}
	}
	return m
}

// active tells whether keys ask for an action.
func (p *person) active(in *Input) bool { return held(in) != 0 || p.chosen(in) >= 0 }

// uses tells whether a key is for actions.
func (p *person) uses(k Key) bool {
	for _, s := range sticks {
		for _, own := range s.keys {
			if own == k {
				return true
			}
		}
	}
	return p.discrete != nil && k >= Digit0 && k <= Digit9
}

// chosen returns the discrete action whose number is pressed, counted from 1, or -1.
func (p *person) chosen(in *Input) int {
	if p.discrete != nil {
		for _, k := range in.Pressed {
			if i := int(k) - int(Digit1); i >= 0 && k <= Digit9 && i < p.discrete.N {
				return i
			}
		}
	}
	return -1
}

// action returns the action that the keys ask for now. Where none is asked for it is doing nothing,
// or what was done last if doing nothing is no action.
func (p *person) action(in *Input) []float32 {
	if p.box != nil {
		return p.force(held(in))
	}
	i := p.chosen(in)
	if i < 0 {
		i = p.nearest(held(in))
	}
	if i < 0 && p.last == nil {
		i = 0
	}
	if i >= 0 {
		p.last = []float32{float32(p.discrete.Start + i)}
	}
	return p.last
}

// pressed returns the action of a key that went down, nil if none did.
func (p *person) pressed(in *Input) []float32 {
	var now Input
	for _, k := range in.Pressed {
		now.Held[k] = true
	}
	now.Pressed = in.Pressed
	if !p.active(&now) {
		return nil
	}
	if p.box == nil && p.chosen(&now) < 0 && p.nearest(held(&now)) < 0 {
		return nil
	}
	return p.action(&now)
}

// nearest returns the action that does most of what the stick says and nothing else, or -1.
func (p *person) nearest(m stick) int {
	best, bits := -1, -1
	for i, move := range p.moves {
		if move == unknown || move&^m != 0 {
			continue
		}
		if n := ones(move); n > bits {
			best, bits = i, n
		}
	}
	return best
}

func ones(m stick) int {
	n := 0
	for ; m != 0; m &= m - 1 {
		n++
	}
	return n
}

// force returns the continuous action of a stick: its bounds, or halfway between them.
func (p *person) force(m stick) []float32 {
	a := make([]float32, p.box.Size())
	sides := [][2]stick{{goLeft | goDown, goRight | goUp}}
	if len(a) == 2 {
		sides = [][2]stick{{goLeft, goRight}, {goDown, goUp}}
	}
	for i := range a {
		low, high := bound(p.box.Low[i], -1), bound(p.box.High[i], 1)
		switch {
		case m&sides[i][0] != 0 && m&sides[i][1] == 0:
			a[i] = low
		case m&sides[i][1] != 0 && m&sides[i][0] == 0:
			a[i] = high
		default:
			a[i] = (low + high) / 2
		}
	}
	return a
}

// bound returns b, or instead of an infinite one another.
func bound(b, other float32) float32 {
	if math.IsInf(float64(b), 0) {
		return other
	}
	return b
}
