package main

import (
	"fmt"

	"tesuji/agents"
	"tesuji/agents/alphazero"
	"tesuji/agents/boardgame"
	"tesuji/envs/board/weiqi"
	"tesuji/experiments/checkpoint"
	"tesuji/view/scene"
)

// goGame is a run of Go whose player people play against; TestBoard holds it against the config.
type goGame struct {
	preset           string
	size             int
	blocks, channels int
	komi, margin     float64 // that it learned with
	played           float64 // komi of games against people; perfect play wins by 25 on 5x5, by 9 on 7x7
}

var goGames = []goGame{
	{"alphazero-go5", 5, 4, 32, 24, 0.5, 7},
	{"alphazero-go7", 7, 5, 48, 9, 0.3, 8.5},
	{"alphazero-go9", 9, 5, 48, 7, 0.2, 7},
}

// config returns of the preset what its player is made of.
func (o goGame) config() (alphazero.Config, alphazero.Data) {
	cfg, data := alphazero.Default(), alphazero.DefaultData()
	cfg.Blocks, cfg.Channels, cfg.MarginWeight = o.blocks, o.channels, o.margin
	data.Game, data.Size, data.Komi = "go", o.size, o.komi
	return cfg, data
}

// simulations a move of the player: a second's work in a browser.
const simulations = 100

// board returns a scene in which a person, Black, plays Go against what the preset has learned, and may
// look at what it thinks.
func (o goGame) board() (*scene.Board, error) {
	b, err := weights(o.preset)
	if err != nil {
		return nil, err
	}
	f, err := checkpoint.Decode(b)
	if err != nil {
		return nil, fmt.Errorf("weights of %s: %w", o.preset, err)
	}
	cfg, data := o.config()
	var opponent, analyst *alphazero.Player
	for _, p := range []**alphazero.Player{&opponent, &analyst} {
		if *p, err = alphazero.NewPlayer(cfg, data, f.Tensors, boardgame.Effort{Simulations: simulations}); err != nil {
			return nil, fmt.Errorf("player of %s: %w", o.preset, err)
		}
	}
	rules, err := weiqi.RulesByName(data.Rules)
	if err != nil {
		return nil, err
	}
	rules.Komi = o.played
	g := weiqi.NewGame(o.size, o.size, rules)
	g.SetCap(4 * g.Points())
	return scene.NewBoard(g, scene.BoardOptions{
		Title: fmt.Sprintf("Go %dx%d", o.size, o.size), Names: [2]string{"you", "AlphaZero"},
		Players: [2]agents.Player{nil, opponent}, Analyst: analyst,
	}), nil
}
