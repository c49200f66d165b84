//go:build !js

package main

import (
	"reflect"
	"testing"
	"time"

	"tesuji/configs"
	"tesuji/view/scene"
)

// TestPresets holds the presets against the configs of their names, and lets each play.
func TestPresets(t *testing.T) {
	for i := range presets {
		p := &presets[i]
		t.Run(p.name, func(t *testing.T) {
			cfg, err := configs.Load(p.name, nil, nil)
			if err != nil {
				t.Fatal(err)
			}
			want, err := cfg.NewEnv()
			if err != nil {
				t.Fatal(err)
			}
			got, err := p.seeded(1)()
			if err != nil {
				t.Fatal(err)
			}
			if cfg.Agent != p.agent || got.Spec().ID != want.Spec().ID {
				t.Errorf("%s plays %s, its config says %s and %s", p.agent, got.Spec().ID, cfg.Agent, want.Spec().ID)
			}
			if !reflect.DeepEqual(got.Spec().Action, want.Spec().Action) || cfg.Normalize.Obs {
				t.Errorf("actions are %v, its config says %v; normalize.obs is %v, which is not supported", got.Spec().Action, want.Spec().Action, cfg.Normalize.Obs)
			}
			w, err := watch(p) // fails if the weights do not fit
			if err != nil {
				t.Fatal(err)
			}
			for range 30 {
				if _, err := w.Update(time.Second/10, &scene.Input{}); err != nil {
					t.Fatal(err)
				}
			}
			if s := w.Session(); s.Last() == 0 && s.Episode() == 1 {
				t.Error("nothing was played")
			}
		})
	}
}

func TestFind(t *testing.T) {
	if p, err := find(""); err != nil || p != &presets[0] {
		t.Errorf("the default is %v, %v", p, err)
	}
	if _, err := find("ppo-cartpool"); err == nil {
		t.Error("found an agent that is not there")
	}
}
