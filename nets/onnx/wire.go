package onnx

import (
	"encoding/binary"
	"math"
)

// message is an encoded protocol-buffer message.
type message []byte

func (m *message) key(field, wire uint64) { *m = binary.AppendUvarint(*m, field<<3|wire) }

func (m *message) int(field uint64, v int64) {
	m.key(field, 0)
	*m = binary.AppendUvarint(*m, uint64(v))
}

func (m *message) bytes(field uint64, b []byte) {
	m.key(field, 2)
	*m = binary.AppendUvarint(*m, uint64(len(b)))
	*m = append(*m, b...)
}

func (m *message) string(field uint64, s string) { m.bytes(field, []byte(s)) }

func (m *message) float(field uint64, v float32) {
	m.key(field, 5)
	*m = binary.LittleEndian.AppendUint32(*m, math.Float32bits(v))
}

// ints writes a packed list.
func (m *message) ints(field uint64, list []int64) {
	var packed []byte
	for _, v := range list {
		packed = binary.AppendUvarint(packed, uint64(v))
	}
	m.bytes(field, packed)
}

// Numbers of onnx.proto3.
const (
	typeFloat = 1 // TensorProto.DataType
	typeInt64 = 7

	attributeFloat  = 1 // AttributeProto.AttributeType
	attributeInt    = 2
	attributeString = 3
	attributeInts   = 7
)

// attribute is a named constant of a node: float32, int64, string or []int64.
type attribute struct {
	name  string
	value any
}

// node encodes a NodeProto.
func encodeNode(op string, inputs, outputs []string, name string, attributes []attribute) message {
	var m message
	for _, s := range inputs {
		m.string(1, s)
	}
	for _, s := range outputs {
		m.string(2, s)
	}
	m.string(3, name)
	m.string(4, op)
	for _, a := range attributes {
		var am message
		am.string(1, a.name)
		kind := int64(0)
		switch v := a.value.(type) {
		case float32:
			am.float(2, v)
			kind = attributeFloat
		case int64:
			am.int(3, v)
			kind = attributeInt
		case string:
			am.string(4, v)
			kind = attributeString
		case []int64:
			am.ints(8, v)
			kind = attributeInts
		default:
			panic("onnx: an attribute of a type that is not written")
		}
		am.int(20, kind)
		m.bytes(5, am)
	}
	return m
}

// encodeFloats encodes a TensorProto of float32.
func encodeFloats(name string, dims []int64, x []float32) message {
	raw := make([]byte, 0, 4*len(x))
	for _, v := range x {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(v))
	}
	return encodeTensor(name, typeFloat, dims, raw)
}

// encodeInts encodes a TensorProto of int64 with one dimension.
func encodeInts(name string, x []int64) message {
	raw := make([]byte, 0, 8*len(x))
	for _, v := range x {
		raw = binary.LittleEndian.AppendUint64(raw, uint64(v))
	}
	return encodeTensor(name, typeInt64, []int64{int64(len(x))}, raw)
}

func encodeTensor(name string, kind int64, dims []int64, raw []byte) message {
	var m message
	m.ints(1, dims)
	m.int(2, kind)
	m.string(8, name)
	m.bytes(9, raw)
	return m
}

// encodeValue encodes a ValueInfoProto. Negative dimensions are the batch.
func encodeValue(name string, kind int64, dims []int64) message {
	var shape message
	for _, d := range dims {
		var dim message
		if d < 0 {
			dim.string(2, "batch")
		} else {
			dim.int(1, d)
		}
		shape.bytes(1, dim)
	}
	var tensor, typ, m message
	tensor.int(1, kind)
	tensor.bytes(2, shape)
	typ.bytes(1, tensor)
	m.string(1, name)
	m.bytes(2, typ)
	return m
}

const (
	irVersion = 8 // that of ONNX 1.12, which has operator set 17
	opset     = 17
)

// encodeModel encodes a ModelProto around a GraphProto.
func encodeModel(graph message, metadata [][2]string) message {
	var m, set message
	m.int(1, irVersion)
	m.string(2, "tesuji")
	m.bytes(7, graph)
	set.string(1, "") // the operators of ONNX itself
	set.int(2, opset)
	m.bytes(8, set)
	for _, kv := range metadata {
		var entry message
		entry.string(1, kv[0])
		entry.string(2, kv[1])
		m.bytes(14, entry)
	}
	return m
}
