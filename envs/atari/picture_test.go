package atari

import (
	"math"
	"slices"
	"testing"

	"tesuji/envs"
	"tesuji/internal/rng"
)

// Every sum that a mean can be of, against floating point.
func TestMean(t *testing.T) {
	for _, total := range []uint32{1, 2, 3, 200, 1000, 71 * 89, maxTotal - 1} {
		m := newMean(total)
		step := max(255*total/200_000, 1)
		for sum := uint32(0); sum <= 255*total; sum += step {
			if got, want := m.of(sum), math.RoundToEven(float64(sum)/float64(total)); float64(got) != want {
				t.Fatalf("%d/%d is %d, want %v", sum, total, got, want)
			}
		}
	}
}

// Weights add up, and the mean of one level is that level.
func TestAxis(t *testing.T) {
	for _, tt := range [][2]int{{160, 84}, {210, 84}, {250, 84}, {160, 160}, {97, 5}, {100, 50}, {85, 84}, {320, 64}} {
		x := newAxis(tt[0], tt[1])
		covered := make([]uint32, tt[0])
		for i := range tt[1] {
			sum := uint32(0)
			for k := range x.taps {
				w := x.weight[i*x.taps+k]
				sum += w
				covered[x.first[i]+k] += w
			}
			if sum != x.total {
				t.Errorf("%v: weights of %d add up to %d, want %d", tt, i, sum, x.total)
			}
		}
		for i, c := range covered {
			if c != covered[0] {
				t.Errorf("%v: pixel %d counts %d, pixel 0 %d", tt, i, c, covered[0])
			}
		}
	}
}

// Greys against the formulas, in floating point but for halves.
func TestLuma(t *testing.T) {
	for name, w := range map[string][3]float64{
		GreyOpenCV:    {9798. / 32768, 19235. / 32768, 3735. / 32768},
		GreyALE:       {.2989, .5870, .1140},
		GreyLuminance: {.299, .587, .114},
	} {
		l := lumas[name]
		for r := range 256 {
			for g := 0; g < 256; g += 3 {
				for b := 0; b < 256; b += 5 {
					exact := w[0]*float64(r) + w[1]*float64(g) + w[2]*float64(b)
					if got := float64(l.of(uint8(r), uint8(g), uint8(b))); math.Abs(got-exact) > .5+1e-9 {
						t.Fatalf("%s of %d %d %d is %v, want %v rounded", name, r, g, b, got, exact)
					}
				}
			}
		}
		if l.of(255, 255, 255) != 255 || l.of(0, 0, 0) != 0 {
			t.Errorf("%s: white is %d, black %d", name, l.of(255, 255, 255), l.of(0, 0, 0))
		}
	}
}

// A picture that remembers rows is the same as one made anew.
func TestPictureRemembers(t *testing.T) {
	random := rng.New(3, "frames")
	noise := func(b []uint8) {
		for i := range b {
			b[i] = uint8(random.Uint32())
		}
	}
	for _, pool := range []string{PoolNone, PoolColor, PoolGrey} {
		o := &Options{Pool: pool, Grey: GreyOpenCV, Size: 40}
		const width, height = 63, 101
		p := newPicture(width, height, 3, o)
		var frames [2][2][]uint8
		for i := range frames {
			for k := range frames[i] {
				frames[i][k] = make([]uint8, width*height*3)
				noise(frames[i][k])
			}
		}
		for step := range 30 {
			f, before := frames[step%2], frames[1-step%2]
			for k := range f {
				copy(f[k], before[k])
				for range random.Intn(4) { // parts of some rows change
					y := random.Intn(height)
					from := random.Intn(width * 3)
					noise(f[k][y*width*3+from:][:random.Intn(width*3-from)])
				}
			}
			a := f[0]
			if random.Intn(4) == 0 {
				a = f[1]
			}
			p.take(a, f[1])
			fresh := newPicture(width, height, 3, o)
			fresh.take(a, f[1])
			if !slices.Equal(p.out, fresh.out) {
				t.Fatalf("%s, step %d: pictures differ", pool, step)
			}
		}
	}
}

// BenchmarkPicture turns two frames into a picture: of a screen on which a few rows move, and of one
// on which all change.
func BenchmarkPicture(b *testing.B) {
	for _, name := range []string{"sb3", "gymnasium"} {
		for _, moving := range []int{20, tapeHeight} {
			b.Run(name+map[bool]string{true: " few rows", false: " all rows"}[moving < tapeHeight], func(b *testing.B) {
				o := preset(b, name)
				p := newPicture(tapeWidth, tapeHeight, 3, &o)
				var frames [2][2][]uint8
				random := rng.New(4, "frames")
				for i := range frames {
					for k := range frames[i] {
						frames[i][k] = make([]uint8, 3*tapeWidth*tapeHeight)
						for j := range 3 * tapeWidth * moving {
							frames[i][k][j] = uint8(random.Uint32())
						}
					}
				}
				side := 0
				for b.Loop() {
					p.take(frames[side][0], frames[side][1])
					side = 1 - side
				}
			})
		}
	}
}

// still is a game whose screen changes little, and costs little.
type still struct{ *tape }

func (g still) StepBlind(a envs.Action) (envs.Result, error) {
	g.time, g.running = 0, true // it never ends
	return g.move(a)
}

func (g still) Step(a envs.Action, obs envs.Row) (envs.Result, error) {
	r, err := g.StepBlind(a)
	g.Show(obs)
	return r, err
}

func (g still) Show(obs envs.Row) {
	copy(obs.U8, g.frames[0])
	obs.U8[3*tapeWidth*(g.shown%tapeHeight)] ^= 255
}

// BenchmarkStep steps a game that costs little.
func BenchmarkStep(b *testing.B) {
	for _, name := range Presets() {
		b.Run(name, func(b *testing.B) {
			o := preset(b, name)
			o.MaxFrames = 0
			e := must(b)(Wrap(still{newTape(b)}, o))
			obs := row(e)
			if err := e.Reset(obs); err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				if _, err := e.Step(envs.Action{0}, obs); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
