package envs_test

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"tesuji/envs"
	"tesuji/internal/rng"
)

var inf = float32(math.Inf(1))

// Printed by Gymnasium 1.4.
func TestSpaceString(t *testing.T) {
	box := func(low, high []float32) *envs.Box { return envs.NewBoxOf(low, high) }
	tests := []struct {
		space envs.Space
		want  string
	}{
		{envs.NewDiscrete(4), "Discrete(4)"},
		{&envs.Discrete{N: 4, Start: -1}, "Discrete(4, start=-1)"},
		{envs.NewMultiDiscrete(3, 10, 2), "MultiDiscrete([ 3 10  2])"},
		{envs.NewMultiBinary(4), "MultiBinary(4)"},
		{envs.NewImage(4), "Box(0, 255, (4,), uint8)"},
		{envs.NewBox(-2, 2, 1), "Box(-2.0, 2.0, (1,), float32)"},
		{envs.NewBox(-inf, inf, 2, 3), "Box(-inf, inf, (2, 3), float32)"},
		{envs.NewBox(0, .5, 1), "Box(0.0, 0.5, (1,), float32)"},
		{
			box([]float32{-4.8, -inf, -.41887903, -inf}, []float32{4.8, inf, .41887903, inf}),
			"Box([-4.8               -inf -0.41887903        -inf], [4.8               inf 0.41887903        inf], (4,), float32)",
		},
		{box([]float32{-1.2, -.07}, []float32{.6, .07}), "Box([-1.2  -0.07], [0.6  0.07], (2,), float32)"},
		{box([]float32{-1, -1, -8}, []float32{1, 1, 8}), "Box([-1. -1. -8.], [1. 1. 8.], (3,), float32)"},
		{
			box([]float32{-1, -1, -1, -1, -12.566371, -28.274334}, []float32{1, 1, 1, 1, 12.566371, 28.274334}),
			"Box([ -1.        -1.        -1.        -1.       -12.566371 -28.274334], [ 1.        1.        1.        1.       12.566371 28.274334], (6,), float32)",
		},
		{&envs.Box{Low: []float32{0, 1}, High: []float32{3, 200}, Shape: []int{2}, Type: envs.Uint8}, "Box([0 1], [  3 200], (2,), uint8)"},
		{
			envs.NewDict([]string{"a", "b"}, []envs.Space{envs.NewBox(0, 1, 2, 2), envs.NewDiscrete(2)}),
			"Dict('a': Box(0.0, 1.0, (2, 2), float32), 'b': Discrete(2))",
		},
	}
	for _, tt := range tests {
		if got := tt.space.String(); got != tt.want {
			t.Errorf("got  %s\nwant %s", got, tt.want)
		}
	}
}

// Drawn by Gymnasium 1.4 after space.seed(seed).
func TestSpaceSample(t *testing.T) {
	tests := []struct {
		space envs.Space
		seed  uint64
		want  [][]float32
	}{
		{envs.NewDiscrete(6), 0, [][]float32{{5}, {3}, {3}, {1}, {1}, {0}, {0}, {0}, {1}, {4}, {3}, {5}}},
		{&envs.Discrete{N: 6, Start: -2}, 0, [][]float32{{3}, {1}, {1}, {-1}}},
		{envs.NewBox(-2, 2, 3), 0, [][]float32{{.5478467345237732, -.9208531379699707, -1.8361059427261353}}},
		{envs.NewBoxOf([]float32{-1, .5}, []float32{1, 7}), 1, [][]float32{
			{.0236432496458292, 6.678013801574707}, {-.7116807699203491, 6.666221618652344}, {-.37633708119392395, 3.251621961593628},
		}},
		{envs.NewMultiDiscrete(3, 5, 2), 0, [][]float32{{1, 1, 0}, {0, 4, 1}}},
		{envs.NewMultiBinary(3), 0, [][]float32{{0, 1, 1}, {1, 1, 0}, {0, 1, 1}}},
		{envs.NewMultiBinary(4), 0, [][]float32{{0, 1, 1, 1}, {1, 1, 0, 1}, {0, 1, 1, 1}}},
		{envs.NewMultiBinary(7), 0, [][]float32{{0, 1, 1, 1, 1, 1, 0}, {0, 1, 1, 1, 1, 1, 0}, {1, 1, 1, 0, 1, 0, 0}}},
		{envs.NewMultiBinary(9), 0, [][]float32{{0, 1, 1, 1, 1, 1, 0, 1, 0}, {1, 1, 0, 0, 1, 1, 1, 0, 1}}},
	}
	for _, tt := range tests {
		r := rng.NewPCG64(tt.seed)
		row := envs.MakeRows(tt.space, 1).Row(0)
		for i, want := range tt.want {
			tt.space.Sample(r, row)
			if !slices.Equal(row.F32, want) {
				t.Errorf("%v: draw %d is %v, want %v", tt.space, i, row.F32, want)
			}
		}
	}
}

