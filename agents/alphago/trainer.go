package alphago

import (
	"context"
	"fmt"
	"math"

	"tesuji/agents/boardgame"
	"tesuji/envs"
	"tesuji/internal/rng"
	"tesuji/models"
	"tesuji/nets"
	"tesuji/snapshot"
	"tesuji/tensor"
)

// Data says which game is learned.
type Data = boardgame.Data

// DefaultData returns tic-tac-toe.
func DefaultData() Data { return boardgame.DefaultData() }

// Trainer goes through the stages, one after the other. It is a models.Trainer whose data are games that it
// has played. It is not safe for concurrent use.
type Trainer struct {
	cfg         Config
	seed        uint64
	total, done int64
	ends        [stages]int64 // iterations after which each stage ends

	game       envs.Game // at its start
	scratch    envs.Game
	symmetries []boardgame.Symmetry
	nets       *trio // of the player: each is as what learns it was last
	links      [stages][]link
	draws      *rng.Stream
	tape       *tensor.Tape
	batch      batch

	policy       *Policy // learns: supervised, then reinforced
	policyParams *nets.ParamSet
	supervised   *nets.Adam
	experts      *experts
	games        *book // of the experts

	reinforced     *nets.Adam
	opponent       *Policy
	opponentParams *nets.ParamSet
	pool           [][]float32 // what the policy's parameters were
	arena          *room

	value       *Value // learns
	valueParams *nets.ParamSet
	valueAdam   *nets.Adam
	positions   *book
	pending     float64 // rows that new positions have paid for
	school      *room

	tests tests // of Evaluate
}

// The stages.
const (
	stageGames = iota
	stageSupervised
	stageReinforced
	stageValue
	stages
)

// batch is rows as a network learns them.
type batch struct {
	x, seen []float32 // [N, P, planes], [P, planes]
	mask    []float32 // [N, A] 0 for legal moves, masked for others
	labels  []int32   // [N]
	weights []float32 // [N, 1]
	legal   []bool
}

// New returns a trainer at its start.
func New(cfg Config, data Data, s models.Setup) (models.Trainer, error) {
	g, err := data.New()
	if err != nil {
		return nil, err
	}
	if err := cfg.ladder().Ready(g); err != nil {
		return nil, err
	}
	rows, cols, planes := g.Planes()
	n := cfg.BatchSize
	t := &Trainer{
		cfg: cfg, seed: s.Seed, total: s.Iterations, game: g, scratch: g.Clone(), symmetries: boardgame.Symmetries(data.Game, g),
		nets: newTrio(&cfg, g, rng.New(s.Seed, "init")), draws: rng.New(s.Seed, "rows"), tape: tensor.NewTape(),
		batch: batch{
			x: make([]float32, n*rows*cols*planes), seen: make([]float32, rows*cols*planes), mask: make([]float32, n*g.Moves()),
			labels: make([]int32, n), weights: make([]float32, n), legal: make([]bool, g.Moves()),
		},
		policy: NewPolicy("policy", g, cfg.Layers, cfg.Filters, rng.New(s.Seed, "policy")),
		value:  NewValue("value", g, cfg.Layers, cfg.Filters, rng.New(s.Seed, "value")),
		games:  &book{start: g}, positions: &book{start: g},
		opponent: NewPolicy("opponent", g, cfg.Layers, cfg.Filters, rng.New(s.Seed, "policy")),
		arena:    newRoom(g, cfg.ReinforceGames, s.Seed, "reinforce"), school: newRoom(g, cfg.ValueGames, s.Seed, "value games"),
		tests: tests{games: &book{start: g}},
	}
	t.ends = stageEnds(&cfg, s.Iterations)
	t.policyParams, t.valueParams, t.opponentParams = nets.Collect(t.policy), nets.Collect(t.value), nets.Collect(t.opponent)
	adam := nets.AdamConfig{Beta1: .9, Beta2: .999, Eps: 1e-8, WeightDecay: cfg.WeightDecay, MatricesOnly: true}
	t.supervised, t.valueAdam = nets.NewAdam(t.policyParams, adam), nets.NewAdam(t.valueParams, adam)
	adam.WeightDecay = 0
	t.reinforced = nets.NewAdam(t.policyParams, adam)
	t.experts = newExperts(&t.cfg, g, rng.New(s.Seed, "experts").Uint64())
	if cfg.Records != "" {
		if err := readRecords(cfg.Records, g, t.games, t.tests.games); err != nil {
			return nil, err
		}
	}
	t.links[stageSupervised] = links(links(nil, t.nets.supervised, t.policy), t.nets.reinforced, t.policy)
	t.links[stageReinforced] = links(nil, t.nets.reinforced, t.policy)
	t.links[stageValue] = links(nil, t.nets.value, t.value)
	t.publish(stageSupervised)
	t.publish(stageValue)
	return t, nil
}

