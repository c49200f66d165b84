package replay

import (
	"math"
	"slices"
	"testing"

	"tesuji/envs"
	"tesuji/internal/rng"
	"tesuji/snapshot"
)

// fill pushes rewards and ends [T][N] with the values given, and sets the observation of step
// t of environment i to 10 i + t.
func fill(t *testing.T, rewards [][]float32, done [][]bool, values []float32) *Rollout {
	t.Helper()
	n := len(rewards[0])
	r := NewRollout(RolloutOptions{Steps: len(rewards), Envs: n, Observation: envs.NewBox(-1, 1, 1), ActionSize: 2})
	out := &envs.Outcome{Truncated: make([]bool, n)}
	actions := make([]float32, 2*n)
	for step := range rewards {
		for i := range n {
			r.Live().F32[i] = float32(10*i + step)
			actions[2*i], actions[2*i+1] = float32(10*i+step), -float32(10*i+step)
		}
		out.Reward, out.Terminated = rewards[step], done[step]
		r.Next()
		r.Push(actions, out)
	}
	copy(r.Values(), values)
	return r
}

func column(x ...float32) (rows [][]float32) {
	for _, v := range x {
		rows = append(rows, []float32{v})
	}
	return rows
}

func near(t *testing.T, what string, got, want []float32) {
	t.Helper()
	for i := range want {
		if math.Abs(float64(got[i]-want[i])) > 1e-6 {
			t.Errorf("%s: %v, want %v", what, got, want)
			return
		}
	}
}

// Stable-Baselines3 2.4.1 gave these.
func TestAdvantagesGolden(t *testing.T) {
	rewards := column(1, 0, 2, -1, .5)
	values := []float32{.5, .4, .3, .2, .1, .6}
	for _, tt := range []struct {
		name   string
		lambda float64
		last   bool
		a, r   []float32
	}{
		{"running", .95, false, []float32{2.302847, 1.4958501, 1.7, -.166143, .994}, []float32{2.802847, 1.8958501, 2, .033857, 1.094}},
		{"done", .95, true, []float32{2.302847, 1.4958501, 1.7, -.7248, .4}, nil},
		{"lambda 1", 1, false, []float32{2.4602003, 1.5800002, 1.7, -.11694, .994}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := fill(t, rewards, [][]bool{{false}, {false}, {true}, {false}, {tt.last}}, values)
			r.Advantages(.99, tt.lambda)
			near(t, "advantages", r.AdvantageEstimates(), tt.a)
			near(t, "returns", r.Returns(), tt.r)
		})
	}
}

// With constant values the sums have closed forms; episodes of 64 steps end at the rows' ends.
func TestAdvantagesClosedForm(t *testing.T) {
	for _, value := range []float64{0, 1} {
		for _, gamma := range []float64{1, .99} {
			for _, lambda := range []float64{1, .9} {
				for _, episodes := range []int{1, 3} {
					n := 64 * episodes
					rewards, done, values := make([][]float32, n), make([][]bool, n), make([]float32, n+1)
					for i := range n {
						rewards[i], done[i], values[i] = []float32{1}, []bool{i%64 == 63}, float32(value)
					}
					r := fill(t, rewards, done, values)
					r.Advantages(gamma, lambda)
					for i, got := range r.AdvantageEstimates() {
						// A_t = sum_k (gamma lambda)^k delta, the last delta without the next value.
						k := float64(63 - i%64)
						decay := gamma * lambda
						sum := k
						if decay != 1 {
							sum = (1 - math.Pow(decay, k)) / (1 - decay)
						}
						want := sum*(1+gamma*value-value) + math.Pow(decay, k)*(1-value)
						if math.Abs(float64(got)-want) > 1e-4 {
							t.Fatalf("V %v gamma %v lambda %v: A[%d] = %v, want %v", value, gamma, lambda, i, got, want)
						}
					}
				}
			}
		}
	}
}

func TestExplainedVariance(t *testing.T) {
	for _, tt := range []struct {
		values, returns []float32
		want            float64
	}{
		{[]float32{1, 2, 3, 4}, []float32{1.5, 1.5, 3.5, 4.5}, .8888889},
		{[]float32{1, 2}, []float32{1, 2}, 1},
		{[]float32{3, 3}, []float32{1, 2}, 0},
		{[]float32{3, 4}, []float32{2, 2}, math.NaN()},
		{[]float32{2, 2}, []float32{2, 2}, math.NaN()},
	} {
		got := explainedVariance(tt.values, tt.returns)
		if math.IsNaN(tt.want) != math.IsNaN(got) || math.Abs(got-tt.want) > 1e-6 {
			t.Errorf("V %v, R %v: %v, want %v", tt.values, tt.returns, got, tt.want)
		}
	}
}

