package nets

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
)

// FloatTensor returns x as an F32 tensor.
func FloatTensor(name string, x []float32, shape ...int) NamedTensor {
	t := NamedTensor{Name: name, DType: F32, Shape: slices.Clone(shape), Data: make([]byte, 0, 4*len(x))}
	for _, v := range x {
		t.Data = binary.LittleEndian.AppendUint32(t.Data, math.Float32bits(v))
	}
	return t
}

// DoubleTensor returns x as an F64 tensor of one dimension.
func DoubleTensor(name string, x []float64) NamedTensor {
	t := NamedTensor{Name: name, DType: F64, Shape: []int{len(x)}}
	for _, v := range x {
		t.Data = binary.LittleEndian.AppendUint64(t.Data, math.Float64bits(v))
	}
	return t
}

// Len returns the number of elements.
func (t NamedTensor) Len() int {
	if size := t.DType.Size(); size > 0 {
		return len(t.Data) / size
	}
	return 0
}

// Floats writes the elements of an F32 tensor to dst, which must have their number.
func (t NamedTensor) Floats(dst []float32) error {
	if t.DType != F32 || len(t.Data) != 4*len(dst) {
		return fmt.Errorf("tensor %q is %s %v, want F32 with %d elements", t.Name, t.DType, t.Shape, len(dst))
	}
	for i := range dst {
		dst[i] = math.Float32frombits(binary.LittleEndian.Uint32(t.Data[4*i:]))
	}
	return nil
}

// Doubles writes the elements of an F64 tensor to dst, which must have their number.
func (t NamedTensor) Doubles(dst []float64) error {
	if t.DType != F64 || len(t.Data) != 8*len(dst) {
		return fmt.Errorf("tensor %q is %s %v, want F64 with %d elements", t.Name, t.DType, t.Shape, len(dst))
	}
	for i := range dst {
		dst[i] = math.Float64frombits(binary.LittleEndian.Uint64(t.Data[8*i:]))
	}
	return nil
}

// Convert writes the elements of a tensor of any type to dst, which must have their number. The
// types of 8 and 16 bits and F32 are exact; those of 32 and 64 bits are rounded to the nearest
// float32, ties to even. A BOOL is 0 or 1.
func (t NamedTensor) Convert(dst []float32) error {
	size := t.DType.Size()
	if size == 0 || len(t.Data) != size*len(dst) {
		return fmt.Errorf("tensor %q is %s %v, want %d elements", t.Name, t.DType, t.Shape, len(dst))
	}
	if t.DType == F32 {
		return t.Floats(dst)
	}
	read := readers[t.DType]
	for i := range dst {
		dst[i] = read(t.Data[size*i:])
	}
	return nil
}

// readers make a float32 of the bytes at the front.
var readers = map[DType]func(b []byte) float32{
	Bool:   func(b []byte) float32 { return float32(min(b[0], 1)) },
	U8:     func(b []byte) float32 { return float32(b[0]) },
	I8:     func(b []byte) float32 { return float32(int8(b[0])) },
	F8E5M2: func(b []byte) float32 { return small(uint32(b[0]), 5, 2) }, // F16 without its last 8 bits
	F8E4M3: e4m3,
	I16:    func(b []byte) float32 { return float32(int16(binary.LittleEndian.Uint16(b))) },
	U16:    func(b []byte) float32 { return float32(binary.LittleEndian.Uint16(b)) },
	F16:    func(b []byte) float32 { return small(uint32(binary.LittleEndian.Uint16(b)), 5, 10) },
	BF16:   func(b []byte) float32 { return math.Float32frombits(uint32(binary.LittleEndian.Uint16(b)) << 16) },
	I32:    func(b []byte) float32 { return float32(int32(binary.LittleEndian.Uint32(b))) },
	U32:    func(b []byte) float32 { return float32(binary.LittleEndian.Uint32(b)) },
	F64:    func(b []byte) float32 { return float32(math.Float64frombits(binary.LittleEndian.Uint64(b))) },
	I64:    func(b []byte) float32 { return float32(int64(binary.LittleEndian.Uint64(b))) },
	U64:    func(b []byte) float32 { return float32(binary.LittleEndian.Uint64(b)) },
}

// small widens an IEEE 754 number of a sign, some exponent bits and some mantissa bits.
func small(bits, exponent, mantissa uint32) float32 {
	const single = 23 // mantissa bits of a float32
	bias := uint32(1)<<(exponent-1) - 1
	most := uint32(1)<<exponent - 1
	sign := bits >> (exponent + mantissa) << 31
	e, m := bits>>mantissa&most, bits&(1<<mantissa-1)
	switch e {
	case most: // infinity and NaN
		return math.Float32frombits(sign | 0xff<<single | m<<(single-mantissa))
	case 0: // m · 2^(1-bias-mantissa), which a float32 holds as a normal number
		unit := math.Float32frombits((128 - bias - mantissa) << single)
		return math.Float32frombits(sign | math.Float32bits(float32(m)*unit))
	}
	return math.Float32frombits(sign | (e+127-bias)<<single | m<<(single-mantissa))
}

// e4m3 is F8_E4M3FN: no infinities, and one NaN of each sign, so that it reaches 448.
func e4m3(b []byte) float32 {
	switch v := uint32(b[0]); {
	case v&0x7f == 0x7f:
		return math.Float32frombits(v>>7<<31 | 0x7fc00000)
	case v&0x78 == 0x78: // the exponent that IEEE 754 keeps for infinity: 256 to 448
		return math.Float32frombits(v>>7<<31 | 135<<23 | v&7<<20)
	default:
		return small(v, 4, 3)
	}
}
