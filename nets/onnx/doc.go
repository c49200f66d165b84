// Package onnx writes networks as ONNX models, which other programs run: onnxruntime, browsers,
// phones.
//
// A network is exported from what it computes, not from how it is built: it runs on a tape, with
// two batches of different sizes, and each recorded operation becomes nodes of the ONNX graph. So
// whatever the network's Forward does, the model does; an operation that ONNX lacks, or that
// depends on its input in a way that the tape does not see, is refused by name. The size of the
// batch stays open.
//
// Images are [N, H, W, C] here and [N, C, H, W] in ONNX's convolutions. The model's inputs and
// outputs are laid out as here; between, values are transposed where the one or the other is
// needed and not before.
//
// The format is the protocol buffers of onnx/onnx.proto3, operators of set 17.
package onnx
