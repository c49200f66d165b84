package experiments

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tesuji/envs"
	"tesuji/snapshot"
)

// agentLayout is how the logs of an agent's run look.
var agentLayout = (&agentLearner{}).layout()

// played is an evaluation of such a mean reward and length.
func played(reward, length float64) *Evaluation {
	return &Evaluation{Metrics: []Metric{{metricReward, reward}, {metricLength, length}}}
}

// testRecorder has a clock that goes one second further at each look.
func testRecorder(t *testing.T, dir string) *recorder {
	t.Helper()
	r := newRecorder(dir, agentLayout)
	clock := time.Unix(1_700_000_000, 0)
	r.now = func() time.Time { clock = clock.Add(time.Second); return clock }
	r.start = clock
	t.Cleanup(func() { r.close() })
	return r
}

func text(t *testing.T, dir, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestRecorder(t *testing.T) {
	dir := t.TempDir()
	r := testRecorder(t, dir)
	if err := r.create(); err != nil {
		t.Fatal(err)
	}
	r.Dump(8)
	r.Episode(envs.Episode{Return: 1, Length: 10})
	r.Episode(envs.Episode{Return: 4, Length: 11})
	r.Record("train/loss", 0.1)
	r.evaluation(16, played(500, 490.5))
	r.Record("train/loss", -2e-7)
	r.Record("train/explained_variance", math.NaN())
	r.Dump(1_000_000)
	r.Dump(1_000_008)
	if r.err != nil {
		t.Fatal(r.err)
	}
	// Columns are sorted; the row of an evaluation holds nothing else; keys that come later are
	// empty before; nothing of a row stays for the next.
	want := `eval/mean_ep_length,eval/mean_reward,rollout/ep_len_mean,rollout/ep_rew_mean,time/episodes,time/fps,time/iterations,time/time_elapsed,time/total_timesteps,train/explained_variance,train/loss
,,,,0,4,0,2,8,,
490.5,500,,,,,,,16,,
,,10.5,2.5,2,200000,0,5,1000000,,-2e-07
,,10.5,2.5,2,142858,0,7,1000008,,
`
	if got := text(t, dir, progressFile); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	for i := range 200 {
		r.Episode(envs.Episode{Return: float64(i)})
	}
	if got := r.returns.mean(); got != 149.5 {
		t.Errorf("mean of the last 100 returns %v, want 149.5", got)
	}
}

func TestRecorderNotFinite(t *testing.T) {
	for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		r := newRecorder(t.TempDir(), agentLayout)
		r.Record("train/value_loss", v)
		r.Record("train/loss", v)
		if r.err == nil || !strings.HasPrefix(r.err.Error(), "train/value_loss is ") {
			t.Errorf("%v: %v", v, r.err)
		}
	}
}

// TestRecorderResume: whatever was written after the snapshot is gone, and what follows is what
// followed then.
func TestRecorderResume(t *testing.T) {
	first := func(r *recorder) {
		r.Episode(envs.Episode{Return: 3, Length: 5})
		r.Record("train/loss", 1)
		r.Dump(100)
		r.Record("train/loss", 2) // stays for the next row
	}
	second := func(r *recorder) {
		r.Episode(envs.Episode{Return: 5, Length: 7})
		r.Record("train/entropy", 3) // a column that the snapshot does not know
		r.Dump(200)
		r.evaluation(200, played(1, 2))
	}
	straight := t.TempDir()
	r := testRecorder(t, straight)
	if err := r.create(); err != nil {
		t.Fatal(err)
	}
	first(r)
	second(r)

	for _, c := range []struct {
		name   string
		change func(t *testing.T, dir string)
	}{
		{"untouched", func(*testing.T, string) {}},
		{"half a row at the end", func(t *testing.T, dir string) {
			f, err := os.OpenFile(filepath.Join(dir, progressFile), os.O_APPEND|os.O_WRONLY, 0)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			f.WriteString("\n\x00\x00garbage\n12,")
		}},
		{"no events file", func(t *testing.T, dir string) {
			if err := removeEvents(dir); err != nil {
				t.Fatal(err)
			}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			r := testRecorder(t, dir)
			if err := r.create(); err != nil {
				t.Fatal(err)
			}
			first(r)
			state, err := snapshot.Save(r)
			if err != nil {
				t.Fatal(err)
			}
			second(r)
			r.Dump(300)
			r.close()
			c.change(t, dir)
			again := testRecorder(t, dir)
			if err := snapshot.Restore(state, again); err != nil {
				t.Fatal(err)
			}
			warning, err := again.open()
			if err != nil {
				t.Fatal(err)
			}
			if gone := c.name == "no events file"; gone != (warning != "") {
				t.Errorf("warning %q", warning)
			}
			second(again)
			if again.err != nil {
				t.Fatal(again.err)
			}
			want, err := ReadTable(filepath.Join(straight, progressFile))
			if err != nil {
				t.Fatal(err)
			}
			got, err := ReadTable(filepath.Join(dir, progressFile))
			if err != nil {
				t.Fatal(err)
			}
			if d := compareTables("", want, got, true); d != nil {
				t.Errorf("%v", d)
			}
			if !slices.Equal(got.Columns, want.Columns) {
				t.Errorf("columns %v, want %v", got.Columns, want.Columns)
			}
		})
	}
}

