package session_test

import (
	"bytes"
	"errors"
	"slices"
	"testing"
	"time"

	"tesuji/agents"
	"tesuji/envs"
	"tesuji/envs/arcade"
	"tesuji/envs/atari"
	"tesuji/envs/classic"
	"tesuji/envs/minatar"
	"tesuji/snapshot"
	"tesuji/view/session"
)

// walker is a policy without a network: it goes through the actions, and values what it sees by
// the sum of it.
type walker struct{ actions, at int }

func (w *walker) Act(obs envs.Rows, deterministic bool, actions []float32) error {
	for i := range actions {
		actions[i] = float32(w.at / 3 % w.actions)
	}
	w.at++
	return nil
}

func (w *walker) Explain(obs envs.Rows) (agents.Explanation, error) {
	e := agents.Explanation{N: obs.N, Size: w.actions, Scores: make([]float32, obs.N*w.actions), Values: make([]float32, obs.N)}
	for i := range obs.N {
		row := obs.Row(i)
		for k, v := range row.F32 {
			e.Values[i] += v
			e.Scores[i*w.actions+k%w.actions] += v
		}
		for k, v := range row.U8 {
			e.Values[i] += float32(v)
			e.Scores[i*w.actions+k%w.actions] += float32(v) * float32(k%7)
		}
	}
	return e, nil
}

// unsaved is an environment whose state cannot be saved.
type unsaved struct{ envs.Env }

func (u unsaved) Unwrap() envs.Env          { return u.Env }
func (u unsaved) State(a *snapshot.Archive) { a.Fail(errors.New("lives elsewhere")) }

func limited(t *testing.T, e envs.Env, steps int) envs.Env {
	t.Helper()
	l, err := envs.NewTimeLimit(e, steps)
	if err != nil {
		t.Fatal(err)
	}
	l.Seed(7)
	return l
}

var worlds = map[string]func(t *testing.T) envs.Env{
	"CartPole": func(t *testing.T) envs.Env { return limited(t, classic.NewCartPole(classic.CartPoleOptions{}), 500) },
	"MinAtar": func(t *testing.T) envs.Env {
		e, err := minatar.NewBreakout(minatar.DefaultOptions())
		if err != nil {
			t.Fatal(err)
		}
		return limited(t, e, 200)
	},
	"Atari": func(t *testing.T) envs.Env {
		o, err := atari.Preset("nature")
		if err != nil {
			t.Fatal(err)
		}
		e, err := atari.Wrap(arcade.NewPong(arcade.Options{}), o)
		if err != nil {
			t.Fatal(err)
		}
		return limited(t, e, 90)
	},
	"unsaved": func(t *testing.T) envs.Env { return unsaved{limited(t, classic.NewMountainCar(), 30)} },
}

