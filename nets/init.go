package nets

import (
	"math"

	"tesuji/internal/rng"
	"tesuji/tensor"
)

// Init sets a layer's weight [in, out] and bias [out] before learning. Fan-in is in, fan-out
// is out; of a convolution's weight [KH, KW, in, out] they are KH·KW·in and KH·KW·out.
type Init func(weight, bias *tensor.Tensor, r *rng.Stream)

// Orthogonal makes the weight's rows or columns, whichever are fewer, orthogonal and of length
// gain, and the bias 0. (Saxe et al., "Exact solutions to the nonlinear dynamics of
// learning", 2014.)
func Orthogonal(gain float64) Init {
	return func(w, b *tensor.Tensor, r *rng.Stream) {
		clear(b.Data)
		rows, cols := w.Shape.Rows(), w.Shape.Cols()
		n, k := max(rows, cols), min(rows, cols) // k orthogonal vectors of length n
		v := make([][]float64, k)
		for i := range v {
			v[i] = make([]float64, n)
			for j := range v[i] {
				v[i][j] = r.Normal()
			}
		}
		orthonormalise(v)
		for i := range rows {
			for j := range cols {
				q := v[min(i, k-1)]
				at := j
				if rows > cols {
					q, at = v[j], i
				}
				w.Data[i*cols+j] = float32(gain * q[at])
			}
		}
	}
}

// orthonormalise applies modified Gram-Schmidt, twice, which is orthogonal to the last bits.
// For normal vectors the result is uniform over the orthogonal matrices.
func orthonormalise(v [][]float64) {
	dot := func(a, b []float64) float64 {
		s := 0.0
		for i := range a {
			s += float64(a[i] * b[i])
		}
		return s
	}
	for i := range v {
		for range 2 {
			for j := range i {
				c := dot(v[i], v[j])
				for k := range v[i] {
					v[i][k] -= float64(c * v[j][k])
				}
			}
		}
		l := 1 / math.Sqrt(dot(v[i], v[i]))
		for k := range v[i] {
			v[i][k] *= l
		}
	}
}

// uniform fills x from U(-bound, bound).
func uniform(x *tensor.Tensor, bound float64, r *rng.Stream) {
	for i := range x.Data {
		x.Data[i] = float32(bound * (2*r.Float64() - 1))
	}
}

// PyTorchLinear draws weight and bias from U(-1/√in, 1/√in), as torch.nn.Linear does.
func PyTorchLinear(w, b *tensor.Tensor, r *rng.Stream) {
	bound := 1 / math.Sqrt(float64(w.Shape.Rows()))
	uniform(w, bound, r)
	uniform(b, bound, r)
}

// KaimingUniform draws the weight from U(±gain·√(3/in)), the bias is 0; gain is √2 for ReLU.
// (He et al., "Delving Deep into Rectifiers", 2015.)
func KaimingUniform(gain float64) Init {
	return func(w, b *tensor.Tensor, r *rng.Stream) {
		clear(b.Data)
		uniform(w, gain*math.Sqrt(3/float64(w.Shape.Rows())), r)
	}
}

// KaimingNormal draws the weight from N(0, gain²/in), the bias is 0.
func KaimingNormal(gain float64) Init {
	return func(w, b *tensor.Tensor, r *rng.Stream) {
		clear(b.Data)
		std := gain / math.Sqrt(float64(w.Shape.Rows()))
		for i := range w.Data {
			w.Data[i] = float32(std * r.Normal())
		}
	}
}

// KaimingNormalFanOut draws the weight from N(0, gain²/fan-out), the bias is 0: what ResNets
// begin from.
func KaimingNormalFanOut(gain float64) Init {
	return func(w, b *tensor.Tensor, r *rng.Stream) {
		clear(b.Data)
		std := gain / math.Sqrt(float64(fanOut(w)))
		for i := range w.Data {
			w.Data[i] = float32(std * r.Normal())
		}
	}
}

// fanOut returns how many sums an input goes into.
func fanOut(w *tensor.Tensor) int {
	n := w.Shape.Cols()
	if w.Shape.Rank() == 4 {
		n *= w.Shape.Dim(0) * w.Shape.Dim(1)
	}
	return n
}

// XavierUniform draws the weight from U(±gain·√(6/(in+out))), the bias is 0. (Glorot and
// Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010.)
func XavierUniform(gain float64) Init {
	return func(w, b *tensor.Tensor, r *rng.Stream) {
		clear(b.Data)
		uniform(w, gain*math.Sqrt(6/float64(w.Shape.Rows()+fanOut(w))), r)
	}
}

// Uniform draws weight and bias from U(-bound, bound).
func Uniform(bound float64) Init {
	return func(w, b *tensor.Tensor, r *rng.Stream) {
		uniform(w, bound, r)
		uniform(b, bound, r)
	}
}

// Fill sets every weight to v and the bias to 0.
func Fill(v float32) Init {
	return func(w, b *tensor.Tensor, _ *rng.Stream) {
		clear(b.Data)
		for i := range w.Data {
			w.Data[i] = v
		}
	}
}
