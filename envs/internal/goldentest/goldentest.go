// Package goldentest replays the trajectories in envs/testdata/gymnasium.json.gz, which were
// recorded from Farama-Foundation/Gymnasium 3f0476a8 with NumPy 1.24 on Linux amd64. The
// README beside the file says what it holds.
package goldentest

import (
	"compress/gzip"
	"encoding/json"
	"math"
	"os"
	"slices"
	"testing"

	"tesuji/envs"
)

// Tolerances: NumPy's vectorised sine and cosine differ from a correctly rounded one in the
// last bit, which the float32 observations do not show.
const (
	obsTolerance    = 1e-9
	rewardTolerance = 1e-11
)

// Record is one recorded trajectory.
type Record struct {
	ID       string
	Kwargs   map[string]any
	MaxSteps int    `json:"max_episode_steps"` // 0: the environment's own limit
	Policy   string // "lcg" or "goal"
	Seed     uint64
	ResetObs any                 `json:"reset_obs"`
	Steps    [][]json.RawMessage // action, obs, reward, terminated, truncated[, obs of the next reset]
}

// Load reads the records with the given ids.
func Load(t *testing.T, file string, ids ...string) []Record {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var all []Record
	if err := json.NewDecoder(z).Decode(&all); err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(all, func(r Record) bool { return !slices.Contains(ids, r.ID) })
}

// Replay takes the recorded actions in e, an environment of the record's id and kwargs, and
// compares everything. For the "lcg" policy it also derives the actions.
func (rec *Record) Replay(t *testing.T, e envs.Env) {
	t.Helper()
	spec := e.Spec()
	if spec.ID != rec.ID {
		t.Fatalf("environment is %s", spec.ID)
	}
	limit := spec.MaxSteps
	if rec.MaxSteps > 0 {
		limit = rec.MaxSteps
	}
	row := envs.MakeRows(spec.Observation, 1).Row(0)
	e.Seed(rec.Seed)
	if err := e.Reset(row); err != nil {
		t.Fatal(err)
	}
	compare(t, -1, "reset", row, rec.ResetObs)
	lcg := uint32(rec.Seed & 65535)
	elapsed := 0
	for i, s := range rec.Steps {
		action := decode[float64](t, s[0])
		if rec.Policy == "lcg" {
			lcg = lcg*1664525 + 1013904223
			if want := lcgAction(spec.Action, lcg>>16); action != want {
				t.Fatalf("step %d: recorded action %v, policy's %v", i, action, want)
			}
		}
		got, err := e.Step(envs.Action{float32(action)}, row)
		if err != nil {
			t.Fatalf("step %d: %v", i, err)
		}
		elapsed++
		truncated := got.Truncated || elapsed == limit
		compare(t, i, "observation", row, decode[any](t, s[1]))
		if !spec.Observation.Contains(row) {
			t.Fatalf("step %d: observation %v is outside %v", i, row.F32, spec.Observation)
		}
		if want := decode[float64](t, s[2]); math.Abs(got.Reward-want) > rewardTolerance {
			t.Fatalf("step %d: reward %v, want %v", i, got.Reward, want)
		}
		if want := decode[bool](t, s[3]); got.Terminated != want {
			t.Fatalf("step %d: terminated %v, want %v", i, got.Terminated, want)
		}
		if want := decode[bool](t, s[4]); truncated != want {
			t.Fatalf("step %d: truncated %v, want %v", i, truncated, want)
		}
		if (got.Terminated || truncated) != (len(s) == 6) {
			t.Fatalf("step %d: a record of %d parts", i, len(s))
		}
		if len(s) == 6 {
			if err := e.Reset(row); err != nil {
				t.Fatal(err)
			}
			elapsed = 0
			compare(t, i, "reset", row, decode[any](t, s[5]))
		}
	}
}

func lcgAction(space envs.Space, v uint32) float64 {
	if d, ok := space.(*envs.Discrete); ok {
		return float64(int(v) % d.N)
	}
	b := space.(*envs.Box)
	low, high := float64(b.Low[0]), float64(b.High[0])
	return low + float64((high-low)*float64(v%1024))/1023
}

func decode[T any](t *testing.T, raw json.RawMessage) (v T) {
	t.Helper()
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// compare checks an observation against a recorded number or list of numbers.
func compare(t *testing.T, step int, what string, got envs.Row, want any) {
	t.Helper()
	list, ok := want.([]any)
	if !ok {
		list = []any{want}
	}
	if len(got.F32) != len(list) {
		t.Fatalf("step %d: %s of %d elements, want %d", step, what, len(got.F32), len(list))
	}
	for i, w := range list {
		v := float32(w.(float64))
		if !(math.Abs(float64(got.F32[i])-float64(v)) <= obsTolerance) {
			t.Fatalf("step %d: %s[%d] = %v, want %v", step, what, i, got.F32[i], v)
		}
	}
}
