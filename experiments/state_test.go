package experiments

import (
	"context"
	"slices"
	"testing"

	"tesuji/snapshot"
)

// partly is a session of which one part is left out of the state.
type partly struct {
	*session
	without string
}

func (p partly) State(a *snapshot.Archive) {
	l := p.learner.(*agentLearner)
	for _, part := range []struct {
		name string
		s    snapshot.Stater
	}{
		{"env", l.world.vec}, {"agent", l.agent}, {"evaluation seeds", l.seeds}, {"recorder", p.recorder}, {"evaluations", p.evals},
	} {
		if part.name != p.without {
			a.Object(part.name, part.s)
		}
	}
}

// TestEveryPartMatters: with a part of the state left out a resumed run goes elsewhere, which is
// to say that the tests of exact resuming would see it; with none left out it does not.
func TestEveryPartMatters(t *testing.T) {
	cfg := tiny(t, "normalize.obs=true normalize.reward=true eval.deterministic=false")
	straight := mustTrain(t, cfg)
	for _, without := range []string{"", "env", "agent", "evaluation seeds", "recorder", "evaluations"} {
		t.Run("without "+without, func(t *testing.T) {
			dir := interrupted(t, cfg, 5)
			saved, err := restore(dir, cfg, Options{})
			if err != nil {
				t.Fatal(err)
			}
			state, err := snapshot.Save(partly{saved, without})
			if err != nil {
				t.Fatal(err)
			}
			saved.close()

			r, err := OpenRun(dir)
			if err != nil {
				t.Fatal(err)
			}
			s, err := newSession(cfg, Options{})
			if err != nil {
				t.Fatal(err)
			}
			s.moveTo(dir)
			s.manifest = &r.Manifest
			if err := snapshot.Restore(state, partly{s, without}); err != nil {
				t.Fatal(err)
			}
			// What was left out must at least have files to write to.
			if without == "recorder" {
				s.recorder.csv, s.recorder.events = saved.recorder.csv, saved.recorder.events
			}
			if without == "evaluations" {
				s.evals.csv = saved.evals.csv
			}
			if err := s.openLogs(); err != nil {
				t.Fatal(err)
			}
			result, err := s.run(context.Background())
			if err != nil {
				// An agent whose environments were never reset notices.
				if without == "" {
					t.Fatal(err)
				}
				return
			}
			same := result.WeightsSHA256 == straight.WeightsSHA256 && compareRuns(t, straight.Run, dir) == nil &&
				slices.Equal(result.Final.Returns, straight.Final.Returns)
			if same != (without == "") {
				t.Errorf("the same as a run that was not stopped: %v", same)
			}
		})
	}
}
