package linear

import (
	"context"
	"errors"
	"math"
	"testing"

	"tesuji/datasets"
	"tesuji/models"
	"tesuji/models/modeltest"
)

func TestContract(t *testing.T) {
	cfg := Default()
	cfg.LogInterval = 3
	modeltest.Run(t, modeltest.Case{New: func(s models.Setup) (models.Trainer, error) {
		return New(cfg, DefaultData(), s)
	}, Iterations: 8, Warm: 3})
}

// descend runs gradient descent and returns the trainer and what Evaluate says.
func descend(t *testing.T, table *datasets.Table, rate float64, iterations int64) (*Trainer, []float64, error) {
	t.Helper()
	m := newTrainer(Config{LearningRate: rate, LogInterval: 1000}, table, models.Setup{Iterations: iterations, Seed: 1})
	for range iterations {
		if err := m.Advance(context.Background(), modeltest.Discard{}); err != nil {
			return m, nil, err
		}
	}
	v, err := m.Evaluate(context.Background())
	return m, v, err
}

// TestPlane: the coefficients that the plane was made with come out.
func TestPlane(t *testing.T) {
	table := datasets.Plane(0, 500, 4, .1)
	m, v, err := descend(t, table, .2, 400)
	if err != nil {
		t.Fatal(err)
	}
	if v[0] > .012 || v[0] < .008 || v[1] < .999 {
		t.Errorf("mean squared error %v, R² %v: want .01 and nearly 1", v[0], v[1])
	}
	for j, want := range []float64{1, -2, 3, -4} {
		var mean, squares float64
		for i := range table.Len() {
			mean += table.X[4*i+j] / 500
		}
		for i := range table.Len() {
			squares += (table.X[4*i+j] - mean) * (table.X[4*i+j] - mean) / 500
		}
		if got := float64(m.layer.Weight.Value.Data[j]) / math.Sqrt(squares); math.Abs(got-want) > .02 {
			t.Errorf("coefficient %d is %v, want %v", j, got, want)
		}
	}
}

// TestConvergesBelowTheLimitOnly: for one column of variance 1, the second derivative of J is 2 in
// both directions, and 2/2 is the limit of the learning rate.
func TestConvergesBelowTheLimitOnly(t *testing.T) {
	table := datasets.Plane(0, 500, 1, 0)
	if _, v, err := descend(t, table, .99, 1500); err != nil || v[0] > 1e-6 {
		t.Errorf("at .99 of the limit: %v, %v", v, err)
	}
	if _, v, err := descend(t, table, 1.01, 1500); err == nil && v[0] < 1e6 {
		t.Errorf("at 1.01 of the limit: %v", v)
	}
	if _, _, err := descend(t, table, 1.5, 1500); err == nil {
		t.Error("an infinite loss is no error")
	}
}

// TestDiabetes: scikit-learn's LinearRegression, and the normal equations, give these for its
// scaling (columns centred, of length 1; the constant is first).
func TestDiabetes(t *testing.T) {
	table, err := datasets.OpenTable("diabetes")
	var missing *datasets.MissingError
	if errors.As(err, &missing) {
		t.Skipf("needs the data: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	want := []float64{
		152.13348416, -10.0098663, -239.81564367, 519.84592005, 324.3846455, -792.17563855,
		476.73902101, 101.04326794, 177.06323767, 751.27369956, 67.62669218,
	}
	m, v, err := descend(t, table, .2, 15_000)
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(v[0]-2859.6963475868) > .01 || math.Abs(v[1]-.5177484222) > 1e-5 {
		t.Errorf("mean squared error %v, R² %v", v[0], v[1])
	}
	got := []float64{float64(m.layer.Bias.Value.Data[0])}
	for _, w := range m.layer.Weight.Value.Data {
		got = append(got, float64(w)*math.Sqrt(442)) // from variance 1 to length 1
	}
	for i := range want {
		if math.Abs(got[i]-want[i]) > 1 {
			t.Errorf("coefficient %d is %v, want %v", i, got[i], want[i])
		}
	}
	t.Logf("coefficients %.4f", got)
}

func TestValidate(t *testing.T) {
	for _, c := range []Config{{0, 1}, {-1, 1}, {math.NaN(), 1}, {.1, 0}} {
		if c.Validate() == nil {
			t.Errorf("%+v was accepted", c)
		}
	}
	d := Data{"diabets"}
	if err := d.Validate(); err == nil || err.Error() != `name is "diabets", did you mean "diabetes"?: want one of [plane diabetes]` {
		t.Errorf("%v", err)
	}
}
