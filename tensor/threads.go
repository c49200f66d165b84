package tensor

import "tesuji/tensor/internal/kernel"

// Kernels returns the name of the kernel set in use: "avx512", "avx2" or "go". The
// environment variable TESUJI_KERNELS forces one. Results never depend on it.
func Kernels() string { return kernel.Name() }

// ForceKernels selects a kernel set by name, or says which this machine has.
func ForceKernels(name string) error { return kernel.Force(name) }

// SetThreads sets how many threads operations may use, GOMAXPROCS at first. Results never
// depend on it. Call it only while no tape computes.
func SetThreads(n int) { kernel.SetThreads(n) }

// Threads returns how many threads operations may use.
func Threads() int { return kernel.Threads() }

// Finite reports whether no element of x is NaN or infinite.
func Finite(x []float32) bool { return kernel.AllFinite(x) }
