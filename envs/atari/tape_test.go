package atari

import (
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"testing"

	"tesuji/envs"
	"tesuji/envs/internal/episode"
	"tesuji/snapshot"
)

// golden is testdata/golden.json.gz, which testdata/README.md describes.
type golden struct {
	Frames  []packed
	Palette map[string][4]uint8
	Plays   []struct {
		Wrapper string
		Seed    uint64
		Rows    [][]any
		Images  [][]any
		Actions []int
	}
	Noise  packed
	Shrunk [][]any
}

// packed is bytes, compressed and in base64.
type packed string

func (p packed) bytes() ([]uint8, error) {
	z, err := gzip.NewReader(base64.NewDecoder(base64.StdEncoding, strings.NewReader(string(p))))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}

var load = sync.OnceValues(func() (*golden, error) {
	f, err := os.Open("testdata/golden.json.gz")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	g := new(golden)
	return g, json.NewDecoder(z).Decode(g)
})

const (
	tapeHeight, tapeWidth = 210, 160
	tapeLife              = 41 // frames
)

var tapeRewards = []float64{0, 1, -2, 0, .25, 3, -.5}

// tape is the game of testdata/golden.py: every reset and every step shows the next frame.
type tape struct {
	height, width int
	frames        [][]uint8 // red, green and blue
	spec          *envs.Spec
	shown         int
	time          int
	running       bool
	actions       []int // all that were taken
}

var recorded = sync.OnceValues(func() (frames [][]uint8, err error) {
	g, err := load()
	if err != nil {
		return nil, err
	}
	for _, p := range g.Frames {
		index, err := p.bytes()
		if err != nil {
			return nil, err
		}
		frame := make([]uint8, 0, 3*len(index))
		for _, i := range index {
			c := g.Palette[fmt.Sprint(i)]
			frame = append(frame, c[:3]...)
		}
		frames = append(frames, frame)
	}
	return frames, nil
})

func newTape(t testing.TB) *tape {
	t.Helper()
	frames, err := recorded()
	if err != nil {
		t.Fatal(err)
	}
	return tapeOf(frames, tapeHeight, tapeWidth)
}

// newSmallTape is a tape with frames that are quickly turned.
func newSmallTape() *tape { return tapeOf([][]uint8{make([]uint8, 28*24*3)}, 28, 24) }

func tapeOf(frames [][]uint8, height, width int) *tape {
	return &tape{height: height, width: width, frames: frames, shown: -1, spec: &envs.Spec{
		ID: "Tape", Observation: envs.NewImage(height, width, 3), Action: envs.NewDiscrete(4),
	}}
}

func (g *tape) Spec() *envs.Spec { return g.spec }
func (g *tape) Seed(uint64)      { g.shown = -1 }
func (g *tape) Lives() int       { return max(3-g.time/tapeLife, 0) }
func (g *tape) Meanings() []string {
	return []string{"NOOP", "FIRE", "RIGHT", "LEFT"}[:g.spec.Action.(*envs.Discrete).N]
}

func (g *tape) Reset(obs envs.Row) error {
	g.time, g.running = 0, true
	g.shown++
	g.draw(obs.U8)
	return nil
}

func (g *tape) Step(a envs.Action, obs envs.Row) (envs.Result, error) {
	r, err := g.move(a)
	if err == nil {
		g.draw(obs.U8)
	}
	return r, err
}

func (g *tape) move(a envs.Action) (envs.Result, error) {
	if !g.running {
		return envs.Result{}, episode.NotRunning("Tape")
	}
	if g.actions != nil {
		g.actions = append(g.actions, a.Index())
	}
	g.time++
	g.shown++
	g.running = g.Lives() > 0
	return envs.Result{Reward: tapeRewards[g.time%len(tapeRewards)], Terminated: !g.running}, nil
}

func (g *tape) draw(dst []uint8) {
	n := g.shown
	copy(dst, g.frames[n%len(g.frames)])
	lcg := uint32(n)
	boxHeight, boxWidth := g.height*2/7, g.width/4
	x, y := n*7%(g.width-boxWidth), n*11%(g.height-boxHeight)
	for dy := range boxHeight {
		row := dst[((y+dy)*g.width+x)*3:][:boxWidth*3]
		for i := range row {
			lcg = lcg*1664525 + 1013904223
			row[i] = uint8(lcg >> 24)
		}
	}
}

func (g *tape) State(a *snapshot.Archive) {
	a.Int("shown", &g.shown)
	a.Int("time", &g.time)
	a.Bool("running", &g.running)
}

// blindTape is a tape that can leave frames undrawn.
type blindTape struct{ *tape }

func (g blindTape) StepBlind(a envs.Action) (envs.Result, error) { return g.move(a) }
func (g blindTape) Show(obs envs.Row)                            { g.draw(obs.U8) }
