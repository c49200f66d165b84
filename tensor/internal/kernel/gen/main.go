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

// A file is what one file of assembly for each isa holds.
type file struct {
	name       string
	formulas   []formula
	rows       []rowFormula
	reductions []reduction
	columns    []columnReduction
	more       func(w *writer)
}

func run(dir string) error {
	for _, i := range []struct {
		isa
		name string
	}{{avx2, "avx2"}, {avx512, "avx512"}} {
		for _, f := range []file{
			{name: "elementwise", formulas: formulas},
			{name: "rows", rows: rowFormulas},
			{name: "reduce", reductions: reductions, columns: columnReductions},
			{name: "recurrent", formulas: recurrent},
			{name: "random", formulas: random, more: (*writer).philox},
		} {
			w := newWriter(i.isa)
			for _, x := range f.formulas {
				w.elementwise(x)
			}
			for _, x := range f.rows {
				w.rowwise(x)
			}
			for _, x := range f.reductions {
				w.reduce(x)
			}
			for _, x := range f.columns {
				w.columnwise(x)
			}
			if f.more != nil {
				f.more(w)
			}
			if err := w.write(dir, f.name+"_"+i.name); err != nil {
				return err
			}
		}
	}
	var d dispatch
	for _, f := range formulas {
		d.formula(f, true)
	}
	d.split()
	if err := d.write(dir, "vec"); err != nil {
		return err
	}
	d = dispatch{}
	for _, f := range rowFormulas {
		d.rowwise(f)
	}
	for _, r := range reductions {
		d.reduction(r)
	}
	for _, r := range columnReductions {
		d.columnwise(r)
	}
	if err := d.write(dir, "vec_rows"); err != nil {
		return err
	}
	d = dispatch{}
	for _, f := range random {
		d.formula(f, false)
	}
	if err := d.write(dir, "vec_random"); err != nil {
		return err
	}
	d = dispatch{}
	for _, f := range recurrent {
		d.formula(f, false)
	}
	return d.write(dir, "vec_recurrent")
}
