package tensor

import "tesuji/tensor/internal/kernel"

// Winograd is a 3x3 convolution of boards with a border of one, stride one, by fewer products: tiles of
// m x m results are polynomial products of (m+2)² points each instead of 9 m² (S. Winograd, "Arithmetic
// complexity of computations", 1980; A. Lavin and S. Gray, "Fast algorithms for convolutional neural networks",
// 2016). It is for inference with weights that stay: they are transformed once, in SetWeights.
//
// Its results differ from Conv2D's by rounding, some 1e-6 to 1e-5 of the largest. They have the same
// bits on every kernel set and whatever else is in a batch.
//
// Images are [H, W, N, C] here, points first: then everything but the products is arithmetic on long vectors.
type Winograd struct {
	h, w, ci, co int
	m            int // results of a tile, a side
	rows, cols   int // tiles
	in, out      [][]float32
	weights      [][]float64
	u            []float32 // [m+2, m+2, CI, CO]
	bias         []float32 // [CO]
}

// points at which polynomials are multiplied, besides infinity, for tiles of 3, 4 and 5.
var winogradPoints = []float64{0, 1, -1, 2, -2, 0.5}

// NewWinograd returns a convolution of boards of h rows, w columns and ci channels to co channels, with
// zero weights.
func NewWinograd(h, w, ci, co int) *Winograd {
	if h < 1 || w < 1 || ci < 1 || co < 1 {
		panic(&ShapeError{Op: "Winograd", Want: "sizes of at least 1", Got: []Shape{ShapeOf(h, w, ci, co)}})
	}
	k := &Winograd{h: h, w: w, ci: ci, co: co, bias: make([]float32, co)}
	least := 0
	for m := 3; m <= 5; m++ { // the tile that takes fewest products; of several the smallest
		rows, cols := (h+m-1)/m, (w+m-1)/m
		if products := rows * cols * (m + 2) * (m + 2); least == 0 || products < least {
			k.m, k.rows, k.cols, least = m, rows, cols, products
		}
	}
	k.transforms(winogradPoints[:k.m+1])
	k.u = make([]float32, (k.m+2)*(k.m+2)*ci*co)
	return k
}

// transforms sets the matrices of Toom and Cook for finite points a and infinity: of images (in), of
// results (out) and of weights.
func (k *Winograd) transforms(a []float64) {
	t := len(a) + 1
	product := func(skip int) []float64 { // Π (x - a_l), l ≠ skip, from the constant on
		p := make([]float64, t)
		p[0] = 1
		for l, at := range a {
			if l == skip {
				continue
			}
			for i := t - 1; i >= 0; i-- {
				p[i] *= -at
				if i > 0 {
					p[i] += p[i-1]
				}
			}
		}
		return p
	}
	single := func(x []float64) []float32 {
		y := make([]float32, len(x))
		for i, v := range x {
			y[i] = float32(v)
		}
		return y
	}
	k.out = make([][]float32, k.m)
	for i := range k.out {
		k.out[i] = make([]float32, t)
	}
	k.out[k.m-1][t-1] = 1
	for j, at := range a {
		p := product(j)
		k.in = append(k.in, single(p))
		value, power := 0.0, 1.0
		for _, c := range p { // of the polynomial at a_j
			value += float64(c * power)
			power *= at
		}
		k.weights = append(k.weights, []float64{1 / value, at / value, at * at / value})
		power = 1
		for i := range k.m {
			k.out[i][j] = float32(power)
			power *= at
		}
	}
	k.in = append(k.in, single(product(-1)))
	k.weights = append(k.weights, []float64{0, 0, 1})
}

// SetWeights takes weights [3, 3, CI, CO] and a bias [CO].
func (k *Winograd) SetWeights(weights, bias []float32) {
	n := k.ci * k.co
	if len(weights) != 9*n || len(bias) != k.co {
		panic(&ShapeError{Op: "Winograd", Want: "weights [3 3 CI CO] and a bias [CO]", Got: []Shape{ShapeOf(len(weights)), ShapeOf(len(bias))}})
	}
	copy(k.bias, bias)
	t := k.m + 2
	for at := range n {
		for i, left := range k.weights {
			var row [3]float64
			for c := range row {
				for r, g := range left {
					row[c] += float64(g * float64(weights[(3*r+c)*n+at]))
				}
			}
			for j, right := range k.weights {
				sum := 0.0
				for c, g := range right {
					sum += float64(g * row[c])
				}
				k.u[(i*t+j)*n+at] = float32(sum)
			}
		}
	}
}

// Scratch returns how many elements of scratch Forward needs for n boards.
func (k *Winograd) Scratch(n int) int {
	t := k.m + 2
	return n * (k.w*k.rows*k.ci*t + k.rows*k.cols*(k.ci+k.co) + k.rows*k.cols*k.m*k.co + k.co)
}

