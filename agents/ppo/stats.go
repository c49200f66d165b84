package ppo

import (
	"fmt"
	"math"

	"tesuji/agents"
)

// losses is what one minibatch gave.
type losses struct{ total, policy, value, entropy float64 }

// mean is a running mean.
type mean struct {
	sum float64
	n   int
}

func (m *mean) add(x float64) { m.sum += x; m.n++ }

func (m *mean) value() float64 { return m.sum / float64(m.n) }

// stats is what an update measures: means over all its minibatches, but the KL divergence over
// those of the last epoch and the loss of the last minibatch, as Stable-Baselines3 has it.
type stats struct {
	policy, value, entropy, clipFraction, kl mean

	last     losses // of the last minibatch
	lastKL   float64
	lastNorm float32 // of its gradient, before it was clipped
}

func (s *stats) begin() { *s = stats{} }

func (s *stats) beginEpoch() { s.kl = mean{} }

// add counts a minibatch. The divergence of the old policy from the new one is estimated by
// mean((r-1) - log r), which is never negative (J. Schulman, "Approximating KL divergence", 2020).
func (s *stats) add(w *work, vfCoef, entCoef float64) {
	kl, outside := 0.0, 0
	for i, r := range w.ratio {
		kl += (float64(r) - 1) - float64(w.logRatio[i])
		if math.Abs(float64(r)-1) > w.h.clip {
			outside++
		}
	}
	n := float64(len(w.ratio))
	total := float64(w.policy) + float64(vfCoef*float64(w.value)) + float64(entCoef*float64(w.entropy))
	s.last = losses{total: total, policy: float64(w.policy), value: float64(w.value), entropy: float64(w.entropy)}
	s.lastKL, s.lastNorm = kl/n, 0
	s.policy.add(s.last.policy)
	s.value.add(s.last.value)
	s.entropy.add(s.last.entropy)
	s.clipFraction.add(float64(outside) / n)
	s.kl.add(s.lastKL)
}

// check returns an error that names the first of the last minibatch's numbers that is not finite.
func (s *stats) check() error {
	for _, l := range []struct {
		key   string
		value float64
	}{
		{"train/policy_gradient_loss", s.last.policy}, {"train/value_loss", s.last.value},
		{"train/entropy_loss", s.last.entropy}, {"train/loss", s.last.total},
		{"the norm of train/loss's gradient", float64(s.lastNorm)},
	} {
		if x := l.value; math.IsNaN(x) || math.IsInf(x, 0) {
			return fmt.Errorf("%s is %v: a lower learning_rate or scale of rewards may help", l.key, x)
		}
	}
	return nil
}

// report writes the row of an update and of the rollout it learned from.
func (a *Agent) report(rec agents.Recorder, h hyper) {
	s := &a.stats
	rec.Record("train/approx_kl", s.kl.value())
	rec.Record("train/clip_fraction", s.clipFraction.value())
	rec.Record("train/clip_range", h.clip)
	if a.cfg.ClipRangeVf != nil {
		rec.Record("train/clip_range_vf", h.clipVf)
	}
	rec.Record("train/entropy_loss", s.entropy.value())
	rec.Record("train/explained_variance", a.rollout.ExplainedVariance())
	rec.Record("train/learning_rate", h.rate)
	rec.Record("train/loss", s.last.total)
	rec.Record("train/n_updates", float64(a.updates))
	rec.Record("train/policy_gradient_loss", s.policy.value())
	if std, ok := a.net.Std(); ok {
		rec.Record("train/std", std)
	}
	rec.Record("train/value_loss", s.value.value())
	rec.Dump(a.done)
}
