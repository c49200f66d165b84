package alphago

import (
	"encoding/binary"
	"fmt"

	"tesuji/agents/boardgame"
	"tesuji/envs"
	"tesuji/internal/rng"
	"tesuji/snapshot"
)

// book is games, of which some positions are learned from. Positions are made by playing the moves again,
// so that a game takes a few bytes.
type book struct {
	start   envs.Game
	moves   []uint16 // of all games, one after the other
	games   []chapter
	lessons []lesson
}

// chapter is a game.
type chapter struct {
	first   int32 // of its moves
	count   int32 // of its moves
	from    int32 // moves before the first position to learn from
	outcome int8  // for player 0
}

// lesson is a position to learn from: that after so many moves of a game.
type lesson struct{ game, ply int32 }

// add adds a game, whose positions after from and more moves are learned from: those that a move follows,
// or only the last one, which none does.
func (b *book) add(moves []uint16, from int, outcome float64) {
	c := chapter{int32(len(b.moves)), int32(len(moves)), int32(from), int8(outcome)}
	b.moves = append(b.moves, moves...)
	b.games = append(b.games, c)
	b.list(c)
}

// list adds the lessons of the last game.
func (b *book) list(c chapter) {
	game := int32(len(b.games) - 1)
	if c.from == c.count {
		b.lessons = append(b.lessons, lesson{game, c.count})
	}
	for ply := c.from; ply < c.count; ply++ {
		b.lessons = append(b.lessons, lesson{game, ply})
	}
}

// recall sets g to a position and returns the move that was made there, or -1, and the outcome for the
// player to move.
func (b *book) recall(l lesson, g envs.Game) (move int, outcome float64) {
	c := b.games[l.game]
	moves := b.moves[c.first : c.first+c.count]
	g.CopyFrom(b.start)
	for _, m := range moves[:l.ply] {
		boardgame.MustPlay(g, int(m))
	}
	move, outcome = -1, float64(c.outcome)
	if l.ply < c.count {
		move = int(moves[l.ply])
	}
	if g.Player() == 1 {
		outcome = -outcome
	}
	return move, outcome
}

// draw returns a random lesson.
func (b *book) draw(r *rng.Stream) lesson { return b.lessons[r.Intn(len(b.lessons))] }

// State saves or restores the games.
func (b *book) State(a *snapshot.Archive) {
	var data []byte
	if a.Saving() {
		for _, c := range b.games {
			data = binary.LittleEndian.AppendUint32(data, uint32(c.count))
			data = binary.LittleEndian.AppendUint32(data, uint32(c.from))
			data = append(data, byte(c.outcome))
			for _, m := range b.moves[c.first : c.first+c.count] {
				data = binary.LittleEndian.AppendUint16(data, m)
			}
		}
	}
	a.Bytes("games", &data)
	if a.Saving() || a.Err() != nil {
		return
	}
	b.moves, b.games, b.lessons = b.moves[:0], b.games[:0], b.lessons[:0]
	var moves []uint16
	for at := b.start.Clone(); len(data) > 0; {
		if len(data) < 9 {
			a.Fail(fmt.Errorf("game %d is cut short", len(b.games)))
			return
		}
		count, from, outcome := binary.LittleEndian.Uint32(data), binary.LittleEndian.Uint32(data[4:]), int8(data[8])
		if data = data[9:]; uint64(len(data)) < 2*uint64(count) || from > count {
			a.Fail(fmt.Errorf("game %d of %d moves is cut short", len(b.games), count))
			return
		}
		moves = moves[:0]
		at.CopyFrom(b.start)
		for range count {
			m := binary.LittleEndian.Uint16(data)
			data = data[2:]
			if int(m) >= at.Moves() {
				a.Fail(fmt.Errorf("game %d has a move %d", len(b.games), m))
				return
			}
			if err := at.Play(int(m)); err != nil {
				a.Fail(fmt.Errorf("game %d: %w", len(b.games), err))
				return
			}
			moves = append(moves, m)
		}
		b.add(moves, int(from), float64(outcome))
	}
}
