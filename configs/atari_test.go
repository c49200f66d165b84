package configs

import (
	"strings"
	"testing"

	"tesuji/envs"
	"tesuji/envs/atari"
)

const pong = `agent: dqn
env: Arcade/Pong-v0
n_timesteps: 8
atari:
  frame_skip: 3
  preset: nature
  sticky_action_prob: .25
`

func loadAtari(text string, set, environ []string) (*Run, error) {
	return load(known(), "test", "test.yaml", []byte(text), set, environ)
}

// The preset gives what is not given, and evaluations play whole games for their own rewards.
func TestAtari(t *testing.T) {
	r, err := loadAtari(pong, []string{"atari.screen_size=42"}, []string{"TESUJI_ATARI_NOOP_MAX=7"})
	if err != nil {
		t.Fatal(err)
	}
	want, err := atari.Preset("nature")
	if err != nil {
		t.Fatal(err)
	}
	want.FrameSkip, want.StickyActionProb, want.Size, want.NoopMax = 3, .25, 42, 7
	if r.Atari.Options != want {
		t.Errorf("%+v, want %+v", r.Atari.Options, want)
	}
	e, err := r.NewEnv()
	if err != nil {
		t.Fatal(err)
	}
	if got := e.Spec().Observation.String(); got != envs.NewImage(42, 42, 4).String() {
		t.Errorf("observations are %s", got)
	}
	eval := r.ForEvaluation()
	if eval.Atari.Options != want.Evaluation() || r.Atari.Options != want {
		t.Errorf("evaluated with %+v", eval.Atari.Options)
	}

	again, err := loadAtari(string(r.YAML()), nil, nil)
	if err != nil {
		t.Fatalf("%v\n%s", err, r.YAML())
	}
	if *again.Atari != *r.Atari || again.Hash() != r.Hash() {
		t.Errorf("read back as %+v", again.Atari)
	}

	r, err = loadAtari(pong, []string{"atari.preset=none", "atari.frame_skip=1"}, []string{"TESUJI_ATARI_PRESET=sb3"})
	if err != nil {
		t.Fatal(err)
	}
	if a := r.Atari; a.Preset != "none" || a.Size != 0 || a.FrameSkip != 1 || a.StickyActionProb != .25 {
		t.Errorf("%+v", a)
	}
}

// Runs without the block are written as they were before there was one.
func TestWithoutAtari(t *testing.T) {
	r, err := loadAtari("agent: dqn\nenv: CartPole-v1\nn_timesteps: 8\n", nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if r.Atari != nil || r.ForEvaluation() != r || strings.Contains(string(r.YAML()), "atari") {
		t.Errorf("%s", r.YAML())
	}
}

func TestAtariErrors(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{strings.Replace(pong, "nature", "natur", 1), `test.yaml:6:11: atari.preset: unknown Atari preset "natur", did you mean "nature"?`},
		{strings.Replace(pong, "  preset: nature\n", "", 1), "atari.preset: missing: one of nature, sb3, gymnasium, ale-vec, v5, none"},
		{strings.Replace(pong, "frame_skip", "frameskip", 1), `test.yaml:5:3: atari.frameskip: unknown key, did you mean "atari.frame_skip"?`},
		{strings.Replace(pong, "frame_skip: 3", "frame_skip: 0", 1), "test.yaml:5:15: atari.frame_skip: "},
		{strings.Replace(pong, "frame_skip: 3", "clip_reward: yes", 1), "test.yaml:5:16: atari.clip_reward: "},
		{strings.Replace(pong, "frame_skip: 3", "screen_size: 300", 1), "test.yaml:5:16: atari.screen_size: "},
		{strings.Replace(pong, "Arcade/Pong-v0", "CartPole-v1", 1), "atari: CartPole-v1 is no game with the screens"},
	} {
		if r, err := loadAtari(c.text, nil, nil); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s\n%+v, %v, want %q", c.text, r, err, c.want)
		}
	}
}