func TestSpaceSampleBytes(t *testing.T) {
	s, r, row := envs.NewImage(4), rng.NewPCG64(0), envs.Row{U8: make([]uint8, 4)}
	for _, want := range [][]uint8{{163, 69, 10, 4}, {208, 233, 155, 186}} {
		if s.Sample(r, row); !slices.Equal(row.U8, want) {
			t.Errorf("got %v, want %v", row.U8, want)
		}
	}
}

func TestSampleLegal(t *testing.T) {
	s, r, row := envs.NewDiscrete(6), rng.NewPCG64(0), envs.Row{F32: make([]float32, 1)}
	legal := []bool{false, true, false, true, true, false}
	for i, want := range []float32{4, 3, 3, 1, 1, 1, 1, 1} {
		if s.SampleLegal(r, legal, row); row.F32[0] != want {
			t.Errorf("draw %d: %v, want %v", i, row.F32[0], want)
		}
	}
	if s.SampleLegal(r, make([]bool, 6), row); row.F32[0] != 0 {
		t.Errorf("nothing legal: %v, want 0", row.F32[0])
	}
}

func TestSeedsOfParts(t *testing.T) {
	if got, want := envs.Seeds(0, 2), []uint64{1826701614, 1367864806}; !slices.Equal(got, want) {
		t.Fatalf("got %v, want %v", got, want)
	}
	// Gymnasium's Tuple(Discrete(6), Discrete(10)), seed 0.
	var got [][2]float32
	a, b := rng.NewPCG64(1826701614), rng.NewPCG64(1367864806)
	for range 4 {
		var x, y [1]float32
		envs.NewDiscrete(6).Sample(a, envs.Row{F32: x[:]})
		envs.NewDiscrete(10).Sample(b, envs.Row{F32: y[:]})
		got = append(got, [2]float32{x[0], y[0]})
	}
	if want := [][2]float32{{2, 4}, {4, 8}, {5, 9}, {1, 2}}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// What is sampled is contained, bounded or not.
func TestSampleIsContained(t *testing.T) {
	r := rng.NewPCG64(3)
	for _, s := range []envs.Space{
		envs.NewBoxOf([]float32{-inf, 2, -inf, -1}, []float32{inf, inf, 3, 1}),
		envs.NewUint8Box(3, 5, 10), envs.NewMultiBinary(5), &envs.Discrete{N: 3, Start: -1},
		envs.NewDict([]string{"x", "y"}, []envs.Space{envs.NewBox(0, 1, 2), envs.NewMultiDiscrete(2, 3)}),
	} {
		row := envs.MakeRows(s, 1).Row(0)
		for range 200 {
			if s.Sample(r, row); !s.Contains(row) {
				t.Fatalf("%v does not contain its own %v%v", s, row.F32, row.U8)
			}
		}
	}
}

func TestContains(t *testing.T) {
	nan := float32(math.NaN())
	tests := []struct {
		space envs.Space
		row   []float32
		want  bool
	}{
		{envs.NewDiscrete(3), []float32{2}, true},
		{envs.NewDiscrete(3), []float32{3}, false},
		{envs.NewDiscrete(3), []float32{-1}, false},
		{envs.NewDiscrete(3), []float32{.5}, false},
		{envs.NewDiscrete(3), []float32{nan}, false},
		{envs.NewDiscrete(3), []float32{inf}, false},
		{envs.NewDiscrete(3), []float32{1, 1}, false},
		{&envs.Discrete{N: 2, Start: 5}, []float32{6}, true},
		{&envs.Discrete{N: 2, Start: 5}, []float32{1}, false},
		{envs.NewMultiDiscrete(2, 3), []float32{1, 2}, true},
		{envs.NewMultiDiscrete(2, 3), []float32{2, 1}, false},
		{envs.NewMultiBinary(2), []float32{1, 0}, true},
		{envs.NewMultiBinary(2), []float32{1, 2}, false},
		{envs.NewBox(-1, 1, 2), []float32{-1, 1}, true},
		{envs.NewBox(-1, 1, 2), []float32{-1, 1.5}, false},
		{envs.NewBox(-1, 1, 2), []float32{0, nan}, false},
		{envs.NewBox(-1, inf, 2), []float32{0, inf}, true},
		{envs.NewBox(-1, 1, 2), []float32{0}, false},
		{envs.NewImage(2), []float32{0, 0}, false},
	}
	for _, tt := range tests {
		if got := tt.space.Contains(envs.Row{F32: tt.row}); got != tt.want {
			t.Errorf("%v contains %v: %v", tt.space, tt.row, got)
		}
	}
}

func TestSpaceConstructorsPanic(t *testing.T) {
	for name, make := range map[string]func(){
		"Box":           func() { envs.NewBox(1, 0, 2) },
		"Box: shape":    func() { envs.NewBox(0, 1, 0) },
		"Box: lengths":  func() { envs.NewBoxOf([]float32{0}, []float32{1, 2}) },
		"Discrete":      func() { envs.NewDiscrete(0) },
		"MultiDiscrete": func() { envs.NewMultiDiscrete(2, 0) },
		"MultiBinary":   func() { envs.NewMultiBinary(0) },
		"Dict": func() {
			envs.NewDict([]string{"a", "b"}, []envs.Space{envs.NewImage(1), envs.NewDiscrete(2)})
		},
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				err, _ := recover().(error)
				var se *envs.SpaceError
				if !errors.As(err, &se) || !strings.HasPrefix(name, se.Space) {
					t.Errorf("panic with %v, want a SpaceError", err)
				}
			}()
			make()
		})
	}
}

