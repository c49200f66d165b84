package experiments

import (
	"context"
	"encoding/json"
	"iter"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tesuji/configs"
	"tesuji/models"
	"tesuji/nets"
	"tesuji/snapshot"
	"tesuji/tensor"
)

// valley is a model with one weight, which walks along fixed losses: the weight after iteration i is
// the sum of i values. It has a NaN at an iteration, if that is asked for.
type valley struct {
	w           *nets.Param
	params      *nets.ParamSet
	tape        *tensor.Tape
	done, total int64
	nan         int64 // iteration whose logarithm is of a negative number, 0 for none
}

func newValley(total, nan int64) *valley {
	v := &valley{w: nets.NewParam("w", 1), tape: tensor.NewTape(), total: total, nan: nan}
	v.params = nets.Collect(nets.Sequence{one{v.w}})
	return v
}

// one is a layer of a single parameter.
type one struct{ p *nets.Param }

func (o one) Params() iter.Seq[*nets.Param] {
	return func(yield func(*nets.Param) bool) { yield(o.p) }
}
func (o one) Forward(t *tensor.Tape, x tensor.Var) tensor.Var { return t.Mul(x, o.p.Var(t)) }

func (v *valley) Advance(_ context.Context, rec models.Recorder) error {
	v.done++
	x := float32(1)
	if v.done == v.nan {
		x = -1
	}
	v.tape.Reset()
	loss := v.tape.Log(v.tape.AddScalar(v.tape.Mul(v.tape.Const(x), v.tape.Exp(v.w.Var(v.tape))), 0))
	v.tape.Backward(loss)
	v.w.Value.Data[0]++
	rec.Record("train/loss", float64(v.tape.Scalar(loss)))
	rec.Dump(v.done)
	return nil
}

func (v *valley) Progress() (done, total int64) { return v.done, v.total }

func (v *valley) Metrics() []models.Metric {
	return []models.Metric{{Name: "val_loss", Lower: true, Doc: "distance from 3"}, {Name: "weight", Doc: "the weight"}}
}

func (v *valley) Evaluate(context.Context) ([]float64, error) {
	w := float64(v.w.Value.Data[0])
	return []float64{math.Abs(w - 3), w}, nil
}

func (v *valley) Params() *nets.ParamSet { return v.params }

func (v *valley) State(a *snapshot.Archive) {
	a.Int64("done", &v.done)
	a.Object("params", v.params)
}

// valleys are the parts of a run that trains one.
func valleys(nan int64) *factory {
	return &factory{model: func(cfg *configs.Run, s models.Setup) (models.Trainer, error) {
		return newValley(s.Iterations, nan), nil
	}}
}

