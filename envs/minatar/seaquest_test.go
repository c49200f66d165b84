package minatar

import (
	"testing"

	"tesuji/envs"
)

// What surfacing gives and leaves, in the original and mended.
func TestSurfacing(t *testing.T) {
	for _, tt := range []struct {
		fixed                     bool
		carried, oxygen           int
		reward, left              int
		over                      bool
		spawnSpeed, moveSpeed, at int // after it, at is the index of the ramp before
	}{
		{carried: 0, oxygen: 90, left: 0, over: true, spawnSpeed: 20, moveSpeed: 5},
		{carried: 1, oxygen: 90, left: 0, spawnSpeed: 19, moveSpeed: 5},
		{carried: 5, oxygen: 90, left: 4, spawnSpeed: 19, moveSpeed: 4, at: 1},
		{carried: 6, oxygen: 199, reward: 9, left: -1, spawnSpeed: 19, moveSpeed: 5},
		{carried: 6, oxygen: 19, reward: 0, left: -1, spawnSpeed: 19, moveSpeed: 5},
		{carried: -1, oxygen: 90, left: -2, spawnSpeed: 19, moveSpeed: 5},
		{fixed: true, carried: 6, oxygen: 199, reward: 9, left: 0, spawnSpeed: 19, moveSpeed: 5},
		{fixed: true, carried: 5, oxygen: 90, left: 4, spawnSpeed: 19, moveSpeed: 5},
		{fixed: true, carried: 0, oxygen: 90, left: 0, over: true, spawnSpeed: 20, moveSpeed: 5},
	} {
		o := DefaultSeaquestOptions()
		o.Fixed = tt.fixed
		g, err := NewSeaquest(o)
		if err != nil {
			t.Fatal(err)
		}
		if err := g.Reset(envs.MakeRows(g.Spec().Observation, 1).Row(0)); err != nil {
			t.Fatal(err)
		}
		g.y, g.surfaced, g.carried, g.oxygen, g.rampIndex = 1, false, tt.carried, tt.oxygen, tt.at
		var out outcome
		g.advance(up, &out)
		if out.reward != tt.reward || out.over != tt.over || g.carried != tt.left || g.spawnSpeed != tt.spawnSpeed || g.moveSpeed != tt.moveSpeed {
			t.Errorf("%+v: reward %d, over %v, %d on board, speeds %d and %d", tt, out.reward, out.over, g.carried, g.spawnSpeed, g.moveSpeed)
		}
		if !out.over && g.oxygen != fullOxygen {
			t.Errorf("%+v: oxygen %d", tt, g.oxygen)
		}
	}
}

// Without ramping nothing grows harder.
func TestWithoutRamping(t *testing.T) {
	sea, err := NewSeaquest(SeaquestOptions{})
	if err != nil {
		t.Fatal(err)
	}
	sea.carried, sea.surfaced = 3, false
	sea.surface()
	if sea.spawnSpeed != seaquestSpawnSpeed || sea.rampIndex != 0 {
		t.Errorf("Seaquest: %d steps between entries after surfacing", sea.spawnSpeed)
	}
	asterix, err := NewAsterix(Options{})
	if err != nil {
		t.Fatal(err)
	}
	for range 1000 {
		asterix.advance(none)
	}
	if asterix.spawnSpeed != asterixSpawnSpeed || asterix.moveSpeed != asterixMoveSpeed {
		t.Errorf("Asterix: speeds %d and %d after 1000 steps", asterix.spawnSpeed, asterix.moveSpeed)
	}
	invaders, err := NewSpaceInvaders(Options{})
	if err != nil {
		t.Fatal(err)
	}
	invaders.aliens, invaders.shots = cell(3, 2), cell(3, 3)
	if reward, _ := invaders.advance(none); reward != 1 || invaders.interval != slowestInterval {
		t.Errorf("Space Invaders: reward %d, interval %d after the last alien", reward, invaders.interval)
	}
}

// One swimmer of two that are equal is the same to the game as the other, but the walk meets the
// one that stays once more.
func TestRemovingEqualSwimmers(t *testing.T) {
	var s school
	a, b := swimmer{x: 3, y: 2, dir: 1}, swimmer{x: 5, y: 2, dir: -1}
	s.add(a)
	s.add(b)
	s.add(a)
	if place := s.remove(2); place != 1 || s.n != 2 || s.list[0] != b || s.list[1] != a {
		t.Errorf("place %d, left %v", place, s.list[:s.n])
	}
	if place := s.remove(0); place != -1 || s.n != 1 || s.list[0] != a {
		t.Errorf("place %d, left %v", place, s.list[:s.n])
	}
}