// TestEventsResume: the TensorBoard file is cut to its length at the snapshot.
func TestEventsResume(t *testing.T) {
	dir := t.TempDir()
	l, err := createEvents(dir, time.Unix(5, 0))
	if err != nil {
		t.Fatal(err)
	}
	l.add("a", 1)
	if err := l.write(time.Unix(6, 0), 1); err != nil {
		t.Fatal(err)
	}
	want, size := text(t, dir, l.name), l.size
	if int(size) != len(want) {
		t.Fatalf("size %d of %d bytes", size, len(want))
	}
	l.add("b", 2)
	if err := l.write(time.Unix(7, 0), 2); err != nil {
		t.Fatal(err)
	}
	after := text(t, dir, l.name)
	l.close()
	again, warning, err := resumeEvents(dir, l.name, size, time.Unix(99, 0))
	if err != nil || warning != "" {
		t.Fatal(warning, err)
	}
	if got := text(t, dir, l.name); got != want {
		t.Errorf("%d bytes, want %d", len(got), len(want))
	}
	again.add("b", 2)
	if err := again.write(time.Unix(7, 0), 2); err != nil {
		t.Fatal(err)
	}
	again.close()
	if got := text(t, dir, l.name); got != after {
		t.Error("the same events gave other bytes")
	}
}

func TestResumeCSVErrors(t *testing.T) {
	path := filepath.Join(t.TempDir(), "progress.csv")
	if _, err := resumeCSV(path, []string{"a"}, 0); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing file: %v", err)
	}
	for _, c := range []struct{ content, want string }{
		{"a,b\n1,2\n", "has 1 rows, the checkpoint was made after 2"},
		{"a,c\n1,2\n3,4\n", `lacks the column "b"`},
		{"a,b\n1,2\n3\n", "line 3 has 1 cells, the header 2"},
		{"a,b\n1,2\nx,4\n", `line 3: a is "x", not a number`},
		{"", "no header"},
	} {
		if err := os.WriteFile(path, []byte(c.content), 0o644); err != nil {
			t.Fatal(err)
		}
		_, err := resumeCSV(path, []string{"a", "b"}, 2)
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), path) {
			t.Errorf("%q: %v, want %q", c.content, err, c.want)
		}
	}
}

func TestAppendCell(t *testing.T) {
	for v, want := range map[float64]string{
		0: "0", -3: "-3", 1e6: "1000000", 1e15: "1000000000000000", 1e17: "1e+17", 0.1: "0.1", 1e-9: "1e-09", 500.25: "500.25",
	} {
		if got := string(appendCell(nil, v)); got != want {
			t.Errorf("%v is written %s, want %s", v, got, want)
		}
	}
	if got := appendCell(nil, math.NaN()); len(got) != 0 {
		t.Errorf("NaN is written %q", got)
	}
}

func TestRecorderAllocatesNothing(t *testing.T) {
	r := newRecorder(t.TempDir(), agentLayout)
	if err := r.create(); err != nil {
		t.Fatal(err)
	}
	defer r.close()
	row := func() {
		r.Episode(envs.Episode{Return: 1, Length: 2})
		r.Record("train/loss", 0.25)
		r.Record("train/n_updates", 3)
		r.Dump(1234)
	}
	row()
	if n := testing.AllocsPerRun(100, row); n != 0 {
		t.Errorf("%v allocations per row", n)
	}
	if r.err != nil {
		t.Fatal(r.err)
	}
}
