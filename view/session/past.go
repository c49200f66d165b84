package session

import (
	"image"

	"tesuji/envs"
	"tesuji/snapshot"
)

const (
	// keepEvery is the number of moments from one kept state to the next, more if observations are
	// large. In between the environment is played again.
	keepEvery    = 32
	keepEveryMax = 256
	// keepPictures is the number of moments that can be seen again of an environment whose state
	// cannot be kept.
	keepPictures = 512
)

// past brings back the moments of the present episode.
type past struct {
	env      envs.Env // goes through the episode again
	renderer envs.Renderer
	obs      envs.Rows // [1]: what env showed last
	every    int
	at       int       // the moment that env is at, -1 if at none
	states   []state   // of moments 0, every, 2 every, ...
	failed   bool      // the environment cannot be saved
	kept     []scenery // of the last moments, if it failed; the first is of moment first
	first    int
}

// state is an environment's state and its last observation.
type state struct {
	saved []byte
	obs   envs.Row
}

// scenery is all that is known of a moment of an environment that cannot be saved.
type scenery struct {
	picture *image.RGBA
	obs     envs.Row
}

func (p *past) begin() {
	p.at, p.first = -1, 0
	p.states, p.kept = p.states[:0], nil
}

// keep keeps moment i as the environment shows it.
func (p *past) keep(i int, e envs.Env, r envs.Renderer, obs envs.Row) {
	if p.every == 0 {
		p.every = min(max(keepEvery, (len(obs.U8)+4*len(obs.F32))>>10), keepEveryMax)
	}
	if !p.failed && i%p.every == 0 {
		saved, err := snapshot.Save(e)
		if err == nil {
			p.states = append(p.states, state{saved, cloned(obs)})
			return
		}
		p.failed = true
		p.first = i
	}
	if !p.failed {
		return
	}
	w, h := r.RenderSize()
	picture := image.NewRGBA(image.Rect(0, 0, w, h))
	r.Render(picture)
	p.kept = append(p.kept, scenery{picture, cloned(obs)})
	if len(p.kept) > keepPictures {
		p.kept[0] = scenery{}
		p.kept = p.kept[1:]
	}
	p.first = i - len(p.kept) + 1
}

func cloned(r envs.Row) envs.Row {
	return envs.Row{F32: append([]float32(nil), r.F32...), U8: append([]uint8(nil), r.U8...)}
}

// picture returns the kept picture of moment i, nil if there is none.
func (p *past) picture(i int) *image.RGBA {
	if p.failed && i >= p.first && i-p.first < len(p.kept) {
		return p.kept[i-p.first].picture
	}
	return nil
}

// seek brings env and obs to moment i.
func (p *past) seek(i int, moments []Moment) error {
	if p.failed {
		p.obs.Row(0).Copy(p.kept[min(max(i-p.first, 0), len(p.kept)-1)].obs)
		return nil
	}
	if nearest := i / p.every; p.at < nearest*p.every || p.at > i {
		s := &p.states[nearest]
		p.at = -1
		if err := snapshot.Restore(s.saved, p.env); err != nil {
			return err
		}
		p.obs.Row(0).Copy(s.obs)
		p.at = nearest * p.every
	}
	for ; p.at < i; p.at++ {
		if _, err := p.env.Step(moments[p.at].Action, p.obs.Row(0)); err != nil {
			p.at = -1
			return err
		}
	}
	return nil
}
