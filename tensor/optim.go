package tensor

import (
	"math"

	"tesuji/tensor/internal/kernel"
)

// AdamStep holds one step's constants of Adam and AdamW.
type AdamStep = kernel.AdamStep

// Adam updates parameters p and moments m and v from gradients g, all flat and of one
// length.
func Adam(p, g, m, v []float32, s AdamStep) { kernel.Adam(p, g, m, v, s) }

// AdamL2 is Adam with weight decay as a part of the gradient, g + l2*p; s.Decay is not used.
func AdamL2(p, g, m, v []float32, s AdamStep, l2 float32) { kernel.AdamL2(p, g, m, v, s, l2) }

// SGD updates p and the momentum's buf from g as PyTorch does: g += decay p, buf = momentum buf + g,
// p -= lr buf, or lr (g + momentum buf) with Nesterov's momentum.
func SGD(p, g, buf []float32, lr, momentum, decay float32, nesterov bool) {
	kernel.SGD(p, g, buf, lr, momentum, decay, nesterov)
}

// Adagrad updates p and the sum of squares from g: g += decay p, sum += g²,
// p -= lr g / (sqrt(sum) + eps).
func Adagrad(p, g, sum []float32, lr, eps, decay float32) { kernel.Adagrad(p, g, sum, lr, eps, decay) }

// RMSPropCentered is RMSProp that divides by the standard deviation: mean follows g as v follows g²,
// p -= lr g / (sqrt(v - mean² + inside) + eps).
func RMSPropCentered(p, g, v, mean []float32, lr, alpha, eps, inside float32) {
	kernel.RMSPropCentered(p, g, v, mean, lr, alpha, eps, inside)
}

// Lerp moves dst the part s of the way to x.
func Lerp(dst, x []float32, s float32) { kernel.Lerp(dst, x, s) }

// RMSProp updates p and the mean square v from g as PyTorch does:
// v = alpha v + (1-alpha) g², p -= lr g / (sqrt(v) + eps).
func RMSProp(p, g, v []float32, lr, alpha, eps float32) { kernel.RMSProp(p, g, v, lr, alpha, eps) }

// RMSPropTF updates p and v as TensorFlow 1 did, eps inside the root:
// v = alpha v + (1-alpha) g², p -= lr g / sqrt(v + eps).
func RMSPropTF(p, g, v []float32, lr, alpha, eps float32) { kernel.RMSPropTF(p, g, v, lr, alpha, eps) }

// Norm returns the Euclidean norm of x: the root, in float64, of the sum of squares.
func Norm(x []float32) float32 { return float32(math.Sqrt(float64(kernel.SumSquares(x)))) }

// ScaleBy multiplies x by s in place.
func ScaleBy(x []float32, s float32) { kernel.Scale(x, x, s) }

// AddScaled adds s*x to dst, fused.
func AddScaled(dst, x []float32, s float32) { kernel.Axpy(dst, x, s) }

// Elementwise functions and row reductions on plain slices, for what samples or scores
// outside a tape. dst may be x.

// Exp writes e^x.
func Exp(dst, x []float32) { kernel.Exp(dst, x) }

// Log writes the natural logarithm.
func Log(dst, x []float32) { kernel.Log(dst, x) }

// TanhOf writes the hyperbolic tangent.
func TanhOf(dst, x []float32) { kernel.Tanh(dst, x) }

// SigmoidOf writes 1/(1+e^-x).
func SigmoidOf(dst, x []float32) { kernel.Sigmoid(dst, x) }

// SoftmaxRows writes the softmax of each row of x [rows, cols].
func SoftmaxRows(dst, x []float32, rows, cols int) { kernel.Softmax(dst, x, rows, cols) }

// ArgMax writes the place of the greatest element of each row of x [rows, cols], the first of
// several.
func ArgMax(dst []int32, x []float32, rows, cols int) { kernel.ArgMax(dst, x, rows, cols) }
