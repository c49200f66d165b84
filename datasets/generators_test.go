package datasets

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestAdding(t *testing.T) {
	const n, steps = 20_000, 21
	g := NewAdding(1, "train", steps)
	x := make([]float32, 2*steps)
	var sum, squares float64
	for i := range uint64(n) {
		target := g.Item(i, x)
		var marked []int
		var want float32
		for k := range steps {
			switch x[2*k+1] {
			case 1:
				marked = append(marked, k)
				want += x[2*k]
			case 0:
			default:
				t.Fatalf("a mark of %v", x[2*k+1])
			}
			if x[2*k] < 0 || x[2*k] >= 1 {
				t.Fatalf("a number %v", x[2*k])
			}
		}
		if len(marked) != 2 || marked[0] >= steps/2 || marked[1] < steps/2 || want != target {
			t.Fatalf("item %d: marked %v, sum %v, target %v", i, marked, want, target)
		}
		sum += float64(target)
		squares += float64(target-1) * float64(target-1)
	}
	if math.Abs(sum/n-1) > .01 || math.Abs(squares/n-1./6) > .005 {
		t.Errorf("mean %v, want 1; mean squared error of saying 1: %v, want 1/6", sum/n, squares/n)
	}
	first := slices.Clone(x)
	if g.Item(3, x); slices.Equal(first, x) {
		t.Error("two items are equal")
	}
	if g.Item(n-1, x); !slices.Equal(first, x) {
		t.Error("an item depends on what was asked before it")
	}
}

func TestCopying(t *testing.T) {
	g := NewCopying(1, "train", 5)
	if g.Len() != 25 {
		t.Fatalf("%d steps", g.Len())
	}
	x, y := make([]int32, 25), make([]int32, 25)
	var count [CopyClasses]int
	for i := range uint64(2000) {
		g.Item(i, x, y)
		for k := range 25 {
			wantX, wantY := int32(CopyBlank), int32(CopyBlank)
			switch {
			case k < 10:
				count[x[k]]++
				wantX = x[k]
			case k == 14:
				wantX = CopyCue
			case k >= 15:
				wantY = x[k-15]
			}
			if x[k] != wantX || y[k] != wantY {
				t.Fatalf("item %d, step %d: %d, %d", i, k, x[k], y[k])
			}
		}
	}
	for s := 1; s <= CopySymbols; s++ {
		if count[s] < 2350 || count[s] > 2650 { // 2500 expected, standard deviation 47
			t.Errorf("symbol %d came %d times of 20000", s, count[s])
		}
	}
}

func TestReber(t *testing.T) {
	for _, c := range []struct {
		embedded bool
		length   float64
		choices  float64 // of ½ in a string
	}{{false, 8, 6}, {true, 12, 7}} {
		g := NewReber(1, "train", c.embedded)
		const n = 40_000
		var length, nats float64
		var s []byte
		for i := range uint64(n) {
			s = g.Item(i, s[:0])
			length += float64(len(s))
			for k := range s {
				next, legal := g.Next(s[:k])
				if !legal || !slices.Contains(next, s[k]) {
					t.Fatalf("%s: after %s may follow %q (%v)", s, s[:k], next, legal)
				}
				nats += math.Log(float64(len(next)))
			}
			if next, legal := g.Next(s); !legal || len(next) > 0 {
				t.Fatalf("%s is no whole string: %q may follow (%v)", s, next, legal)
			}
		}
		if math.Abs(length/n-c.length) > .08 || math.Abs(nats/n-c.choices*math.Ln2) > .06 {
			t.Errorf("embedded %v: mean length %v, want %v; %v nats, want %v", c.embedded, length/n, c.length, nats/n, c.choices*math.Ln2)
		}
	}
	whole := func(g *Reber, s string) bool {
		next, legal := g.Next([]byte(s))
		return legal && len(next) == 0
	}
	plain, embedded := NewReber(1, "", false), NewReber(1, "", true)
	for _, s := range strings.Fields("BTSSXXTVVE BPVVE BTXXVPSE BPVPXVPXVPXVVE BTSXXVPSE BPTVPSE") {
		if !whole(plain, s) || !whole(embedded, "BT"+s+"TE") || !whole(embedded, "BP"+s+"PE") {
			t.Errorf("%s is not taken", s)
		}
		for _, wrong := range []string{"BT" + s + "PE", "BT" + s + "T", "BT" + s, s + "E", "BT" + s + "TEE", "BX" + s + "XE", s[1:]} {
			if whole(plain, wrong) || whole(embedded, wrong) {
				t.Errorf("%s is taken", wrong)
			}
		}
	}
	if next, legal := embedded.Next([]byte("BPBTXSE")); string(next) != "P" || !legal {
		t.Errorf("after BPBTXSE: %q %v", next, legal)
	}
}

