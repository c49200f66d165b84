package alphazero

import (
	"context"
	"fmt"
	"math"
	"slices"

	"tesuji/agents/boardgame"
	"tesuji/envs"
	"tesuji/internal/rng"
	"tesuji/models"
	"tesuji/nets"
	"tesuji/snapshot"
	"tesuji/tensor"
)

// Trainer is a network that learns a game. It is a models.Trainer whose data are its own games. It is
// not safe for concurrent use.
type Trainer struct {
	cfg         Config
	data        Data
	total, done int64

	game       envs.Game // at its start
	net        *Network  // learns
	params     *nets.ParamSet
	average    *nets.ParamSet // of the network that plays, which follows
	updates    int64          // of the average
	optimizer  *nets.Adam
	player     *Network // the network that plays
	play       *selfPlay
	symmetries []boardgame.Symmetry
	draws      *rng.Stream // rows and symmetries
	bucket     float64     // samples that new rows have paid for
	tape       *tensor.Tape
	batch      batch
	past       *nets.ParamSet // the average some time ago; nil unless the ladder asks for it
}

// batch is rows as a network learns them.
type batch struct {
	x, policy, margin, owners []float32
	known                     []float32 // 1 or 0
	result                    []int32
}

// New returns a trainer at its start.
func New(cfg Config, data Data, s models.Setup) (models.Trainer, error) {
	g, err := data.New()
	if err != nil {
		return nil, err
	}
	t := &Trainer{
		cfg: cfg, data: data, total: s.Iterations, game: g,
		net:        NewNetwork(g, cfg.Blocks, cfg.Channels, rng.New(s.Seed, "init")),
		symmetries: boardgame.Symmetries(data.Game, g), draws: rng.New(s.Seed, "rows"), tape: tensor.NewTape(),
	}
	t.params = nets.Collect(t.net)
	player := NewNetwork(g, cfg.Blocks, cfg.Channels, rng.New(s.Seed, "init"))
	t.average = nets.Collect(player)
	t.optimizer = nets.NewAdam(t.params, nets.AdamConfig{Beta1: .9, Beta2: .999, Eps: 1e-8, WeightDecay: cfg.WeightDecay, MatricesOnly: true})
	t.player = player
	if slices.Contains(cfg.Ladder, boardgame.Earlier) {
		t.past = nets.Collect(NewNetwork(g, cfg.Blocks, cfg.Channels, rng.New(s.Seed, "init")))
	}
	if err := t.ladder().Ready(g); err != nil {
		return nil, err
	}
	t.play = newSelfPlay(&t.cfg, g, player, s.Seed)
	w, n := t.play.window, cfg.BatchSize
	t.batch = batch{
		x: make([]float32, n*w.points*w.planes), policy: make([]float32, n*w.moves), margin: make([]float32, n), known: make([]float32, n),
		owners: make([]float32, n*w.points), result: make([]int32, n),
	}
	return t, nil
}

// Advance plays some moves in each game and learns from the rows of those that have ended.
func (t *Trainer) Advance(_ context.Context, rec models.Recorder) error {
	if t.past != nil && t.done%earlierIterations == 0 {
		t.past.Lerp(t.average, 1)
	}
	p := t.play
	t.player.prepare()
	p.ended, p.plies, p.rows, p.firstWon, p.resigned, p.kept, p.mistaken = 0, 0, 0, 0, 0, 0, 0
	for range t.cfg.Moves {
		if err := p.step(); err != nil {
			return err
		}
	}

	rate := models.WarmupCosine(t.cfg.LearningRate, t.cfg.FinalRate, 0, t.done, t.total)
	t.bucket += float64(float64(p.rows) * t.cfg.Reuse)
	steps, sums := 0, [4]float64{}
	for ; t.bucket >= float64(t.cfg.BatchSize); t.bucket -= float64(t.cfg.BatchSize) {
		losses := t.learn(float32(rate))
		for i, l := range losses {
			sums[i] += l
			if math.IsNaN(l) || math.IsInf(l, 0) {
				return fmt.Errorf("%s is %v after %d iterations: take a smaller learning_rate", lossNames[i], l, t.done)
			}
		}
		steps++
	}
	t.done++
	rec.Record("selfplay/games", float64(p.ended))
	if p.ended > 0 {
		rec.Record("selfplay/first_player_wins", float64(p.firstWon)/float64(p.ended))
		rec.Record("selfplay/plies", float64(p.plies)/float64(p.ended))
	}
	if t.cfg.ResignBelow > -1 && p.ended > 0 {
		rec.Record("selfplay/resigned", float64(p.resigned)/float64(p.ended))
	}
	if p.kept > 0 {
		rec.Record("selfplay/mistaken_resignations", float64(p.mistaken)/float64(p.kept))
	}
	rec.Record("selfplay/rows", float64(p.window.total))
	rec.Record("train/learning_rate", rate)
	rec.Record("train/steps", float64(steps))
	for i, name := range lossNames {
		if steps > 0 && (i < 2 || t.net.margin != nil) {
			rec.Record(name, sums[i]/float64(steps))
		}
	}
	rec.Dump(t.done)
	return nil
}

