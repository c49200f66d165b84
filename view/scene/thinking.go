package scene

import (
	"context"
	"runtime"
	"sync/atomic"
	"time"

	"tesuji/agents"
	"tesuji/envs/board/weiqi"
)

// published is how often thoughts are shown while they go on.
const published = 80 * time.Millisecond

// thinking is a player at work on a position, on a goroutine of its own.
type thinking struct {
	of     *weiqi.Game
	latest atomic.Pointer[agents.Analysis] // nil where the player shows none
	cancel context.CancelFunc
	done   chan struct{}

	// Valid when done is closed.
	move int
	err  error
}

// think has a player work on g, which nobody changes meanwhile, once what it works on is done. With
// visits above 0 it goes on until so many, instead of as long as for a move.
func think(p agents.Player, g *weiqi.Game, visits int, after *thinking) *thinking {
	ctx, cancel := context.WithCancel(context.Background())
	t := &thinking{of: g, cancel: cancel, done: make(chan struct{})}
	go func() {
		defer close(t.done)
		defer cancel()
		if after != nil {
			<-after.done
		}
		if t.err = ctx.Err(); t.err == nil {
			t.move, t.err = t.run(ctx, p, visits)
		}
	}()
	return t
}

func (t *thinking) run(ctx context.Context, p agents.Player, visits int) (int, error) {
	a, ok := p.(agents.Analyst)
	if !ok {
		return p.Move(ctx, t.of)
	}
	if err := a.Begin(t.of); err != nil {
		return 0, err
	}
	var shown time.Time
	for {
		enough, err := a.Think(ctx)
		if err != nil {
			return 0, err
		}
		breathe()
		last := enough && visits == 0
		if !last && time.Since(shown) < published {
			continue
		}
		shown = time.Now()
		now := a.Analysis()
		t.latest.Store(now)
		if last || visits > 0 && now.Visits >= visits {
			return now.Candidates[0].Move, nil
		}
	}
}

// breathe lets a browser, which has one thread for everything, paint and hear keys.
func breathe() {
	if runtime.GOOS == "js" {
		time.Sleep(time.Millisecond)
	}
}

// over tells whether the work is done.
func (t *thinking) over() bool {
	select {
	case <-t.done:
		return true
	default:
		return false
	}
}

// analysis returns the thoughts so far of a position, nil if there are none.
func (t *thinking) analysis(of *weiqi.Game) *agents.Analysis {
	if t == nil || t.of != of {
		return nil
	}
	return t.latest.Load()
}

// end gives the work up and waits for that.
func (t *thinking) end() {
	if t != nil {
		t.cancel()
		<-t.done
	}
}
