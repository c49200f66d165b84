// Package torch reads PyTorch state dicts into our networks, and writes them.
//
// A state dict is a list of named arrays, saved as safetensors (never as a pickle, which can run
// code). PyTorch has other names than ours and lays arrays out differently: matrices are
// [out, in] where ours are [in, out], kernels [out, in, KH, KW] where ours are [KH, KW, in, out].
// A Map says, name by name, what corresponds to what:
//
//	m := torch.Map{Rules: []torch.Rule{
//		{Ours: "conv{i}.weight", Theirs: "features.{3i}.weight", Layout: torch.Conv},
//		{Ours: "conv{i}.bias", Theirs: "features.{3i}.bias"},
//		{Ours: "head.weight", Theirs: "classifier.weight", Layout: torch.Flattened(64)},
//		{Ours: "head.bias", Theirs: "classifier.bias"},
//	}}
//	err := m.Load(params, file.Tensors)
//
// The maps of well-known networks are in this package too.
package torch
