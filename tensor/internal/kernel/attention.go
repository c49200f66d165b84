package kernel

// Attention is scaled dot-product attention for a batch of sequences, with heads side by side in
// the columns. Arrays are given with the distance of their rows, so that the heads, and queries,
// keys and values in one array, are read where they lie. With d = Width and n the keys that a
// query sees,
//
//	score[i,j] = (chain over d of q[i]·k[j]) * Scale, + Bias, then fma(j-i, Slope, ·)
//	weight[i]  = softmax of score[i, 0:n] (as Softmax computes it), and 0 from n on
//	out[i]     = chain over the keys of weight[i,j]*v[j], + 0
//
// where i counts from Keys-Queries: the queries are the last positions. Query i sees the first
// Lengths[b] keys, and of those, if Causal, the ones up to i. One that sees none has weights and
// output 0. Chains over keys run as far as any query of the same block of attentionRows sees;
// finite values at keys that a query does not see leave no trace in its output, because their
// weight is +0 and the final addition makes -0 a +0.
type Attention struct {
	Batch, Heads, Queries, Keys, Width, ValueWidth int

	Q, K, V          []float32 // [Batch, Queries or Keys, ...], head h of a row at h*Width or h*ValueWidth
	QRow, KRow, VRow int       // distance of rows
	VBatch           int       // distance of sequences in V, 0 for Keys*VRow
	KT               []float32 // if K is nil: keys transposed, [Batch, Heads, Width, KTRow]
	KTRow            int
	Out              []float32 // [Batch, Queries, Heads*ValueWidth]
	Weights          []float32 // [Batch, Heads, Queries, Keys], before dropout

	Scale               float32
	Causal              bool
	Lengths             []int32   // keys of each sequence, nil for all
	Slopes              []float32 // of each head, nil for none
	Ramp                []float32 // with Slopes: -(Keys-1) .. Keys-1
	Bias                []float32 // [.., .., Queries, Keys], nil for none
	BiasBatch, BiasHead int       // distances in Bias, 0 where it is shared
	Mask                []float32 // [Batch, Heads, Queries, Keys]: what dropout multiplies weights by, nil for none

	// For the way back: the output's gradient and where the others go, with the rows of Q, K, V
	// and Out. A nil one is not computed.
	DOut, DQ, DK, DV []float32
	DScores          []float32 // [Batch, Heads, Queries, Keys]

	back bool
}

// attentionRows is the queries of a block. It is part of the definition.
const attentionRows = 32

// attentionWork is the multiply-adds that make a share of heads worth a thread.
const attentionWork = 1 << 18

// Forward computes Weights and Out.
func (a *Attention) Forward() { a.start(false) }

// Backward computes the gradients from DOut, overwriting what they hold.
func (a *Attention) Backward() { a.start(true) }

func (a *Attention) start(back bool) {
	a.back = back
	each := max(1, a.Queries*a.Keys*(a.Width+a.ValueWidth))
	Parallel(a.Batch*a.Heads, (attentionWork+each-1)/each, a)
}

// Run computes the heads lo to hi of all sequences' one after the other.
func (a *Attention) Run(lo, hi int) {
	for bh := lo; bh < hi; bh++ {
		if a.back {
			a.backward(bh/a.Heads, bh%a.Heads)
		} else {
			a.forward(bh/a.Heads, bh%a.Heads)
		}
	}
}

// keys returns how many keys sequence b has.
func (a *Attention) keys(b int) int {
	if a.Lengths == nil {
		return a.Keys
	}
	return int(a.Lengths[b])
}

// seen returns how many keys query i of sequence b sees.
func (a *Attention) seen(b, i int) int {
	n := a.keys(b)
	if a.Causal {
		n = min(n, max(0, i+1+a.Keys-a.Queries))
	}
	return n
}

// values returns the values of a head.
func (a *Attention) values(b, h int) []float32 {
	each := a.VBatch
	if each == 0 {
		each = a.Keys * a.VRow
	}
	return a.V[b*each+h*a.ValueWidth:]
}

