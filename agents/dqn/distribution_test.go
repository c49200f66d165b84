package dqn

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"math"
	"testing"

	"tesuji/envs"
	"tesuji/nets"
)

//go:embed testdata/distributions.json
var distributions []byte

// TestWholeUpdateOfDistributions checks updates against PyTorch's in float64, from the targets to
// Adam's step.
func TestWholeUpdateOfDistributions(t *testing.T) {
	var cases []struct {
		Distribution                 string
		Atoms                        int
		Double, Dueling, Prioritized bool
		Targets, Errors              []float64
		Loss, Norm, Sum              float64
	}
	if err := json.Unmarshal(distributions, &cases); err != nil {
		t.Fatal(err)
	}
	for _, k := range cases {
		t.Run(fmt.Sprintf("%s double %v dueling %v prioritised %v", k.Distribution, k.Double, k.Dueling, k.Prioritized), func(t *testing.T) {
			c := Default()
			c.NetArch, c.BatchSize, c.Distribution, c.Atoms, c.VMin, c.VMax = []int{4}, 4, k.Distribution, k.Atoms, -2, 2
			c.DoubleQ, c.Dueling, c.PrioritizedReplay = k.Double, k.Dueling, k.Prioritized
			a := withSpaces(t, c, 2)
			setParams(a.onlineParams, func(k, _, _ int) float64 { return math.Sin(float64(k)) })
			setParams(a.targetParams, func(k, i, j int) float64 {
				return .9*math.Sin(float64(k)) + .05*float64(1-2*(i%2))*math.Cos(float64(j))
			})
			b := a.batch
			copy(b.Obs.F32, []float32{.1, -.2, .3, .5, .4, -.6, -.7, .8, .9, 0, 1, -1})
			for i := range 4 {
				for j := range 3 {
					b.Next.F32[i*3+j] = b.Obs.F32[(3-i)*3+j]*.5 + .1
				}
			}
			copy(b.Actions, []float32{0, 1, 1, 0})
			copy(b.Rewards, []float32{1, -2, .5, 0})
			copy(b.Discounts, []float32{.99, .970299, 0, .99})
			copy(b.Weights, []float32{1, .5, .25, .75})
			loss, errors, err := a.update(b, 1e-3)
			if err != nil {
				t.Fatal(err)
			}
			for i, want := range k.Targets {
				near(t, "target", float64(a.targets[i]), want, 1e-6)
			}
			for i, want := range k.Errors {
				if k.Distribution == distributionQuantile || k.Prioritized {
					near(t, "error", float64(errors[i]), want, 2e-6)
				}
			}
			near(t, "loss", float64(loss), k.Loss, 1e-6)
			near(t, "|g|", float64(a.onlineParams.GradNorm()), k.Norm, 2e-6)
			sum := 0.0
			for _, v := range a.onlineParams.Values() {
				sum += float64(v)
			}
			near(t, "sum of the parameters", sum, k.Sum, 1e-5)
		})
	}
}

func TestProject(t *testing.T) {
	c := Config{VMin: -2, VMax: 2, Atoms: 5}
	p, got := []float32{.1, .2, .4, .2, .1}, make([]float32, 5)
	for _, k := range []struct {
		reward, discount float32
		want             []float64
	}{
		{.5, .9, []float64{.03, .15, .32, .32, .18}},
		{1, 0, []float64{0, 0, 0, 1, 0}},
		{.3, 0, []float64{0, 0, .7, .3, 0}},
		{5, .9, []float64{0, 0, 0, 0, 1}},
		{-5, 1, []float64{1, 0, 0, 0, 0}},
		{0, 1, []float64{.1, .2, .4, .2, .1}},
	} {
		c.project(got, p, k.reward, k.discount)
		for i := range got {
			near(t, fmt.Sprintf("%v + %v Z, atom %d", k.reward, k.discount, i), float64(got[i]), k.want[i], 1e-6)
		}
	}
}

// TestBlueprintAgrees: what is exported gives the values that the agent acts by.
func TestBlueprintAgrees(t *testing.T) {
	for _, d := range []string{distributionNone, distributionC51, distributionQuantile} {
		for _, dueling := range []bool{false, true} {
			c := Default()
			c.NetArch, c.Distribution, c.Dueling, c.Noisy = []int{8}, d, dueling, true
			a := withSpaces(t, c, 3)
			a.tape.Reset()
			obs := envs.MakeRows(a.env.Spec().Observation, 2)
			copy(obs.F32, []float32{.1, -.2, .3, .5, .4, -.6})
			x := a.reader.Read(a.tape, obs)
			want := a.tape.Value(a.online.Forward(a.tape, x))
			for i, got := range a.tape.Value(a.policy.Blueprint().Forward(a.tape, x)[0].Var) {
				near(t, fmt.Sprintf("%s dueling %v: q[%d]", d, dueling, i), float64(got), float64(want[i]), 1e-6)
			}
		}
	}
}

// TestNoise: noise is on the weights while the agent learns and explores, another at each step,
// and off where it is asked for its best action. Its strength is learned.
func TestNoise(t *testing.T) {
	c := Default()
	c.NetArch, c.BatchSize, c.Noisy = []int{8}, 8, true
	c.ExplorationInitialEps, c.ExplorationFinalEps, c.LearningStarts = 0, 0, 0
	a := withSpaces(t, c, 2)
	obs, actions := envs.MakeRows(a.env.Spec().Observation, 1), make([]float32, 1)
	copy(obs.F32, []float32{1, 1, 1})
	count := func(deterministic bool) (ones int) {
		for range 200 {
			if err := a.policy.Act(obs, deterministic, actions); err != nil {
				t.Fatal(err)
			}
			ones += int(actions[0])
		}
		return ones
	}
	if n := count(true); n != 0 && n != 200 {
		t.Errorf("the deterministic policy took action 1 in %d of 200 steps", n)
	}
	if n := count(false); n < 10 || n > 190 {
		t.Errorf("the exploring policy took action 1 in %d of 200 steps: want both", n)
	}
	for i := range a.batch.Obs.F32 {
		a.batch.Obs.F32[i] = float32(i%5) / 5
	}
	for i := range a.batch.Rewards {
		a.batch.Rewards[i] = float32(i)
	}
	if _, _, err := a.update(a.batch, 1e-3); err != nil {
		t.Fatal(err)
	}
	learned := 0
	for p := range nets.Join(a.online.body, a.online.head) {
		if len(p.Name) > 6 && p.Name[len(p.Name)-6:] == "_sigma" {
			for _, g := range p.Grad.Data {
				if g != 0 {
					learned++
					break
				}
			}
		}
	}
	if learned != 4 {
		t.Errorf("%d of 4 sigmas have a gradient", learned)
	}
}