func start(t *testing.T, name string) *session.Session {
	t.Helper()
	make := worlds[name]
	n := make(t).Spec().Action.(*envs.Discrete).N
	s, err := session.New(session.Options{
		NewEnv: func() (envs.Env, error) { return make(t), nil }, Policy: &walker{actions: n}, Deterministic: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// scenery is what can be seen of a moment.
type scenery struct {
	picture []byte
	f32     []float32
	u8      []uint8
}

func look(t *testing.T, s *session.Session) scenery {
	t.Helper()
	p, err := s.Picture()
	if err != nil {
		t.Fatal(err)
	}
	obs, err := s.Observation()
	if err != nil {
		t.Fatal(err)
	}
	return scenery{slices.Clone(p.Pix), slices.Clone(obs.F32), slices.Clone(obs.U8)}
}

// TestSeek: going back shows the very pictures and observations that were seen, in any order,
// and changes nothing of what comes.
func TestSeek(t *testing.T) {
	for name := range worlds {
		t.Run(name, func(t *testing.T) {
			s := start(t, name)
			var seen []scenery
			for episode := range 2 {
				seen = seen[:0]
				for {
					if s.Cursor() != len(seen) {
						t.Fatalf("at moment %d, want %d", s.Cursor(), len(seen))
					}
					seen = append(seen, look(t, s))
					if len(seen)%20 == 0 { // a look back on the way
						s.Seek(len(seen) / 2)
						look(t, s)
						s.Seek(s.Last())
					}
					if err := s.Forward(); errors.Is(err, session.ErrOver) {
						break
					} else if err != nil {
						t.Fatal(err)
					}
				}
				if !s.Over() || s.Last() != len(seen)-1 || s.Episode() != episode+1 {
					t.Fatalf("over %v after %d moments of episode %d", s.Over(), s.Last(), s.Episode())
				}
				for _, i := range []int{0, 1, s.Last() - 1, 5, 6, s.Last(), s.Last() / 2, -3, s.Last() + 9} {
					s.Seek(i)
					want := seen[min(max(i, 0), s.Last())]
					got := look(t, s)
					if !bytes.Equal(got.picture, want.picture) || !slices.Equal(got.f32, want.f32) || !slices.Equal(got.u8, want.u8) {
						t.Errorf("episode %d, moment %d is not as it was", s.Episode(), i)
					}
				}
				if err := s.Next(); err != nil {
					t.Fatal(err)
				}
			}
			if len(s.Returns()) != 2 {
				t.Errorf("returns %v, want two", s.Returns())
			}
		})
	}
}

// TestReturns: the return is the sum of the rewards, which are the environment's own.
func TestReturns(t *testing.T) {
	s := start(t, "CartPole")
	for s.Forward() == nil {
	}
	if m := s.Moment(s.Last()); m.Return != float64(s.Last()) || m.Reward != 1 || m.Action != nil {
		t.Errorf("%+v after %d steps", m, s.Last())
	}
	if m := s.Moment(2); m.Thought.N != 1 || len(m.Thought.Scores) != 2 || m.Action == nil {
		t.Errorf("moment 2: %+v", m)
	}
}

func TestManual(t *testing.T) {
	s := start(t, "CartPole")
	s.SetManual(true)
	if err := s.Forward(); !errors.Is(err, session.ErrNoAction) {
		t.Errorf("a step of nobody: %v", err)
	}
	if err := s.Act([]float32{1}); err != nil || s.Last() != 1 || s.Moment(0).Action[0] != 1 {
		t.Errorf("%v, %d moments", err, s.Last())
	}
	s.SetManual(false)
	if err := s.Forward(); err != nil || s.Last() != 2 {
		t.Errorf("the policy goes on: %v, %d", err, s.Last())
	}
	for s.Forward() == nil {
	}
	if err := s.Act([]float32{1}); !errors.Is(err, session.ErrOver) {
		t.Errorf("after the end: %v", err)
	}
}

// TestRefresh: what goes wrong with it is told, and the session goes on.
func TestRefresh(t *testing.T) {
	gone := errors.New("the run is gone")
	s, err := session.New(session.Options{
		NewEnv: func() (envs.Env, error) { return worlds["CartPole"](t), nil }, Policy: &walker{actions: 2},
		Refresh: func() error { return gone },
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Next(); err != nil || !errors.Is(s.Notice(), gone) {
		t.Errorf("%v, notice %v", err, s.Notice())
	}
}

// TestSaliency: what a score rests on is hot, all else is cold.
func TestSaliency(t *testing.T) {
	for _, name := range []string{"CartPole", "MinAtar", "Atari"} {
		s := start(t, name)
		for range 4 {
			if err := s.Forward(); err != nil {
				t.Fatal(err)
			}
		}
		m, err := s.Saliency(time.Hour)
		if err != nil || m == nil {
			t.Fatalf("%s: %v, %v", name, m, err)
		}
		if len(m.Heat) != m.Width*m.Height || slices.Max(m.Heat) != 1 || slices.Min(m.Heat) < 0 {
			t.Errorf("%s: %d numbers of %dx%d from %v to %v", name, len(m.Heat), m.Width, m.Height, slices.Min(m.Heat), slices.Max(m.Heat))
		}
		if again, _ := s.Saliency(time.Hour); again != m {
			t.Errorf("%s: the map of the same moment was made twice", name)
		}
		if name != "MinAtar" {
			continue
		}
		// Cells in which there is nothing cannot matter.
		obs, _ := s.Observation()
		channels := len(obs.U8) / len(m.Heat)
		for i, v := range m.Heat {
			empty := slices.Max(obs.U8[i*channels:(i+1)*channels]) == 0
			if empty && v != 0 {
				t.Errorf("empty cell %d has heat %v", i, v)
			}
		}
	}
}