// transposed returns the keys of a head transposed, and the distance of rows: given ones, or a
// copy in scratch.
func (a *Attention) transposed(b, h, n int, scratch []float32) ([]float32, int) {
	if a.K == nil {
		return a.KT[(b*a.Heads+h)*a.Width*a.KTRow:], a.KTRow
	}
	transposeStrided(scratch, n, a.K[b*a.Keys*a.KRow+h*a.Width:], a.KRow, n, a.Width)
	return scratch, n
}

func (a *Attention) forward(b, h int) {
	n := a.keys(b)
	size := attentionRows * a.Keys
	s := borrow(n*a.Width + 2*size + attentionRows)
	kt, scores, dropped, of := s.cut4(n*a.Width, size, size, attentionRows)
	ldk := n
	var q []float32
	if a.Width > 0 {
		kt, ldk = a.transposed(b, h, n, kt)
		q = a.Q[b*a.Queries*a.QRow+h*a.Width:]
	}
	v := a.values(b, h)
	cols := a.Heads * a.ValueWidth
	for from := 0; from < a.Queries; from += attentionRows {
		to := min(from+attentionRows, a.Queries)
		rows, limit := to-from, a.seen(b, to-1)
		at := ((b*a.Heads+h)*a.Queries + from) * a.Keys
		kept := a.Weights[at : at+rows*a.Keys]
		weights := scores[:rows*limit]
		if limit == a.Keys {
			weights = kept
		}
		if a.Width > 0 {
			Gemm(rows, limit, a.Width, q[from*a.QRow:], a.QRow, 1, kt, ldk, weights, limit, FromZero, nil, false)
			Scale(weights, weights, a.Scale)
		} else {
			clear(weights)
		}
		a.weigh(weights, of[:rows], b, h, from, limit)
		if limit < a.Keys {
			for i := range rows {
				row := kept[i*a.Keys : (i+1)*a.Keys]
				clear(row[copy(row, weights[i*limit:(i+1)*limit]):])
			}
		}
		if a.Mask != nil {
			weights = a.drop(dropped[:rows*limit], weights, at, limit)
		}
		out := a.Out[(b*a.Queries+from)*cols+h*a.ValueWidth:]
		Gemm(rows, a.ValueWidth, limit, weights, limit, 1, v, a.VRow, out, cols, FromZero, nil, false)
		for i := range rows {
			row := out[i*cols : i*cols+a.ValueWidth]
			AddScalar(row, row, 0)
		}
	}
	giveBack(s)
}

// weigh turns the scores of queries from from on over limit keys into weights, with a number of
// scratch for each query. Before they are exponentiated, hidden ones are made the row's greatest:
// what underflows takes long.
func (a *Attention) weigh(x, of []float32, b, h, from, limit int) {
	row := func(i int) (seen, hidden []float32) {
		n := a.seen(b, from+i)
		return x[i*limit : i*limit+n], x[i*limit+n : (i+1)*limit]
	}
	for i := range of {
		seen, hidden := row(i)
		if a.Bias != nil {
			AddTo(seen, a.Bias[b*a.BiasBatch+h*a.BiasHead+(from+i)*a.Keys:])
		}
		if a.Slopes != nil {
			Axpy(seen, a.Ramp[a.Queries-1-from-i:], a.Slopes[h])
		}
		fill32(hidden, minusInfinity)
	}
	RowMax(of, x, len(of), limit)
	for i, m := range of {
		_, hidden := row(i)
		fill32(hidden, m)
	}
	expShifted(x, x, of, len(of), limit)
	for i := range of {
		_, hidden := row(i)
		clear(hidden)
	}
	RowSums(of, x, len(of), limit)
	for i, s := range of {
		if of[i] = 1 / s; s == 0 { // it sees nothing
			of[i] = 0
		}
	}
	MulCol(x, x, of, len(of), limit)
}

var minusInfinity = f32(0xff800000)

// fill32 sets every element of x to v.
func fill32(x []float32, v float32) {
	for i := range x {
		x[i] = v
	}
}

// drop writes rows of x, limit elements long, times Mask from element at on.
func (a *Attention) drop(dst, x []float32, at, limit int) []float32 {
	for i := 0; i*limit < len(dst); i++ {
		Mul(dst[i*limit:(i+1)*limit], x[i*limit:], a.Mask[at+i*a.Keys:])
	}
	return dst
}

