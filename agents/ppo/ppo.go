package ppo

import (
	"context"
	"fmt"

	"tesuji/agents"
	"tesuji/agents/actorcritic"
	"tesuji/agents/inputs"
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
	rate, clip, clipVf float64 // clipVf only if clip_range_vf is set
}

// now returns the options for the present update, the transitions of its rollout counted as
// done: in the last update, whatever falls linearly has reached 0.
func (a *Agent) now() hyper {
	left := 1 - float64(a.done)/float64(a.total)
	h := hyper{rate: a.cfg.LearningRate.At(left), clip: a.cfg.ClipRange.At(left)}
	if a.cfg.ClipRangeVf != nil {
		h.clipVf = a.cfg.ClipRangeVf.At(left)
	}
	return h
}

// train passes n_epochs times over the rollout, each time in another order.
func (a *Agent) train(h hyper) error {
	a.stats.begin()
	perm := a.perm[:a.rollout.Len()]
	for range a.cfg.NEpochs {
		a.stats.beginEpoch()
		a.collector.Shuffle(a.order, perm)
		stop := false
		for lo, hi := 0, 0; lo < len(perm) && !stop; lo = hi {
			hi = a.collector.End(lo, a.cfg.BatchSize)
			a.rollout.Gather(perm[lo:hi], a.batch)
			a.work = work{m: a.batch, h: h}
			a.work.obs, a.work.past = a.collector.Recall(perm[lo:hi], a.batch)
			var err error
			if stop, err = a.update(); err != nil {
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

// update makes one step of Adam down the gradient of the loss over the minibatch under way. It reports true, and makes no step, if the policy has moved too far already.
func (a *Agent) update() (stop bool, err error) {
	if a.cfg.NormalizeAdvantage {
		actorcritic.Standardize(a.work.m.Advantages)
	}
	a.params.ZeroGrad()
	a.gradients()
	s := &a.stats
	s.add(&a.work, a.cfg.VfCoef, a.cfg.EntCoef)
	if a.cfg.TargetKL != nil && s.lastKL > 1.5**a.cfg.TargetKL {
		return true, s.check()
	}
	s.lastNorm = a.params.ClipGradNorm(float32(a.cfg.MaxGradNorm))
	if err := s.check(); err != nil {
		return false, err
	}
	a.adam.Step(float32(a.work.h.rate))
	return false, nil
}

// work is a minibatch under way, of B transitions.
type work struct {
	m    *replay.Minibatch
	h    hyper
	obs  inputs.Ready
	past actorcritic.Past

	policy, entropy, value float32 // the losses
	logRatio, ratio        []float32
}

// gradients adds the gradient of the loss. Two networks that share nothing have sides of their own,
// which are computed at the same time, each on its own tape.
func (a *Agent) gradients() {
	if !a.net.Shared() {
		a.sides.Run(a.work.m.Len() >= actorcritic.SideRows)
		return
	}
	t := a.policyTape
	t.Reset()
	out, value := a.net.Both(t, a.work.obs.Put(t), a.work.past)
	policyLoss := a.policyLoss(t, out)
	t.Backward(t.Add(policyLoss, a.valueLoss(t, value)))
}

// policySide adds the gradient of policyLoss.
func (a *Agent) policySide() {
	t := a.policyTape
	t.Reset()
	t.Backward(a.policyLoss(t, a.net.Policy(t, a.work.obs.Put(t))))
}

// valueSide adds the gradient of valueLoss.
func (a *Agent) valueSide() {
	t := a.valueTape
	t.Reset()
	t.Backward(a.valueLoss(t, a.net.Value(t, a.work.obs.Put(t))))
}

// policyLoss returns, for the policy's outputs,
//
//	-mean min(r A, clip(r, 1-eps, 1+eps) A)  -  ent_coef mean H,   r = pi(a|s) / pi_old(a|s)
func (a *Agent) policyLoss(t *tensor.Tape, out tensor.Var) tensor.Var {
	w := &a.work
	m, b := w.m, w.m.Len()
	logProb := a.net.Dist.LogProb(t, out, t.InputOf(m.Actions, b, len(m.Actions)/b))
	logRatio := t.Sub(logProb, t.InputOf(m.LogProbs, b, 1))
	ratio := t.Exp(logRatio)
	advantage := t.InputOf(m.Advantages, b, 1)
	clipped := t.Clamp(ratio, float32(1-w.h.clip), float32(1+w.h.clip))
	policyLoss := t.Neg(t.Mean(t.Min(t.Mul(ratio, advantage), t.Mul(clipped, advantage))))
	entropyLoss := t.Neg(t.Mean(a.net.Entropy(t, out, logProb)))
	w.policy, w.entropy = t.Scalar(policyLoss), t.Scalar(entropyLoss)
	w.logRatio, w.ratio = t.Value(logRatio), t.Value(ratio)
	if a.cfg.EntCoef == 0 {
		return policyLoss
	}
	return t.Add(policyLoss, t.Scale(entropyLoss, float32(a.cfg.EntCoef)))
}

// valueLoss returns vf_coef mean (R - V)², where V is kept near the old value if clip_range_vf is
// set.
func (a *Agent) valueLoss(t *tensor.Tape, value tensor.Var) tensor.Var {
	w := &a.work
	m, b := w.m, w.m.Len()
	if a.cfg.ClipRangeVf != nil {
		old := t.InputOf(m.Values, b, 1)
		limit := float32(w.h.clipVf)
		value = t.Add(old, t.Clamp(t.Sub(value, old), -limit, limit))
	}
	loss := t.MSE(value, t.InputOf(m.Returns, b, 1))
	w.value = t.Scalar(loss)
	return t.Scale(loss, float32(a.cfg.VfCoef))
}
