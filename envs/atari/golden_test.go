package atari

import (
	"fmt"
	"hash/fnv"
	"slices"
	"testing"

	"tesuji/envs"
)

func hash(b []uint8) string {
	h := fnv.New64a()
	h.Write(b)
	return fmt.Sprintf("%016x", h.Sum64())
}

// goldenOptions are those of the wrappers in the golden file.
func goldenOptions(t *testing.T, wrapper string) (o Options) {
	t.Helper()
	name := wrapper
	if wrapper == "gymnasium resets" {
		name = "gymnasium"
	}
	o, err := Preset(name)
	if err != nil {
		t.Fatal(err)
	}
	if name != wrapper {
		o.LifeLoss = LifeResets
	}
	return o
}

// TestOriginals plays the tape and compares with what the originals made of it: actions taken,
// rewards and ends, brightest and grey pixels to the bit, and pictures of 84x84 within a level.
func TestOriginals(t *testing.T) {
	g, err := load()
	if err != nil {
		t.Fatal(err)
	}
	if len(g.Plays) != 3 {
		t.Fatalf("%d plays, want 3", len(g.Plays))
	}
	for _, p := range g.Plays {
		for _, blind := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s blind %v", p.Wrapper, blind), func(t *testing.T) {
				small := goldenOptions(t, p.Wrapper)
				large := small
				large.Size = 0
				var games [2]*tape
				var rows [2]envs.Row
				var both [2]*Env
				for i, o := range []Options{large, small} {
					games[i] = newTape(t)
					games[i].actions = []int{}
					var game Game = games[i]
					if blind {
						game = blindTape{games[i]}
					}
					e, err := Wrap(game, o)
					if err != nil {
						t.Fatal(err)
					}
					e.Seed(p.Seed)
					both[i], rows[i] = e, envs.MakeRows(e.Spec().Observation, 1).Row(0)
				}
				images := p.Images
				pixels, off := 0, 0
				for k, row := range p.Rows {
					done := false
					if row[0] == "reset" {
						for i, e := range both {
							if err := e.Reset(rows[i]); err != nil {
								t.Fatal(err)
							}
						}
					} else {
						var r envs.Result
						for i, e := range both {
							if r, err = e.Step(envs.Action{float32(row[0].(float64))}, rows[i]); err != nil {
								t.Fatalf("row %d: %v", k, err)
							}
						}
						if r.Reward != row[2] || r.Terminated != row[3] || r.Truncated != row[4] {
							t.Fatalf("row %d: %+v, want %v", k, r, row[2:5])
						}
						if lives := games[0].Lives(); float64(lives) != row[5] {
							t.Fatalf("row %d: %d lives, want %v", k, lives, row[5])
						}
						// Where a game ends within a step the originals show a picture from before.
						done = r.Done() && (p.Wrapper != "sb3" || games[0].Lives() == 0)
					}
					if got := hash(rows[0].U8); got != row[1] && !done {
						t.Fatalf("row %d: grey pixels %s, want %s", k, got, row[1])
					}
					if len(images) > 0 && images[0][0] == float64(k) {
						if !done {
							n := compare(t, fmt.Sprintf("row %d", k), rows[1].U8, images[0][1])
							off += n
							pixels += len(rows[1].U8)
						}
						images = images[1:]
					}
				}
				if len(images) > 0 {
					t.Errorf("%d images were not reached", len(images))
				}
				if !slices.Equal(games[0].actions, p.Actions) {
					t.Errorf("the game was given\n%v, want\n%v", games[0].actions, p.Actions)
				}
				t.Logf("%d of %d pixels are a level off", off, pixels)
			})
		}
	}
}

// compare fails if a picture is more than one level off anywhere, and returns how many pixels are
// off.
func compare(t *testing.T, what string, got []uint8, image any) (off int) {
	t.Helper()
	want, err := packed(image.(string)).bytes()
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != len(want) {
		t.Fatalf("%s: %d pixels, want %d", what, len(got), len(want))
	}
	for i, v := range got {
		switch d := int(v) - int(want[i]); {
		case d < -1 || d > 1:
			t.Fatalf("%s: pixel %d is %d, want %d", what, i, v, want[i])
		case d != 0:
			off++
		}
	}
	return off
}

// TestShrinkNoise compares with cv2.resize of noise, of 250 by 160 pixels, to several sizes.
func TestShrinkNoise(t *testing.T) {
	g, err := load()
	if err != nil {
		t.Fatal(err)
	}
	noise, err := g.Noise.bytes()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range g.Shrunk {
		size := int(s[0].(float64))
		p := newPicture(160, 250, 1, &Options{Pool: PoolNone, Grey: GreyNone, Size: size})
		p.take(noise, noise)
		off := compare(t, fmt.Sprint(size), p.out, s[1])
		t.Logf("%dx%d: %d pixels are a level off", size, size, off)
	}
}
