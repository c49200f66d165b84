package experiments

import (
	"bytes"
	"context"
	"image/gif"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"tesuji/configs"
	"tesuji/envs"
	"tesuji/experiments/record"
)

func TestRecord(t *testing.T) {
	run := mustTrain(t, tiny(t, "")).Run
	film := func(o RecordOptions) *Recording {
		t.Helper()
		r, err := Record(context.Background(), run, o)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	r := film(RecordOptions{Episodes: 2})
	if want := filepath.Join(run, videosDir, "episode.gif"); r.Path != want || r.FPS != 30 {
		t.Errorf("%+v, want %s at 30 frames per second", r, want)
	}
	// Each episode shows its first state, then one after every step, the last included.
	frames := 0
	for _, n := range r.Played.Lengths {
		frames += n + 1
	}
	if r.Frames != frames || r.Played.Value(metricEpisodes) != 2 {
		t.Errorf("%d frames of %v steps", r.Frames, r.Played.Lengths)
	}
	first, err := os.ReadFile(r.Path)
	if err != nil {
		t.Fatal(err)
	}
	if g, err := gif.DecodeAll(bytes.NewReader(first)); err != nil || len(g.Image) > frames || len(g.Image) < 3 {
		t.Errorf("%d images, %v", len(g.Image), err)
	}
	film(RecordOptions{Episodes: 2})
	if again, _ := os.ReadFile(r.Path); !bytes.Equal(first, again) {
		t.Error("the same recording gave other bytes")
	}

	path := filepath.Join(t.TempDir(), "a.png")
	if r := film(RecordOptions{Path: path, MaxFrames: 4, Speed: 2}); r.Frames != 4 || r.FPS != 60 || r.Played != nil {
		t.Errorf("%+v, want 4 frames at 60 per second, and no result of an episode that was cut", r)
	}
	if b, err := os.ReadFile(path); err != nil {
		t.Error(err)
	} else if _, err := png.Decode(bytes.NewReader(b)); err != nil {
		t.Error(err)
	}
}

// silent is an environment that draws nothing.
type silent struct{ envs.Env }

func TestRecordErrors(t *testing.T) {
	run := mustTrain(t, tiny(t, "")).Run
	ctx := context.Background()
	out := t.TempDir()
	_, err := Record(ctx, run, RecordOptions{Path: filepath.Join(out, "a.avi")})
	wantError(t, err, "a.avi", ".gif")
	_, err = Record(ctx, run, RecordOptions{Path: filepath.Join(out, "none", "a.gif")})
	wantError(t, err, filepath.Join("none", "a.gif"))
	_, err = Record(ctx, run, RecordOptions{Path: filepath.Join(out, "a.gif"), Format: record.Format("vhs")})
	wantError(t, err, "vhs")
	parts := &factory{agent: realParts.agent, env: func(cfg *configs.Run) (envs.Env, error) {
		e, err := realParts.env(cfg)
		return silent{e}, err
	}}
	_, err = Record(ctx, run, RecordOptions{Path: filepath.Join(out, "a.gif"), parts: parts})
	wantError(t, err, "CartPole-v1 draws no picture")
	if left, _ := os.ReadDir(out); len(left) != 0 {
		t.Errorf("left %v", left)
	}
}
