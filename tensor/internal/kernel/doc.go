// Package kernel holds the loops of the tensor engine: matrix products, elementwise functions,
// reductions and optimiser steps on float32 slices, and the threads that share them.
//
// There are three sets of kernels, AVX-512 and AVX2 in generated assembly and one in pure Go,
// and they give the same bits, for any number of threads. The pure-Go set is the specification.
// What makes them agree is canonical arithmetic:
//
//   - R1. Every multiply-add is one fused float32 FMA, rounded to nearest even, with subnormals.
//     Pure Go emulates it exactly (fma.go).
//   - R2. A matrix product is, for each element, C = fma(A[i,p], B[p,j], C) for p = 0..K-1 in
//     order, from the initial C: zero, the old C or the bias. K is never split or reordered.
//   - R3. K is never padded, since fma(0, 0, -0) is +0. M and N may be.
//   - R4. A convolution is R2 with a stated order of its taps, of which those outside the image do
//     not exist; a weight's gradient restarts its chain after 4096 pixels, in whole rows (conv.go).
//   - R5. A sum or maximum over contiguous elements has 64 partials, element i in partial
//     i mod 64, joined by a fixed tree (reduce.go). A sum over columns is a plain chain over rows.
//   - R6. More than 4096 elements are cut into blocks of 4096, each reduced by R5, and the block
//     results are reduced likewise. Normalisations sum columns in blocks of 64 rows, each a chain
//     over its rows, and the block results likewise (columns.go).
//   - R7. min(a, b) = a < b ? a : b and max(a, b) = a > b ? a : b, operands as written, so that
//     NaN or equality gives the second.
//   - R8. Only correctly rounded primitives: + - * / sqrt fma, integer add, shift and logic,
//     compare and select. No approximate reciprocals.
//   - R9. exp, log, tanh, sigmoid, softplus, erf, log1p, expm1, sin, cos and what is made of them
//     are the fixed sequences of functions.go, angles.go and activations.go.
//   - R10. In Go, a product that feeds an addition and must not fuse is written
//     float32(a*b) + c: compilers may otherwise fuse it.
//   - R11. Any NaN equals any NaN: payloads depend on operand order.
//   - R12. Random numbers are counted, not drawn by worker (random.go).
//   - R13. Gradients accumulate in reverse order of the tape; the first writer stores.
//
// All slices are row-major. The first argument is the destination; it may be the same slice as
// an operand, but not overlap one otherwise, unless the function says more. Operands must be at
// least as long as the destination: a shorter one is a programmer's error and panics.
package kernel

//go:generate go -C gen run .
