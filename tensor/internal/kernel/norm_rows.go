package kernel

// Normalisation of rows: LayerNorm and RMSNorm.

// Norm is what a normalisation of the rows of x [rows, cols] works on. Gamma and Beta, a factor and
// a summand for each column, may be nil: both, or Beta.
type Norm struct {
	X, Gamma, Beta []float32
	Mean, Rstd     []float32 // [rows]: the rows' means and 1/√(variance + eps), written by the forward pass
	Rows, Cols     int
	Eps            float32
}

// NormGradients is where the gradients of a normalisation go. A nil one is not computed; the
// parameters' are added to what is there if their Add says so.
type NormGradients struct {
	DX             []float32
	DGamma, DBeta  []float32
	AddGamma, AddB bool
}

// normTask is a normalisation that is split at blocks of rows.
type normTask struct {
	run func(t *normTask, lo, hi int)
	Norm
	NormGradients
	y, dy    []float32
	partials []float32 // [blocks, 2, cols]
}

// Run computes the blocks lo to hi of columnBlock rows.
func (t *normTask) Run(lo, hi int) {
	for b := lo; b < hi; b++ {
		t.run(t, b*columnBlock, min((b+1)*columnBlock, t.Rows))
	}
}

var freeNormTasks = make(chan *normTask, 16)

// start runs the task and takes it back.
func (t normTask) start() {
	var task *normTask
	select {
	case task = <-freeNormTasks:
	default:
		task = new(normTask)
	}
	*task = t
	blocks := blocksOf(t.Rows)
	grain := blocks
	if shares(t.Rows, t.Cols) {
		grain = splitRows/2/(columnBlock*max(1, t.Cols)) + 1
	}
	Parallel(blocks, grain, task)
	*task = normTask{}
	select {
	case freeNormTasks <- task:
	default:
	}
}

// LayerNorm normalises each row (Ba et al., 2016), in two passes:
//
//	mean = Σx/n    rstd = 1/√(Σ(x-mean)²/n + eps)    y = fma((x-mean)*rstd, gamma, beta)
func LayerNorm(y []float32, n Norm) { normTask{run: layerNorm, Norm: n, y: y}.start() }

func layerNorm(t *normTask, from, to int) {
	c := t.Cols
	for per := rowsPerStrip(max(1, c)); from < to; from += per {
		rows := min(per, to-from)
		x, y := t.X[from*c:(from+rows)*c], t.y[from*c:(from+rows)*c]
		mean, rstd := t.Mean[from:from+rows], t.Rstd[from:from+rows]
		sumOfX.rows(mean, x, nil, nil, nil, rows, c)
		for i, s := range mean {
			mean[i] = s / float32(c)
		}
		sumOfSquares.rows(rstd, x, nil, nil, mean, rows, c)
		for i, s := range rstd {
			rstd[i] = 1 / sqrtOf(s/float32(c)+t.Eps)
		}
		switch {
		case t.Gamma == nil:
			layerNormPlain(y, x, mean, rstd, rows, c)
		case t.Beta == nil:
			layerNormScale(y, x, t.Gamma, mean, rstd, rows, c)
		default:
			layerNormAffine(y, x, t.Gamma, t.Beta, mean, rstd, rows, c)
		}
	}
}

func layerNormPlain(y, x, mean, rstd []float32, rows, cols int) {
	if layerNormPlainVec(y, x, mean, rstd, rows, cols) {
		return
	}
	for i := range rows {
		for j, v := range x[i*cols : (i+1)*cols] {
			y[i*cols+j] = (v - mean[i]) * rstd[i]
		}
	}
}

func layerNormScale(y, x, gamma, mean, rstd []float32, rows, cols int) {
	if layerNormScaleVec(y, x, gamma, mean, rstd, rows, cols) {
		return
	}
	for i := range rows {
		for j, v := range x[i*cols : (i+1)*cols] {
			y[i*cols+j] = (v - mean[i]) * rstd[i] * gamma[j]
		}
	}
}

