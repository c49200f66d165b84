package snapshot

import (
	"math"
	"reflect"
	"strings"
	"testing"
)

type inner struct{ n int }

func (i *inner) State(a *Archive) { a.Int("n", &i.n) }

type object struct {
	b    bool
	i    int
	i64  int64
	u    uint64
	f    float64
	f32  float32
	s    string
	raw  []byte
	u8   []byte
	f32s []float32
	f64s []float64
	u64s []uint64
	is   []int
	i32s []int32
	bs   []bool
	hist []float64
	in   inner
}

func (o *object) State(a *Archive) {
	a.Bool("b", &o.b)
	a.Int("i", &o.i)
	a.Int64("i64", &o.i64)
	a.Uint64("u", &o.u)
	a.Float64("f", &o.f)
	a.Float32("f32", &o.f32)
	a.String("s", &o.s)
	a.Check("id", "object")
	a.Bytes("raw", &o.raw)
	a.Uint8s("u8", o.u8)
	a.Float32s("f32s", o.f32s)
	a.Float64s("f64s", o.f64s)
	a.Uint64s("u64s", o.u64s)
	a.Ints("is", o.is)
	a.Int32s("i32s", o.i32s)
	a.Bools("bs", o.bs)
	a.GrowFloat64s("hist", &o.hist)
	a.Object("in", &o.in)
}

func sample() *object {
	return &object{
		b: true, i: -3, i64: math.MinInt64, u: math.MaxUint64, f: math.Copysign(0, -1), f32: float32(math.Inf(1)), s: "héllo",
		raw: []byte{1, 2}, u8: []byte{3}, f32s: []float32{1, math.Float32frombits(1)}, f64s: []float64{2.5}, u64s: []uint64{7},
		is: []int{-1, 2}, i32s: []int32{-5}, bs: []bool{true, false}, hist: []float64{1, 2, 3}, in: inner{9},
	}
}

func empty() *object {
	return &object{
		u8: make([]byte, 1), f32s: make([]float32, 2), f64s: make([]float64, 1), u64s: make([]uint64, 1),
		is: make([]int, 2), i32s: make([]int32, 1), bs: make([]bool, 2),
	}
}

func TestRoundTrip(t *testing.T) {
	b, err := Save(sample())
	if err != nil {
		t.Fatal(err)
	}
	got := empty()
	if err := Restore(b, got); err != nil {
		t.Fatal(err)
	}
	if want := sample(); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
	if math.Float64bits(got.f) != math.Float64bits(sample().f) {
		t.Error("the sign of zero was lost")
	}
}

func TestEveryTruncationIsRefused(t *testing.T) {
	b, _ := Save(sample())
	for n := range len(b) {
		if err := Restore(b[:n], empty()); err == nil {
			t.Fatalf("restored from %d of %d bytes", n, len(b))
		}
	}
	if err := Restore(append(b, 0), empty()); err == nil || !strings.Contains(err.Error(), "unread") {
		t.Errorf("trailing byte: %v", err)
	}
}

type renamed struct{ n int }

func (r *renamed) State(a *Archive) {
	a.Section("outer", func(a *Archive) { a.Int("count", &r.n) })
}

type original struct{ n int }

func (r *original) State(a *Archive) { a.Section("outer", func(a *Archive) { a.Int("n", &r.n) }) }

func TestAnotherVersionIsNamed(t *testing.T) {
	b, _ := Save(&original{1})
	err := Restore(b, &renamed{})
	if err == nil || !strings.Contains(err.Error(), `outer: want field "count"`) || !strings.Contains(err.Error(), `"n"`) {
		t.Errorf("got %v", err)
	}
}

func TestLengthMustFit(t *testing.T) {
	b, _ := Save(sample())
	o := empty()
	o.f32s = make([]float32, 3)
	if err := Restore(b, o); err == nil || !strings.Contains(err.Error(), `"f32s" has 2 elements, want 3`) {
		t.Errorf("got %v", err)
	}
}

func FuzzRestore(f *testing.F) {
	b, _ := Save(sample())
	f.Add(b)
	f.Fuzz(func(t *testing.T, b []byte) {
		_ = Restore(b, empty()) // must neither panic nor allocate without bound
	})
}
