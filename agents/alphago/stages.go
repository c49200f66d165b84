package alphago

import (
	"context"
	"slices"

	"tesuji/models"
)

// advanceGames has the experts play some games.
func (t *Trainer) advanceGames(ctx context.Context, rec models.Recorder, at int64) error {
	before, games := len(t.games.lessons), len(t.games.games)
	n := t.cfg.ExpertGames
	if err := t.experts.play(ctx, at*int64(n), n, t.games); err != nil {
		return err
	}
	first := 0
	for _, c := range t.games.games[games:] {
		if c.outcome > 0 {
			first++
		}
	}
	rec.Record("games/positions", float64(len(t.games.lessons)))
	rec.Record("games/moves", float64(len(t.games.lessons)-before)/float64(n))
	rec.Record("games/first_player_wins", float64(first)/float64(n))
	return nil
}

// advanceSupervised learns the experts' moves: steps down -Σ log p(a|s), each position seen through a
// random symmetry.
func (t *Trainer) advanceSupervised(rec models.Recorder, at, of int64) error {
	if len(t.games.lessons) == 0 {
		return nil
	}
	rate := models.WarmupCosine(t.cfg.LearningRate, t.cfg.FinalRate, 0, at, of)
	loss, right := 0.0, 0
	for range t.cfg.Steps {
		n := t.cfg.BatchSize
		for i := range n {
			move, _ := t.games.recall(t.games.draw(t.draws), t.scratch)
			s := t.symmetries[t.draws.Intn(len(t.symmetries))]
			t.row(i, t.scratch, s)
			t.batch.labels[i] = int32(slices.Index(s.Moves, int32(move)))
		}
		t.policyParams.ZeroGrad()
		x := t.input(n)
		logits := t.policy.forward(t.tape, x)
		l := t.tape.Mean(t.tape.CrossEntropy(logits, t.batch.labels[:n]))
		t.tape.Backward(l)
		step(t.policyParams, t.supervised, rate)
		loss += float64(t.tape.Scalar(l)) / float64(t.cfg.Steps)
		right += hits(t.tape.Value(logits), t.batch.labels[:n])
	}
	rec.Record("train/learning_rate", rate)
	rec.Record("supervised/loss", loss)
	rec.Record("supervised/accuracy", float64(right)/float64(t.cfg.Steps*t.cfg.BatchSize))
	return t.finite("supervised/loss", loss)
}

// hits counts the rows of logits [N, A] whose largest is that of the label.
func hits(logits []float32, labels []int32) int {
	n, moves := 0, len(logits)/len(labels)
	for i, label := range labels {
		row := logits[i*moves : (i+1)*moves]
		if row[label] == slices.Max(row) {
			n++
		}
	}
	return n
}

// advanceReinforced plays against an earlier self and does a step of REINFORCE: up
// 1/n Σ Σ log p(a|s) (z - b), over games and the policy's own moves in them.
func (t *Trainer) advanceReinforced(rec models.Recorder, at int64) error {
	if at%int64(t.cfg.PoolEvery) == 0 {
		t.pool = append(t.pool, slices.Clone(t.policyParams.Values()))
	}
	who := t.draws.Intn(len(t.pool))
	copy(t.opponentParams.Values(), t.pool[who])
	r := t.arena
	r.begin(at, t.cfg.RandomMoves)
	r.play(alternate, t.policy, t.opponent)

	score, b, plies := 0.0, [2]float64{}, 0
	for i, s := range r.seats {
		z := s.won(i % 2)
		score += (1 + z) / 2
		plies += len(s.moves)
		if t.cfg.Baseline {
			b[i%2] += z / float64(len(r.seats)/2)
		}
	}
	t.policyParams.ZeroGrad()
	n, loss := 0, 0.0
	for i, s := range r.seats {
		t.scratch.CopyFrom(t.game)
		for ply, m := range s.moves {
			if ply >= s.from && t.scratch.Player() == i%2 {
				t.scratch.Legal(t.batch.legal)
				t.row(n, t.scratch, t.symmetries[0])
				for a, ok := range t.batch.legal {
					t.batch.mask[n*len(t.batch.legal)+a] = masked
					if ok {
						t.batch.mask[n*len(t.batch.legal)+a] = 0
					}
				}
				t.batch.labels[n], t.batch.weights[n] = int32(m), float32((s.won(i%2)-b[i%2])/float64(len(r.seats)))
				if n++; n == t.cfg.BatchSize {
					loss += t.reinforce(n)
					n = 0
				}
			}
			if err := t.scratch.Play(int(m)); err != nil {
				return err
			}
		}
	}
	if n > 0 {
		loss += t.reinforce(n)
	}
	norm := t.policyParams.GradNorm()
	step(t.policyParams, t.reinforced, t.cfg.ReinforceRate)
	rec.Record("reinforced/score", score/float64(len(r.seats)))
	rec.Record("reinforced/opponent", float64(who))
	rec.Record("reinforced/plies", float64(plies)/float64(len(r.seats)))
	rec.Record("reinforced/grad_norm", float64(norm))
	return t.finite("reinforced/loss", loss)
}