// stageEnds parts a run's iterations into the stages.
func stageEnds(cfg *Config, total int64) (ends [stages]int64) {
	sum := 0.0
	for i, part := range [...]float64{cfg.GamesPart, cfg.SupervisedPart, cfg.ReinforcePart} {
		sum += part
		ends[i] = int64(math.Round(float64(total) * sum))
	}
	ends[stageValue] = total
	return ends
}

// stage returns the stage of the next iteration, that iteration's number in it, and how many it has.
func (t *Trainer) stage() (stage int, at, of int64) {
	begin := int64(0)
	for stage = range t.ends {
		if t.done < t.ends[stage] {
			break
		}
		begin = t.ends[stage]
	}
	return stage, t.done - begin, t.ends[stage] - begin
}

// publish copies what a stage has learned to the player's networks.
func (t *Trainer) publish(stage int) {
	for _, l := range t.links[stage] {
		copy(l.to, l.from)
	}
}

// Advance does an iteration of the stage under way.
func (t *Trainer) Advance(ctx context.Context, rec models.Recorder) error {
	stage, at, of := t.stage()
	t.draws.Seek(uint64(t.done))
	var err error
	switch stage {
	case stageGames:
		err = t.advanceGames(ctx, rec, at)
	case stageSupervised:
		err = t.advanceSupervised(rec, at, of)
	case stageReinforced:
		err = t.advanceReinforced(rec, at)
	case stageValue:
		err = t.advanceValue(rec, at, of)
	}
	if err != nil {
		return err
	}
	t.publish(stage)
	t.done++
	rec.Record("train/stage", float64(stage+1))
	rec.Dump(t.done)
	return nil
}

// step does a step of an optimiser with the gradients that are in params.
func step(params *nets.ParamSet, adam *nets.Adam, rate float64) {
	params.ClipGradNorm(maxGradNorm)
	adam.Step(float32(rate))
}

// maxGradNorm bounds the gradient of a step.
const maxGradNorm = 4

// finite returns an error if a loss is no number.
func (t *Trainer) finite(name string, loss float64) error {
	if math.IsNaN(loss) || math.IsInf(loss, 0) {
		return fmt.Errorf("%s is %v after %d iterations: take a smaller learning rate", name, loss, t.done)
	}
	return nil
}

// row writes a position to row i of the batch as a symmetry sees it.
func (t *Trainer) row(i int, g envs.Game, s boardgame.Symmetry) {
	_, _, planes := g.Planes()
	size := len(t.batch.seen)
	g.Observe(t.batch.seen)
	s.Turn(t.batch.x[i*size:(i+1)*size], t.batch.seen, planes)
}

// input puts the first n rows of the batch on the tape.
func (t *Trainer) input(n int) tensor.Var {
	rows, cols, planes := t.game.Planes()
	t.tape.Reset()
	return t.tape.InputOf(t.batch.x[:n*len(t.batch.seen)], n, rows, cols, planes)
}

// Progress returns the iterations done and to do in all.
func (t *Trainer) Progress() (done, total int64) { return t.done, t.total }

// Params returns the weights of the player's three networks.
func (t *Trainer) Params() *nets.ParamSet { return t.nets.params }

// State saves or restores everything. No game is under way between iterations, and random streams begin
// anew in each.
func (t *Trainer) State(a *snapshot.Archive) {
	a.Check("game", t.game.Name())
	a.Int64("done", &t.done)
	a.Object("player", t.nets.params)
	a.Object("policy", t.policyParams)
	a.Object("supervised", t.supervised)
	a.Object("games", t.games)
	a.Object("reinforced", t.reinforced)
	n := len(t.pool)
	a.Int("pool", &n)
	if most := int(t.total)/t.cfg.PoolEvery + 2; n < 0 || n > most {
		a.Fail(fmt.Errorf("a pool of %d policies: want at most %d", n, most))
		return
	}
	for len(t.pool) < n {
		t.pool = append(t.pool, make([]float32, len(t.policyParams.Values())))
	}
	t.pool = t.pool[:n]
	for i := range t.pool {
		a.Float32s(fmt.Sprintf("pool %d", i), t.pool[i])
	}
	a.Object("value", t.valueParams)
	a.Object("value optimizer", t.valueAdam)
	a.Object("positions", t.positions)
	a.Float64("pending", &t.pending)
}
