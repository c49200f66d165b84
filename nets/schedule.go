package nets

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Schedule is a value that may change over a run, such as a learning rate. Its text form is
// a number, or lin_ and a number for a linear fall to 0 (rl-zoo's notation).
type Schedule struct {
	start, end float64
	fraction   float64 // of the run, over which start becomes end; 0 for a constant
}

// Constant returns a schedule that stays at v.
func Constant(v float64) Schedule { return Schedule{start: v, end: v} }

// LinearSchedule goes from start to end over the first fraction, in (0, 1], of a run and stays there.
func LinearSchedule(start, end, fraction float64) Schedule {
	return Schedule{start: start, end: end, fraction: fraction}
}

// At returns the value when the part remaining of a run, clamped to [0, 1], is to come.
func (s Schedule) At(remaining float64) float64 {
	if s.fraction == 0 {
		return s.start
	}
	done := 1 - min(1, max(0, remaining))
	if done >= s.fraction {
		return s.end
	}
	return s.start + float64(done*(s.end-s.start))/s.fraction
}

// Start returns the value at the beginning of a run.
func (s Schedule) Start() float64 { return s.start }

// ParseSchedule reads the text form.
func ParseSchedule(text string) (Schedule, error) {
	number, linear := strings.CutPrefix(text, "lin_")
	v, err := strconv.ParseFloat(number, 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		return Schedule{}, fmt.Errorf("%q is no schedule: write a number such as 0.001, or lin_0.001 for a linear fall to 0", text)
	}
	if linear {
		return LinearSchedule(v, 0, 1), nil
	}
	return Constant(v), nil
}

// String returns the text form. A schedule that has none, such as epsilon's, is described.
func (s Schedule) String() string {
	start := strconv.FormatFloat(s.start, 'g', -1, 64)
	switch {
	case s.fraction == 0:
		return start
	case s.end == 0 && s.fraction == 1:
		return "lin_" + start
	}
	return fmt.Sprintf("%v to %v over %v of the run", s.start, s.end, s.fraction)
}

// UnmarshalText reads the text form.
func (s *Schedule) UnmarshalText(text []byte) error {
	v, err := ParseSchedule(string(text))
	if err == nil {
		*s = v
	}
	return err
}

// MarshalText writes the text form; a schedule that has none is an error.
func (s Schedule) MarshalText() ([]byte, error) {
	if s.fraction != 0 && (s.end != 0 || s.fraction != 1) {
		return nil, fmt.Errorf("the schedule %v has no text form", s)
	}
	return []byte(s.String()), nil
}
