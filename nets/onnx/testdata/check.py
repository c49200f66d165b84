"""Runs the models of this folder in onnxruntime and compares with what the networks computed when they were
exported: python -m pip install onnx onnxruntime safetensors; python check.py [FILE.onnx ...]

Beside FILE.onnx, FILE.safetensors holds the input and the outputs."""
import pathlib
import sys

import numpy as np
import onnx
import onnxruntime
from safetensors.numpy import load_file

here = pathlib.Path(__file__).parent
worst = 0.0
for path in [pathlib.Path(a) for a in sys.argv[1:]] or sorted(here.glob("*.onnx")):
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    arrays = load_file(path.with_suffix(".safetensors"))
    name = session.get_inputs()[0].name
    for rows in (len(arrays[name]), 1):  # any size of batch
        got = session.run(None, {name: arrays[name][:rows]})
        for output, y in zip(session.get_outputs(), got):
            want = arrays[output.name][: len(y)]
            assert y.shape == want.shape, (path.name, output.name, y.shape, want.shape)
            worst = max(worst, error := float(np.max(np.abs(y - want) / np.maximum(1, np.abs(want)))))
            assert error <= 1e-5, (path.name, output.name, error)
    print(f"{path.name}: {len(model.graph.node)} nodes, {', '.join(o.name for o in session.get_outputs())} agree")
print(f"largest difference {worst:.1e} (of values above 1: relative)")
