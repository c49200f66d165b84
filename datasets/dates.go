package datasets

import (
	"fmt"
	"strings"
	"time"

	"tesuji/internal/rng"
)

// Dates is pairs of a date as people write it and the same in ISO 8601: "3 march 1984" and
// "1984-03-03". Dates are of the years 1900 to 2099. One day in ten is for tests only, so that
// no test date was learned from in another form. Item i is a function of seed, stream and i.
type Dates struct {
	test bool
	r    *rng.Stream
}

var firstDay = time.Date(1900, time.January, 1, 0, 0, 0, 0, time.UTC)

const allDays = 73_049 // of 200 years, 49 of them leap years

// NewDates returns pairs to learn from, or pairs of the days that are held out for tests.
func NewDates(seed uint64, test bool) *Dates {
	if test {
		return &Dates{true, rng.New(seed, "datasets/dates/test")}
	}
	return &Dates{false, rng.New(seed, "datasets/dates/train")}
}

// heldOut reports whether a day, counted from the first, is for tests.
func heldOut(day int) bool {
	// The high bits of a product with an odd constant scatter well (D. Knuth, TAOCP 6.4).
	return uint64(uint32(day)*2654435761)*10>>32 == 7
}

// Item returns pair i.
func (d *Dates) Item(i uint64) (human, iso string) {
	d.r.Seek(i)
	day := d.r.Intn(allDays)
	for heldOut(day) != d.test {
		day = d.r.Intn(allDays)
	}
	date := firstDay.AddDate(0, 0, day)
	form := dateForms[d.r.Intn(len(dateForms))]
	for form.short && (date.Year() < 1969 || date.Year() > 2068) {
		form = dateForms[d.r.Intn(len(dateForms))]
	}
	return form.write(date), date.Format(time.DateOnly)
}

// dateForm is one way to write a date. The short ones have years of two digits, which stand for
// 1969 to 2068, POSIX's rule, and are used for those only.
type dateForm struct {
	short bool
	write func(time.Time) string
}

var dateForms = []dateForm{
	{false, lower(layout("2 January 2006"))},
	{false, lower(layout("Monday, January 2 2006"))},
	{false, layout("January 2, 2006")},
	{false, layout("Mon 2 Jan 2006")},
	{false, layout("2 Jan 2006")},
	{false, layout("02.01.2006")},
	{false, layout("2006/01/02")},
	{false, upper(layout("02-Jan-2006"))},
	{false, func(t time.Time) string { return "the " + ordinal(t.Day()) + t.Format(" of January, 2006") }},
	{false, func(t time.Time) string { return t.Format("January ") + ordinal(t.Day()) + t.Format(" 2006") }},
	{true, layout("Jan 2, 06")},
	{true, layout("02.01.06")},
	{true, lower(layout("Monday 2 January '06"))},
}

func layout(l string) func(time.Time) string {
	return func(t time.Time) string { return t.Format(l) }
}

func lower(f func(time.Time) string) func(time.Time) string {
	return func(t time.Time) string { return strings.ToLower(f(t)) }
}

func upper(f func(time.Time) string) func(time.Time) string {
	return func(t time.Time) string { return strings.ToUpper(f(t)) }
}

// ordinal is 1st, 2nd, 3rd, 4th, ...
func ordinal(n int) string {
	end := "th"
	if n/10 != 1 {
		switch n % 10 {
		case 1:
			end = "st"
		case 2:
			end = "nd"
		case 3:
			end = "rd"
		}
	}
	return fmt.Sprintf("%d%s", n, end)
}