func TestGather(t *testing.T) {
	done := [][]bool{{false, false}, {false, true}, {false, false}}
	r := fill(t, [][]float32{{1, 2}, {3, 4}, {5, 6}}, done, []float32{0, 1, 2, 3, 4, 5, 6, 7})
	r.Advantages(1, 1)
	m := r.NewMinibatch(4)
	r.Gather([]int32{0, 2, 3, 5}, m) // env 0: steps 0 and 2; env 1: steps 0 and 2
	if want := []float32{0, 2, 10, 12}; !slices.Equal(m.Obs.F32, want) {
		t.Errorf("observations %v, want %v", m.Obs.F32, want)
	}
	if want := []float32{0, 0, 2, -2, 10, -10, 12, -12}; !slices.Equal(m.Actions, want) {
		t.Errorf("actions %v, want %v", m.Actions, want)
	}
	if want := []float32{0, 4, 1, 5}; !slices.Equal(m.Values, want) {
		t.Errorf("values %v, want %v", m.Values, want)
	}
	if want := []float32{15, 11, 6, 13}; !slices.Equal(m.Returns, want) {
		t.Errorf("returns %v, want %v", m.Returns, want)
	}
	r.Gather([]int32{4}, m) // a ragged last minibatch, then a full one again
	if m.Len() != 1 || m.Obs.F32[0] != 11 {
		t.Errorf("minibatch of one: %v", m)
	}
	r.Gather([]int32{1, 1, 1, 1}, m)
	if m.Len() != 4 || m.Obs.F32[3] != 1 {
		t.Errorf("minibatch of four: %v", m)
	}

	// Every transition once.
	perm, seen := make([]int32, r.Len()), map[float32]int{}
	rng.New(1, "minibatches").Perm(perm)
	for lo := 0; lo < len(perm); lo += 4 {
		r.Gather(perm[lo:min(lo+4, len(perm))], m)
		for _, o := range m.Obs.F32 {
			seen[o]++
		}
	}
	for _, o := range []float32{0, 1, 2, 10, 11, 12} {
		if seen[o] != 1 {
			t.Errorf("observation %v was seen %d times, want once", o, seen[o])
		}
	}
}

// The observations after the last step are the first of the next rollout, also in a restored one.
func TestBeginKeepsLive(t *testing.T) {
	space := envs.NewBox(-1, 1, 1)
	r := NewRollout(RolloutOptions{Steps: 2, Envs: 2, Observation: space, ActionSize: 1})
	out := &envs.Outcome{Reward: make([]float32, 2), Terminated: make([]bool, 2), Truncated: make([]bool, 2)}
	r.Begin()
	copy(r.Next().F32, []float32{5, 6})
	r.Push([]float32{0, 0}, out)
	b, err := snapshot.Save(r)
	if err != nil {
		t.Fatal(err)
	}
	r.Begin()
	restored := NewRollout(RolloutOptions{Steps: 2, Envs: 2, Observation: space, ActionSize: 1})
	if err := snapshot.Restore(b, restored); err != nil {
		t.Fatal(err)
	}
	for _, x := range []*Rollout{r, restored} {
		if got := x.Live().F32; x.Steps() != 0 || !slices.Equal(got, []float32{5, 6}) {
			t.Errorf("live rows %v after %d steps, want [5 6] after 0", got, x.Steps())
		}
	}
}

func TestRolloutAllocatesNothing(t *testing.T) {
	r := fill(t, [][]float32{{1, 2}, {3, 4}}, [][]bool{{false, false}, {false, true}}, make([]float32, 6))
	m := r.NewMinibatch(2)
	out := &envs.Outcome{Reward: make([]float32, 2), Terminated: make([]bool, 2), Truncated: make([]bool, 2)}
	actions := make([]float32, 4)
	if n := testing.AllocsPerRun(10, func() {
		r.Begin()
		r.Push(actions, out)
		r.Push(actions, out)
		r.Advantages(.9, .9)
		r.Gather([]int32{0, 3}, m)
		r.ExplainedVariance()
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
