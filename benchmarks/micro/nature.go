package main

import (
	"fmt"
	"os"
	"strings"
	"time"

	"tesuji/internal/rng"
	"tesuji/nets"
	"tesuji/tensor"
)

// nature times the network of V. Mnih et al. (2015) on float32 images [N, 84, 84, 4], 6 actions:
// "act@N" is its forward pass alone, "step@N" zeroing the gradients, forward, Huber loss, backward
// and Adam.
func nature(name string) float64 {
	kind, count, _ := strings.Cut(name, "@")
	n := numbers(count, "-")[0]
	r := rng.New(0, "nature")
	var net nets.Sequence
	for i, c := range []struct{ in, out, kernel, stride int }{{4, 32, 8, 4}, {32, 64, 4, 2}, {64, 64, 3, 1}} {
		net = append(net, nets.NewConv2D(fmt.Sprintf("conv%d", i+1), c.in, c.out, tensor.Both(c.kernel),
			tensor.ConvOptions{Stride: tensor.Both(c.stride), Act: tensor.ReLU}, nets.PyTorchLinear, r))
	}
	net = append(net, nets.Func((*tensor.Tape).Flatten),
		nets.NewLinear("hidden", 7*7*64, 512, tensor.ReLU, nets.PyTorchLinear, r),
		nets.NewLinear("head", 512, 6, tensor.None, nets.PyTorchLinear, r))
	params := nets.Collect(net)
	adam := nets.NewAdam(params, nets.AdamConfig{Beta1: 0.9, Beta2: 0.999, Eps: 1e-8})
	x, target := make([]float32, n*84*84*4), make([]float32, n*6)
	for i := range x {
		x[i] = float32(r.Float64())
	}
	for i := range target {
		target[i] = float32(r.Normal())
	}
	t := tensor.NewTape()
	switch kind {
	case "act":
		t.Inference(true)
		return median(func() {
			t.Reset()
			net.Forward(t, t.InputOf(x, n, 84, 84, 4))
		}, 300*time.Millisecond)
	case "step":
		return median(func() {
			t.Reset()
			params.ZeroGrad()
			y := net.Forward(t, t.InputOf(x, n, 84, 84, 4))
			t.Backward(nets.SmoothL1(t, y, t.InputOf(target, n, 6), 1))
			adam.Step(1e-4)
		}, 1000*time.Millisecond)
	}
	fmt.Fprintf(os.Stderr, "micro: %q is neither act@N nor step@N\n", name)
	os.Exit(2)
	return 0
}
