// Command rlweb is what `make web` compiles to WebAssembly for the page beside it, index.html: the
// window of rl watch for a few trained agents, whose weights lie beside it. Elsewhere it opens a window:
//
//	go run ./cmd/rlweb dqn-mountaincar
package main

import (
	"fmt"

	"tesuji/internal/rng"
	"tesuji/view"
	"tesuji/view/scene"
	"tesuji/view/session"
)

func main() {
	if err := show(chosen()); err != nil {
		fail(err)
	}
}

// show lets the trained agent of a name play until the window is closed.
func show(name string) error {
	s, err := open(name)
	if err != nil {
		return err
	}
	return view.Run(s)
}

// open returns the scene of the trained agent of a name.
func open(name string) (scene.Scene, error) {
	for _, g := range goGames {
		if name == g.preset {
			return g.board()
		}
	}
	p, err := find(name)
	if err != nil {
		return nil, err
	}
	return watch(p)
}

// watch returns the scene in which a trained agent plays.
func watch(p *preset) (*scene.Watch, error) {
	policy, steps, err := p.load()
	if err != nil {
		return nil, err
	}
	seed := rng.New(1, "watching").Uint64()
	s, err := session.New(session.Options{Policy: policy, Deterministic: true, NewEnv: p.seeded(seed)})
	if err != nil {
		return nil, err
	}
	about := fmt.Sprintf("%s, %.2g million steps learned", p.agent, float64(steps)/1e6)
	return scene.NewWatch(s, scene.WatchOptions{Name: p.name, About: func() string { return about }})
}