// Forward computes y [H, W, N, CO] from x [H, W, N, CI]: the convolution and the bias, which are
// added to what y holds if add is set; negative results become 0 if relu is set.
func (k *Winograd) Forward(y, x []float32, n int, add, relu bool, scratch []float32) {
	if len(x) != k.h*k.w*n*k.ci || len(y) != k.h*k.w*n*k.co || len(scratch) < k.Scratch(n) {
		panic(&ShapeError{Op: "Winograd", Want: "x [H W N CI], y [H W N CO] and Scratch(N) elements",
			Got: []Shape{ShapeOf(len(x)), ShapeOf(len(y)), ShapeOf(len(scratch))}})
	}
	t, a, b := k.m+2, n*k.ci, n*k.co // a, b: elements of a point
	take := func(size int) []float32 {
		s := scratch[:size]
		scratch = scratch[size:]
		return s
	}
	bias := take(b)
	for i := range n {
		copy(bias[i*k.co:], k.bias)
	}
	for p := range k.h * k.w {
		if row := y[p*b : (p+1)*b]; add {
			kernel.AddTo(row, bias)
		} else {
			copy(row, bias)
		}
	}
	lines := take(t * k.w * k.rows * a)        // [t, W, tile rows, N, CI] columns transformed
	tiles := take(k.cols * k.rows * a)         // [tile columns, tile rows, N, CI] at one point
	products := take(k.cols * k.rows * b)      // the same of CO
	results := take(k.cols * k.m * k.rows * b) // [W of tiles, tile rows, N, CO]
	for i, c := range k.in {
		for col := range k.w {
			for tile := range k.rows {
				c, first := onBoard(c, tile*k.m-1, k.h)
				combine(lines[((i*k.w+col)*k.rows+tile)*a:][:a], x, c, (first*k.w+col)*a, k.w*a)
			}
		}
	}
	ra, rb := k.rows*a, k.rows*b
	for i := range t {
		for j, c := range k.in {
			for tile := range k.cols {
				c, first := onBoard(c, tile*k.m-1, k.w)
				combine(tiles[tile*ra:][:ra], lines, c, (i*k.w+first)*ra, ra)
			}
			u := k.u[(i*t+j)*k.ci*k.co:][:k.ci*k.co]
			kernel.Gemm(k.cols*k.rows*n, k.co, k.ci, tiles, k.ci, 1, u, k.co, products, k.co, kernel.FromZero, nil, false)
			for tile := range k.cols {
				for q, c := range k.out {
					// The column of the first point, 0, is 1, 0, ..., 0, that of the second, 1, all ones:
					// there results begin.
					if col := tile*k.m + q; col < k.w && c[j] != 0 {
						accumulate(results[col*rb:][:rb], products[tile*rb:][:rb], c[j], j == min(q, 1))
					}
				}
			}
		}
		for r, c := range k.out {
			for tile := range k.rows {
				row := tile*k.m + r
				if row >= k.h || c[i] == 0 {
					continue
				}
				for col := range k.w {
					accumulate(y[(row*k.w+col)*b:][:b], results[(col*k.rows+tile)*b:][:b], c[i], false)
				}
			}
		}
	}
	if relu {
		kernel.ReLU(y, y)
	}
}

// onBoard returns the coefficients of the rows from at on that lie within n, and the first such row.
func onBoard(c []float32, at, n int) (within []float32, first int) {
	if at+len(c) > n {
		c = c[:max(0, n-at)]
	}
	if at < 0 {
		return c[min(-at, len(c)):], 0
	}
	return c, at
}

// combine sets dst to the sum of rows of x, the last of c's first: row i begins at first + i*step.
func combine(dst, x, c []float32, first, step int) {
	var one []float32 // a row of factor 1 that is not in dst yet
	begun := false
	for i := len(c) - 1; i >= 0; i-- {
		if c[i] == 0 {
			continue
		}
		row := x[first+i*step:][:len(dst)]
		switch {
		case one != nil:
			kernel.ScaleAdd(dst, row, one, c[i])
			one = nil
		case !begun && c[i] == 1:
			one = row
		default:
			accumulate(dst, row, c[i], !begun)
		}
		begun = true
	}
	if one != nil {
		copy(dst, one)
	}
	if !begun {
		clear(dst)
	}
}

// accumulate adds s times x to dst, or sets dst to it.
func accumulate(dst, x []float32, s float32, set bool) {
	switch {
	case set && s == 1:
		copy(dst, x)
	case set:
		kernel.Scale(dst, x, s)
	case s == 1:
		kernel.AddTo(dst, x)
	case s == -1:
		kernel.Sub(dst, dst, x)
	default:
		kernel.Axpy(dst, x, s)
	}
}
