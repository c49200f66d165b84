package agenttest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"tesuji/agents"
	"tesuji/envs"
)

// Log is a Recorder that keeps everything as text, with numbers written exactly.
type Log struct {
	text     strings.Builder
	Episodes []envs.Episode
	Rows     []map[string]float64 // each with its transitions under "steps"
	row      map[string]float64
}

var _ agents.Recorder = (*Log)(nil)

// Record sets a key of the row under way.
func (l *Log) Record(key string, value float64) {
	fmt.Fprintf(&l.text, "%s %x\n", key, value)
	l.set(key, value)
}

func (l *Log) set(key string, value float64) {
	if l.row == nil {
		l.row = map[string]float64{}
	}
	l.row[key] = value
}

// Episode keeps a finished episode.
func (l *Log) Episode(e envs.Episode) {
	fmt.Fprintf(&l.text, "episode %d %x %d\n", e.Env, e.Return, e.Length)
	l.Episodes = append(l.Episodes, e)
}

// Dump ends the row.
func (l *Log) Dump(steps int64) {
	fmt.Fprintf(&l.text, "row %d\n", steps)
	l.set("steps", float64(steps))
	l.Rows = append(l.Rows, l.row)
	l.row = nil
}

// String returns all that was reported, in order.
func (l *Log) String() string { return l.text.String() }

// Discard is a Recorder that keeps nothing and allocates nothing.
type Discard struct{}

// Record does nothing.
func (Discard) Record(string, float64) {}

// Episode does nothing.
func (Discard) Episode(envs.Episode) {}

// Dump does nothing.
func (Discard) Dump(int64) {}

// CheckKeys fails unless there is a row at each of the given transitions, each with exactly the
// given keys besides "steps".
func CheckKeys(t testing.TB, rows []map[string]float64, steps []float64, keys ...string) {
	t.Helper()
	if len(rows) != len(steps) {
		t.Fatalf("%d rows, want one at each of %v", len(rows), steps)
	}
	want := append([]string{"steps"}, keys...)
	slices.Sort(want)
	for i, row := range rows {
		if got := slices.Sorted(maps.Keys(row)); row["steps"] != steps[i] || !slices.Equal(got, want) {
			t.Errorf("row %d at %v with %v, want at %v with %v", i, row["steps"], got, steps[i], want)
		}
	}
}
