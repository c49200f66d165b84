package envs

import (
	"fmt"

	"tesuji/snapshot"
)

// NormalizeOptions are the options of Normalize, under Stable-Baselines3's names.
type NormalizeOptions struct {
	Obs        bool    `yaml:"norm_obs"`    // normalise observations
	Reward     bool    `yaml:"norm_reward"` // normalise rewards
	ClipObs    float64 `yaml:"clip_obs"`    // largest size of a normalised observation element, > 0
	ClipReward float64 `yaml:"clip_reward"` // largest size of a normalised reward, > 0
	Gamma      float64 `yaml:"gamma"`       // discount of the returns that scale rewards, 0 to 1: the agent's
	Epsilon    float64 `yaml:"epsilon"`     // added to variances, > 0
}

// DefaultNormalizeOptions returns Stable-Baselines3's defaults.
func DefaultNormalizeOptions() NormalizeOptions {
	return NormalizeOptions{Obs: true, Reward: true, ClipObs: 10, ClipReward: 10, Gamma: .99, Epsilon: 1e-8}
}

// Validate returns an error that names the first option out of range.
func (o NormalizeOptions) Validate() error {
	for _, f := range []struct {
		name  string
		value float64
		ok    bool
		want  string
	}{
		{"clip_obs", o.ClipObs, o.ClipObs > 0, "more than 0"},
		{"clip_reward", o.ClipReward, o.ClipReward > 0, "more than 0"},
		{"gamma", o.Gamma, o.Gamma >= 0 && o.Gamma <= 1, "0 to 1"},
		{"epsilon", o.Epsilon, o.Epsilon > 0, "more than 0"},
	} {
		if !f.ok {
			return fmt.Errorf("normalize: %s is %v, want %s", f.name, f.value, f.want)
		}
	}
	return nil
}

// Normalize scales observations and rewards by running statistics, as Stable-Baselines3's
// VecNormalize does. At each step, in this order:
//
//  1. the observation statistics count the returned observations (not the final ones);
//  2. obs = clip((obs - mean)/sqrt(var + epsilon)), and the same for final observations;
//  3. ret = gamma·ret + reward, and the return statistics count the ret of each environment;
//  4. reward = clip(reward/sqrt(var + epsilon)): the mean is not subtracted;
//  5. ret = 0 where the episode ended.
//
// Outcome.Episodes is passed on as it is: it counts raw rewards. The statistics are float64.
type Normalize struct {
	Vec
	opt      NormalizeOptions
	spec     Spec
	obs      *RunningStats
	reward   *RunningStats
	returns  []float64 // discounted returns under way
	training bool
	scale    []float64 // standard deviations of the observation elements
}

// NewNormalize returns v normalised, with fresh statistics, in training. It returns an error
// for an option out of range, or if observations are to be normalised that are not float32
// Boxes.
func NewNormalize(v Vec, opt NormalizeOptions) (*Normalize, error) {
	if err := opt.Validate(); err != nil {
		return nil, err
	}
	spec := *v.Spec()
	if opt.Obs {
		if !continuous(spec.Observation) {
			return nil, fmt.Errorf("normalize: observations of %s are %v, want float32 Boxes: set norm_obs to false", spec.ID, spec.Observation)
		}
		spec.Observation = clipped(spec.Observation, float32(opt.ClipObs))
	}
	size := spec.Observation.Size()
	return &Normalize{
		Vec: v, opt: opt, spec: spec, training: true,
		obs: NewRunningStats(size), reward: NewRunningStats(1),
		returns: make([]float64, v.Len()), scale: make([]float64, size),
	}, nil
}

// continuous reports whether the space is a float32 Box, or a Dict of such.
func continuous(s Space) bool {
	switch s := s.(type) {
	case *Box:
		return s.Type == Float32
	case *Dict:
		for _, p := range s.Spaces {
			if !continuous(p) {
				return false
			}
		}
		return true
	}
	return false
}

// clipped returns a continuous space with all elements in [-limit, limit].
func clipped(s Space, limit float32) Space {
	switch s := s.(type) {
	case *Dict:
		d := &Dict{Names: s.Names}
		for _, p := range s.Spaces {
			d.Spaces = append(d.Spaces, clipped(p, limit))
		}
		return d
	case *Box:
		return NewBox(-limit, limit, s.Shape...)
	}
	panic(&VecError{fmt.Sprintf("no continuous space: %v", s)})
}

