package experiments

import (
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"tesuji/agents"
	"tesuji/envs"
	"tesuji/models"
	"tesuji/snapshot"
)

// Keys of progress.csv that the recorder fills; the others are the agent's.
const (
	keyReward   = "rollout/ep_rew_mean"
	keyLength   = "rollout/ep_len_mean"
	keyFPS      = "time/fps"
	keyElapsed  = "time/time_elapsed"
	keySteps    = "time/total_timesteps"
	keyEpisodes = "time/episodes"
	keyPieces   = "time/iterations" // of an agent, calls of Advance: rollouts, for on-policy ones

	keyEvalReward = "eval/mean_reward"
	keyEvalLength = "eval/mean_ep_length"

	// Of a model, iterations of the optimiser.
	keyIterations     = "time/iterations"
	keyIterationSpeed = "time/iterations_per_second"

	keyLoss = "train/loss"
)

// notForTensorBoard are left out there, as Stable-Baselines3 does: they are its horizontal axes.
var notForTensorBoard = map[string]bool{
	keyPieces: true, keyEpisodes: true, keyElapsed: true, keySteps: true, "train/n_updates": true,
}

// wallClock are the keys that the clock decides; all others are the same in every run of a config.
var wallClock = map[string]bool{keyFPS: true, keyIterationSpeed: true, keyElapsed: true}

// WallClock reports whether a column of progress.csv is decided by the clock: all others are the
// same whenever a config is run.
func WallClock(key string) bool { return wallClock[key] }

// mayBeUndefined are the keys for which NaN is an answer (the explained variance of returns that
// do not vary) and is written as an empty cell. Any other NaN or infinity ends the run.
var mayBeUndefined = map[string]bool{"train/explained_variance": true}

const windowSize = 100 // episodes in the means of rollout/, as in Stable-Baselines3

// recorder implements agents.Recorder and models.Recorder onto progress.csv and TensorBoard. In the steady state,
// once all keys were seen, it allocates nothing.
type recorder struct {
	dir    string
	layout layout
	now    func() time.Time

	keys    []string // in the order of their first appearance
	slot    map[string]int
	values  []float64 // of the row under way, NaN where none was recorded
	order   []int     // slots in the order of the columns
	row     []float64
	returns window
	lengths window

	loss     float64 // the last one recorded, NaN before; not part of the state
	episodes int64
	pieces   int64
	before   time.Duration // spent in earlier sessions of the run
	start    time.Time     // of this session

	csv    *csvLog
	events *eventLog
	// err is the first thing that went wrong. The interface has no room for it: the loop asks
	// after every Advance.
	err error
}

var (
	_ agents.Recorder = (*recorder)(nil)
	_ models.Recorder = (*recorder)(nil)
)

func newRecorder(dir string, o layout) *recorder {
	r := &recorder{
		dir: dir, layout: o, now: time.Now, slot: map[string]int{},
		returns: makeWindow(), lengths: makeWindow(), loss: math.NaN(),
	}
	r.start = r.now()
	for _, k := range slices.Sorted(slices.Values(o.baseKeys())) {
		r.addKey(k)
	}
	return r
}

// create begins the run's log files.
func (r *recorder) create() (err error) {
	if r.csv, err = createCSV(filepath.Join(r.dir, progressFile), r.sorted()); err != nil {
		return err
	}
	r.events, err = createEvents(r.dir, r.now())
	return err
}

// addKey gives a key a slot, with no value.
func (r *recorder) addKey(key string) int {
	if strings.ContainsAny(key, ",\"\n\r") || key == "" {
		panic(fmt.Sprintf("experiments: the key %q cannot head a column", key))
	}
	i := len(r.keys)
	r.keys, r.values, r.row = append(r.keys, key), append(r.values, math.NaN()), append(r.row, 0)
	r.slot[key] = i
	r.order = append(r.order, i)
	slices.SortFunc(r.order, func(a, b int) int { return strings.Compare(r.keys[a], r.keys[b]) })
	return i
}

