package nets

import (
	"math"

	"tesuji/tensor"
)

// Losses: what is to be minimised, as the mean over a batch unless said otherwise. No gradient flows
// into what is called a target. On the tape itself there are, without the mean, CrossEntropyWith,
// SoftCrossEntropy, BCEWithLogits, Huber, QuantileHuber and KLNormal.

// CrossEntropy returns the mean cross-entropy of logits [R, C] and labels, 0 to C-1, as
// torch.nn.functional.cross_entropy does: weighted by the labels' weights if there are any, over the
// rows that are not ignored.
func CrossEntropy(t *tensor.Tape, logits tensor.Var, labels []int32, o tensor.CrossEntropyOptions) tensor.Var {
	total := float32(0)
	for _, l := range labels {
		switch {
		case l < 0 && o.IgnoreNegative:
		case o.Weights != nil && int(l) < len(o.Weights) && l >= 0:
			total += o.Weights[l]
		default:
			total++
		}
	}
	return t.Scale(t.Sum(t.CrossEntropyWith(logits, labels, o)), 1/total)
}

// NLL returns the mean of -logP[label] for log-probabilities [R, C].
func NLL(t *tensor.Tape, logP tensor.Var, labels []int32) tensor.Var {
	return t.Neg(t.Mean(t.Gather(logP, labels)))
}

// BCE returns the mean binary cross-entropy of logits and targets in [0, 1]; positive targets count
// posWeight times.
func BCE(t *tensor.Tape, logits, targets tensor.Var, posWeight float32) tensor.Var {
	return t.Mean(t.BCEWithLogits(logits, targets, posWeight))
}

// L1 returns the mean of |a-b|.
func L1(t *tensor.Tape, a, b tensor.Var) tensor.Var { return t.Mean(t.Abs(t.Sub(a, b))) }

// SmoothL1 returns the mean of d²/(2 beta) where |d| < beta, and |d| - beta/2 elsewhere, d = a-b.
func SmoothL1(t *tensor.Tape, a, b tensor.Var, beta float32) tensor.Var {
	return t.Mean(t.Huber(t.Sub(a, b), beta))
}

// Huber returns the mean of d²/2 where |d| < delta, and delta (|d| - delta/2) elsewhere, d = a-b.
func Huber(t *tensor.Tape, a, b tensor.Var, delta float32) tensor.Var {
	return t.Scale(SmoothL1(t, a, b, delta), delta)
}

// Hinge returns the mean of max(0, 1 - y x) for scores x and targets y of -1 and 1, of one shape.
func Hinge(t *tensor.Tape, scores, targets tensor.Var) tensor.Var {
	return t.Mean(t.ReLU(t.AddScalar(t.Neg(t.Mul(scores, targets)), 1)))
}

// CosineSimilarity returns a·b/max(|a| |b|, eps) of the rows of a and b [..., C]: [..., 1]. PyTorch's
// eps is 1e-8.
func CosineSimilarity(t *tensor.Tape, a, b tensor.Var, eps float32) tensor.Var {
	lengths := t.Mul(t.Sqrt(t.SumLast(t.Square(a))), t.Sqrt(t.SumLast(t.Square(b))))
	return t.Div(t.SumLast(t.Mul(a, b)), t.Clamp(lengths, eps, math.MaxFloat32))
}

// KLCategorical returns the divergence Σ p (log p - log q) of each row of log-probabilities [..., C]:
// [..., 1].
func KLCategorical(t *tensor.Tape, logP, logQ tensor.Var) tensor.Var {
	return t.SumLast(t.Mul(t.Exp(logP), t.Sub(logP, logQ)))
}

// KLNormals returns the divergence of N(m1, e^v1) from N(m2, e^v2), elementwise, for means m and
// log-variances v of one shape:
//
//	(v2 - v1 + (e^v1 + (m1-m2)²)/e^v2 - 1) / 2
func KLNormals(t *tensor.Tape, m1, v1, m2, v2 tensor.Var) tensor.Var {
	// With v = v1-v2 and m = (m1-m2)/e^(v2/2) it is the divergence of N(m, e^v) from N(0, 1).
	m := t.Mul(t.Sub(m1, m2), t.Exp(t.Scale(v2, -0.5)))
	return t.KLNormal(m, t.Sub(v1, v2))
}
