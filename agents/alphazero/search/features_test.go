package search

import (
	"context"
	"math"
	"reflect"
	"testing"

	"tesuji/agents/solver"
	"tesuji/envs"
	"tesuji/envs/board/hex"
	"tesuji/envs/board/inarow"
	"tesuji/envs/board/weiqi"
	"tesuji/internal/rng"
)

// configs returns searches by both rules with nothing and with everything else.
func configs(simulations int) map[string]Config {
	gumbel := Config{Simulations: simulations, Gumbel: DefaultGumbel()}
	puct := Config{Simulations: simulations, Rule: ByPUCT, PUCT: DefaultPUCT(), Noise: DefaultNoise()}
	all := map[string]Config{"gumbel": gumbel, "puct": puct}
	gumbel.Solve, gumbel.Reuse, gumbel.Transpose = true, true, true
	puct.Solve, puct.Reuse, puct.Transpose = true, true, true
	all["gumbel, all"], all["puct, all"] = gumbel, puct
	puct.PUCT = PUCT{Init: 1.1, Base: 1e4, FPU: FPUParent, Reduction: 0.2}
	all["puct, all, parent's urgency"] = puct
	return all
}

// scatter is a network whose answers follow from the position's key alone, each as likely as others.
type scatter struct{ asked int }

func (n *scatter) Evaluate(positions []envs.Game, logits, values []float32) error {
	n.asked += len(positions)
	for i, g := range positions {
		moves := g.Moves()
		x := g.Key()
		draw := func() float32 {
			x += 0x9e3779b97f4a7c15
			z := (x ^ x>>30) * 0xbf58476d1ce4e5b9
			z = (z ^ z>>27) * 0x94d049bb133111eb
			return float32(z>>40)/(1<<23) - 1
		}
		for a := range moves {
			logits[i*moves+a] = 2 * draw()
		}
		values[i] = draw() / 2
	}
	return nil
}

func searchOne(t *testing.T, b *Batch, g envs.Game, noise *rng.Stream) Decision {
	t.Helper()
	out := make([]Decision, 1)
	if err := b.Search(context.Background(), []envs.Game{g}, []*rng.Stream{noise}, out); err != nil {
		t.Fatal(err)
	}
	return out[0]
}

// TestSolve searches positions a few plies before the end and compares what is certain with the
// solver's values. Nothing certain may be wrong, and enough has to be certain.
func TestSolve(t *testing.T) {
	for name, cfg := range configs(600) {
		r := rng.New(3, "positions")
		if !cfg.Solve {
			continue
		}
		certain, all := 0, 0 // of all games: where most end drawn, Gumbel goes on with drawn moves
		for _, start := range []envs.Game{inarow.NewTicTacToe(), inarow.NewConnectFourOn(4, 4), hex.New(3, true)} {
			b := NewBatch(cfg, &scatter{}, start, 1)
			s := solver.New(1<<16, false)
			rows, cols, _ := start.Planes()
			for range 60 {
				g := start.Clone()
				for range rows*cols/2 + r.Intn(rows*cols/3) {
					if m := r.Intn(g.Moves()); !g.Over() {
						g.Play(m) // or, where it is illegal, not
					}
				}
				if g.Over() {
					continue
				}
				all++
				want, err := s.Solve(context.Background(), solver.FromGame(g))
				if err != nil {
					t.Fatal(err)
				}
				d := searchOne(t, b, g, nil)
				if !d.Certain {
					continue
				}
				certain++
				if d.Value != float32(want) {
					t.Fatalf("%s, %s: certainly %v, want %d", name, g.Name(), d.Value, want)
				}
				next := g.Clone()
				next.Play(d.Move)
				if v, _ := s.Solve(context.Background(), solver.FromGame(next)); -v != want {
					t.Fatalf("%s, %s: the move is worth %d, want %d", name, g.Name(), -v, want)
				}
			}
		}
		if certain < all/2 {
			t.Errorf("%s: %d of %d positions are certain", name, certain, all)
		}
	}
}

