package alphazero

import (
	"math"
	"testing"

	"tesuji/agents/boardgame"
	"tesuji/envs"
	"tesuji/internal/rng"
	"tesuji/tensor"
)

// TestEvaluator: the evaluator says what the network says that learns, but for rounding, and of a
// position the same whatever is evaluated with it.
func TestEvaluator(t *testing.T) {
	for _, data := range []Data{DefaultData(), goOn(5), goOn(9), {Game: boardgame.ConnectFour}} {
		g, err := data.New()
		if err != nil {
			t.Fatal(err)
		}
		r := rng.New(1, "network")
		net := NewNetwork(g, 3, 8, r)
		for p := range net.Params() {
			for i := range p.Value.Data { // the second convolutions of blocks are zero at first
				p.Value.Data[i] += float32(.1 * r.Normal())
			}
		}
		net.prepare()
		rows, cols, planes := g.Planes()
		const n = 21
		games, legal := make([]envs.Game, n), make([]bool, g.Moves())
		x := make([]float32, n*rows*cols*planes)
		for i := range games {
			games[i] = g.Clone()
			for range i % 8 {
				if !games[i].Over() {
					boardgame.RandomMove(games[i], legal, r)
				}
			}
			games[i].Observe(x[i*rows*cols*planes:])
		}
		tape := tensor.NewTape()
		tape.Inference(true)
		o := net.forward(tape, tape.InputOf(x, n, rows, cols, planes))
		want, chance := tape.Value(o.policy), make([]float32, 3*n)
		tensor.SoftmaxRows(chance, tape.Value(o.value), n, 3)

		e := NewEvaluator(net, 0, nil)
		logits, values := make([]float32, n*g.Moves()), make([]float32, n)
		if err := e.Evaluate(games, logits, values); err != nil {
			t.Fatal(err)
		}
		for i, l := range logits {
			if math.Abs(float64(l-want[i])) > 1e-3 {
				t.Fatalf("%s: logit %d is %v, want %v", g.Name(), i, l, want[i])
			}
		}
		for i, v := range values {
			if w := chance[3*i] - chance[3*i+2]; math.Abs(float64(v-w)) > 1e-3 {
				t.Errorf("%s: value %d is %v, want %v", g.Name(), i, v, w)
			}
		}
		alone, value := make([]float32, g.Moves()), make([]float32, 1)
		if err := e.Evaluate(games[20:], alone, value); err != nil {
			t.Fatal(err)
		}
		for i, l := range alone {
			if l != logits[20*g.Moves()+i] {
				t.Fatalf("%s: a position alone has other logits than among others", g.Name())
			}
		}
		if n := testing.AllocsPerRun(3, func() { _ = e.Evaluate(games, logits, values) }); n != 0 {
			t.Errorf("%s: %v allocations", g.Name(), n)
		}
	}
}

// TestSymmetries: through all symmetries of the board, pictures of one position get the same value, and logits that
// are pictures of each other.
func TestSymmetries(t *testing.T) {
	data := goOn(5)
	g, err := data.New()
	if err != nil {
		t.Fatal(err)
	}
	net := NewNetwork(g, 2, 8, rng.New(1, "network"))
	net.prepare()
	symmetries := boardgame.Symmetries(data.Game, g)
	e := NewEvaluator(net, .3, symmetries)
	const n = 8
	moves := []int{0, 7, 22, 13}
	games, logits, values := make([]envs.Game, n), make([]float32, n*g.Moves()), make([]float32, n)
	for i, s := range symmetries {
		games[i] = g.Clone()
		for _, m := range moves { // point m of the picture
			boardgame.MustPlay(games[i], int(s.Moves[m]))
		}
	}
	if err := e.Evaluate(games, logits, values); err != nil {
		t.Fatal(err)
	}
	close := func(a, b float32) bool { return math.Abs(float64(a-b)) < 1e-5 }
	for i, s := range symmetries {
		if !close(values[i], values[0]) {
			t.Errorf("symmetry %d: value %v, want %v", i, values[i], values[0])
		}
		for a, to := range s.Moves {
			if got, want := logits[i*g.Moves()+int(to)], logits[a]; !close(got, want) {
				t.Errorf("symmetry %d: logit of move %d is %v, want %v", i, to, got, want)
			}
		}
	}
	owners := [2][]float64{make([]float64, 25), make([]float64, 25)}
	var margins [2]float64
	for k, i := range []int{0, 6} {
		if err := e.Evaluate(games[i:i+1], logits, values); err != nil {
			t.Fatal(err)
		}
		margins[k] = e.end(owners[k], -1)
	}
	if math.Abs(margins[0]-margins[1]) > 1e-5 {
		t.Errorf("margins %v", margins)
	}
	for i, to := range symmetries[6].Points {
		if math.Abs(owners[0][i]-owners[1][to]) > 1e-5 {
			t.Errorf("owner of point %d: %v, and %v in the picture", i, owners[0][i], owners[1][to])
		}
	}
	if n := testing.AllocsPerRun(3, func() { _ = e.Evaluate(games, logits, values) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
