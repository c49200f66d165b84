// Command gen writes the assembly of package kernel for AVX2 and AVX-512, the Go declarations of
// its functions and the functions that choose between them. Run it by go generate.
package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	// avo takes the flag name out for itself.
	dir := flag.String("dir", "..", "the directory of package kernel")
	flag.Parse()
	if err := run(*dir); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(dir string) error {
	for _, i := range []struct {
		isa
		name string
	}{{avx2, "avx2"}, {avx512, "avx512"}} {
		w := newWriter(i.isa)
		for _, f := range formulas {
			w.elementwise(f)
		}
		if err := w.write(dir, "elementwise_"+i.name); err != nil {
			return err
		}
		w = newWriter(i.isa)
		for _, r := range reductions {
			w.reduce(r)
		}
		if err := w.write(dir, "reduce_"+i.name); err != nil {
			return err
		}
		w = newWriter(i.isa)
		for _, f := range recurrent {
			w.elementwise(f)
		}
		if err := w.write(dir, "recurrent_"+i.name); err != nil {
			return err
		}
	}
	if err := dispatch(dir, "vec", formulas, reductions); err != nil {
		return err
	}
	return dispatch(dir, "vec_recurrent", recurrent, nil)
}
