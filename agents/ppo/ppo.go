package ppo

import (
	"context"
	"fmt"

	"tesuji/agents"
	"tesuji/agents/actorcritic"
	"tesuji/replay"
	"tesuji/tensor"
)

// Advance collects a rollout and learns from it. Once begun it is finished: an agent is
// always saved between updates.
func (a *Agent) Advance(ctx context.Context, rec agents.Recorder) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	left := (a.total - a.done) / int64(a.envs)
	steps := int(min(int64(a.cfg.NSteps), left))
	if err := a.collector.Collect(steps, rec); err != nil {
		return fmt.Errorf("ppo: after %d transitions: %w", a.done, err)
	}
	a.done += int64(steps * a.envs)
	a.rollouts++
	a.collector.Score()
	a.rollout.Advantages(a.cfg.Gamma, a.cfg.GAELambda)
	h := a.now()
	if err := a.train(h); err != nil {
		return fmt.Errorf("ppo: after %d transitions: %w", a.done, err)
	}
	if a.rollouts%int64(a.cfg.LogInterval) == 0 || a.done == a.total {
		a.report(rec, h)
	}
	return nil
}

// hyper is the scheduled options at one moment of the run.
type hyper struct {
	rate, clip, clipVf float32 // clipVf is 0 if values are not clipped
}

// now returns the options for the present update, the transitions of its rollout counted as
// done: in the last update, whatever falls linearly has reached 0.
func (a *Agent) now() hyper {
	left := 1 - float64(a.done)/float64(a.total)
	h := hyper{rate: float32(a.cfg.LearningRate.At(left)), clip: float32(a.cfg.ClipRange.At(left))}
	if a.cfg.ClipRangeVf != nil {
		h.clipVf = float32(a.cfg.ClipRangeVf.At(left))
	}
	return h
}

// train passes n_epochs times over the rollout, each time in another order.
func (a *Agent) train(h hyper) error {
	a.stats.begin()
	perm := a.perm[:a.rollout.Len()]
	for range a.cfg.NEpochs {
		a.stats.beginEpoch()
		a.order.Perm(perm)
		stop := false
		for lo := 0; lo < len(perm) && !stop; lo += a.cfg.BatchSize {
			a.rollout.Gather(perm[lo:min(lo+a.cfg.BatchSize, len(perm))], a.batch)
			var err error
			if stop, err = a.update(a.batch, h); err != nil {
				return err
			}
		}
		a.updates++
		if stop {
			break
		}
	}
	return nil
}

// update makes one step of Adam down the gradient of the loss over a minibatch of B
// transitions. It reports true, and makes no step, if the policy has moved too far already.
func (a *Agent) update(m *replay.Minibatch, h hyper) (stop bool, err error) {
	if a.cfg.NormalizeAdvantage {
		actorcritic.Standardize(m.Advantages)
	}
	t, b := a.tape, m.Len()
	t.Reset()
	column := func(x []float32) tensor.Var { return t.InputOf(x, b, 1) }
	x := a.net.Read(t, m.Obs)
	advantage, returns := column(m.Advantages), column(m.Returns)

	// The policy: L = -mean min(r A, clip(r, 1-eps, 1+eps) A), r = pi(a|s) / pi_old(a|s).
	out := a.net.Policy(t, x)
	logProb := a.net.Dist.LogProb(t, out, t.InputOf(m.Actions, b, len(m.Actions)/b))
	logRatio := t.Sub(logProb, column(m.LogProbs))
	ratio := t.Exp(logRatio)
	clipped := t.Clamp(ratio, 1-h.clip, 1+h.clip)
	policyLoss := t.Neg(t.Mean(t.Min(t.Mul(ratio, advantage), t.Mul(clipped, advantage))))

	// The value function: L = mean (R - V)², V kept near the old one if it is to be clipped.
	value := a.net.Value(t, x)
	if h.clipVf > 0 {
		old := column(m.Values)
		value = t.Add(old, t.Clamp(t.Sub(value, old), -h.clipVf, h.clipVf))
	}
	valueLoss := t.MSE(value, returns)

	entropyLoss := t.Neg(t.Mean(a.net.Entropy(t, out, logProb)))

	loss := t.Add(policyLoss, t.Scale(valueLoss, float32(a.cfg.VfCoef)))
	if a.cfg.EntCoef != 0 {
		loss = t.Add(loss, t.Scale(entropyLoss, float32(a.cfg.EntCoef)))
	}
	a.stats.add(losses{
		total: t.Scalar(loss), policy: t.Scalar(policyLoss), value: t.Scalar(valueLoss), entropy: t.Scalar(entropyLoss),
	}, t.Value(logRatio), t.Value(ratio), h.clip)
	if err := a.stats.check(); err != nil {
		return false, err
	}
	if a.cfg.TargetKL != nil && a.stats.lastKL > 1.5**a.cfg.TargetKL {
		return true, nil
	}

	a.params.ZeroGrad()
	t.Backward(loss)
	a.stats.lastNorm = a.params.ClipGradNorm(float32(a.cfg.MaxGradNorm))
	if err := a.stats.check(); err != nil {
		return false, err
	}
	a.adam.Step(h.rate)
	return false, nil
}