// TestReuse plays a game with a tree that is kept and looks at the tree after every move.
func TestReuse(t *testing.T) {
	for name, cfg := range configs(50) {
		cfg.Reuse, cfg.Solve = true, false
		g := weiqi.NewGame(4, 4, weiqi.Rules{Komi: 0.5})
		net := &scatter{}
		b := NewBatch(cfg, net, g, 1)
		inherited := 0
		for ply := 0; ply < 12 && !g.Over(); ply++ {
			d := searchOne(t, b, g, rng.New(uint64(ply), "noise"))
			sum := 0
			for _, n := range d.Visits {
				sum += int(n)
			}
			if sum != cfg.Simulations {
				t.Fatalf("%s, ply %d: %d visits, want %d", name, ply, sum, cfg.Simulations)
			}
			inherited += d.Inherited
			wholesome(t, b.slots[0].tree)
			if err := g.Play(d.Move); err != nil {
				t.Fatal(err)
			}
			before := b.slots[0].tree.visits[row(b.slots[0].tree, b.slots[0].tree.child, 0)[d.Move]]
			b.Played(0, d.Move)
			if tr := b.slots[0].tree; tr.n > 0 && (tr.visits[0] != before || tr.key[0] != g.Key()) {
				t.Fatalf("%s, ply %d: the root has %d visits, want %d", name, ply, tr.visits[0], before)
			}
			wholesome(t, b.slots[0].tree)
		}
		if inherited < 20 {
			t.Errorf("%s: %d visits inherited", name, inherited)
		}
		// Another game than was told of begins anew.
		fresh := searchOne(t, NewBatch(cfg, net, g, 1), weiqi.NewGame(4, 4, weiqi.Rules{Komi: 0.5}), nil)
		if d := searchOne(t, b, weiqi.NewGame(4, 4, weiqi.Rules{Komi: 0.5}), nil); !reflect.DeepEqual(d, fresh) {
			t.Errorf("%s: a new game is searched with an old tree", name)
		}
	}
}

// wholesome checks that nodes and their children agree, and visits and values add up.
func wholesome(t *testing.T, tr *tree) {
	t.Helper()
	for node := range int32(tr.n) {
		visits, sum := int32(1), float64(tr.raw[node])
		for a, c := range row(tr, tr.child, node) {
			if c == none {
				continue
			}
			if c <= node || int(c) >= tr.n || tr.parent[c] != node || int(tr.via[c]) != a {
				t.Fatalf("node %d is no child of %d", c, node)
			}
			visits += tr.visits[c]
			sum += float64(tr.visits[c]) * tr.q(c)
		}
		if tr.discount[node] != 0 && (tr.visits[node] != visits || math.Abs(tr.value[node]-sum/float64(visits)) > 1e-9) {
			t.Fatalf("node %d has %d visits and value %v, its children %d and %v", node, tr.visits[node], tr.value[node], visits, sum/float64(visits))
		}
	}
}

// TestTranspose: where evaluations follow from keys, taking them from the tree changes nothing but how
// often the network is asked.
func TestTranspose(t *testing.T) {
	for name, cfg := range configs(300) {
		for _, g := range []envs.Game{inarow.NewConnectFour(), hex.New(3, true), weiqi.NewGame(3, 3, weiqi.Rules{Komi: 0.5})} {
			var d [2]Decision
			var asked [2]int
			for i := range 2 {
				net := &scatter{}
				cfg.Transpose = i == 1
				d[i] = searchOne(t, NewBatch(cfg, net, g, 1), g, rng.New(1, "noise"))
				asked[i] = net.asked
			}
			if !reflect.DeepEqual(d[0], d[1]) {
				t.Errorf("%s, %s: %+v, with transpositions %+v", name, g.Name(), d[0], d[1])
			}
			if asked[1] >= asked[0] {
				t.Errorf("%s, %s: %d evaluations, with transpositions %d", name, g.Name(), asked[0], asked[1])
			}
		}
	}
}

