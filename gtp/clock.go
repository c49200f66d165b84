package gtp

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"tesuji/envs/board/weiqi"
)

// clock is the time that the game may take. The zero value is no limit.
type clock struct {
	system system
	main   time.Duration
	extra  time.Duration // of a period of overtime, or added with each move
	stones int           // to be played in a period of overtime
	left   [3]timeLeft   // of each colour
}

type system uint8

const (
	unlimited system = iota
	absolute         // main time, and no more
	overtime         // main time, then periods for so many stones
	increment        // time is added with each move
)

// timeLeft is a player's.
type timeLeft struct {
	time   time.Duration
	stones int // to be played in it; 0 in main time
}

// begin starts a new game.
func (k *clock) begin() {
	for c := range k.left {
		k.left[c] = timeLeft{time: k.main}
		if k.system == overtime && k.main == 0 {
			k.left[c] = timeLeft{k.extra, k.stones}
		}
	}
}

func (k *clock) set(s system, main, extra time.Duration, stones int) {
	*k = clock{system: s, main: main, extra: extra, stones: stones}
	k.begin()
}

// budget returns how long a move may take, 0 for any time. plies were played on a board of so many
// points.
func (k *clock) budget(c weiqi.Colour, plies, points int) time.Duration {
	if k.system == unlimited {
		return 0
	}
	const lag = 50 * time.Millisecond // of the program that keeps the time
	left := k.left[c]
	var b time.Duration
	switch {
	case left.stones > 0:
		b = left.time * 9 / 10 / time.Duration(left.stones)
	default:
		// A game takes about as many plies as the board has points, and half of them are ours.
		moves := max((points-plies)/2, points/8, 5)
		b = left.time / time.Duration(moves)
		switch k.system {
		case overtime:
			b = max(b, min(left.time, k.extra*9/10/time.Duration(k.stones)))
		case increment:
			b = min(b+k.extra*8/10, left.time*8/10)
		}
	}
	return max(b-lag, time.Millisecond)
}

// spend takes a move's time away, as a clock does that nobody else keeps.
func (k *clock) spend(c weiqi.Colour, d time.Duration) {
	l := &k.left[c]
	l.time -= d
	switch {
	case k.system == increment:
		l.time += k.extra
	case k.system != overtime:
	case l.stones > 1 && l.time > 0:
		l.stones--
	case l.stones > 0 || l.time <= 0: // the next period
		l.time, l.stones = k.extra, k.stones
	}
	l.time = max(0, l.time)
}

func (e *Engine) timeSettings(c *call) (string, error) {
	n, err := numbers(c.args, 3)
	if err != nil {
		return "", err
	}
	main, extra := seconds(n[0]), seconds(n[1])
	switch {
	case n[1] > 0 && n[2] == 0:
		e.clock.set(unlimited, 0, 0, 0)
	case n[1] == 0:
		e.clock.set(absolute, main, 0, 0)
	default:
		e.clock.set(overtime, main, extra, n[2])
	}
	return "", nil
}

// namedTimeSettings takes none, absolute MAIN, canadian MAIN PERIOD STONES, byoyomi MAIN PERIOD
// PERIODS or fischer MAIN ADDED.
func (e *Engine) namedTimeSettings(c *call) (string, error) {
	if len(c.args) == 0 {
		return "", errSyntax
	}
	name := strings.ToLower(c.args[0])
	want, ok := map[string]int{"none": 0, "absolute": 1, "fischer": 2, "canadian": 3, "byoyomi": 3}[name]
	if !ok {
		return "", errors.New("unknown time system")
	}
	n, err := numbers(c.args[1:], want)
	if err != nil {
		return "", err
	}
	switch {
	case name == "none":
		e.clock.set(unlimited, 0, 0, 0)
	case name == "absolute":
		e.clock.set(absolute, seconds(n[0]), 0, 0)
	case name == "fischer":
		e.clock.set(increment, seconds(n[0]), seconds(n[1]), 0)
	case n[1] == 0 || n[2] == 0:
		return "", errSyntax
	case name == "canadian":
		e.clock.set(overtime, seconds(n[0]), seconds(n[1]), n[2])
	default: // a period is used up only by a move that takes longer
		e.clock.set(overtime, seconds(n[0]), seconds(n[1]), 1)
	}
	return "", nil
}

func (e *Engine) timeLeft(c *call) (string, error) {
	if len(c.args) != 3 {
		return "", errSyntax
	}
	colour, err := weiqi.ParseColour(c.args[0])
	if err != nil {
		return "", errSyntax
	}
	n, err := numbers(c.args[1:], 2)
	if err != nil {
		return "", err
	}
	left := timeLeft{seconds(n[0]), n[1]}
	if e.clock.system != overtime {
		left.stones = 0
	}
	e.clock.left[colour] = left
	return "", nil
}

// numbers reads n whole numbers of at least 0. KataGo's extensions have fractions of seconds, which
// are rounded down.
func numbers(args []string, n int) ([]int, error) {
	if len(args) != n {
		return nil, errSyntax
	}
	values := make([]int, n)
	for i, a := range args {
		x, err := strconv.ParseFloat(a, 64)
		if err != nil || !(x >= 0 && x < 1<<31) {
			return nil, errSyntax
		}
		values[i] = int(x)
	}
	return values, nil
}

func seconds(n int) time.Duration { return time.Duration(n) * time.Second }