func layerNormAffine(y, x, gamma, beta, mean, rstd []float32, rows, cols int) {
	if layerNormVec(y, x, gamma, beta, mean, rstd, rows, cols) {
		return
	}
	for i := range rows {
		for j, v := range x[i*cols : (i+1)*cols] {
			y[i*cols+j] = fma((v-mean[i])*rstd[i], gamma[j], beta[j])
		}
	}
}

// LayerNormBackward computes, with g = dy*gamma, c = x-mean and n columns,
//
//	dx = rstd * (g - Σg/n - c*((Σgc * rstd²)/n))    dgamma = Σ dy*(c*rstd)    dbeta = Σ dy
//
// the last two over the rows, as columns.go sums.
func LayerNormBackward(dy []float32, n Norm, g NormGradients) {
	normBackward(layerNormBackward, dy, n, g)
}

// normBackward runs a backward pass and joins the blocks' parts of the parameters' gradients.
func normBackward(run func(t *normTask, lo, hi int), dy []float32, n Norm, g NormGradients) {
	t := normTask{run: run, Norm: n, NormGradients: g, dy: dy}
	if g.DGamma == nil && g.DBeta == nil {
		t.start()
		return
	}
	blocks := blocksOf(n.Rows)
	s := borrow((2*blocks + 2) * n.Cols)
	all := s.of((2*blocks + 2) * n.Cols)
	sums, partials := all[:2*n.Cols], all[2*n.Cols:]
	t.partials = partials
	t.start()
	foldColumns(sums, partials, blocks, 2*n.Cols)
	if g.DBeta != nil {
		addOrSet(g.DBeta, sums[:n.Cols], g.AddB)
	}
	if g.DGamma != nil {
		addOrSet(g.DGamma, sums[n.Cols:], g.AddGamma)
	}
	giveBack(s)
}

func layerNormBackward(t *normTask, from, to int) {
	c := t.Cols
	if t.partials != nil {
		p := t.partials[from/columnBlock*2*c:][:2*c]
		columnNorms(p[:c], p[c:], t.dy[from*c:to*c], t.X[from*c:to*c], t.Mean[from:to], t.Rstd[from:to], to-from, c)
	}
	if t.DX == nil {
		return
	}
	var shifts, scales [stripRows]float32
	for per := rowsPerStrip(max(1, c)); from < to; from += per {
		rows := min(per, to-from)
		dx, dy, x := t.DX[from*c:(from+rows)*c], t.dy[from*c:(from+rows)*c], t.X[from*c:(from+rows)*c]
		mean, rstd := t.Mean[from:from+rows], t.Rstd[from:from+rows]
		shift, scale := shifts[:rows], scales[:rows]
		if t.Gamma == nil {
			sumOfX.rows(shift, dy, nil, nil, nil, rows, c)
			sumOfXYCentred.rows(scale, dy, x, nil, mean, rows, c)
		} else {
			sumOfXRow.rows(shift, dy, nil, t.Gamma, nil, rows, c)
			sumOfXRowYCentred.rows(scale, dy, x, t.Gamma, mean, rows, c)
		}
		for i, r := range rstd {
			shift[i] /= float32(c)
			scale[i] = scale[i] * (r * r) / float32(c)
		}
		if t.Gamma == nil {
			layerNormPlainSlope(dx, dy, x, mean, rstd, shift, scale, rows, c)
		} else {
			layerNormSlope(dx, dy, x, t.Gamma, mean, rstd, shift, scale, rows, c)
		}
	}
}

func layerNormPlainSlope(dx, dy, x, mean, rstd, shift, scale []float32, rows, cols int) {
	if layerNormPlainBackwardVec(dx, dy, x, mean, rstd, shift, scale, rows, cols) {
		return
	}
	for i := range rows {
		for j, g := range dy[i*cols : (i+1)*cols] {
			dx[i*cols+j] = rstd[i] * fma(-(x[i*cols+j]-mean[i]), scale[i], g-shift[i])
		}
	}
}

