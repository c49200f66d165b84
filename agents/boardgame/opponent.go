package boardgame

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"tesuji/agents"
	"tesuji/agents/random"
	"tesuji/agents/uct"
	"tesuji/gtp"
)

// rival is what the name of an opponent says.
type rival struct {
	kind rivalKind
	n    int // play-outs, or the level
}

type rivalKind uint8

const (
	byChance rivalKind = iota
	byUCT
	gnuGo
	itself
)

// Earlier is the name of an opponent that is what had been learned some time before.
const Earlier = "earlier"

func parse(name string) (rival, error) {
	if name == "random" {
		return rival{kind: byChance}, nil
	}
	if name == Earlier {
		return rival{kind: itself}, nil
	}
	for kind, prefix := range map[rivalKind]string{byUCT: "uct-", gnuGo: "gnugo-"} {
		if digits, ok := strings.CutPrefix(name, prefix); ok {
			if n, err := strconv.Atoi(digits); err == nil && n > 0 {
				return rival{kind, n}, nil
			}
		}
	}
	return rival{}, fmt.Errorf("unknown opponent %q: want random, uct-N with N play-outs a move, gnugo-N with a level, or earlier", name)
}

// Opponent returns a player of a ladder: "random", "uct-N" with N play-outs a move, or "gnugo-N", GNU Go
// at a level, in a process of its own. The same seed means the same moves. leave ends it.
func Opponent(name string, seed uint64) (agents.Player, error) {
	r, err := parse(name)
	if err != nil {
		return nil, err
	}
	switch r.kind {
	case byUCT:
		cfg := uct.DefaultConfig(r.n)
		cfg.Seed = seed
		return uct.New(cfg), nil
	case gnuGo:
		// It plays by the ladder's rules: all stones are alive at the end, and the game is played to it.
		// Its seed is a C int, and 0 means the time.
		c, err := gtp.Start("gnugo", "--mode", "gtp", "--level", strconv.Itoa(r.n), "--seed", strconv.FormatUint(seed%(1<<31-1)+1, 10),
			"--chinese-rules", "--positional-superko", "--forbid-suicide", "--capture-all-dead", "--never-resign")
		if err != nil {
			return nil, err
		}
		return gtp.NewPlayer(c), nil
	}
	return random.New(seed), nil
}

// leave ends a player that is a program.
func leave(p agents.Player) {
	if c, ok := p.(interface{ Close(context.Context) error }); ok {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		_ = c.Close(ctx) // the games are over: how the program ends changes nothing
	}
}
