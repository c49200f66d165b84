package main

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"sync"
	"time"
	"unicode/utf8"

	"tesuji/experiments"
)

const (
	// redraw is how often the line on a terminal changes.
	redraw = 100 * time.Millisecond
	// plainEvery is how often a line is written where there is no terminal.
	plainEvery = 10 * time.Second
)

// progress shows how far the runs are: on a terminal one line that changes, elsewhere a plain
// line now and then.
type progress struct {
	app  *app
	jobs []job

	mu      sync.Mutex
	states  []experiments.Progress // of each job, by its last report
	ended   []bool
	started time.Time
	drawn   bool // a line is on the terminal
	closed  bool
	last    time.Time // of the last line
	stop    chan struct{}
}

func newProgress(a *app, jobs []job) *progress {
	p := &progress{
		app: a, jobs: jobs, started: time.Now(), last: time.Now(), stop: make(chan struct{}),
		states: make([]experiments.Progress, len(jobs)), ended: make([]bool, len(jobs)),
	}
	for i, j := range jobs {
		p.states[i] = experiments.Progress{Total: j.total, MeanReward: math.NaN(), Loss: math.NaN()}
	}
	if !a.quiet {
		go p.tick()
	}
	return p
}

// tick redraws by the clock, so that reports cost the runs next to nothing.
func (p *progress) tick() {
	t := time.NewTicker(redraw)
	defer t.Stop()
	for {
		select {
		case <-p.stop:
			return
		case now := <-t.C:
			p.mu.Lock()
			switch {
			case p.closed:
			case p.app.talk.terminal:
				p.draw()
			case now.Sub(p.last) >= plainEvery:
				p.last = now
				p.app.talk.printf("%s\n", p.line(false))
			}
			p.mu.Unlock()
		}
	}
}

// of takes the reports of one run.
func (p *progress) of(i int) func(experiments.Progress) {
	return func(now experiments.Progress) {
		p.mu.Lock()
		p.states[i] = now
		p.mu.Unlock()
	}
}

// finished notes that a job is over and, where several are under way, says so.
func (p *progress) finished(i int, o outcome) {
	p.mu.Lock()
	p.ended[i] = true
	p.mu.Unlock()
	if p.app.quiet || len(p.jobs) == 1 {
		return
	}
	switch {
	case o.err == nil:
		p.beside(func() {
			first := o.result.Final.Metrics[0]
			p.app.talk.printf("%s  %s %s  %s\n", o.result.Run, words(first.Name), metricText(first.Name, first.Value), span(o.result.Seconds))
		})
	case !errors.Is(o.err, experiments.ErrInterrupted):
		p.beside(func() { p.app.talk.printf("%s %s\n", p.jobs[i].name, p.app.talk.red("failed")) })
	}
}

// beside takes the line off the terminal while write writes.
func (p *progress) beside(write func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clear()
	write()
}

// close takes the line away for good.
func (p *progress) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.closed {
		p.closed = true
		close(p.stop)
		p.clear()
	}
}

func (p *progress) clear() {
	if p.drawn {
		p.app.talk.printf("\r\x1b[K")
		p.drawn = false
	}
}

func (p *progress) draw() {
	line := p.line(true)
	// A line that wraps could not be taken back.
	if limit := p.app.talk.width() - 1; utf8.RuneCountInString(line) > limit {
		line = string([]rune(line)[:limit])
	}
	p.app.talk.printf("\r%s\x1b[K", line)
	p.drawn = true
}

// line says how far all runs together are, with a bar or without.
func (p *progress) line(drawBar bool) string {
	var done, total int64
	var speed, rewards, losses float64
	var running, ended, rated, lost int
	name := p.jobs[0].name
	for i, s := range p.states {
		total += s.Total
		done += s.Steps
		switch {
		case p.ended[i]:
			ended++
			done += s.Total - s.Steps
		case s.Run != "":
			running++
			speed += s.StepsPerSecond
			name = s.Run
		}
		if !math.IsNaN(s.MeanReward) {
			rewards += s.MeanReward
			rated++
		}
		if !math.IsNaN(s.Loss) {
			losses += s.Loss
			lost++
		}
	}
	if len(p.jobs) > 1 {
		name = fmt.Sprintf("%d of %d runs", ended, len(p.jobs))
	}
	if total == 0 || running == 0 && ended == 0 {
		return name + "  starting"
	}
	part := float64(done) / float64(total)
	left := "?"
	if speed > 0 {
		left = span(float64(total-done) / speed)
	}
	text := name + "  "
	if drawBar {
		text += bar(part) + " "
	}
	text += fmt.Sprintf("%3.0f%%  %s of %s %s  %s/s  %s left", math.Floor(100*part),
		short(float64(done)), short(float64(total)), cmp.Or(p.jobs[0].unit, "steps"), short(speed), left)
	if rated > 0 {
		text += "  reward " + reward(rewards/float64(rated))
	}
	if lost > 0 {
		text += "  loss " + metricText("loss", losses/float64(lost))
	}
	return text
}

// bar draws a part of 1 with eighths of a character.
func bar(part float64) string {
	const width = 20
	const eighths = " ▏▎▍▌▋▊▉█"
	cells := []rune(eighths)
	filled := int(min(1, max(0, part)) * width * 8)
	out := make([]rune, width)
	for i := range out {
		out[i] = cells[min(8, max(0, filled-8*i))]
	}
	return "▕" + string(out) + "▏"
}
