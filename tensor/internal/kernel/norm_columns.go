package kernel

// Normalisation of columns: BatchNorm over all rows, GroupNorm over the pixels of a sample and the
// columns of a group.

// ColumnNorm is what a normalisation of the columns of X [Rows, Cols] works on.
type ColumnNorm struct {
	X          []float32
	Mean       []float32 // [Cols]
	Scale      []float32 // [Cols], what a centred element is multiplied by
	Shift      []float32 // [Cols], added then
	Curve      []float32 // [Cols], for the way back
	Rows, Cols int
}

// columnTask is work on blocks of rows, with what a block leaves in partials [blocks, 2, cols].
type columnTask struct {
	run func(t *columnTask, b, from, to int)
	ColumnNorm
	y, dy    []float32
	partials []float32
}

// Run computes the blocks lo to hi.
func (t *columnTask) Run(lo, hi int) {
	for b := lo; b < hi; b++ {
		t.run(t, b, b*columnBlock, min((b+1)*columnBlock, t.Rows))
	}
}

var freeColumnTasks = make(chan *columnTask, 16)

// start runs the task and takes it back.
func (t columnTask) start() {
	var task *columnTask
	select {
	case task = <-freeColumnTasks:
	default:
		task = new(columnTask)
	}
	*task = t
	blocks := blocksOf(t.Rows)
	grain := blocks
	if shares(t.Rows, t.Cols) {
		grain = splitCheap/4/(columnBlock*max(1, t.Cols)) + 1
	}
	Parallel(blocks, grain, task)
	*task = columnTask{}
	select {
	case freeColumnTasks <- task:
	default:
	}
}

// ColumnMoments sets mean and variance [cols], biased, of the columns of x [rows, cols], rows > 0.
// Each block of 64 rows has a mean of its own, about which it sums squares; then, with n the rows
// of a block, m its mean and q its squares,
//
//	mean = Σ nm / rows    variance = (Σq + Σ n(m-mean)²) / rows
//
// where Σ is that of columns.go over the blocks, but for the last, which may be shorter and is
// added at the end.
func ColumnMoments(mean, variance, x []float32, rows, cols int) {
	blocks := blocksOf(rows)
	s := borrow((3*blocks + 2) * cols)
	all := s.of((3*blocks + 2) * cols)
	sums, partials, means := all[:2*cols], all[2*cols:(2*blocks+2)*cols], all[(2*blocks+2)*cols:]
	columnTask{run: blockMoments, ColumnNorm: ColumnNorm{X: x, Mean: means, Rows: rows, Cols: cols}, partials: partials}.start()
	last := rows - (blocks-1)*columnBlock
	final := means[(blocks-1)*cols:]
	whole := blocks - 1
	clear(mean[:cols])
	if whole > 0 {
		copy(partials, means[:whole*cols])
		foldColumns(mean, partials, whole, cols)
	}
	for j, m := range final {
		mean[j] = fma(m, float32(last), mean[j]*columnBlock) / float32(rows)
	}
	// The first pass left squares in the upper half of partials, which the sum of means spared.
	squares := partials[blocks*cols:]
	foldColumns(sums[:cols], squares, blocks, cols)
	clear(sums[cols:])
	if whole > 0 {
		spread := partials[:blocksOf(whole)*cols]
		for b := range blocksOf(whole) {
			from, to := b*columnBlock, min((b+1)*columnBlock, whole)
			columnSquares(spread[b*cols:(b+1)*cols], means[from*cols:to*cols], mean, to-from, cols)
		}
		foldColumns(sums[cols:], spread, blocksOf(whole), cols)
	}
	for j, m := range final {
		d := m - mean[j]
		between := fma(d*float32(last), d, float32(sums[cols+j]*columnBlock))
		variance[j] = (sums[j] + between) / float32(rows)
	}
	giveBack(s)
}

// blockMoments leaves a block's means in Mean [blocks, cols] and its squares in the second half of
// partials.
func blockMoments(t *columnTask, b, from, to int) {
	c := t.Cols
	x, mean := t.X[from*c:to*c], t.Mean[b*c:(b+1)*c]
	columnSum(mean, x, to-from, c)
	for j, s := range mean {
		mean[j] = s / float32(to-from)
	}
	columnSquares(t.partials[(blocksOf(t.Rows)+b)*c:][:c], x, mean, to-from, c)
}

