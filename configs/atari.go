package configs

import (
	"fmt"

	"tesuji/envs"
	allenvs "tesuji/envs/all"
	"tesuji/envs/atari"
)

// Atari says how the screens of an arcade game are prepared for learning; package envs/atari
// describes the keys and the presets.
type Atari struct {
	// Preset gives the values of all other keys that are not given: "nature", "sb3", "gymnasium",
	// "ale-vec", "v5" or "none", which prepares nothing.
	Preset        string `yaml:"preset"`
	atari.Options `yaml:",inline"`
}

const atariBlock = "atari"

// NewEnv makes an environment of the run, as training steps it.
func (r *Run) NewEnv() (envs.Env, error) {
	e, err := allenvs.Make(r.Env, r.EnvOptions)
	if err != nil {
		return nil, err
	}
	return r.Atari.prepare(e)
}

// ForEvaluation returns the run with the environments in which its policy is measured and watched:
// of arcade games whole ones, with their own rewards.
func (r *Run) ForEvaluation() *Run {
	if r.Atari == nil {
		return r
	}
	eval, a := *r, *r.Atari
	a.Options = a.Evaluation()
	eval.Atari = &a
	return &eval
}

// prepare returns the environment with its screens prepared, the environment itself if a is nil.
func (a *Atari) prepare(e envs.Env) (envs.Env, error) {
	if a == nil {
		return e, nil
	}
	game, ok := e.(atari.Game)
	if !ok {
		return nil, fmt.Errorf("%s is no game with the screens, lives and actions of an Atari: remove this block, or train in a game of Arcade/ or of ALE/ (env: Gymnasium)",
			e.Spec().ID)
	}
	return atari.Wrap(game, a.Options)
}

// chooseAtari makes the block of a run that gives a preset, with that preset's values.
func (l *loader) chooseAtari() {
	given := l.layers.get(atariBlock + ".preset")
	if given == nil {
		return
	}
	a := &Atari{}
	preset := l.text(atariBlock+".preset", &a.Preset, "")
	if preset == nil {
		return
	}
	var err error
	if a.Options, err = atari.Preset(a.Preset); err != nil {
		l.add(preset.fail("%v", err))
		return
	}
	l.run.Atari = a
}