func (r *recorder) sorted() []string {
	s := slices.Clone(r.keys)
	slices.Sort(s)
	return s
}

// Record sets the value of a key in the row under way.
func (r *recorder) Record(key string, value float64) {
	if math.IsNaN(value) || math.IsInf(value, 0) {
		if !mayBeUndefined[key] {
			r.fail(fmt.Errorf("%s is %v", key, value))
			return
		}
		value = math.NaN()
	}
	i, ok := r.slot[key]
	if !ok {
		i = r.addKey(key)
	}
	r.values[i] = value
	if key == keyLoss {
		r.loss = value
	}
}

// Episode counts a finished training episode.
func (r *recorder) Episode(e envs.Episode) {
	r.episodes++
	r.returns.add(e.Return)
	r.lengths.add(float64(e.Length))
}

// Dump writes the row under way, at the given number of steps.
func (r *recorder) Dump(steps int64) {
	elapsed := r.elapsed()
	if r.layout.episodes {
		r.setDefault(keyReward, r.returns.mean())
		r.setDefault(keyLength, r.lengths.mean())
		r.setDefault(keyEpisodes, float64(r.episodes))
		r.setDefault(keyPieces, float64(r.pieces))
	}
	r.setDefault(r.layout.steps, float64(steps))
	r.setDefault(keyElapsed, math.Floor(elapsed.Seconds()))
	if s := elapsed.Seconds(); s > 0 {
		speed := float64(steps) / s
		if r.layout.speed == keyFPS {
			speed = math.Floor(speed)
		}
		r.setDefault(r.layout.speed, speed)
	}
	r.write(r.values, steps)
	for i := range r.values {
		r.values[i] = math.NaN()
	}
}

// setDefault sets one of the base keys unless the learner did.
func (r *recorder) setDefault(key string, value float64) {
	if i := r.slot[key]; math.IsNaN(r.values[i]) {
		r.values[i] = value
	}
}

// evaluation writes a row of its own; what the learner has recorded so far stays for its next one.
func (r *recorder) evaluation(steps int64, e *Evaluation) {
	values := make([]float64, len(r.keys))
	for i := range values {
		values[i] = math.NaN()
	}
	for _, m := range e.Metrics {
		if key, ok := r.layout.evaluation[m.Name]; ok {
			values[r.slot[key]] = m.Value
		}
	}
	values[r.slot[r.layout.steps]] = float64(steps)
	r.write(values, steps)
}

// write writes a row, values by slot, to all logs.
func (r *recorder) write(values []float64, steps int64) {
	if r.err != nil {
		return
	}
	if len(r.csv.columns) < len(r.keys) {
		if err := r.csv.widen(r.sorted()); err != nil {
			r.fail(err)
			return
		}
	}
	for i, k := range r.order {
		v := values[k]
		r.row[i] = v
		if !math.IsNaN(v) && !notForTensorBoard[r.keys[k]] {
			r.events.add(r.keys[k], v)
		}
	}
	if err := r.csv.add(r.row); err != nil {
		r.fail(err)
		return
	}
	r.fail(r.events.write(r.now(), steps))
}

func (r *recorder) fail(err error) {
	if r.err == nil {
		r.err = err
	}
}

// elapsed is the time spent on the run, in all its sessions.
func (r *recorder) elapsed() time.Duration { return r.before + r.now().Sub(r.start) }

// sync makes everything written durable.
func (r *recorder) sync() error {
	if err := r.csv.sync(); err != nil {
		return err
	}
	return r.events.sync()
}

func (r *recorder) close() error {
	var err error
	if r.csv != nil {
		err = r.csv.close()
	}
	if r.events != nil {
		if e := r.events.close(); err == nil {
			err = e
		}
	}
	return err
}