// alternate gives policy 0 player 0 in games of even number and player 1 in the others.
func alternate(i int, s *seat) int { return (i + s.game.Player()) % 2 }

// won returns the result of a game for a player: 1, 0 or -1.
func (s *seat) won(player int) float64 {
	z, _ := s.game.Result()
	if player == 1 {
		return -z
	}
	return z
}

// reinforce adds the gradient of n rows of the batch and returns their loss.
func (t *Trainer) reinforce(n int) float64 {
	x := t.input(n)
	logits := t.tape.Add(t.policy.forward(t.tape, x), t.tape.InputOf(t.batch.mask[:n*t.policy.moves], n, t.policy.moves))
	loss := t.tape.CrossEntropy(logits, t.batch.labels[:n])
	l := t.tape.Sum(t.tape.Mul(loss, t.tape.InputOf(t.batch.weights[:n], n, 1)))
	t.tape.Backward(l)
	return float64(t.tape.Scalar(l))
}

// advanceValue plays games, keeps a position of each, and steps down Σ (z - v(s))².
func (t *Trainer) advanceValue(rec models.Recorder, at, of int64) error {
	before := len(t.positions.lessons)
	t.school.teach(&t.cfg, at, t.nets, t.positions)
	fresh := len(t.positions.lessons) - before
	t.pending += float64(float64(fresh) * t.cfg.ValueReuse)
	rate := models.WarmupCosine(t.cfg.LearningRate, t.cfg.FinalRate, 0, at, of)
	loss, steps := 0.0, 0
	for n := t.cfg.BatchSize; t.pending >= float64(n); t.pending -= float64(n) {
		for i := range n {
			_, z := t.positions.recall(t.positions.draw(t.draws), t.scratch)
			t.row(i, t.scratch, t.symmetries[t.draws.Intn(len(t.symmetries))])
			t.batch.weights[i] = float32(z)
		}
		t.valueParams.ZeroGrad()
		x := t.input(n)
		l := t.tape.MSE(t.value.forward(t.tape, x), t.tape.InputOf(t.batch.weights[:n], n, 1))
		t.tape.Backward(l)
		step(t.valueParams, t.valueAdam, rate)
		loss += float64(t.tape.Scalar(l))
		steps++
	}
	rec.Record("train/learning_rate", rate)
	rec.Record("value/positions", float64(len(t.positions.lessons)))
	if steps > 0 {
		rec.Record("value/mse", loss/float64(steps))
	}
	return t.finite("value/mse", loss)
}

// teach plays games from which the value network learns and adds a position of each to a book: the
// supervised policy plays to a random move, the reinforced one after it, and the position between them is
// the one. Games that end before have none.
func (r *room) teach(cfg *Config, number int64, nets *trio, b *book) {
	r.begin(number, 0)
	for _, s := range r.seats {
		s.turn = s.draws.Intn(cfg.ValuePlies)
	}
	r.play(beforeAndAfter, nets.supervised, nets.reinforced)
	for _, s := range r.seats {
		if len(s.moves) > s.turn+1 {
			b.add(s.moves[:s.turn+1], s.turn+1, s.won(0))
		}
	}
}

// beforeAndAfter is who moves in games for the value network.
func beforeAndAfter(_ int, s *seat) int {
	switch n := len(s.moves); {
	case n < s.turn:
		return 0
	case n == s.turn:
		return anyMove
	}
	return 1
}
