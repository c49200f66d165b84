// Solve finds the exact values of small games and prints how long each takes:
//
//	go run ./benchmarks/solve             those that take seconds
//	go run ./benchmarks/solve -all        all of them: minutes
//	go run ./benchmarks/solve -only 'go 3'
//
// Values are for who begins. It fails if one is not what is known.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"regexp"
	"time"

	"tesuji/agents/solver"
	"tesuji/envs/board/hex"
	"tesuji/envs/board/inarow"
	"tesuji/envs/board/othello"
)

// problem is a game, or one after some moves, whose value is known.
type problem struct {
	name   string
	start  func() solver.Position
	deepen bool // search depth by depth
	moves  []int
	want   int
	slow   bool
}

func goban(rows, cols int) func() solver.Position {
	return func() solver.Position { return solver.NewGoban(rows, cols) }
}

func connect(rows, cols int) func() solver.Position {
	return func() solver.Position { return solver.NewConnect(rows, cols) }
}

var problems = []problem{
	{name: "tic-tac-toe", start: func() solver.Position { return solver.FromGame(inarow.NewTicTacToe()) }},
	{name: "connect four, 4 columns, 4 rows", start: connect(4, 4)},
	{name: "connect four, 5 columns, 4 rows", start: connect(4, 5)},
	{name: "connect four, 5 columns, 5 rows", start: connect(5, 5)},
	{name: "connect four, 6 columns, 5 rows", start: connect(5, 6), slow: true},
	{name: "connect four, 6 columns, 6 rows", start: connect(6, 6), want: -1, slow: true},
	{name: "othello 4x4", start: func() solver.Position { return solver.FromGame(othello.New(4)) }, want: -8},
	{name: "hex 3x3", start: func() solver.Position { return solver.FromGame(hex.New(3, false)) }, want: 1},
	{name: "hex 4x4", start: func() solver.Position { return solver.FromGame(hex.New(4, false)) }, want: 1},
	{name: "go 1x6", start: goban(1, 6), deepen: true, want: 1},
	{name: "go 2x2", start: goban(2, 2), deepen: true, want: 1},
	{name: "go 2x3", start: goban(2, 3), deepen: true},
	{name: "go 3x3", start: goban(3, 3), deepen: true, want: 9},
	{name: "go 3x3, first play on the side", start: goban(3, 3), deepen: true, moves: []int{1}, want: 3},
	{name: "go 3x3, first play in the corner", start: goban(3, 3), deepen: true, moves: []int{0}, want: -9},
	{name: "go 3x4", start: goban(3, 4), deepen: true, want: 4},
	{name: "go 3x5", start: goban(3, 5), deepen: true, want: 15},
	{name: "go 4x4", start: goban(4, 4), deepen: true, want: 2, slow: true},
	{name: "go 4x4, first play in the middle", start: goban(4, 4), deepen: true, moves: []int{5}, want: 2, slow: true},
	{name: "go 4x4, first play on the side", start: goban(4, 4), deepen: true, moves: []int{1}, want: -16, slow: true},
	{name: "go 4x4, first play in the corner", start: goban(4, 4), deepen: true, moves: []int{0}, want: -16, slow: true},
	{name: "go 4x4, first a pass", start: goban(4, 4), deepen: true, moves: []int{16}, want: -2, slow: true},
}

func main() {
	all := flag.Bool("all", false, "those that take minutes too")
	only := flag.String("only", "", "those whose names match a regular expression")
	entries := flag.Int("entries", 1<<21, "positions to remember, of 24 bytes each, in Go of 152")
	flag.Parse()
	match, err := regexp.Compile(*only)
	if err != nil {
		fmt.Fprintln(os.Stderr, "solve: -only:", err)
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	failed := false
	fmt.Println("| game | value | positions | seconds |\n|---|---|---|---|")
	for _, p := range problems {
		if !match.MatchString(p.name) || p.slow && !*all && *only == "" {
			continue
		}
		at, s := p.start(), solver.New(*entries, p.deepen)
		for _, m := range p.moves {
			at.Play(m)
		}
		begun := time.Now()
		v, err := s.Solve(ctx, at)
		if err != nil {
			fmt.Fprintf(os.Stderr, "solve: %s, after %d positions: %v\n", p.name, s.Nodes, err)
			os.Exit(1)
		}
		if len(p.moves)%2 == 1 {
			v = -v
		}
		note := ""
		if v != p.want {
			note, failed = fmt.Sprintf(" (want %d)", p.want), true
		}
		fmt.Printf("| %s | %d%s | %d | %.3g |\n", p.name, v, note, s.Nodes, time.Since(begun).Seconds())
	}
	if failed {
		os.Exit(1)
	}
}