// NormColumns sets y = fma(x-mean, scale, shift), all three of a column.
func NormColumns(y []float32, n ColumnNorm) {
	columnTask{run: normColumns, ColumnNorm: n, y: y}.start()
}

func normColumns(t *columnTask, _, from, to int) {
	c := t.Cols
	normColumnsRows(t.y[from*c:to*c], t.X[from*c:to*c], t.Mean, t.Scale, t.Shift, to-from, c)
}

func normColumnsRows(y, x, mean, scale, shift []float32, rows, cols int) {
	if normColumnsVec(y, x, mean, scale, shift, rows, cols) {
		return
	}
	for i := range rows {
		for j, v := range x[i*cols : (i+1)*cols] {
			y[i*cols+j] = fma(v-mean[j], scale[j], shift[j])
		}
	}
}

// ColumnSlopes sets sum = Σ dy and dot = Σ dy*(x-mean), [Cols] each, as columns.go sums.
func ColumnSlopes(sum, dot, dy []float32, n ColumnNorm) {
	blocks := blocksOf(n.Rows)
	s := borrow((2*blocks + 2) * n.Cols)
	all := s.of((2*blocks + 2) * n.Cols)
	both, partials := all[:2*n.Cols], all[2*n.Cols:]
	columnTask{run: blockSlopes, ColumnNorm: n, dy: dy, partials: partials}.start()
	foldColumns(both, partials, blocks, 2*n.Cols)
	copy(sum, both[:n.Cols])
	copy(dot, both[n.Cols:])
	giveBack(s)
}

func blockSlopes(t *columnTask, b, from, to int) {
	c := t.Cols
	p := t.partials[b*2*c:][:2*c]
	columnDots(p[:c], p[c:], t.dy[from*c:to*c], t.X[from*c:to*c], t.Mean, to-from, c)
}

// NormColumnsBackward sets dx = fma(-(x-mean), curve, fma(dy, scale, -shift)).
func NormColumnsBackward(dx, dy []float32, n ColumnNorm) {
	columnTask{run: normColumnsBackward, ColumnNorm: n, y: dx, dy: dy}.start()
}

func normColumnsBackward(t *columnTask, _, from, to int) {
	c := t.Cols
	dx, dy, x, n := t.y[from*c:to*c], t.dy[from*c:to*c], t.X[from*c:to*c], to-from
	if normColumnsBackwardVec(dx, dy, x, t.Mean, t.Scale, t.Shift, t.Curve, n, c) {
		return
	}
	for i := range n {
		for j, g := range dy[i*c : (i+1)*c] {
			dx[i*c+j] = fma(-(x[i*c+j] - t.Mean[j]), t.Curve[j], fma(g, t.Scale[j], -t.Shift[j]))
		}
	}
}

// Group normalises the columns of each group of each sample, X [Samples, Pixels, Cols] (Wu and He,
// 2018), with the sums over pixels of columns.go and chains over a group's columns in order:
//
//	mean = Σ m/k    variance = Σ (q + p(m-mean)²) / pk    rstd = 1/√(variance + eps)
//	y = fma(x-mean, gamma*rstd, beta)
//
// for p pixels, k columns in a group, m the mean of a column and q = p times its variance.
type Group struct {
	X, Gamma, Beta                []float32 // Gamma and Beta [Cols], or nil
	Mean, Rstd                    []float32 // [Samples, Groups], written by the forward pass
	Samples, Pixels, Cols, Groups int
	Eps                           float32

	y, dy, dx []float32
	partials  []float32 // [Samples, 2, Cols]: the parameters' gradients of a sample
	back      bool
}

var freeGroups = make(chan *Group, 16)

func (g Group) start() {
	var task *Group
	select {
	case task = <-freeGroups:
	default:
		task = new(Group)
	}
	*task = g
	grain := g.Samples
	if shares(g.Samples, g.Pixels*g.Cols) {
		grain = splitRows/(g.Pixels*g.Cols) + 1
	}
	Parallel(g.Samples, grain, task)
	*task = Group{}
	select {
	case freeGroups <- task:
	default:
	}
}

// GroupNorm writes y, Mean and Rstd.
func GroupNorm(y []float32, g Group) {
	g.y = y
	g.start()
}

