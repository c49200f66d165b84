package alphago

import (
	"tesuji/agents/boardgame"
	"tesuji/envs"
	"tesuji/internal/rng"
	"tesuji/tensor"
)

// evaluator shows positions to networks, each as it is or seen through a random symmetry of the board.
// What comes out for a position does not depend on which others are beside it. It is not safe for
// concurrent use; several evaluators may use the same networks at once.
type evaluator struct {
	symmetries            []boardgame.Symmetry
	points, planes, moves int
	rows, cols            int
	tape                  *tensor.Tape
	x                     []float32 // [N, P, planes]
	seen                  []float32 // [P, planes], an observation
	turned                []int     // [N] symmetries
	legal                 []bool
}

func newEvaluator(symmetries []boardgame.Symmetry, g envs.Game) *evaluator {
	rows, cols, planes := g.Planes()
	e := &evaluator{
		symmetries: symmetries, points: rows * cols, planes: planes, moves: g.Moves(), rows: rows, cols: cols,
		tape: tensor.NewTape(), seen: make([]float32, rows*cols*planes), legal: make([]bool, g.Moves()),
	}
	e.tape.Inference(true)
	return e
}

// look puts positions on the tape, through symmetries that noise draws; nil, or a nil one, draws none.
func (e *evaluator) look(positions []envs.Game, noise []*rng.Stream) tensor.Var {
	n, size := len(positions), e.points*e.planes
	if len(e.turned) < n {
		e.x, e.turned = make([]float32, n*size), make([]int, n)
	}
	for i, g := range positions {
		e.turned[i] = 0
		if noise != nil && noise[i] != nil {
			e.turned[i] = noise[i].Intn(len(e.symmetries))
		}
		x := e.x[i*size : (i+1)*size]
		if e.turned[i] == 0 {
			g.Observe(x)
			continue
		}
		g.Observe(e.seen)
		e.symmetries[e.turned[i]].Turn(x, e.seen, e.planes)
	}
	e.tape.Reset()
	return e.tape.InputOf(e.x[:n*size], n, e.rows, e.cols, e.planes)
}

// masked is the logit of illegal moves.
const masked = -1e9

// policy writes the chances [n, A] of moves in positions, 0 for illegal ones: the softmax of the logits
// over the temperature.
func (e *evaluator) policy(net *Policy, positions []envs.Game, noise []*rng.Stream, temperature float32, chances []float32) {
	logits := e.tape.Value(net.forward(e.tape, e.look(positions, noise)))
	for i, g := range positions {
		row, p := logits[i*e.moves:(i+1)*e.moves], chances[i*e.moves:(i+1)*e.moves]
		for a, to := range e.symmetries[e.turned[i]].Moves {
			p[to] = row[a] / temperature
		}
		g.Legal(e.legal)
		for a, ok := range e.legal {
			if !ok {
				p[a] = masked
			}
		}
	}
	n := len(positions)
	tensor.SoftmaxRows(chances[:n*e.moves], chances[:n*e.moves], n, e.moves)
	for i, g := range positions { // what is illegal is not to be played by a rounded chance either
		g.Legal(e.legal)
		for a, ok := range e.legal {
			if !ok {
				chances[i*e.moves+a] = 0
			}
		}
	}
}

// value writes the values [n] of positions, for the players to move.
func (e *evaluator) value(net *Value, positions []envs.Game, noise []*rng.Stream, values []float32) {
	copy(values[:len(positions)], e.tape.Value(net.forward(e.tape, e.look(positions, noise))))
}

// sample draws a move by its chance.
func sample(chances []float32, r *rng.Stream) int {
	u, last := r.Float32(), 0
	sum := float32(0)
	for a, p := range chances {
		if p == 0 {
			continue
		}
		last = a
		if sum += p; u < sum {
			break
		}
	}
	return last
}
