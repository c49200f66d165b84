package experiments

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"
)

// Reproduction is the outcome of Reproduce.
type Reproduction struct {
	Run       string `json:"run"`
	Identical bool   `json:"identical"`
	Steps     int64  `json:"steps"` // done again
	Rows      int    `json:"rows"`  // of progress.csv that were compared
	// Evaluations is the number of evaluated episodes that were compared, or of a model's
	// evaluations, the final ones included.
	Evaluations int `json:"evaluations"`
	// Weights tells whether the hash of the weights was compared too: not if the run was stopped
	// before its first checkpoint.
	Weights         bool        `json:"weights"`
	WeightsSHA256   string      `json:"weights_sha256,omitempty"`
	FirstDifference *Difference `json:"first_difference,omitempty"`
	Seconds         float64     `json:"seconds"`
}

// Difference is a number that did not come out the same. Want is what the run has, Got what came
// out now; "" is an empty cell or a row that is not there.
type Difference struct {
	File string `json:"file"`
	Row  int    `json:"row"` // from 1, 0 where it makes no sense
	Step int64  `json:"step"`
	Key  string `json:"key"`
	Want string `json:"want"`
	Got  string `json:"got"`
}

func (d *Difference) String() string {
	where := d.File
	if d.Row > 0 {
		where = fmt.Sprintf("%s row %d (step %d)", d.File, d.Row, d.Step)
	}
	return fmt.Sprintf("%s: %s is %s in the run, %s now", where, d.Key, orNothing(d.Want), orNothing(d.Got))
}

func orNothing(s string) string {
	if s == "" {
		return "nothing"
	}
	return s
}

// Reproduce does a run again from its config, in a temporary directory, and compares each number
// of each row but speed and elapsed time, each evaluated episode, the final evaluation and
// the hash of the weights. A run that has not ended is done again as far as it got.
//
// The error is nil if that could be done: whether the bits agree is in the result.
func Reproduce(ctx context.Context, dir string, o Options) (*Reproduction, error) {
	r, err := OpenRun(dir)
	if err != nil {
		return nil, err
	}
	if err := r.mustBeTrained("reproduce"); err != nil {
		return nil, err
	}
	want, err := readLogs(r.Dir)
	if err != nil {
		return nil, err
	}
	temp, err := os.MkdirTemp(o.Out, "reproduce-")
	if err != nil {
		return nil, fmt.Errorf("no place for the reproduction: %w", err)
	}
	defer os.RemoveAll(temp)

	o.Out, o.throwaway = temp, true
	m := r.Manifest
	if m.State != Done {
		o.stopAt, o.hashAt = m.Steps, m.Steps
		if n := want.progress.Len(); n > 0 {
			o.stopAt = max(o.stopAt, int64(want.progress.Float(n-1, stepsColumn(want.progress))))
		}
		if o.stopAt == 0 {
			return nil, fmt.Errorf("%s has nothing to compare: it was stopped before its first row", dir)
		}
		o.logf("%s has not ended: comparing as far as it got, step %d of %d", dir, o.stopAt, m.Total)
	}
	s, err := newSession(r.Config, o)
	if err != nil {
		return nil, err
	}
	s.moveTo(temp)
	s.manifest = newManifest(r.Config, time.Now())
	if err := s.begin(); err != nil {
		return nil, err
	}
	result, err := s.run(ctx)
	if err != nil {
		if errors.Is(err, ErrInterrupted) {
			return nil, fmt.Errorf("%w before the comparison", err)
		}
		return nil, fmt.Errorf("%s ran before and fails now: %w", dir, err)
	}
	got, err := readLogs(temp)
	if err != nil {
		return nil, err
	}
	out := &Reproduction{
		Run: dir, Steps: result.Steps, Rows: want.progress.Len(), Evaluations: want.evaluations.Len(),
		WeightsSHA256: result.WeightsSHA256, Seconds: result.Seconds,
	}
	if m.Final != nil {
		out.Evaluations += len(m.Final.rows(0))
	}
	d := compareTables(progressFile, want.progress, got.progress, m.State == Done)
	if d == nil {
		d = compareTables(evaluationsFile, want.evaluations, got.evaluations, m.State == Done)
	}
	if d == nil {
		d = compareFinal(m.Final, result.Final)
	}
	hash := result.WeightsSHA256
	if m.State != Done {
		hash = s.noted
	}
	if out.Weights = m.WeightsSHA256 != "" && hash != ""; out.Weights && d == nil && m.WeightsSHA256 != hash {
		d = &Difference{File: manifestFile, Step: m.Steps, Key: "weights_sha256", Want: m.WeightsSHA256, Got: hash}
	}
	out.Identical, out.FirstDifference = d == nil, d
	return out, nil
}

type logs struct{ progress, evaluations *Table }

func readLogs(dir string) (l logs, err error) {
	if l.progress, err = ReadTable(filepath.Join(dir, progressFile)); err != nil {
		return logs{}, err
	}
	l.evaluations, err = ReadTable(filepath.Join(dir, evaluationsFile))
	return l, err
}

// stepsColumn returns the column that holds the steps, in progress.csv or evaluations.csv.
func stepsColumn(t *Table) string {
	for _, c := range []string{keySteps, keyIterations} {
		if slices.Contains(t.Columns, c) {
			return c
		}
	}
	return t.Columns[0]
}

// compareTables returns the first difference in the rows that want has. A run that is complete
// must have no fewer rows than came out now; columns that only one has must be empty.
func compareTables(file string, want, got *Table, complete bool) *Difference {
	columns := append([]string(nil), want.Columns...)
	for _, c := range got.Columns {
		if !slices.Contains(columns, c) {
			columns = append(columns, c)
		}
	}
	steps := stepsColumn(want)
	for i := range want.Len() {
		at := int64(0)
		if v := want.Float(i, steps); !math.IsNaN(v) {
			at = int64(v)
		}
		if i >= got.Len() {
			return &Difference{File: file, Row: i + 1, Step: at, Key: steps, Want: want.Text(i, steps)}
		}
		for _, c := range columns {
			if w, g := want.Text(i, c), got.Text(i, c); w != g && !wallClock[c] {
				return &Difference{File: file, Row: i + 1, Step: at, Key: c, Want: w, Got: g}
			}
		}
	}
	if n := want.Len(); complete && n < got.Len() {
		return &Difference{File: file, Row: n + 1, Step: int64(got.Float(n, steps)), Key: steps, Got: got.Text(n, steps)}
	}
	return nil
}

// compareFinal compares the final evaluations, which only finished runs have.
func compareFinal(want, got *Evaluation) *Difference {
	if want == nil {
		return nil
	}
	if got == nil {
		return &Difference{File: manifestFile, Key: "final", Want: fmt.Sprint(want.Metrics)}
	}
	for i := range max(len(want.Returns), len(got.Returns)) {
		cell := func(r *Evaluation) string {
			if i >= len(r.Returns) {
				return ""
			}
			return exactly(r.Returns[i]) + " in " + strconv.Itoa(r.Lengths[i]) + " steps"
		}
		if w, g := cell(want), cell(got); w != g {
			return &Difference{File: manifestFile, Key: fmt.Sprintf("final.returns[%d]", i), Want: w, Got: g}
		}
	}
	for _, m := range want.Metrics {
		if v := got.Value(m.Name); v != m.Value {
			return &Difference{File: manifestFile, Key: "final." + m.Name, Want: exactly(m.Value), Got: exactly(v)}
		}
	}
	return nil
}

func exactly(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }
