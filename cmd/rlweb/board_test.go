//go:build !js

package main

import (
	"testing"
	"time"

	"tesuji/agents/alphazero"
	"tesuji/configs"
	"tesuji/view/scene"
)

// TestBoard holds the players of Go against their configs, and has them move.
func TestBoard(t *testing.T) {
	for _, g := range goGames {
		t.Run(g.preset, func(t *testing.T) {
			run, err := configs.Load(g.preset, nil, nil)
			if err != nil {
				t.Fatal(err)
			}
			want, data := run.ModelOptions.(*alphazero.Config), run.Data.(*alphazero.Data)
			cfg, d := g.config()
			if d != *data || cfg.Blocks != want.Blocks || cfg.Channels != want.Channels || cfg.MarginWeight != want.MarginWeight || cfg.MaxConsidered != want.MaxConsidered {
				t.Errorf("the page has %+v of %+v, the preset %+v of %+v", cfg, d, want, data)
			}
			s, err := open(g.preset)
			if err != nil {
				t.Fatal(err)
			}
			b := s.(*scene.Board)
			defer b.Close()
			for _, in := range []scene.Input{{Pressed: []scene.Key{scene.P}}, {}} {
				for range 500 {
					if _, err := b.Update(time.Second/10, &in); err != nil {
						t.Fatal(err)
					}
					if in.Pressed = nil; len(b.Position().Board.Moves()) > 1 {
						break
					}
					time.Sleep(10 * time.Millisecond)
				}
			}
			if n := len(b.Position().Board.Moves()); n != 2 {
				t.Errorf("after a pass and the reply there are %d moves", n)
			}
		})
	}
}