func (a *Attention) backward(b, h int) {
	n := a.keys(b)
	size := attentionRows * a.Keys
	s := borrow(n*a.ValueWidth + 3*size)
	vt, ds, copied, dropped := s.cut4(n*a.ValueWidth, size, size, size)
	transposeStrided(vt, n, a.values(b, h), a.VRow, n, a.ValueWidth)
	cols := a.Heads * a.ValueWidth
	head := func(x []float32, rows, row, width int) []float32 {
		if x == nil {
			return nil
		}
		return x[b*rows*row+h*width:]
	}
	q, k := head(a.Q, a.Queries, a.QRow, a.Width), head(a.K, a.Keys, a.KRow, a.Width)
	dq, dk, dv := head(a.DQ, a.Queries, a.QRow, a.Width), head(a.DK, a.Keys, a.KRow, a.Width), head(a.DV, a.Keys, a.VRow, a.ValueWidth)
	clearRows(dk, a.Keys, a.KRow, a.Width)
	clearRows(dv, a.Keys, a.VRow, a.ValueWidth)
	for from := 0; from < a.Queries; from += attentionRows {
		to := min(from+attentionRows, a.Queries)
		rows, limit := to-from, a.seen(b, to-1)
		at := ((b*a.Heads+h)*a.Queries + from) * a.Keys
		weights, ds := a.Weights[at:at+rows*a.Keys], ds[:rows*limit]
		if limit < a.Keys {
			for i := range rows {
				copy(copied[i*limit:(i+1)*limit], weights[i*a.Keys:])
			}
			weights = copied[:rows*limit]
		}
		dout := a.DOut[(b*a.Queries+from)*cols+h*a.ValueWidth:]
		Gemm(rows, limit, a.ValueWidth, dout, cols, 1, vt, n, ds, limit, FromZero, nil, false)
		given := weights
		if a.Mask != nil {
			given = a.drop(dropped[:rows*limit], weights, at, limit)
			a.drop(ds, ds, at, limit)
		}
		if dv != nil {
			Gemm(limit, a.ValueWidth, rows, given, 1, limit, dout, cols, dv, a.VRow, FromC, nil, false)
		}
		SoftmaxBackward(ds, ds, weights, rows, limit)
		if a.DScores != nil {
			for i := range rows {
				row := a.DScores[at+i*a.Keys : at+(i+1)*a.Keys]
				clear(row[copy(row, ds[i*limit:(i+1)*limit]):])
			}
		}
		Scale(ds, ds, a.Scale)
		if dq != nil {
			Gemm(rows, a.Width, limit, ds, limit, 1, k, a.KRow, dq[from*a.QRow:], a.QRow, FromZero, nil, false)
		}
		if dk != nil {
			Gemm(limit, a.Width, rows, ds, 1, limit, q[from*a.QRow:], a.QRow, dk, a.KRow, FromC, nil, false)
		}
	}
	giveBack(s)
}

// cut4 cuts scratch into parts of the given lengths.
func (s *scratch) cut4(a, b, c, d int) (w, x, y, z []float32) {
	return s.data[:a], s.data[a : a+b], s.data[a+b : a+b+c], s.data[a+b+c : a+b+c+d]
}

// clearRows sets rows of width elements to zero, ld apart.
func clearRows(x []float32, rows, ld, width int) {
	if x == nil {
		return
	}
	for i := range rows {
		clear(x[i*ld : i*ld+width])
	}
}

// transposeStrided sets dst[j*ldd+i] = src[i*lds+j] for i < rows, j < cols.
func transposeStrided(dst []float32, ldd int, src []float32, lds, rows, cols int) {
	r, c := transposeVec(dst, ldd, src, lds, rows, cols)
	if c < cols {
		transposeGo(dst[c*ldd:], ldd, src[c:], lds, rows, cols-c)
	}
	if r < rows {
		transposeGo(dst[r:], ldd, src[r*lds:], lds, rows-r, c)
	}
}