func layerNormSlope(dx, dy, x, gamma, mean, rstd, shift, scale []float32, rows, cols int) {
	if layerNormBackwardVec(dx, dy, x, gamma, mean, rstd, shift, scale, rows, cols) {
		return
	}
	for i := range rows {
		for j, g := range dy[i*cols : (i+1)*cols] {
			dx[i*cols+j] = rstd[i] * fma(-(x[i*cols+j]-mean[i]), scale[i], float32(g*gamma[j])-shift[i])
		}
	}
}

// RMSNorm scales each row to a mean square of 1 (Zhang and Sennrich, 2019); Beta and Mean are not
// used:
//
//	rstd = 1/√(Σx²/n + eps)    y = (x*rstd)*gamma
func RMSNorm(y []float32, n Norm) { normTask{run: rmsNorm, Norm: n, y: y}.start() }

func rmsNorm(t *normTask, from, to int) {
	c := t.Cols
	for per := rowsPerStrip(max(1, c)); from < to; from += per {
		rows := min(per, to-from)
		x, y, rstd := t.X[from*c:(from+rows)*c], t.y[from*c:(from+rows)*c], t.Rstd[from:from+rows]
		sumOfXY.rows(rstd, x, x, nil, nil, rows, c)
		for i, s := range rstd {
			rstd[i] = 1 / sqrtOf(s/float32(c)+t.Eps)
		}
		switch {
		case t.Gamma == nil:
			mulCol(y, x, rstd, rows, c)
		case !rmsNormVec(y, x, t.Gamma, rstd, rows, c):
			for i := range rows {
				for j, v := range x[i*c : (i+1)*c] {
					y[i*c+j] = v * rstd[i] * t.Gamma[j]
				}
			}
		}
	}
}

// RMSNormBackward computes, with g = dy*gamma and n columns,
//
//	dx = rstd * (g - x*((Σgx * rstd²)/n))    dgamma = Σ dy*(x*rstd)
func RMSNormBackward(dy []float32, n Norm, g NormGradients) {
	normBackward(rmsNormBackward, dy, n, g)
}

func rmsNormBackward(t *normTask, from, to int) {
	c := t.Cols
	if t.partials != nil {
		p := t.partials[from/columnBlock*2*c:][:2*c]
		clear(p[:c])
		columnScaled(p[c:], t.dy[from*c:to*c], t.X[from*c:to*c], t.Rstd[from:to], to-from, c)
	}
	if t.DX == nil {
		return
	}
	var scales [stripRows]float32
	for per := rowsPerStrip(max(1, c)); from < to; from += per {
		rows := min(per, to-from)
		dx, dy, x := t.DX[from*c:(from+rows)*c], t.dy[from*c:(from+rows)*c], t.X[from*c:(from+rows)*c]
		rstd, scale := t.Rstd[from:from+rows], scales[:rows]
		if t.Gamma == nil {
			sumOfXY.rows(scale, dy, x, nil, nil, rows, c)
		} else {
			sumOfXRowY.rows(scale, dy, x, t.Gamma, nil, rows, c)
		}
		for i, r := range rstd {
			scale[i] = scale[i] * (r * r) / float32(c)
		}
		if t.Gamma == nil {
			if rmsNormPlainBackwardVec(dx, dy, x, rstd, scale, rows, c) {
				continue
			}
		} else if rmsNormBackwardVec(dx, dy, x, t.Gamma, rstd, scale, rows, c) {
			continue
		}
		for i := range rows {
			for j := i * c; j < (i+1)*c; j++ {
				g := dy[j]
				if t.Gamma != nil {
					g *= t.Gamma[j-i*c]
				}
				dx[j] = rstd[i] * fma(-x[j], scale[i], g)
			}
		}
	}
}
