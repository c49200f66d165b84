package main

import (
	"fmt"
	"strconv"
	"time"

	"tesuji/tensor"
)

// profileTable shows where the time of training steps went.
func (a *app) profileTable(p *tensor.Profile) {
	steps, ops := p.Steps(), p.Ops()
	if steps == 0 {
		a.talk.printf("no training step was profiled\n")
		return
	}
	var total time.Duration
	for _, o := range ops {
		total += o.Time
	}
	a.talk.printf("%s backward passes of %s µs each, by operation (bytes and FLOPs as their formulas have it):\n",
		thousands(steps), eachTime(total, steps))
	t := newTable("operation", ">calls/step", ">µs/step", ">part", ">µs/call", ">GB/s", ">GFLOP/s")
	for _, o := range ops {
		name := o.Op
		if o.Backward {
			name += " backward"
		}
		seconds := o.Time.Seconds()
		calls, each, bytes, flops := "", "", "", ""
		if o.Calls > 0 {
			calls = strconv.FormatFloat(float64(o.Calls)/float64(steps), 'f', 1, 64)
			each = eachTime(o.Time, o.Calls)
			bytes, flops = threeDigits(o.Bytes/seconds/1e9), threeDigits(o.FLOPs/seconds/1e9)
		}
		t.row(name, calls, eachTime(o.Time, steps), fmt.Sprintf("%.1f%%", 100*seconds/total.Seconds()), each, bytes, flops)
	}
	t.print(a.talk)
}

// eachTime is the microseconds of one of n.
func eachTime(d time.Duration, n int64) string {
	return strconv.FormatFloat(float64(d.Nanoseconds())/1e3/float64(n), 'f', 1, 64)
}