// UnwrapVec returns the Vec inside.
func (n *Normalize) UnwrapVec() Vec { return n.Vec }

// Spec returns the environments' Spec with the bounds of normalised observations.
func (n *Normalize) Spec() *Spec { return &n.spec }

// Options returns the options.
func (n *Normalize) Options() NormalizeOptions { return n.opt }

// Training reports whether the statistics follow the observations and rewards.
func (n *Normalize) Training() bool { return n.training }

// SetTraining lets the statistics follow, or freezes them, as for an evaluation.
func (n *Normalize) SetTraining(on bool) { n.training = on }

// ObsStats returns the statistics of the observation elements, shared with n.
func (n *Normalize) ObsStats() *RunningStats { return n.obs }

// RewardStats returns the statistics, of one element, of discounted returns, shared with n.
func (n *Normalize) RewardStats() *RunningStats { return n.reward }

// SyncFrom copies the statistics of another, which may have another number of environments:
// an evaluation does this before it begins.
func (n *Normalize) SyncFrom(o *Normalize) {
	n.obs.CopyFrom(o.obs)
	n.reward.CopyFrom(o.reward)
}

// NormalizeObs normalises rows in place by the present statistics, without counting them.
func (n *Normalize) NormalizeObs(rows Rows) {
	if !n.opt.Obs {
		return
	}
	n.obs.scale(n.scale, n.opt.Epsilon)
	for i := range rows.N {
		n.normalizeRow(rows.Row(i).F32)
	}
}

// UnnormalizeObs is the inverse of NormalizeObs for elements that were not clipped.
func (n *Normalize) UnnormalizeObs(rows Rows) {
	if !n.opt.Obs {
		return
	}
	n.obs.scale(n.scale, n.opt.Epsilon)
	for i := range rows.N {
		row := rows.Row(i).F32
		for j, v := range row {
			row[j] = float32(float64(float64(v)*n.scale[j]) + n.obs.Mean[j])
		}
	}
}

// normalizeRow needs scale to be up to date.
func (n *Normalize) normalizeRow(row []float32) {
	limit := n.opt.ClipObs
	for j, v := range row {
		x := (float64(v) - n.obs.Mean[j]) / n.scale[j]
		row[j] = float32(min(max(x, -limit), limit))
	}
}

// Reset begins an episode in every environment.
func (n *Normalize) Reset(obs Rows) error {
	if err := n.Vec.Reset(obs); err != nil {
		return err
	}
	clear(n.returns)
	if n.training && n.opt.Obs {
		n.obs.Update32(obs.F32[:obs.N*obs.Size])
	}
	n.NormalizeObs(obs)
	return nil
}

// Step steps the environments and normalises what they gave, in place.
func (n *Normalize) Step(actions []float32, next Rows) (*Outcome, error) {
	out, err := n.Vec.Step(actions, next)
	if err != nil {
		return nil, err
	}
	if n.training && n.opt.Obs {
		n.obs.Update32(next.F32[:next.N*next.Size])
	}
	n.NormalizeObs(next) // brings scale up to date
	if n.training {
		for i, r := range out.Reward {
			n.returns[i] = float64(n.returns[i]*n.opt.Gamma) + float64(r)
		}
		n.reward.Update(n.returns)
	}
	if n.opt.Reward {
		var scale [1]float64
		n.reward.scale(scale[:], n.opt.Epsilon)
		limit := n.opt.ClipReward
		for i, r := range out.Reward {
			out.Reward[i] = float32(min(max(float64(r)/scale[0], -limit), limit))
		}
	}
	for i := range out.Reward {
		if !out.Done(i) {
			continue
		}
		n.returns[i] = 0
		if n.opt.Obs {
			n.normalizeRow(out.Final.Row(i).F32)
		}
	}
	return out, nil
}

// State saves or restores the statistics, the returns under way, whether they are being
// followed, and the environments.
func (n *Normalize) State(a *snapshot.Archive) {
	a.Object("obs", n.obs)
	a.Object("reward", n.reward)
	a.Float64s("returns", n.returns)
	a.Bool("training", &n.training)
	a.Object("env", n.Vec)
}
