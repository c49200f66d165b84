package experiments

import (
	"fmt"
	"path/filepath"

	"tesuji/models"
	"tesuji/snapshot"
)

// evaluations keeps what was measured in the course of training and remembers the best.
type evaluations struct {
	dir     string
	freq    int64         // steps between evaluations, 0 for none
	metric  models.Metric // that decides which is best
	columns []string
	at      int64 // steps at the last evaluation
	best    Best
	any     bool // best is set
	csv     *csvLog
}

func newEvaluations(freq int64, o layout) *evaluations {
	return &evaluations{freq: freq, metric: o.best, columns: o.columns}
}

func (e *evaluations) path() string { return filepath.Join(e.dir, evaluationsFile) }

func (e *evaluations) create() (err error) {
	e.csv, err = createCSV(e.path(), e.columns)
	return err
}

// open opens the table at the place that State restored.
func (e *evaluations) open() (err error) {
	e.csv, err = resumeCSV(e.path(), e.columns, e.csv.rows)
	return err
}

// due reports whether an evaluation is due at a number of steps.
func (e *evaluations) due(steps int64) bool {
	return e.freq > 0 && steps/e.freq > e.at/e.freq
}

// add writes an evaluation down; improved tells that it is the best so far.
func (e *evaluations) add(steps int64, v *Evaluation) (improved bool, err error) {
	e.at = steps
	for _, row := range v.rows(steps) {
		if err := e.csv.add(row); err != nil {
			return false, err
		}
	}
	if err := v.check(); err != nil {
		return false, err
	}
	first := v.Metrics[0]
	if improved = !e.any || e.metric.Better(first.Value, e.best.Value); improved {
		e.best, e.any = Best{steps, first}, true
	}
	return improved, nil
}

// State saves or restores everything but the file's content.
func (e *evaluations) State(a *snapshot.Archive) {
	a.Int64("at", &e.at)
	a.Bool("any", &e.any)
	a.Int64("best_steps", &e.best.Steps)
	a.Float64("best_value", &e.best.Value)
	e.best.Name = e.metric.Name
	rows := int64(0)
	if a.Saving() {
		rows = e.csv.rows
	}
	a.Int64("rows", &rows)
	if !a.Saving() {
		if rows < 0 {
			a.Fail(fmt.Errorf("%d rows", rows))
			return
		}
		e.csv = &csvLog{rows: rows}
	}
}