// GroupNormBackward computes the gradients of GroupNorm; a nil one of dx, to.DGamma and to.DBeta
// is not computed, and to.DX is not used. With S = Σ dy and D = Σ dy*(x-mean) over a column's
// pixels, s and d the sums of gamma*S and gamma*D over a group's columns, and n = pk,
//
//	dx = gamma*rstd*dy - rstd*s/n - (x-mean)*rstd³*d/n    dgamma = Σ rstd*D    dbeta = Σ S
func GroupNormBackward(dx, dy []float32, g Group, to NormGradients) {
	s := borrow((2*g.Samples + 2) * g.Cols)
	all := s.of((2*g.Samples + 2) * g.Cols)
	g.dx, g.dy, g.partials, g.back = dx, dy, all[2*g.Cols:], true
	g.start()
	foldColumns(all[:2*g.Cols], all[2*g.Cols:], g.Samples, 2*g.Cols)
	if to.DBeta != nil {
		addOrSet(to.DBeta, all[:g.Cols], to.AddB)
	}
	if to.DGamma != nil {
		addOrSet(to.DGamma, all[g.Cols:2*g.Cols], to.AddGamma)
	}
	giveBack(s)
}

// Run computes the samples lo to hi.
func (g *Group) Run(lo, hi int) {
	if lo == hi {
		return
	}
	s := borrow(6 * g.Cols)
	for i := lo; i < hi; i++ {
		if g.back {
			g.backward(i, s.of(6*g.Cols))
		} else {
			g.forward(i, s.of(6*g.Cols))
		}
	}
	giveBack(s)
}

// gamma returns a column's factor.
func (g *Group) gamma(c int) float32 {
	if g.Gamma == nil {
		return 1
	}
	return g.Gamma[c]
}

// of returns a sample of x or what is shaped like it.
func (g *Group) of(x []float32, sample int) []float32 {
	n := g.Pixels * g.Cols
	return x[sample*n : (sample+1)*n]
}

func (g *Group) forward(sample int, scratch []float32) {
	c, k := g.Cols, g.Cols/g.Groups
	mean, variance, scale, shift := scratch[:c], scratch[c:2*c], scratch[2*c:3*c], scratch[3*c:4*c]
	x, p := g.of(g.X, sample), float32(g.Pixels)
	ColumnMoments(mean, variance, x, g.Pixels, c)
	for i := range g.Groups {
		m, q := float32(0), float32(0)
		for _, v := range mean[i*k : (i+1)*k] {
			m += v
		}
		m /= float32(k)
		for j := i * k; j < (i+1)*k; j++ {
			d := mean[j] - m
			q += float32(p * fma(d, d, variance[j]))
			mean[j] = m
		}
		rstd := 1 / sqrtOf(q/float32(g.Pixels*k)+g.Eps)
		g.Mean[sample*g.Groups+i], g.Rstd[sample*g.Groups+i] = m, rstd
		for j := i * k; j < (i+1)*k; j++ {
			scale[j], shift[j] = g.gamma(j)*rstd, 0
			if g.Beta != nil {
				shift[j] = g.Beta[j]
			}
		}
	}
	NormColumns(g.of(g.y, sample), ColumnNorm{X: x, Mean: mean, Scale: scale, Shift: shift, Rows: g.Pixels, Cols: c})
}

func (g *Group) backward(sample int, scratch []float32) {
	c, k := g.Cols, g.Cols/g.Groups
	n := ColumnNorm{X: g.of(g.X, sample), Mean: scratch[:c], Scale: scratch[c : 2*c], Shift: scratch[2*c : 3*c], Curve: scratch[3*c : 4*c], Rows: g.Pixels, Cols: c}
	dy := g.of(g.dy, sample)
	for j := range n.Mean {
		n.Mean[j] = g.Mean[sample*g.Groups+j/k]
	}
	sum, dot := scratch[4*c:5*c], scratch[5*c:]
	ColumnSlopes(sum, dot, dy, n)
	each := float32(g.Pixels * k)
	for i := range g.Groups {
		rstd := g.Rstd[sample*g.Groups+i]
		s, d := float32(0), float32(0)
		for j := i * k; j < (i+1)*k; j++ {
			s, d = fma(g.gamma(j), sum[j], s), fma(g.gamma(j), dot[j], d)
		}
		for j := i * k; j < (i+1)*k; j++ {
			n.Scale[j] = g.gamma(j) * rstd
			n.Shift[j] = rstd * s / each
			n.Curve[j] = rstd * (rstd * rstd) * d / each
			g.partials[2*sample*c+j] = sum[j]
			g.partials[(2*sample+1)*c+j] = dot[j] * rstd
		}
	}
	if g.dx != nil {
		NormColumnsBackward(g.of(g.dx, sample), dy, n)
	}
}
