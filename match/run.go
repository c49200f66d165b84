package match

import (
	"context"
	"sync"
)

// Run plays a match. When ctx ends, or a player of ours fails, it returns the report so far with the
// error. Between players of ours, the games depend on the options alone, however many are played at a
// time.
func Run(ctx context.Context, a, b Entrant, o Options) (*Report, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	pairs := (o.Games + 1) / 2
	openings := o.Openings
	if len(openings) == 0 {
		openings = RandomOpenings(pairs, o.OpeningPlies, o.Rows, o.Cols, o.Rules, o.Seed)
	}
	whole := ctx
	ctx, cancel := context.WithCancelCause(whole)
	defer cancel(nil)
	numbers := make(chan int)
	games := make(chan *Game)
	var tables sync.WaitGroup
	for range max(1, min(o.Parallel, 2*pairs)) {
		tables.Go(func() {
			t := &table{o: &o, who: [2]Entrant{a, b}}
			defer t.leave(0)
			defer t.leave(1)
			for n := range numbers {
				g, err := t.play(ctx, n, openings[n/2%len(openings)])
				if err != nil {
					cancel(err)
					return
				}
				games <- g
			}
		})
	}
	go func() {
		defer close(numbers)
		for n := range 2 * pairs {
			select {
			case numbers <- n:
			case <-ctx.Done():
				return
			}
		}
	}()
	go func() {
		tables.Wait()
		close(games)
	}()
	r := newReport(a.Name, b.Name, o)
	early := map[int]*Game{} // games that ended before one with a lower number
	decided := false
	for g := range games {
		early[g.Number] = g
		for next := early[r.Games]; next != nil && !decided; next = early[r.Games] {
			delete(early, next.Number)
			r.add(next)
			if o.Done != nil {
				o.Done(next)
			}
			if decided = r.decided(); decided {
				cancel(nil)
			}
		}
	}
	r.finish()
	switch {
	case r.Games == 2*pairs || decided:
		return r, nil
	case whole.Err() != nil:
		return r, whole.Err()
	}
	return r, context.Cause(ctx)
}
