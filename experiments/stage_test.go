package experiments

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tesuji/envs"
	"tesuji/experiments/checkpoint"
)

// TestStage: a stage follows the run's newest weights, and keeps those it has when anything is
// wrong with the new ones.
func TestStage(t *testing.T) {
	run := mustTrain(t, tiny(t, "")).Run
	final := filepath.Join(run, weightsFile)
	s, err := OpenStage(run, StageOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if changed, err := s.Refresh(); changed || err != nil {
		t.Errorf("the same weights were loaded again: %v, %v", changed, err)
	}
	total := s.Steps()

	// As it is while the run goes on: an older checkpoint is the newest.
	weights, err := os.ReadFile(final)
	if err != nil {
		t.Fatal(err)
	}
	list, err := checkpoint.List(filepath.Join(run, checkpointsDir))
	if err != nil || len(list) < 2 {
		t.Fatalf("%v, %v", list, err)
	}
	for _, e := range list[:1] {
		os.Remove(e.Path)
	}
	os.Remove(final)
	if changed, err := s.Refresh(); !changed || err != nil || s.Steps() != list[1].Steps {
		t.Errorf("%v, %v: %d steps, want %d", changed, err, s.Steps(), list[1].Steps)
	}
	// Then it ends.
	if err := os.WriteFile(final, weights, 0o644); err != nil {
		t.Fatal(err)
	}
	if changed, err := s.Refresh(); !changed || err != nil || s.Steps() != total {
		t.Errorf("%v, %v: %d steps, want %d", changed, err, s.Steps(), total)
	}

	e, err := s.NewEnv()
	if err != nil {
		t.Fatal(err)
	}
	obs, actions := envs.MakeRows(e.Spec().Observation, 1), make([]float32, e.Spec().Action.Size())
	act := func() error {
		if err := e.Reset(obs.Row(0)); err != nil {
			t.Fatal(err)
		}
		return s.Policy().Act(obs, true, actions)
	}
	if err := act(); err != nil {
		t.Error(err)
	}
	if err := os.WriteFile(final, weights[:len(weights)/2], 0o644); err != nil {
		t.Fatal(err)
	}
	if changed, err := s.Refresh(); changed || err == nil {
		t.Errorf("damaged weights: %v, %v", changed, err)
	}
	if err := os.RemoveAll(run); err != nil {
		t.Fatal(err)
	}
	if changed, err := s.Refresh(); changed || err == nil || !strings.Contains(err.Error(), "is gone") {
		t.Errorf("no run: %v, %v", changed, err)
	}
	if err := act(); err != nil || s.Steps() != total {
		t.Errorf("the policy is gone with the run: %v", err)
	}
}

// TestStageNormalizes: a stage's policy takes raw observations, where training normalised them.
func TestStageNormalizes(t *testing.T) {
	run := mustTrain(t, tiny(t, "normalize.obs=true")).Run
	s, err := OpenStage(run, StageOptions{})
	if err != nil {
		t.Fatal(err)
	}
	e, err := s.NewEnv()
	if err != nil {
		t.Fatal(err)
	}
	raw := envs.MakeRows(e.Spec().Observation, 1)
	if err := e.Reset(raw.Row(0)); err != nil {
		t.Fatal(err)
	}
	scaled := envs.MakeRows(e.Spec().Observation, 1)
	scaled.Row(0).Copy(raw.Row(0))
	s.learner.world.norm.NormalizeObs(scaled)
	before := append([]float32(nil), raw.F32...)
	got, want := make([]float32, 1), make([]float32, 1)
	for range 20 {
		if err := s.Policy().Act(raw, true, got); err != nil {
			t.Fatal(err)
		}
		if err := s.learner.agent.Policy().Act(scaled, true, want); err != nil {
			t.Fatal(err)
		}
		if got[0] != want[0] || raw.F32[0] != before[0] {
			t.Errorf("action %v, want %v; observation %v, was %v", got, want, raw.F32, before)
		}
	}
}

func TestStageOfAnotherConfig(t *testing.T) {
	run := mustTrain(t, tiny(t, "")).Run
	other := mustTrain(t, tiny(t, "seed=77")).Run
	weights, err := os.ReadFile(filepath.Join(other, weightsFile))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(run, weightsFile), weights, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenStage(run, StageOptions{}); err == nil || !strings.Contains(err.Error(), "another config") {
		t.Error(err)
	}
	if _, err := OpenStage(filepath.Join(t.TempDir(), "none"), StageOptions{}); err == nil {
		t.Error("no run was opened")
	}
}
