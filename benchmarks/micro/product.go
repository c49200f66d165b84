package main

import (
	"bufio"
	"fmt"
	"os"
	"time"

	"tesuji/internal/rng"
	"tesuji/tensor"
)

// products times what standard input asks for, so that two programs can take turns: on a machine
// whose clock drifts, or that others use, only times taken close together compare.
func products() {
	var last string
	var f func()
	for in := bufio.NewScanner(os.Stdin); in.Scan(); {
		var name string
		var ms float64
		if _, err := fmt.Sscan(in.Text(), &name, &ms); err != nil {
			fmt.Fprintf(os.Stderr, "micro: %q is no product and time, such as 64x64x64 20: %v\n", in.Text(), err)
			os.Exit(2)
		}
		if name != last {
			d := numbers(name, "x")
			if len(d) != 3 {
				fmt.Fprintf(os.Stderr, "micro: %q is not m x n x k\n", name)
				os.Exit(2)
			}
			last, f = name, product(d[0], d[1], d[2])
		}
		fmt.Println(mean(f, time.Duration(ms*float64(time.Millisecond))))
	}
}

// product returns a product of random matrices, which lie in a tape's memory as a network's do.
func product(m, n, k int) func() {
	r := rng.New(0, "product")
	t := tensor.NewTape()
	a, b, c := t.Value(t.Buffer(m, k)), t.Value(t.Buffer(k, n)), t.Value(t.Buffer(m, n))
	for _, s := range [][]float32{a, b} {
		for i := range s {
			s[i] = float32(r.Normal())
		}
	}
	return func() { tensor.Product(c, a, b, m, k, n) }
}

// mean returns f's mean time in microseconds, over about that long.
func mean(f func(), total time.Duration) float64 {
	f()
	n := 1
	for {
		took := timed(f, n)
		if took >= total/4 {
			n = int(float64(n)*float64(total)/float64(took)) + 1
			return float64(timed(f, n).Nanoseconds()) / float64(n) / 1e3
		}
		n *= 2
	}
}

func timed(f func(), n int) time.Duration {
	start := time.Now()
	for range n {
		f()
	}
	return time.Since(start)
}
