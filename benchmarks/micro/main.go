// Micro times single matrix products, convolutions and training steps of small networks, for
// benchmarks/speed.py to set beside OpenBLAS and PyTorch. It prints one JSON object of
// microseconds a call, each the median over rounds, or with -products answers line by line.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"tesuji/internal/rng"
	"tesuji/nets"
	"tesuji/tensor"
)

func main() {
	serve := flag.Bool("products", false, "time matrix products as standard input asks: for each line such as 64x64x64 20, print\nthe mean microseconds of a product m x n x k, over some 20 milliseconds")
	mlp := flag.String("mlp", "", "training steps of networks, sizes@batch, comma-separated, such as 4-64-64-2@32")
	conv := flag.String("conv", "", "convolutions, comma-separated, such as 32x9x9x64-64k3s1p0/all")
	net := flag.String("nature", "", "the Nature DQN's network, comma-separated: act@1, step@32")
	flag.Parse()
	if *serve {
		products()
		return
	}
	out := map[string]float64{}
	for _, c := range split(*mlp) {
		sizes, batch, _ := strings.Cut(c, "@")
		out["mlp "+c] = adamStep(numbers(sizes, "-"), numbers(batch, "-")[0])
	}
	for _, c := range split(*conv) {
		out["conv "+c] = convolution(c)
	}
	for _, c := range split(*net) {
		out["nature "+c] = nature(c)
	}
	if err := json.NewEncoder(os.Stdout).Encode(out); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func split(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' })
}

func numbers(s, sep string) []int {
	var ns []int
	for _, f := range strings.Split(s, sep) {
		n, err := strconv.Atoi(f)
		if err != nil || n <= 0 {
			fmt.Fprintf(os.Stderr, "micro: %q is no positive number in %q\n", f, s)
			os.Exit(2)
		}
		ns = append(ns, n)
	}
	return ns
}

// median returns the median over 7 rounds of f's mean time in microseconds.
func median(f func(), budget time.Duration) float64 {
	f()
	n, start := 0, time.Now()
	for time.Since(start) < budget/4 {
		f()
		n++
	}
	const rounds = 7
	n = max(1, 4*n/rounds)
	var times []float64
	for range rounds {
		start := time.Now()
		for range n {
			f()
		}
		times = append(times, float64(time.Since(start).Nanoseconds())/float64(n)/1e3)
	}
	slices.Sort(times)
	return times[rounds/2]
}

// adamStep times zeroing the gradients, forward, cross-entropy, backward and Adam.
func adamStep(sizes []int, batch int) float64 {
	r := rng.New(0, "adam")
	last := len(sizes) - 1
	body := nets.NewMLP("body", sizes[0], sizes[1:last], tensor.ReLU, nets.PyTorchLinear, r)
	head := nets.NewLinear("head", sizes[last-1], sizes[last], tensor.None, nets.PyTorchLinear, r)
	params := nets.Collect(body, head)
	adam := nets.NewAdam(params, nets.AdamConfig{Beta1: 0.9, Beta2: 0.999, Eps: 1e-8})
	x, labels := make([]float32, batch*sizes[0]), make([]int32, batch)
	for i := range x {
		x[i] = float32(r.Normal())
	}
	for i := range labels {
		labels[i] = int32(r.Intn(sizes[last]))
	}
	t := tensor.NewTape()
	return median(func() {
		t.Reset()
		params.ZeroGrad()
		logits := head.Forward(t, body.Forward(t, t.InputOf(x, batch, sizes[0])))
		t.Backward(t.Mean(t.CrossEntropy(logits, labels)))
		adam.Step(1e-4)
	}, 250*time.Millisecond)
}
