package a2c

import (
	"context"
	"fmt"
	"math"

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
		return fmt.Errorf("a2c: after %d transitions: %w", a.done, err)
	}
	a.done += int64(steps * a.envs)
	a.rollout.Advantages(a.cfg.Gamma, a.cfg.GAELambda)

	// This rollout's transitions count as done: a linear schedule reaches 0 at the last update.
	rate := a.cfg.LearningRate.At(1 - float64(a.done)/float64(a.total))
	a.whole = a.rollout.Whole()
	if err := a.update(&a.whole, float32(rate)); err != nil {
		return fmt.Errorf("a2c: after %d transitions: %w", a.done, err)
	}
	if a.updates%int64(a.cfg.LogInterval) == 0 || a.done == a.total {
		a.report(rec, rate)
	}
	return nil
}

// update makes one step down the gradient of the loss over a rollout of B transitions.
func (a *Agent) update(m *replay.Minibatch, rate float32) error {
	if a.cfg.NormalizeAdvantage {
		actorcritic.Standardize(m.Advantages)
	}
	a.batch, a.obs = m, a.net.Ready(m.Obs)
	a.params.ZeroGrad()
	a.gradients()
	a.last.norm = a.params.ClipGradNorm(float32(a.cfg.MaxGradNorm))
	if err := a.last.check(); err != nil {
		return err
	}
	a.optimizer.Step(rate)
	a.updates++
	return nil
}

// gradients adds the gradient of the loss. Two networks that share nothing have sides of their own,
// which are computed at the same time, each on its own tape.
func (a *Agent) gradients() {
	if !a.net.Shared() {
		a.sides.Run(a.batch.Len() >= actorcritic.SideRows)
		return
	}
	t := a.policyTape
	t.Reset()
	out, value := a.net.Both(t, a.obs.Put(t), actorcritic.Past{})
	policyLoss := a.policyLoss(t, out)
	t.Backward(t.Add(policyLoss, a.valueLoss(t, value)))
}

// policySide adds the gradient of policyLoss.
func (a *Agent) policySide() {
	t := a.policyTape
	t.Reset()
	t.Backward(a.policyLoss(t, a.net.Policy(t, a.obs.Put(t))))
}

// valueSide adds the gradient of valueLoss.
func (a *Agent) valueSide() {
	t := a.valueTape
	t.Reset()
	t.Backward(a.valueLoss(t, a.net.Value(t, a.obs.Put(t))))
}

// policyLoss returns -mean A log pi(a|s) - ent_coef mean H for the policy's outputs.
func (a *Agent) policyLoss(t *tensor.Tape, out tensor.Var) tensor.Var {
	m := a.batch
	b := m.Len()
	logProb := a.net.Dist.LogProb(t, out, t.InputOf(m.Actions, b, len(m.Actions)/b))
	policyLoss := t.Neg(t.Mean(t.Mul(logProb, t.InputOf(m.Advantages, b, 1))))
	entropyLoss := t.Neg(t.Mean(a.net.Entropy(t, out, logProb)))
	a.last.policy, a.last.entropy = t.Scalar(policyLoss), t.Scalar(entropyLoss)
	if a.cfg.EntCoef == 0 {
		return policyLoss
	}
	return t.Add(policyLoss, t.Scale(entropyLoss, float32(a.cfg.EntCoef)))
}

// valueLoss returns vf_coef mean (R - V)².
func (a *Agent) valueLoss(t *tensor.Tape, value tensor.Var) tensor.Var {
	loss := t.MSE(value, t.InputOf(a.batch.Returns, a.batch.Len(), 1))
	a.last.value = t.Scalar(loss)
	return t.Scale(loss, float32(a.cfg.VfCoef))
}

// losses is what one update measured; norm is that of the gradient, before it was clipped.
type losses struct{ policy, value, entropy, norm float32 }

// check returns an error that names the first number that is not finite.
func (l *losses) check() error {
	for _, k := range []struct {
		key   string
		value float32
	}{
		{"train/policy_loss", l.policy}, {"train/value_loss", l.value},
		{"train/entropy_loss", l.entropy}, {"the norm of the losses' gradient", l.norm},
	} {
		if x := float64(k.value); math.IsNaN(x) || math.IsInf(x, 0) {
			return fmt.Errorf("%s is %v: a lower learning_rate or scale of rewards may help", k.key, x)
		}
	}
	return nil
}

// report writes the row of the latest update and of the rollout it learned from.
func (a *Agent) report(rec agents.Recorder, rate float64) {
	rec.Record("train/entropy_loss", float64(a.last.entropy))
	rec.Record("train/explained_variance", a.rollout.ExplainedVariance())
	rec.Record("train/learning_rate", rate)
	rec.Record("train/n_updates", float64(a.updates))
	rec.Record("train/policy_loss", float64(a.last.policy))
	if std, ok := a.net.Std(); ok {
		rec.Record("train/std", std)
	}
	rec.Record("train/value_loss", float64(a.last.value))
	rec.Dump(a.done)
}