func modelConfig(t *testing.T, changes string) *configs.Run {
	t.Helper()
	cfg, err := configs.Load("mlp-digits", strings.Fields("name=valley n_iterations=6 eval.freq=1 checkpoint.freq=2 "+changes), nil)
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

// TestModelRun: what a model's run leaves behind.
func TestModelRun(t *testing.T) {
	r, err := Train(context.Background(), modelConfig(t, ""), Options{Out: t.TempDir(), parts: valleys(0)})
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := string(b), `"val_loss":3,"weight":6,"weights_sha256":"`; !strings.Contains(got, want) {
		t.Errorf("result %s lacks %s", got, want)
	}
	// Lower is better: the third of six evaluations was the best.
	if got, want := string(b), `"best":{"steps":3,"val_loss":0},"peak_memory_bytes":`; !strings.Contains(got, want) || r.PeakMemory < 1<<20 {
		t.Errorf("result %s lacks %s", got, want)
	}
	if got, want := text(t, r.Run, evaluationsFile), "iterations,val_loss,weight\n1,2,1\n2,1,2\n3,0,3\n4,1,4\n5,2,5\n6,3,6\n"; got != want {
		t.Errorf("evaluations.csv\n%s\nwant\n%s", got, want)
	}
	run, err := OpenRun(r.Run)
	if err != nil {
		t.Fatal(err)
	}
	m := run.Manifest
	if m.Model != "mlp" || m.Agent != "" || m.Total != 6 || m.Final.Value("weight") != 6 || m.Best.Name != "val_loss" || m.Best.Steps != 3 {
		t.Errorf("manifest %+v", m)
	}
	p, err := run.Progress()
	if err != nil {
		t.Fatal(err)
	}
	want := "eval/val_loss eval/weight time/iterations time/iterations_per_second time/time_elapsed train/loss"
	if got := strings.Join(p.Columns, " "); got != want || p.Len() != 12 || p.Text(11, "eval/weight") != "6" {
		t.Errorf("progress.csv has %d rows of %s, want 12 of %s", p.Len(), got, want)
	}
	for weights, value := range map[Weights]float64{FinalWeights: 6, BestWeights: 3} {
		e, err := Evaluate(context.Background(), r.Run, EvalOptions{Weights: weights, parts: valleys(0)})
		if err != nil || e.Value("weight") != value {
			t.Errorf("%s weights: %+v, %v", weights, e, err)
		}
	}
	if rep, err := Reproduce(context.Background(), r.Run, Options{parts: valleys(0)}); err != nil || !rep.Identical || rep.Evaluations != 7 {
		t.Errorf("%+v, %v", rep, err)
	}
	// A metric of the final weights that was another is found.
	edit(t, filepath.Join(r.Run, manifestFile), `"weight": 6`, `"weight": 7`)
	rep, err := Reproduce(context.Background(), r.Run, Options{parts: valleys(0)})
	if err != nil || rep.FirstDifference == nil || rep.FirstDifference.Key != "final.weight" || rep.FirstDifference.Got != "6" {
		t.Errorf("%+v, %v", rep, err)
	}
}

// TestModelMisuse: what is for agents is refused, kindly and without leaving anything.
func TestModelMisuse(t *testing.T) {
	r := mustTrain(t, modelConfig(t, "n_iterations=2 eval.freq=0 mlp.hidden=[]"))
	_, err := Evaluate(context.Background(), r.Run, EvalOptions{Episodes: 3})
	wantError(t, err, r.Run, "trains the model mlp", "episodes")
	_, err = Record(context.Background(), r.Run, RecordOptions{})
	wantError(t, err, r.Run, "trains the model mlp")
	if left, _ := os.ReadDir(filepath.Join(r.Run, videosDir)); len(left) != 0 {
		t.Errorf("left %v", left)
	}
	wantError(t, Sample(context.Background(), r.Run, SampleOptions{}, nil), "only models of text")
	wantError(t, Sample(context.Background(), mustTrain(t, tiny(t, "")).Run, SampleOptions{}, nil), "trains the agent ppo")
}

// TestTraceNaN: the error of a NaN names the operation that made it, of models and agents.
func TestTraceNaN(t *testing.T) {
	_, err := Train(context.Background(), modelConfig(t, ""), Options{Out: t.TempDir(), parts: valleys(4), TraceNaN: true})
	wantError(t, err, "step 4: train/loss is NaN", "Log, operation 3 of the forward pass")
	_, err = Train(context.Background(), modelConfig(t, ""), Options{Out: t.TempDir(), parts: valleys(4)})
	wantError(t, err, "step 4: train/loss is NaN")
	if strings.Contains(err.Error(), "operation") {
		t.Errorf("not traced, but: %v", err)
	}
	// Tracing changes no result.
	traced, err := Train(context.Background(), tiny(t, ""), Options{Out: t.TempDir(), TraceNaN: true})
	if err != nil {
		t.Fatal(err)
	}
	if plain := mustTrain(t, tiny(t, "")); plain.WeightsSHA256 != traced.WeightsSHA256 {
		t.Error("tracing changed the weights")
	}
}

func TestEvaluationJSON(t *testing.T) {
	for _, text := range []string{
		`{"mean_reward":9.5,"std_reward":0.5,"mean_length":9.5,"episodes":2,"returns":[9,10],"lengths":[9,10]}`,
		`{"val_loss":1.25,"a_metric":0}`, `{}`,
	} {
		var e Evaluation
		if err := json.Unmarshal([]byte(text), &e); err != nil {
			t.Fatal(err)
		}
		if b, err := json.Marshal(e); err != nil || string(b) != text {
			t.Errorf("%s became %s, %v", text, b, err)
		}
	}
	for _, text := range []string{`[]`, `{"a":"b"}`, `{"returns":3}`, `3`} {
		if err := json.Unmarshal([]byte(text), &Evaluation{}); err == nil {
			t.Errorf("took %s", text)
		}
	}
	if !math.IsNaN((*Evaluation)(nil).Value("x")) {
		t.Error("an evaluation that was not made has a value")
	}
}
