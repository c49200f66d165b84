package envs_test

import (
	"fmt"
	"image"
	"math"
	"slices"
	"testing"

	"tesuji/envs"
	"tesuji/envs/envtest"
	"tesuji/internal/rng"
	"tesuji/snapshot"
)

// pixels shows four random bytes and forbids the actions i whose byte is odd, but never 0. It
// ends when the first byte is over 240.
type pixels struct {
	draw    rng.PCG64
	shown   [4]uint8
	running bool
}

var pixelsSpec = envs.Spec{ID: "Pixels-v0", Observation: envs.NewImage(2, 2), Action: envs.NewDiscrete(4), MaxSteps: 30}

func (p *pixels) Spec() *envs.Spec       { return &pixelsSpec }
func (p *pixels) Seed(seed uint64)       { p.draw.Seed(seed) }
func (p *pixels) RenderSize() (int, int) { return 2, 2 }

func (p *pixels) Render(dst *image.RGBA) {
	for i, v := range p.shown {
		copy(dst.Pix[4*i:], []byte{v, v, v, 255})
	}
}

func (p *pixels) Legal(legal []bool) {
	for i := range legal {
		legal[i] = i == 0 || p.shown[i]%2 == 0
	}
}

func (p *pixels) show(obs envs.Row) {
	for i := range p.shown {
		p.shown[i] = uint8(p.draw.Integers(0, 256))
	}
	copy(obs.U8, p.shown[:])
}

func (p *pixels) Reset(obs envs.Row) error {
	p.running = true
	p.show(obs)
	return nil
}

func (p *pixels) Step(a envs.Action, obs envs.Row) (envs.Result, error) {
	if !p.running {
		return envs.Result{}, envs.ErrNeedsReset
	}
	if !pixelsSpec.Action.Contains(envs.Row{F32: a}) || a[0] != 0 && p.shown[a.Index()]%2 == 1 {
		return envs.Result{}, fmt.Errorf("%w: %v", envs.ErrAction, a)
	}
	p.show(obs)
	p.running = p.shown[0] <= 240
	return envs.Result{Reward: 1, Terminated: !p.running}, nil
}

func (p *pixels) State(a *snapshot.Archive) {
	a.Object("rng", &p.draw)
	a.Uint8s("shown", p.shown[:])
	a.Bool("running", &p.running)
}

// Bytes, masks and pictures, bare and stacked.
func TestPixelsConform(t *testing.T) {
	envtest.Run(t, func() (envs.Env, error) { return &pixels{}, nil })
	for _, pad := range []envs.Padding{envs.PadReset, envs.PadZero} {
		envtest.Run(t, func() (envs.Env, error) { return envs.NewFrameStack(&pixels{}, 3, pad) })
	}
}

// Final observations are kept apart from the rows, bytes too, and rows may be a part of larger
// storage.
func TestSyncVecBytes(t *testing.T) {
	a, b := &pixels{}, &pixels{}
	v := envs.NewSyncVec([]envs.Env{a, b})
	v.Seed(5)
	store := envs.MakeRows(v.Spec().Observation, 6)
	obs := store.Slice(2, 4)
	if err := v.Reset(obs); err != nil {
		t.Fatal(err)
	}
	ends := 0
	for range 200 {
		out, err := v.Step([]float32{0, 0}, obs)
		if err != nil {
			t.Fatal(err)
		}
		for i, p := range []*pixels{a, b} {
			if row := store.Row(2 + i); !slices.Equal(row.U8, p.shown[:]) {
				t.Fatalf("row %d is %v, the environment shows %v", i, row.U8, p.shown)
			}
			if out.Terminated[i] {
				if ends++; out.Final.Row(i).U8[0] <= 240 {
					t.Fatalf("final %v of an episode that ended", out.Final.Row(i).U8)
				}
			}
		}
	}
	if ends == 0 {
		t.Error("no episode ended")
	}
	for _, i := range []int{0, 1, 4, 5} {
		if slices.Max(store.Row(i).U8) != 0 {
			t.Errorf("row %d outside of the slice was written", i)
		}
	}
}

func TestSpaceErrorsOfParts(t *testing.T) {
	one := envs.NewDiscrete(2)
	for name, f := range map[string]func(){
		"bytes out of range": func() {
			envs.NewDict([]string{"a"}, []envs.Space{&envs.Box{Low: []float32{-1}, High: []float32{1}, Shape: []int{1}, Type: envs.Uint8}})
		},
		"repeated name": func() { envs.NewDict([]string{"a", "a"}, []envs.Space{one, one}) },
		"name missing":  func() { envs.NewDict([]string{"a"}, []envs.Space{one, one}) },
		"part of a part": func() {
			envs.NewDict([]string{"a"}, []envs.Space{&envs.Dict{Names: []string{"b"}, Spaces: []envs.Space{&envs.Discrete{}}}})
		},
		"NaN bound":           func() { envs.NewBox(float32(math.NaN()), 1, 1) },
		"no factors":          func() { envs.NewMultiDiscrete() },
		"not exact":           func() { envs.NewDiscrete(1<<24 + 1) },
		"encode: sizes":       func() { envs.Encode(one, envs.MakeRows(one, 2), make([]float32, 3)) },
		"encode: not a value": func() { envs.Encode(one, envs.Rows{N: 1, Size: 1, F32: []float32{2}}, make([]float32, 2)) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			f()
		})
	}
}

func TestDictContains(t *testing.T) {
	d := envs.NewDict([]string{"a", "b"}, []envs.Space{envs.NewUint8Box(0, 1, 2), envs.NewImage(1)})
	for _, tt := range []struct {
		row  envs.Row
		want bool
	}{
		{envs.Row{U8: []uint8{0, 1, 200}}, true},
		{envs.Row{U8: []uint8{0, 2, 200}}, false},
		{envs.Row{U8: []uint8{0, 1}}, false},
		{envs.Row{F32: []float32{0, 1, 200}}, false},
	} {
		if got := d.Contains(tt.row); got != tt.want {
			t.Errorf("%v: %v", tt.row, got)
		}
	}
	if d.Elem() != envs.Uint8 || envs.FlatSize(d) != 3 {
		t.Errorf("element type %v, width %d", d.Elem(), envs.FlatSize(d))
	}
	dst := make([]float32, 3)
	envs.Encode(d, envs.Rows{N: 1, Size: 3, U8: []uint8{0, 1, 255}}, dst)
	if !slices.Equal(dst, []float32{0, 1, 1}) {
		t.Errorf("encoded %v: only the pixels are scaled", dst)
	}
}

func TestNormalizeDict(t *testing.T) {
	s := script()
	s.spec.Observation = envs.NewDict([]string{"a"}, []envs.Space{envs.NewBox(-inf, inf, 1)})
	n := must[*envs.Normalize](t)(envs.NewNormalize(s, envs.DefaultNormalizeOptions()))
	if got, want := n.Spec().Observation.String(), "Dict('a': Box(-10.0, 10.0, (1,), float32))"; got != want {
		t.Errorf("space %s, want %s", got, want)
	}
	s.spec.Observation = envs.NewDict([]string{"a"}, []envs.Space{envs.NewImage(1)})
	if _, err := envs.NewNormalize(s, envs.DefaultNormalizeOptions()); err == nil {
		t.Error("bytes were accepted")
	}
}
