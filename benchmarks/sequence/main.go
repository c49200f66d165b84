// Sequence times forward and backward passes of recurrent layers, attention and a block of a GPT,
// for benchmarks/sequence.py to set beside PyTorch. It prints one JSON object of microseconds a
// pass, each the median over rounds.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"tesuji/internal/rng"
	"tesuji/nets"
	"tesuji/tensor"
)

func main() {
	cases := flag.String("cases", "lstm,lstm-data,gru,rnn,attention,block", "what to time, comma-separated")
	flag.Parse()
	out := map[string]float64{}
	for _, c := range strings.Split(*cases, ",") {
		switch c {
		case "lstm":
			out[c] = recurrent(nets.NewLSTM, true)
		case "lstm-data":
			out[c] = recurrent(nets.NewLSTM, false)
		case "gru":
			out[c] = recurrent(nets.NewGRU, true)
		case "rnn":
			out[c] = recurrent(nets.NewRNN, true)
		case "attention":
			out[c] = attention()
		case "block":
			out[c] = block()
		default:
			fmt.Fprintf(os.Stderr, "sequence: no case is called %q\n", c)
			os.Exit(2)
		}
	}
	if err := json.NewEncoder(os.Stdout).Encode(out); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// median returns the median over rounds of f's time in microseconds.
func median(f func()) float64 {
	const warm, rounds = 10, 60
	times := make([]float64, 0, rounds)
	for i := range warm + rounds {
		start := time.Now()
		f()
		if i >= warm {
			times = append(times, float64(time.Since(start).Nanoseconds())/1e3)
		}
	}
	slices.Sort(times)
	return times[rounds/2]
}

// input is random data [dims...] and its gradient.
func input(dims ...int) *nets.Param {
	x, r := nets.NewParam("x", dims...), rng.New(0, "input")
	for i := range x.Value.Data {
		x.Value.Data[i] = float32(r.Normal())
	}
	return x
}

// recurrent times a layer of 256 units over 16 steps of 32 sequences of 256 inputs, with the
// gradient of the inputs or, as for data, without.
func recurrent(make func(string, nets.RecurrentConfig, *rng.Stream) *nets.Recurrent, inner bool) float64 {
	layer, x := make("layer", nets.RecurrentConfig{In: 256, Hidden: 256}, rng.New(0, "layer")), input(32, 16, 256)
	x.Fixed = !inner
	return step(layer, x)
}

// attention times causal self-attention alone: 12 sequences of 64 positions, 4 heads of 32.
func attention() float64 {
	o := tensor.AttentionOptions{Heads: 4, Causal: true}
	return step(nets.Func(func(t *tensor.Tape, x tensor.Var) tensor.Var { return t.SelfAttention(x, o) }), input(12, 64, 384))
}

// block times a block of a GPT, 128 wide with 4 heads, over 12 sequences of 64 positions.
func block() float64 {
	return step(nets.NewEncoderLayer("block", nets.TransformerConfig{
		Width: 128, Heads: 4, Causal: true, PreNorm: true, Act: tensor.GELU,
	}, rng.New(0, "block")), input(12, 64, 128))
}

// step times zeroing the gradients and a forward and backward pass of the sum of the outputs.
func step(layer nets.Layer, x *nets.Param) float64 {
	params, t := nets.Collect(layer), tensor.NewTape()
	return median(func() {
		t.Reset()
		params.ZeroGrad()
		if !x.Fixed {
			clear(x.Grad.Data)
		}
		t.Backward(t.Sum(layer.Forward(t, x.Var(t))))
	})
}