// lossNames are those of what learn returns.
var lossNames = [4]string{"train/policy_loss", "train/value_loss", "train/owners_loss", "train/margin_loss"}

// learn does a step of the optimiser.
func (t *Trainer) learn(rate float32) [4]float64 {
	n, w, b := t.cfg.BatchSize, t.play.window, &t.batch
	for i := range n {
		t.fill(i, w.draw(t.draws), t.symmetries[t.draws.Intn(len(t.symmetries))])
	}
	t.params.ZeroGrad()
	tape := t.tape
	tape.Reset()
	rows, cols, planes := t.game.Planes()
	o := t.net.forward(tape, tape.InputOf(b.x, n, rows, cols, planes))
	policy := tape.Mean(tape.SoftCrossEntropy(o.policy, tape.InputOf(b.policy, n, w.moves)))
	value := tape.Mean(tape.CrossEntropy(o.value, b.result))
	loss := tape.Add(policy, value)
	losses := [4]float64{float64(tape.Scalar(policy)), float64(tape.Scalar(value))}
	if t.net.margin != nil {
		known := tape.InputOf(b.known, n, 1)
		owners := tape.Mean(tape.Square(tape.Mul(tape.Sub(o.owners, tape.InputOf(b.owners, n, w.points)), known)))
		margin := tape.Mean(tape.Square(tape.Mul(tape.Sub(o.margin, tape.InputOf(b.margin, n, 1)), known)))
		losses[2], losses[3] = float64(tape.Scalar(owners)), float64(tape.Scalar(margin))
		loss = tape.Add(loss, tape.Add(tape.Scale(owners, float32(t.cfg.OwnershipWeight)), tape.Scale(margin, float32(t.cfg.MarginLoss))))
	}
	tape.Backward(loss)
	t.params.ClipGradNorm(maxGradNorm)
	t.optimizer.Step(rate)
	// Early on the average forgets faster, or it would keep the start for long.
	decay := min(t.cfg.EMADecay, float64(1+t.updates)/float64(10+t.updates))
	t.average.Lerp(t.params, float32(1-decay))
	t.updates++
	return losses
}

// maxGradNorm bounds the gradient of a step.
const maxGradNorm = 4

// fill writes a row of the window to row i of the batch, seen through a symmetry.
func (t *Trainer) fill(i, row int, s boardgame.Symmetry) {
	w, b := t.play.window, &t.batch
	board := w.board[row*w.points*w.planes : (row+1)*w.points*w.planes]
	x := b.x[i*w.points*w.planes : (i+1)*w.points*w.planes]
	owners := w.owners[row*w.points : (row+1)*w.points]
	for j, from := range s.Points {
		for k, v := range board[int(from)*w.planes : (int(from)+1)*w.planes] {
			x[j*w.planes+k] = float32(int(v)-128) / 120
		}
		b.owners[i*w.points+j] = float32(owners[from]) - 1
	}
	policy := w.policy[row*w.moves : (row+1)*w.moves]
	for a, from := range s.Moves {
		b.policy[i*w.moves+a] = policy[from]
	}
	b.result[i], b.margin[i], b.known[i] = int32(w.result[row]), w.margin[row], float32(w.known[row])
}

// Progress returns the iterations done and to do in all.
func (t *Trainer) Progress() (done, total int64) { return t.done, t.total }

// Params returns the weights that play: the average.
func (t *Trainer) Params() *nets.ParamSet { return t.average }

// State saves or restores everything, games under way included.
func (t *Trainer) State(a *snapshot.Archive) {
	a.Check("game", t.game.Name())
	a.Int64("done", &t.done)
	a.Object("params", t.params)
	a.Object("optimizer", t.optimizer)
	a.Object("average", t.average)
	a.Int64("updates", &t.updates)
	a.Object("draws", t.draws)
	a.Float64("bucket", &t.bucket)
	a.Object("selfplay", t.play)
	if t.past != nil {
		a.Object("past", t.past)
	}
}