// State saves or restores the windows, counters, the row under way and the place in each log
// file. After restoring, open brings the files to those places.
func (r *recorder) State(a *snapshot.Archive) {
	a.Object("returns", &r.returns)
	a.Object("lengths", &r.lengths)
	a.Int64("episodes", &r.episodes)
	a.Int64("iterations", &r.pieces)
	before := r.elapsed()
	a.Int64("elapsed", (*int64)(&before))
	keys := slices.Clone(r.keys)
	n := len(keys)
	a.Int("keys", &n)
	if !a.Saving() {
		if a.Err() != nil {
			return
		}
		if n < 0 || n > 1<<16 {
			a.Fail(fmt.Errorf("%d keys", n))
			return
		}
		keys = make([]string, n)
	}
	for i := range keys {
		a.String("key", &keys[i])
	}
	values := slices.Clone(r.values)
	a.GrowFloat64s("values", &values)
	columns, rows := "", int64(0)
	name, size := "", int64(0)
	if a.Saving() {
		columns, rows = strings.Join(r.csv.columns, ","), r.csv.rows
		name, size = r.events.name, r.events.size
	}
	a.String("columns", &columns)
	a.Int64("rows", &rows)
	a.String("events_file", &name)
	a.Int64("events_size", &size)
	if a.Saving() || a.Err() != nil {
		return
	}
	if len(values) != n || slices.ContainsFunc(keys, func(k string) bool { return k == "" || strings.ContainsAny(k, ",\"\r\n") }) {
		a.Fail(fmt.Errorf("%d values for %d keys, or keys that are none", len(values), n))
		return
	}
	if rows < 0 || size < 0 || before < 0 {
		a.Fail(fmt.Errorf("%d rows, %d bytes of events, %v spent", rows, size, before))
		return
	}
	r.before, r.start = before, r.now()
	r.keys, r.values, r.row, r.order, r.slot = nil, nil, nil, nil, map[string]int{}
	for _, k := range keys {
		r.addKey(k)
	}
	if len(r.slot) != n || slices.ContainsFunc(r.layout.baseKeys(), func(k string) bool { _, ok := r.slot[k]; return !ok }) {
		a.Fail(fmt.Errorf("keys %q: one is there twice or is missing", keys))
		return
	}
	copy(r.values, values)
	r.csv = &csvLog{columns: strings.Split(columns, ","), rows: rows}
	r.events = &eventLog{name: name, size: size}
}

// open opens the log files at the places that State restored. The warning, if any, tells of a
// TensorBoard file that could not be continued.
func (r *recorder) open() (warning string, err error) {
	if r.csv, err = resumeCSV(filepath.Join(r.dir, progressFile), r.csv.columns, r.csv.rows); err != nil {
		return "", err
	}
	r.events, warning, err = resumeEvents(r.dir, r.events.name, r.events.size, r.now())
	return warning, err
}

// window holds the last windowSize numbers.
type window struct {
	values []float64 // a ring
	next   int       // place of the next number
	count  int
}

func makeWindow() window { return window{values: make([]float64, windowSize)} }

func (w *window) add(v float64) {
	w.values[w.next] = v
	w.next = (w.next + 1) % len(w.values)
	w.count = min(w.count+1, len(w.values))
}

// mean returns the mean, oldest number first, or NaN if there is none.
func (w *window) mean() float64 {
	sum := 0.0
	for i := range w.count {
		sum += w.values[(w.next-w.count+i+len(w.values))%len(w.values)]
	}
	return sum / float64(w.count)
}

// State saves or restores the window.
func (w *window) State(a *snapshot.Archive) {
	a.Float64s("values", w.values)
	a.Int("next", &w.next)
	a.Int("count", &w.count)
	if w.next < 0 || w.next >= len(w.values) || w.count < 0 || w.count > len(w.values) {
		a.Fail(fmt.Errorf("place %d, %d numbers of %d", w.next, w.count, len(w.values)))
	}
}
