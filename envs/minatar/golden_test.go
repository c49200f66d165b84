package minatar

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"testing"

	"tesuji/envs"
)

// record is one recorded trajectory of testdata/minatar.json.gz; testdata/README.md says what its
// fields hold.
type record struct {
	Game        string
	Seed        uint64
	Steps       int
	Actions     string
	Mode        string
	Rewards     [][2]int
	Terms       []int
	TotalReward int `json:"total_reward"`
	Terminals   int
	Hashes      []string `json:"hash_every_100"`
	First       [][]int  `json:"first_100_active_cells"`
}

const (
	fnvOffset = 14695981039346656037
	fnvPrime  = 1099511628211
)

// game is what the tests use of every game.
type game interface {
	envs.Env
	shared() *play
}

func (p *play) shared() *play { return p }

// newGame makes a game, named as the records name it, in version v0 with default options.
func newGame(t testing.TB, name string) game {
	t.Helper()
	var g game
	var err error
	o := DefaultOptions()
	switch name {
	case "asterix":
		g, err = NewAsterixV0(o)
	case "breakout":
		g, err = NewBreakoutV0(o)
	case "freeway":
		g, err = NewFreewayV0(o)
	case "seaquest":
		g, err = NewSeaquestV0(DefaultSeaquestOptions())
	case "space_invaders":
		g, err = NewSpaceInvadersV0(o)
	default:
		t.Fatalf("no game %q", name)
	}
	if err != nil {
		t.Fatal(err)
	}
	return g
}

var games = []string{"asterix", "breakout", "freeway", "seaquest", "space_invaders"}

func load(t *testing.T) (all []record) {
	t.Helper()
	f, err := os.Open("testdata/minatar.json.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.NewDecoder(z).Decode(&all); err != nil {
		t.Fatal(err)
	}
	return all
}

// TestMinAtarTrajectories replays every trajectory recorded from MinAtar.
func TestMinAtarTrajectories(t *testing.T) {
	records := load(t)
	if len(records) != 26 {
		t.Fatalf("%d records, want 26", len(records))
	}
	for i, r := range records {
		t.Run(fmt.Sprintf("%d/%s/%s/%d", i, r.Game, r.Mode, r.Seed), func(t *testing.T) {
			r.replay(t, newGame(t, r.Game))
		})
	}
}

func (r *record) replay(t *testing.T, g game) {
	if len(r.Actions) != r.Steps || len(r.Hashes) != r.Steps/100 {
		t.Fatalf("%d actions and %d hashes for %d steps", len(r.Actions), len(r.Hashes), r.Steps)
	}
	// Where games go on after the end, Breakout alone does not.
	goOn := r.Game != "breakout" && (r.Mode == "invincible" || r.Mode == "divers")
	row := envs.MakeRows(g.Spec().Observation, 1).Row(0)
	g.Seed(r.Seed)
	if err := g.Reset(row); err != nil {
		t.Fatal(err)
	}
	hash := uint64(fnvOffset)
	put := func(b byte) { hash = (hash ^ uint64(b)) * fnvPrime }
	var active []int
	rewards, ends, total := 0, 0, 0
	for step := range r.Steps {
		res, err := g.Step(envs.Action{float32(r.Actions[step] - '0')}, row)
		if err != nil {
			t.Fatalf("step %d: %v", step, err)
		}
		active = active[:0]
		for i, v := range row.U8 {
			if v != 0 {
				active = append(active, i)
			}
		}
		for _, i := range active {
			put(byte(i))
		}
		for _, i := range active {
			put(byte(i >> 8))
		}
		put(255)
		put(byte(int(res.Reward)))
		if step < len(r.First) && !slices.Equal(active, r.First[step]) {
			t.Fatalf("step %d: active cells\n%v, want\n%v", step, active, r.First[step])
		}
		if res.Reward != 0 {
			if rewards < len(r.Rewards) && r.Rewards[rewards] != [2]int{step, int(res.Reward)} {
				t.Fatalf("step %d: reward %v, want %v", step, res.Reward, r.Rewards[rewards])
			}
			rewards++
			total += int(res.Reward)
		}
		if res.Terminated {
			put(1)
			if ends < len(r.Terms) && r.Terms[ends] != step {
				t.Fatalf("step %d: the game ended, want the next end at step %d", step, r.Terms[ends])
			}
			ends++
			if goOn {
				g.shared().running = true
			} else if err := g.Reset(row); err != nil {
				t.Fatal(err)
			}
		} else {
			put(0)
		}
		if k := step / 100; step%100 == 99 {
			if got := fmt.Sprintf("%016x", hash); got != r.Hashes[k] {
				t.Fatalf("after step %d: hash %s, want %s", step, got, r.Hashes[k])
			}
		}
	}
	if total != r.TotalReward || ends != r.Terminals {
		t.Errorf("rewards of %d and %d ends, want %d and %d", total, ends, r.TotalReward, r.Terminals)
	}
}
