package kernel

// Batch is what BatchNorm works on: the columns of X [Rows, Cols].
type Batch struct {
	X, Gamma, Beta []float32 // Gamma and Beta [Cols], or nil
	Mean, Rstd     []float32 // [Cols]: the batch's, written in training, or the ones to use
	Rows, Cols     int
}

// BatchNorm normalises columns with their mean and rstd (Ioffe and Szegedy, 2015):
//
//	y = fma(x-mean, gamma*rstd, beta)
func BatchNorm(y []float32, b Batch) {
	s := borrow(2 * b.Cols)
	n := b.columns(s.of(2 * b.Cols))
	NormColumns(y, n)
	giveBack(s)
}

// columns returns the normalisation with its factors and summands, which it computes into scratch.
func (b Batch) columns(scratch []float32) ColumnNorm {
	c := b.Cols
	n := ColumnNorm{X: b.X, Mean: b.Mean, Scale: scratch[:c], Shift: scratch[c : 2*c], Rows: b.Rows, Cols: c}
	if b.Gamma == nil {
		copy(n.Scale, b.Rstd)
	} else {
		Mul(n.Scale, b.Gamma, b.Rstd)
	}
	if b.Beta == nil {
		clear(n.Shift)
	} else {
		copy(n.Shift, b.Beta)
	}
	return n
}

// BatchNormBackward computes the gradients, with S = Σ dy, D = Σ dy*(x-mean) and n rows: dgamma =
// rstd*D, dbeta = S and, where the mean and rstd are the batch's own,
//
//	dx = gamma*rstd*dy - gamma*rstd*S/n - (x-mean)*gamma*rstd³*D/n
//
// or, where they are given, dx = gamma*rstd*dy.
func BatchNormBackward(dy []float32, b Batch, to NormGradients, own bool) {
	c := b.Cols
	s := borrow(5 * c)
	all := s.of(5 * c)
	n := b.columns(all)
	n.Curve = all[2*c : 3*c]
	sum, dot := all[3*c:4*c], all[4*c:]
	if own || to.DGamma != nil || to.DBeta != nil {
		ColumnSlopes(sum, dot, dy, n)
	}
	if own {
		rows := float32(b.Rows)
		for j, r := range b.Rstd {
			n.Shift[j] = n.Scale[j] * sum[j] / rows
			n.Curve[j] = n.Scale[j] * (r * r) * dot[j] / rows
		}
	}
	if to.DBeta != nil {
		addOrSet(to.DBeta, sum, to.AddB)
	}
	if to.DGamma != nil {
		Mul(dot, dot, b.Rstd)
		addOrSet(to.DGamma, dot, to.AddGamma)
	}
	switch {
	case to.DX == nil:
	case own:
		NormColumnsBackward(to.DX, dy, n)
	default:
		MulRow(to.DX, dy, n.Scale, b.Rows, c)
	}
	giveBack(s)
}

// BatchMoments sets Mean and Rstd to those of the batch and moves the running statistics, of which
// the variance is unbiased as PyTorch has it, the part momentum of the way there.
func (b Batch) BatchMoments(runningMean, runningVar []float32, momentum, eps float32) {
	ColumnMoments(b.Mean, b.Rstd, b.X, b.Rows, b.Cols)
	unbiased := float32(b.Rows) / float32(max(1, b.Rows-1))
	for j, v := range b.Rstd {
		if runningMean != nil {
			runningMean[j] = fma(b.Mean[j]-runningMean[j], momentum, runningMean[j])
			runningVar[j] = fma(float32(v*unbiased)-runningVar[j], momentum, runningVar[j])
		}
		b.Rstd[j] = 1 / sqrtOf(v+eps)
	}
}
