package envtest

import (
	"fmt"
	"math"

	"tesuji/envs"
	"tesuji/internal/rng"
	"tesuji/snapshot"
)

// Identity shows a random member of a space and pays 1 for answering with it (with a Box, with
// each element within 0.5 of it) or with what the image shows of it. Episodes are truncated after 100 steps, so the best return
// is 100. An agent that cannot learn this cannot learn anything.
type Identity struct {
	spec    envs.Spec
	draw    rng.PCG64
	shown   []float32
	running bool
}

// NewIdentityDiscrete returns Identity of {0, ..., n-1}.
func NewIdentityDiscrete(n int) *Identity { return newIdentity("Discrete", envs.NewDiscrete(n)) }

// NewIdentityMultiDiscrete returns Identity of the product of {0, ..., n[i]-1}.
func NewIdentityMultiDiscrete(n ...int) *Identity {
	return newIdentity("MultiDiscrete", envs.NewMultiDiscrete(n...))
}

// NewIdentityMultiBinary returns Identity of n bits.
func NewIdentityMultiBinary(n int) *Identity {
	return newIdentity("MultiBinary", envs.NewMultiBinary(n))
}

// NewIdentityBox returns Identity of [-1, 1]^n.
func NewIdentityBox(n int) *Identity { return newIdentity("Box", envs.NewBox(-1, 1, n)) }

func newIdentity(kind string, s envs.Space) *Identity {
	e := &Identity{
		spec: envs.Spec{
			ID: "Identity" + kind + "-v0", Observation: s, Action: s,
			MaxSteps: 100, RewardThreshold: 90, HasThreshold: true,
		},
		shown: make([]float32, s.Size()),
	}
	e.Seed(0)
	return e
}

// NewIdentityImage returns Identity of {0, ..., n-1} shown as an image [side, side, 1]: of its n
// upright stripes, that of the answer is bright.
func NewIdentityImage(n, side int) *Identity {
	e := newIdentity("Image", envs.NewDiscrete(n))
	e.spec.Observation = envs.NewImage(side, side, 1)
	return e
}

// Spec describes the environment.
func (e *Identity) Spec() *envs.Spec { return &e.spec }

// Seed starts the random stream anew.
func (e *Identity) Seed(seed uint64) { e.draw.Seed(seed) }

// Reset begins an episode.
func (e *Identity) Reset(obs envs.Row) error {
	e.running = true
	e.show(obs)
	return nil
}

func (e *Identity) show(obs envs.Row) {
	e.spec.Action.Sample(&e.draw, envs.Row{F32: e.shown})
	if obs.U8 == nil {
		copy(obs.F32, e.shown)
		return
	}
	box, n := e.spec.Observation.(*envs.Box), e.spec.Action.(*envs.Discrete).N
	side := box.Shape[1]
	for i := range obs.U8 {
		obs.U8[i] = 0
		if i%side*n/side == int(e.shown[0]) {
			obs.U8[i] = 200
		}
	}
}

// Step pays for the answer and shows the next member.
func (e *Identity) Step(a envs.Action, obs envs.Row) (envs.Result, error) {
	if !e.running {
		return envs.Result{}, fmt.Errorf("%s: step: %w", e.spec.ID, envs.ErrNeedsReset)
	}
	if !e.spec.Action.Contains(envs.Row{F32: a}) {
		return envs.Result{}, fmt.Errorf("%s: %w: %v", e.spec.ID, envs.ErrAction, []float32(a))
	}
	tolerance := 0.0
	if _, ok := e.spec.Action.(*envs.Box); ok {
		tolerance = .5
	}
	reward := 1.0
	for i, v := range a {
		if math.Abs(float64(v-e.shown[i])) > tolerance {
			reward = 0
		}
	}
	e.show(obs)
	return envs.Result{Reward: reward}, nil
}

// State saves or restores the environment.
func (e *Identity) State(a *snapshot.Archive) {
	a.Check("id", e.spec.ID)
	a.Float32s("shown", e.shown)
	a.Bool("running", &e.running)
	a.Object("rng", &e.draw)
}