func TestDates(t *testing.T) {
	train, test := NewDates(1, false), NewDates(1, true)
	days := map[string]bool{}
	shapes := map[string]int{}
	for i := range uint64(20_000) {
		human, iso := train.Item(i)
		days[iso] = true
		day, err := time.Parse(time.DateOnly, iso)
		if err != nil || day.Year() < 1900 || day.Year() > 2099 {
			t.Fatalf("%q: %v", iso, err)
		}
		// Every form says the day and the year, or at least its last two digits.
		if !strings.Contains(human, day.Format("2")) || !strings.Contains(human, day.Format("06")) {
			t.Fatalf("%q for %s", human, iso)
		}
		if !strings.Contains(human, day.Format("2006")) && (day.Year() < 1969 || day.Year() > 2068) {
			t.Fatalf("%q for %s: the century is not fixed", human, iso)
		}
		shapes[strings.Map(func(r rune) rune {
			switch {
			case r >= '0' && r <= '9':
				return '0'
			case r >= 'a' && r <= 'z':
				return -1
			}
			return r
		}, human)]++
	}
	if len(shapes) < 12 {
		t.Errorf("%d shapes", len(shapes))
	}
	for i := range uint64(3000) {
		if human, iso := test.Item(i); days[iso] {
			t.Fatalf("%q (%s) is of a day that was learned from", human, iso)
		}
	}
	held := 0
	for day := range allDays {
		if heldOut(day) {
			held++
		}
	}
	if math.Abs(float64(held)/allDays-.1) > .003 {
		t.Errorf("%d of %d days are held out", held, allDays)
	}
	if last := firstDay.AddDate(0, 0, allDays-1).Format(time.DateOnly); last != "2099-12-31" {
		t.Errorf("the last day is %s", last)
	}
	for n, want := range map[int]string{1: "1st", 2: "2nd", 3: "3rd", 4: "4th", 11: "11th", 12: "12th", 13: "13th", 21: "21st", 22: "22nd", 30: "30th"} {
		if got := ordinal(n); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// TestPoints compares means and variances with what the formulas give, and without noise each
// point with its shape.
func TestPoints(t *testing.T) {
	const n = 40_000
	for _, c := range []struct {
		name                   string
		points                 *Points
		labels                 int
		meanX, meanY, varX, vY float64
	}{
		// Upper moon: means 0 and 2/π, variances ½ and ½ - 4/π²; the lower one's are mirrored.
		{"moons", TwoMoons(1, "train", .05), 2, .5, .25, .75 + .0025, .5 - 4/(math.Pi*math.Pi) + (2/math.Pi-.25)*(2/math.Pi-.25) + .0025},
		{"ring", Ring(1, "train", 8, 2, .1), 8, 0, 0, 2.01, 2.01},
		{"grid", Grid(1, "train", 5, 2, .05), 25, 0, 0, 8.0025, 8.0025},
	} {
		var sx, sy, sxx, syy float64
		count := make([]int, c.labels)
		for i := range uint64(n) {
			x, y, label := c.points.Item(i)
			count[label]++
			sx, sy, sxx, syy = sx+x, sy+y, sxx+x*x, syy+y*y
		}
		sx, sy = sx/n, sy/n
		sxx, syy = sxx/n-sx*sx, syy/n-sy*sy
		for _, v := range [][2]float64{{sx, c.meanX}, {sy, c.meanY}, {sxx / c.varX, 1}, {syy / c.vY, 1}} {
			if math.Abs(v[0]-v[1]) > .05 {
				t.Errorf("%s: means %v %v, variances %v %v: want %v %v %v %v", c.name, sx, sy, sxx, syy, c.meanX, c.meanY, c.varX, c.vY)
				break
			}
		}
		for label, k := range count {
			if want := n / c.labels; k < want*8/10 || k > want*12/10 {
				t.Errorf("%s: part %d has %d points of %d", c.name, label, k, n)
			}
		}
	}
	moons, roll := TwoMoons(1, "x", 0), SwissRoll(1, "x", 0)
	for i := range uint64(1000) {
		x, y, label := moons.Item(i)
		if label == 1 {
			x, y = 1-x, .5-y
		}
		if math.Abs(math.Hypot(x, y)-1) > 1e-9 || y < -1e-9 {
			t.Fatalf("%v, %v is not on its moon", x, y)
		}
		x, y, _ = roll.Item(i)
		r := 10 * math.Hypot(x, y)
		if r < 1.5*math.Pi-1e-9 || r > 4.5*math.Pi || math.Abs(math.Remainder(math.Atan2(y, x)-r, 2*math.Pi)) > 1e-9 {
			t.Fatalf("%v, %v is not on the roll", x, y)
		}
	}
}
