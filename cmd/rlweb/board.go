package main

import (
	"fmt"

	"tesuji/agents"
	"tesuji/agents/alphazero"
	"tesuji/envs/board/weiqi"
	"tesuji/experiments/checkpoint"
	"tesuji/experiments/trained"
	"tesuji/view/scene"
)

// goPreset is the config of the run whose player people play Go against.
const goPreset = "alphazero-go5"

// goConfig returns of the preset what its player is made of; TestBoard holds it against the config.
func goConfig() (alphazero.Config, alphazero.Data) {
	cfg, data := alphazero.Default(), alphazero.DefaultData()
	cfg.Blocks, cfg.Channels, cfg.MarginWeight = 4, 32, 0.5
	data.Game, data.Size, data.Komi = "go", 5, 24
	return cfg, data
}

// simulations a move of the player: a second's work in a browser.
const simulations = 100

// board returns a scene in which a person, Black, plays Go against what the preset has learned, and may
// look at what it thinks.
func board() (*scene.Board, error) {
	weights, _ := trained.Weights("go5")
	f, err := checkpoint.Decode(weights)
	if err != nil {
		return nil, fmt.Errorf("weights of %s: %w", goPreset, err)
	}
	cfg, data := goConfig()
	var opponent, analyst *alphazero.Player
	for _, p := range []**alphazero.Player{&opponent, &analyst} {
		if *p, err = alphazero.NewPlayer(cfg, data, f.Tensors, simulations); err != nil {
			return nil, fmt.Errorf("player of %s: %w", goPreset, err)
		}
	}
	rules, err := weiqi.RulesByName(data.Rules)
	if err != nil {
		return nil, err
	}
	g := weiqi.NewGame(data.Size, data.Size, rules)
	g.SetCap(4 * g.Points())
	return scene.NewBoard(g, scene.BoardOptions{
		Title: "Go 5x5", Names: [2]string{"you", "AlphaZero"}, Players: [2]agents.Player{nil, opponent}, Analyst: analyst,
	}), nil
}
