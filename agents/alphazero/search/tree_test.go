package search

import (
	"compress/gzip"
	"encoding/json"
	"math"
	"os"
	"slices"
	"testing"
)

// golden is a tree of mctx's tests, which serves as the network, too: its nodes in the order in
// which they were evaluated, each with the moves that lead there.
type golden struct {
	Name      string
	Algorithm struct {
		MaxConsidered int `json:"max_num_considered_actions"`
		Values        struct {
			Offset  float32 `json:"maxvisit_init"`
			Rescale bool    `json:"rescale_values"`
			Scale   float32 `json:"value_scale"`
		} `json:"qtransform_kwargs"`
	}
	Env struct {
		Discount float32
	}
	Nodes []struct {
		Path               []int
		Visit              int32
		Value, Raw, Reward float64
		Priors             []float64
	}
}

func readGolden(t *testing.T, name string) *golden {
	t.Helper()
	f, err := os.Open("testdata/" + name + ".json.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	g := new(golden)
	if err := json.NewDecoder(z).Decode(g); err != nil {
		t.Fatal(err)
	}
	return g
}

// TestGoldenTrees replays mctx's trees: every node in its order, with its visits and its value.
func TestGoldenTrees(t *testing.T) {
	for _, name := range []string{"gumbel_muzero_tree", "gumbel_muzero_reward_tree", "muzero_qtransform_tree"} {
		t.Run(name, func(t *testing.T) {
			g := readGolden(t, name)
			moves, sims := len(g.Nodes[0].Priors), len(g.Nodes)-1
			tr := newTree(sims+1, moves, false)
			logits, scratch, quiet := make([]float32, moves), make([]float32, moves), make([]float32, moves)
			evaluate := func(parent, via int32, path []int) {
				node := g.Nodes[tr.n]
				if !slices.Equal(node.Path, path) {
					t.Fatalf("node %d is %v, want %v", tr.n, path, node.Path)
				}
				for a, p := range node.Priors {
					logits[a] = float32(math.Log(p))
				}
				discount := g.Env.Discount
				tr.add(parent, via, float32(node.Reward), discount, logits, float32(node.Raw))
			}
			evaluate(none, none, nil)
			v := g.Algorithm.Values
			gumbel := Gumbel{MaxConsidered: g.Algorithm.MaxConsidered, VisitOffset: v.Offset, ValueScale: v.Scale, Rescale: v.Rescale}
			puct := DefaultPUCT()
			schedule, before := make([]int32, sims), make([]int32, moves)
			halving(min(gumbel.MaxConsidered, moves), schedule, make([]int32, moves))
			for i := range sims {
				node, path := int32(0), []int(nil)
				for {
					var move int
					switch {
					case g.Name == "muzero":
						move = puct.choose(tr, node, row(tr, tr.prior, node))
					case node == 0:
						move = gumbel.atRoot(tr, schedule[i], quiet, before, scratch)
					default:
						move = gumbel.inside(tr, node, scratch)
					}
					path = append(path, move)
					next := row(tr, tr.child, node)[move]
					if next == none {
						evaluate(node, int32(move), path)
						break
					}
					node = next
				}
			}
			worst := 0.0
			for i, want := range g.Nodes {
				if tr.visits[i] != want.Visit {
					t.Errorf("node %d: %d visits, want %d", i, tr.visits[i], want.Visit)
				}
				worst = max(worst, math.Abs(tr.value[i]-want.Value))
			}
			if worst > 4e-7 {
				t.Errorf("values differ by up to %g", worst)
			}
		})
	}
}

// TestHalving has mctx's tables.
func TestHalving(t *testing.T) {
	for _, c := range []struct {
		considered, n int
		want          []int32
	}{
		{8, 24, []int32{0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6}},
		{7, 24, []int32{0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8}},
		{8, 13, []int32{0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2}},
		{8, 2, []int32{0, 0}},
		{0, 4, []int32{0, 1, 2, 3}}, {1, 4, []int32{0, 1, 2, 3}},
		{4, 16, []int32{0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5}},
		{16, 16, make([]int32, 16)},
	} {
		got := make([]int32, c.n)
		halving(c.considered, got, make([]int32, 16))
		if !slices.Equal(got, c.want) {
			t.Errorf("%d moves, %d simulations: %v, want %v", c.considered, c.n, got, c.want)
		}
	}
}

// bandit searches one state whose moves end at once.
func bandit(g Gumbel, logits, rewards []float32, value float32, illegal []int, n int) (tr *tree, visits []int32, order []int) {
	moves := len(logits)
	tr = newTree(n+1, moves, false)
	l := slices.Clone(logits)
	for _, a := range illegal {
		l[a] = masked
	}
	tr.add(none, none, 0, 0, l, value)
	schedule, before := make([]int32, n), make([]int32, moves)
	halving(min(g.MaxConsidered, moves-len(illegal)), schedule, make([]int32, moves))
	scratch, quiet := make([]float32, moves), make([]float32, moves)
	for i := range n {
		a := g.atRoot(tr, schedule[i], quiet, before, scratch)
		order = append(order, a)
		if c := row(tr, tr.child, 0)[a]; c != none {
			tr.backUp(c, 0)
		} else {
			tr.add(0, int32(a), rewards[a], 0, make([]float32, moves), 0)
		}
	}
	for a := range moves {
		visits = append(visits, tr.count(0, a))
	}
	return tr, visits, order
}

// TestBandits has the vectors of mctx's policies_test.py, with decimals from a program in float64.
func TestBandits(t *testing.T) {
	l8 := []float32{.3, -1, 2, 1.5, 0, -.5, .7, -2}
	q8 := []float32{.5, -.2, .1, 0, .9, -.9, .3, .2}
	for _, c := range []struct {
		name    string
		g       Gumbel
		logits  []float32
		rewards []float32
		value   float32
		illegal []int
		n       int
		visits  []int32
		mixed   float64
		target  []float64
	}{
		{"B2", Gumbel{16, 60, .05, true}, []float32{0, -1, 2, 3}, []float32{20, 3, -1, 10}, -5, nil, 17,
			[]int32{6, 2, 2, 7}, 6.748298050, []float64{.186628874, .004559520, .048381718, .760429889}},
		{"B3", Gumbel{16, 50, .1, true}, []float32{0, -1, 2, 3}, []float32{.5, -.2, .1, 0}, .05, nil, 16,
			[]int32{6, 2, 2, 6}, 0.040967768, []float64{.598646811, .000814380, .180308955, .220229854}},
		{"B4", Gumbel{8, 50, .1, true}, l8, q8, .05, nil, 24,
			[]int32{3, 1, 7, 1, 7, 1, 3, 1}, 0.130721073, []float64{.148835224, .004420148, .229562000, .101443955, .391312503, .000794142, .117861061, .005770968}},
		{"B5", Gumbel{4, 50, .1, true}, l8, q8, .05, nil, 24,
			[]int32{9, 0, 3, 3, 0, 0, 9, 0}, 0.129162730, []float64{.820740373, .002813212, .040053130, .007464861, .007647104, .004638203, .115608193, .001034923}},
		{"B1", Gumbel{16, 60, .05, true}, []float32{0, -1, 2, 3}, []float32{20, 3, -1, 10}, -5, []int{0, 3}, 17,
			[]int32{0, 9, 8, 0}, -1.043057812, []float64{0, .601868862, .398131138, 0}},
	} {
		tr, visits, order := bandit(c.g, c.logits, c.rewards, c.value, c.illegal, c.n)
		if !slices.Equal(visits, c.visits) {
			t.Errorf("%s: visits %v, want %v", c.name, visits, c.visits)
		}
		if c.name == "B2" && !slices.Equal(order, []int{3, 2, 0, 1, 3, 0, 2, 1, 3, 0, 3, 0, 3, 0, 3, 0, 3}) {
			t.Errorf("%s: order %v", c.name, order)
		}
		if got := tr.mixedValue(0); math.Abs(got-c.mixed) > 2e-6*max(1, math.Abs(c.mixed)) {
			t.Errorf("%s: v_mix %v, want %v", c.name, got, c.mixed)
		}
		target := make([]float32, len(c.logits))
		c.g.target(tr, target)
		for a, want := range c.target {
			if math.Abs(float64(target[a])-want) > 5e-6 {
				t.Errorf("%s: target of %d is %v, want %v", c.name, a, target[a], want)
			}
		}
	}
}
