package main

import (
	"fmt"
	"os"
	"regexp"
	"strconv"
	"time"

	"tesuji/internal/rng"
	"tesuji/nets"
	"tesuji/tensor"
)

// convCase is N images of H·W pixels and CI channels, CO channels of K·K taps, stride, padding, and
// which passes: fwd, first (forward and the gradient of the weights) or all (that of the input too).
var convCase = regexp.MustCompile(`^(\d+)x(\d+)x(\d+)x(\d+)-(\d+)k(\d+)s(\d+)p(\d+)/(fwd|first|all)$`)

// convolution times the passes of one layer.
func convolution(name string) float64 {
	m := convCase.FindStringSubmatch(name)
	if m == nil {
		fmt.Fprintf(os.Stderr, "micro: %q is no convolution such as 32x9x9x64-64k3s1p0/all\n", name)
		os.Exit(2)
	}
	var d [8]int
	for i := range d {
		d[i], _ = strconv.Atoi(m[i+1])
	}
	r := rng.New(0, "convolution")
	x := nets.NewParam("x", d[0], d[1], d[2], d[3])
	for i := range x.Value.Data {
		x.Value.Data[i] = float32(r.Normal())
	}
	layer := nets.NewConv2D("conv", d[3], d[4], tensor.Both(d[5]),
		tensor.ConvOptions{Stride: tensor.Both(d[6]), Pad: tensor.Both(d[7])}, nets.PyTorchLinear, r)
	params := nets.Collect(layer)
	t := tensor.NewTape()
	t.Inference(m[9] == "fwd")
	return median(func() {
		t.Reset()
		in := t.Input(x.Value)
		if m[9] == "all" {
			in = x.Var(t)
		}
		y := layer.Forward(t, in)
		if m[9] != "fwd" {
			params.ZeroGrad()
			t.Backward(t.Sum(y))
		}
	}, 300*time.Millisecond)
}
