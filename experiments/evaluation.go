package experiments

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
)

// Metric is a number that was measured.
type Metric struct {
	Name  string // such as "mean_reward" or "val_loss"
	Value float64
}

// Evaluation is what was measured of some weights: of an agent, how its policy played; of a model,
// what it measures on held-out data. As JSON it is one object, the metrics in their order:
//
//	{"mean_reward": 9.5, "std_reward": 0.5, "mean_length": 9.5, "episodes": 2, "returns": [9, 10], "lengths": [9, 10]}
//	{"val_loss": 1.9}
type Evaluation struct {
	// Metrics are, of an agent, mean_reward (the mean return of the episodes by raw rewards,
	// whatever training does to them), std_reward (over the episodes, of the population),
	// mean_length and episodes. The first decides which weights are best.
	Metrics []Metric
	// Returns and Lengths are those of each episode of an agent: in the order of the
	// environments, and of play within one.
	Returns []float64
	Lengths []int
}

// Value returns the metric of a name, or NaN if it was not measured.
func (e *Evaluation) Value(name string) float64 {
	if e != nil {
		for _, m := range e.Metrics {
			if m.Name == name {
				return m.Value
			}
		}
	}
	return math.NaN()
}

// check returns an error that names the first metric that is not finite.
func (e *Evaluation) check() error {
	for _, m := range e.Metrics {
		if math.IsNaN(m.Value) || math.IsInf(m.Value, 0) {
			return fmt.Errorf("%s%s is %v", evalPrefix, m.Name, m.Value)
		}
	}
	return nil
}

// rows are the evaluation's rows in evaluations.csv, at a number of steps: one for each episode, or
// one with all metrics.
func (e *Evaluation) rows(steps int64) [][]float64 {
	if e.Returns == nil {
		row := []float64{float64(steps)}
		for _, m := range e.Metrics {
			row = append(row, m.Value)
		}
		return [][]float64{row}
	}
	rows := make([][]float64, len(e.Returns))
	for i := range rows {
		rows[i] = []float64{float64(steps), float64(i + 1), e.Returns[i], float64(e.Lengths[i])}
	}
	return rows
}

// MarshalJSON writes the object that the type describes.
func (e Evaluation) MarshalJSON() ([]byte, error) {
	var o object
	o.metrics(e.Metrics)
	if e.Returns != nil {
		o.add("returns", e.Returns)
		o.add("lengths", e.Lengths)
	}
	return o.MarshalJSON()
}

// UnmarshalJSON reads it.
func (e *Evaluation) UnmarshalJSON(b []byte) error {
	*e = Evaluation{}
	return members(b, func(key string, value json.RawMessage) error {
		switch key {
		case "returns":
			return json.Unmarshal(value, &e.Returns)
		case "lengths":
			return json.Unmarshal(value, &e.Lengths)
		}
		m := Metric{Name: key}
		e.Metrics = append(e.Metrics, m)
		return json.Unmarshal(value, &e.Metrics[len(e.Metrics)-1].Value)
	})
}

// Best is the periodic evaluation with the best first metric so far, whose weights are kept. As the
// extreme of noisy numbers it flatters: evaluate the weights again before quoting it. As JSON it is
// {"steps": 1000, "mean_reward": 9.5}.
type Best struct {
	Steps int64
	Metric
}

// MarshalJSON writes the object that the type describes.
func (b Best) MarshalJSON() ([]byte, error) {
	var o object
	o.add("steps", b.Steps)
	o.add(b.Name, b.Value)
	return o.MarshalJSON()
}

// UnmarshalJSON reads it.
func (b *Best) UnmarshalJSON(text []byte) error {
	*b = Best{}
	return members(text, func(key string, value json.RawMessage) error {
		if key == "steps" {
			return json.Unmarshal(value, &b.Steps)
		}
		b.Name = key
		return json.Unmarshal(value, &b.Value)
	})
}

// object is a JSON object whose members have an order.
type object []member

type member struct {
	key   string
	value any
}

func (o *object) add(key string, value any) { *o = append(*o, member{key, value}) }

func (o *object) metrics(list []Metric) {
	for _, m := range list {
		o.add(m.Name, m.Value)
	}
}

// MarshalJSON writes the members in their order.
func (o object) MarshalJSON() ([]byte, error) {
	b := []byte{'{'}
	for i, m := range o {
		if i > 0 {
			b = append(b, ',')
		}
		value, err := json.Marshal(m.value)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", m.key, err)
		}
		b = append(append(strconv.AppendQuote(b, m.key), ':'), value...)
	}
	return append(b, '}'), nil
}

// members calls f for each member of a JSON object, in order.
func members(b []byte, f func(key string, value json.RawMessage) error) error {
	d := json.NewDecoder(bytes.NewReader(b))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return fmt.Errorf("want an object, found %.20q", b)
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return err
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return err
		}
		if err := f(key.(string), value); err != nil {
			return fmt.Errorf("%v: %w", key, err)
		}
	}
	return nil
}
