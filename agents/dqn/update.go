package dqn

import (
	"fmt"

	"tesuji/replay"
	"tesuji/tensor"
)

// update makes one step of the optimiser down the gradient of
//
//	mean w_i loss_i
//
// over the batch, where loss_i is that of the learned return of (s_i, a_i) beside its target. It
// returns that loss and the errors [B] that priorities are made of, valid until the next update.
func (a *Agent) update(b *replay.Batch, rate float32) (loss float32, errors []float32, err error) {
	a.bootstrap(b)
	first := a.explorer.actions.Start
	for i, action := range b.Actions {
		a.chosen[i] = int32(action) - int32(first)
	}

	t := a.tape
	a.begin()
	losses := a.losses(t, a.online.chosen(t, a.online.outputs(t, a.reader.Read(t, b.Obs)), a.chosen)) // [B, 1]
	if a.prioritized != nil {
		losses = t.Mul(losses, t.InputOf(b.Weights, len(b.Weights), 1))
	}
	mean := t.Mean(losses)
	loss = t.Scalar(mean)

	a.onlineParams.ZeroGrad()
	t.Backward(mean)
	norm := a.onlineParams.ClipGradNorm(float32(a.cfg.MaxGradNorm))
	if !tensor.Finite([]float32{loss, norm}) {
		return 0, nil, fmt.Errorf("dqn: train/loss is %v and the norm of its gradient %v at step %d, update %d: "+
			"a lower learning_rate, max_grad_norm or scale of rewards may help", loss, norm, a.done, a.updates+1)
	}
	a.optimizer.Step(rate)
	a.updates++
	return loss, a.errors, nil
}

// begin empties the tape. Noise on the weights, if there is any, is drawn anew.
func (a *Agent) begin() {
	a.tape.Reset()
	a.tape.Train(a.cfg.Noisy)
	if a.cfg.Noisy {
		a.tape.Noise(a.noise.Uint64(), 0)
	}
}

// losses returns what each learned return, [B, 1] or distribution [B, atoms], costs beside its
// target, and keeps the errors: of values the differences, of c51 the divergence of the
// distributions (cross-entropy less the target's entropy), of quantiles the loss.
func (a *Agent) losses(t *tensor.Tape, learned tensor.Var) (losses tensor.Var) {
	target := t.InputOf(a.targets, len(a.chosen), a.online.atoms)
	switch a.cfg.Distribution {
	case distributionC51:
		losses = t.SoftCrossEntropy(learned, target)
		if a.prioritized != nil {
			entropy(a.errors, a.targets, a.scratch)
			for i, l := range t.Value(losses) {
				a.errors[i] = l - a.errors[i]
			}
		}
		return losses
	case distributionQuantile:
		losses = t.QuantileHuber(learned, target, 1)
		copy(a.errors, t.Value(losses))
		return losses
	}
	diff := t.Sub(learned, target)
	copy(a.errors, t.Value(diff))
	if a.cfg.Loss == lossMSE {
		return t.Square(diff)
	}
	return t.Huber(diff, 1)
}

// bootstrap computes the targets: r + discount * Z for the return Z that the target network
// expects of s' and a*, the best action for that network or, with double_q, for the online one. Z
// is a value, or a distribution of returns.
func (a *Agent) bootstrap(b *replay.Batch) {
	t := a.tape
	a.begin()
	t.Inference(true)
	next := a.reader.Read(t, b.Next)
	net := a.target
	atoms, q := net.all(t, net.outputs(t, next))
	choice := q
	if a.cfg.DoubleQ {
		choice = a.online.Forward(t, next)
	}
	n, k := net.actions, net.atoms
	if a.cfg.Distribution == distributionC51 {
		atoms = t.Softmax(t.Reshape(atoms, len(a.chosen)*n, k))
	}
	t.Inference(false)
	best, z := t.Value(choice), t.Value(atoms)
	for i := range a.chosen {
		at := i*n + argmax(best[i*n:(i+1)*n])
		from, to := z[at*k:(at+1)*k], a.targets[i*k:(i+1)*k]
		if a.cfg.Distribution == distributionC51 {
			a.cfg.project(to, from, b.Rewards[i], b.Discounts[i])
			continue
		}
		for j, v := range from {
			to[j] = b.Rewards[i] + float32(b.Discounts[i]*v)
		}
	}
}
