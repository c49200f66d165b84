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
	// periods says that time left is told with the number of periods, not of stones.
	periods bool
	left    [3]timeLeft // of each colour
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
	main, extra, stones, err := times(c.args, 3)
	switch {
	case err != nil:
		return "", err
	case extra > 0 && stones == 0:
		e.clock.set(unlimited, 0, 0, 0)
	case extra == 0:
		e.clock.set(absolute, main, 0, 0)
	default:
		e.clock.set(overtime, main, extra, stones)
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
	main, extra, count, err := times(c.args[1:], want)
	switch {
	case err != nil:
		return "", err
	case name == "none":
		e.clock.set(unlimited, 0, 0, 0)
	case name == "absolute":
		e.clock.set(absolute, main, 0, 0)
	case name == "fischer":
		e.clock.set(increment, main, extra, 0)
	case extra == 0 || count == 0:
		return "", errSyntax
	case name == "canadian":
		e.clock.set(overtime, main, extra, count)
	default: // a period is used up only by a move that takes longer
		e.clock.set(overtime, main, extra, 1)
		e.clock.periods = true
	}
	return "", nil
}

// timeLeft takes a colour, seconds, and stones to be played in them, 0 for main time. With byo-yomi, where one
// stone is, the number is that of the periods left (KataGo's extensions).
func (e *Engine) timeLeft(c *call) (string, error) {
	if len(c.args) != 3 {
		return "", errSyntax
	}
	colour, err := weiqi.ParseColour(c.args[0])
	if err != nil {
		return "", errSyntax
	}
	left, err := seconds(c.args[1])
	stones, countErr := number(c.args[2])
	switch {
	case err != nil || countErr != nil:
		return "", errSyntax
	case e.clock.system != overtime:
		stones = 0
	case e.clock.periods:
		stones = min(stones, 1)
	}
	e.clock.left[colour] = timeLeft{left, stones}
	return "", nil
}

// times reads n arguments: two times, then a number.
func times(args []string, n int) (main, extra time.Duration, count int, err error) {
	if len(args) != n {
		return 0, 0, 0, errSyntax
	}
	var errs [3]error
	for i, a := range args {
		switch i {
		case 0:
			main, errs[i] = seconds(a)
		case 1:
			extra, errs[i] = seconds(a)
		case 2:
			count, errs[i] = number(a)
		}
	}
	if errs != [3]error{} {
		err = errSyntax
	}
	return main, extra, count, err
}

// seconds reads a time, which may have a fraction as in KataGo's extensions.
func seconds(text string) (time.Duration, error) {
	s, err := strconv.ParseFloat(text, 64)
	if err != nil || !(s >= 0 && s < 1<<31) {
		return 0, errSyntax
	}
	return time.Duration(s * float64(time.Second)), nil
}

// number reads a whole number of at least 0.
func number(text string) (int, error) {
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n >= 1<<31 {
		return 0, errSyntax
	}
	return n, nil
}