// TestUrgency has a node with two of three moves tried.
func TestUrgency(t *testing.T) {
	tr := newTree(3, 3, false)
	tr.add(none, none, 0, -1, []float32{1, 0, 0}, 0.2)
	tr.add(0, 0, 0, -1, make([]float32, 3), -0.6)
	tr.add(0, 1, 0, -1, make([]float32, 3), 0.1)
	mass := float64(tr.prior[0] + tr.prior[1])
	for _, c := range []struct {
		p    PUCT
		want float64
	}{
		{PUCT{}, -0.1},
		{PUCT{FPU: FPUParent, Reduction: 9, RootReduction: 0.3}, 0.7/3 - 0.3*math.Sqrt(mass)},
		{PUCT{FPU: FPUDraw}, 0},
		{PUCT{FPU: FPULoss}, -1},
	} {
		if got := c.p.urgency(tr, 0, -0.1, mass); math.Abs(got-c.want) > 1e-6 {
			t.Errorf("%+v: %v, want %v", c.p, got, c.want)
		}
	}
	// A little exploration leaves the best move alone; a lot tries the new one.
	if m := (&PUCT{Init: 0.01, Base: 1e9, FPU: FPUDraw}).choose(tr, 0, row(tr, tr.prior, 0)); m != 0 {
		t.Errorf("move %d, want 0", m)
	}
	if m := (&PUCT{Init: 50, Base: 1e9, FPU: FPUDraw}).choose(tr, 0, []float32{.3, .3, .4}); m != 2 {
		t.Errorf("move %d, want 2", m)
	}
}

// TestNoise holds the moments of the Dirichlet distribution: mean 1/n, variance (n-1)/(n²(nα+1)).
func TestNoise(t *testing.T) {
	r := rng.New(1, "noise")
	logits := []float32{0, masked, 0, 0, 0}
	prior := []float32{.7, 0, .1, .1, .1}
	draws, dst := make([]float64, 5), make([]float32, 5)
	for _, concentration := range []float64{0.4, 4, 40} {
		noise := Noise{Weight: 1, Concentration: concentration}
		const n = 20000
		mean, square := 0.0, 0.0
		for range n {
			noise.mix(dst, prior, logits, r, draws)
			sum := float32(0)
			for _, p := range dst {
				sum += p
			}
			if dst[1] != 0 || math.Abs(float64(sum)-1) > 1e-5 {
				t.Fatalf("noise %v", dst)
			}
			mean += float64(dst[3]) / n
			square += float64(dst[3]) * float64(dst[3]) / n
		}
		want := 3.0 / 16 / (concentration + 1)
		if v := square - mean*mean; math.Abs(mean-0.25) > 0.01 || math.Abs(v/want-1) > 0.06 {
			t.Errorf("concentration %v: mean %v and variance %v, want 0.25 and %v", concentration, mean, v, want)
		}
	}
	Noise{Weight: 0.25, Concentration: 1}.mix(dst, prior, logits, nil, draws)
	if dst[0] != .7 {
		t.Error("there is noise without a stream")
	}
}

// TestNetworkFails: after an error the next search is as if nothing had been.
func TestNetworkFails(t *testing.T) {
	g := inarow.NewConnectFour()
	for name, cfg := range configs(40) {
		net := &scatter{}
		b := NewBatch(cfg, &failing{net, 20}, g, 1)
		out := make([]Decision, 1)
		if b.Search(context.Background(), []envs.Game{g}, []*rng.Stream{nil}, out) == nil {
			t.Errorf("%s: the network's error is lost", name)
		}
		b.net = net
		b.Played(0, 3)
		if got, want := searchOne(t, b, g, nil), searchOne(t, NewBatch(cfg, net, g, 1), g, nil); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v after an error, want %+v", name, got, want)
		}
	}
}

// failing answers so many questions.
type failing struct {
	Network
	left int
}

func (f *failing) Evaluate(positions []envs.Game, logits, values []float32) error {
	if f.left--; f.left < 0 {
		return context.Canceled
	}
	return f.Network.Evaluate(positions, logits, values)
}