func TestEncode(t *testing.T) {
	f := func(v ...float32) envs.Rows { return envs.Rows{F32: v} }
	tests := []struct {
		name  string
		space envs.Space
		rows  envs.Rows
		want  []float32
	}{
		{"Discrete", envs.NewDiscrete(3), f(2, 0), []float32{0, 0, 1, 1, 0, 0}},
		{"Discrete with start", &envs.Discrete{N: 3, Start: 5}, f(6), []float32{0, 1, 0}},
		{"MultiDiscrete", envs.NewMultiDiscrete(2, 3), f(1, 0, 0, 2), []float32{0, 1, 1, 0, 0, 1, 0, 0, 0, 1}},
		{"MultiBinary", envs.NewMultiBinary(2), f(1, 0), []float32{1, 0}},
		{"Box", envs.NewBox(-5, 5, 2), f(1.5, -2, 3, 4), []float32{1.5, -2, 3, 4}},
		{"pixels", envs.NewImage(3), envs.Rows{U8: []uint8{0, 51, 255}}, []float32{0, .2, 1}},
		{"planes", envs.NewUint8Box(0, 1, 2), envs.Rows{U8: []uint8{0, 1}}, []float32{0, 1}},
		{
			"Dict", envs.NewDict([]string{"a", "b", "c"}, []envs.Space{envs.NewDiscrete(2), envs.NewBox(0, 9, 1), envs.NewMultiDiscrete(2, 2)}),
			f(1, 7, 0, 1, 0, 8, 1, 1),
			[]float32{0, 1, 7, 1, 0, 0, 1, 1, 0, 8, 0, 1, 0, 1},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.rows.Size = tt.space.Size()
			tt.rows.N = (len(tt.rows.F32) + len(tt.rows.U8)) / tt.rows.Size
			dst := slices.Repeat([]float32{99}, tt.rows.N*envs.FlatSize(tt.space))
			if envs.Encode(tt.space, tt.rows, dst); !slices.Equal(dst, tt.want) {
				t.Errorf("got %v, want %v", dst, tt.want)
			}
			if n := testing.AllocsPerRun(10, func() { envs.Encode(tt.space, tt.rows, dst) }); n != 0 {
				t.Errorf("%v allocations", n)
			}
		})
	}
}
