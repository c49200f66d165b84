package suggest

import "testing"

func TestNearest(t *testing.T) {
	keys := []string{"learning_rate", "n_steps", "n_epochs", "gamma", "gae_lambda", "clip_range", "clip_range_vf"}
	envs := []string{"CartPole-v1", "CartPole-v0", "MountainCar-v0", "MountainCarContinuous-v0", "Acrobot-v1"}
	for _, c := range []struct {
		got  string
		from []string
		want string
	}{
		{"learning_rte", keys, "learning_rate"},
		{"leanring_rate", keys, "learning_rate"},
		{"lr", keys, ""},
		{"n_step", keys, "n_steps"},
		{"nsteps", keys, "n_steps"},
		{"gama", keys, "gamma"},
		{"cliprange", keys, "clip_range"},
		{"learning", keys, "learning_rate"},
		{"zebra", keys, ""},
		{"", keys, ""},
		{"gamma", nil, ""},
		{"cartpole-v1", envs, "CartPole-v1"},
		{"CartPole", envs, "CartPole-v1"},
		{"CartPole-v2", envs, "CartPole-v1"},
		{"MountainCarContinous-v0", envs, "MountainCarContinuous-v0"},
		{"x", []string{"y"}, ""},
		{"größe", []string{"große"}, "große"},
	} {
		if got := Nearest(c.got, c.from); got != c.want {
			t.Errorf("Nearest(%q) = %q, want %q", c.got, got, c.want)
		}
	}
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"abc", "", 3}, {"", "ab", 2}, {"abc", "abc", 0}, {"abc", "acb", 1},
		{"kitten", "sitting", 3}, {"ca", "abc", 3}, {"flaw", "lawn", 2},
	} {
		if got := distance(c.a, c.b); got != c.want {
			t.Errorf("distance(%q, %q) = %d, want %d", c.a, c.b, got, c.want)
		}
	}
}

func TestDidYouMean(t *testing.T) {
	if got, want := DidYouMean("pp", []string{"ppo", "dqn"}), `, did you mean "ppo"?`; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := DidYouMean("sac", []string{"ppo", "dqn"}); got != "" {
		t.Errorf("got %q, want nothing", got)
	}
}
