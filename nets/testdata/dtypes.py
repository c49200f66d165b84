"""Writes dtypes.safetensors: an array of each type of the format as the reference package stores it
(python -m pip install torch safetensors), and under "float32.NAME" what PyTorch makes of it."""
import torch
from safetensors.torch import save_file

eight = torch.arange(256, dtype=torch.uint8)
sixteen = torch.arange(0, 65536, 97).to(torch.uint16)  # 676 patterns, all exponents among them
ints = [0, 1, -1, 127, -128]
tensors = {
    "bool": torch.tensor([True, False, True]),
    "u8": torch.tensor([0, 1, 255], dtype=torch.uint8),
    "i8": torch.tensor(ints, dtype=torch.int8),
    "f8_e5m2": eight.view(torch.float8_e5m2),
    "f8_e4m3": eight.view(torch.float8_e4m3fn),
    "i16": torch.tensor(ints + [32767, -32768], dtype=torch.int16),
    "u16": torch.tensor([0, 65535], dtype=torch.uint16),
    "f16": sixteen.view(torch.float16),
    "bf16": sixteen.view(torch.bfloat16),
    "i32": torch.tensor(ints + [16777217, 16777219, -16777217, 2**31 - 1, -2**31], dtype=torch.int32),
    "u32": torch.tensor([0, 16777217, 2**32 - 1], dtype=torch.uint32),
    "f32": torch.tensor([[1.5, -0.0], [float("inf"), 1e-45]]),
    "f64": torch.tensor([1.1, 1 + 2.0**-24, 1 + 3 * 2.0**-24, 1e39, -1e-46, 3e-45], dtype=torch.float64),
    "i64": torch.tensor(ints + [2**53 + 1, -2**63], dtype=torch.int64),
    "u64": torch.tensor([0, 2**63, 2**64 - 1], dtype=torch.uint64),
    "scalar": torch.tensor(7.0),
    "empty": torch.zeros(0, 3),
}
for name in list(tensors):
    tensors["float32." + name] = tensors[name].to(torch.float32, copy=True)
save_file({k: v.clone() for k, v in tensors.items()}, "dtypes.safetensors", metadata={"made by": "dtypes.py"})
