"""Write sequence.safetensors: outputs and all gradients of PyTorch's sequence layers.

Inputs and parameters are filled by formula, so that only results need to be kept: U(k) is a hash
of the index and k, in [-1, 1). Parameter number k (from 1, in PyTorch's order) is U(k)*sqrt(3/fan_in)
if a matrix, 0.1*U(k) if a bias and 1+0.1*U(k) if the weight of a norm. The loss is the sum of
y*U(99) over the output. Everything is computed in float64 and rounded to float32 at the end.

    python sequence.py sequence.safetensors
"""

import json
import struct
import sys

import numpy as np
import torch
from torch import nn
from torch.nn.functional import scaled_dot_product_attention


def uniform(k, *shape):
    n = int(np.prod(shape))
    h = (np.arange(1, n + 1, dtype=np.uint64) + 1000003 * k).astype(np.uint32)
    h ^= h >> np.uint32(16)
    h *= np.uint32(0x85EBCA6B)
    h ^= h >> np.uint32(13)
    h *= np.uint32(0xC2B2AE35)
    h ^= h >> np.uint32(16)
    return torch.from_numpy(((h >> np.uint32(8)).astype(np.float64) / 2**23 - 1).reshape(shape))


def fill(module):
    for k, (name, p) in enumerate(module.named_parameters(), 1):
        u = uniform(k, *p.shape)
        if p.dim() == 2:
            u = u * (3 / p.shape[1]) ** 0.5
        elif "norm" in name and name.endswith("weight"):
            u = 1 + 0.1 * u
        else:
            u = 0.1 * u
        p.data = u


out = {}


def keep(case, module, inputs, outputs):
    """Keep outputs, and the gradients of inputs and parameters."""
    loss = sum((y * uniform(99 + i, *y.shape)).sum() for i, y in enumerate(outputs))
    loss.backward()
    for i, y in enumerate(outputs):
        out[f"{case}.y{i}"] = y
    for i, x in enumerate(inputs):
        out[f"{case}.dx{i}"] = x.grad
    for i, p in enumerate(module.parameters()):
        out[f"{case}.dp{i}"] = p.grad


def leaf(k, *shape):
    return uniform(k, *shape).requires_grad_()


def recurrent():
    B, T, I, H = 3, 5, 4, 6
    lengths = torch.tensor([5, 2, 4])
    for name, module, states in [
        ("rnn", nn.RNN(I, H, batch_first=True), 1),
        ("rnn_relu", nn.RNN(I, H, nonlinearity="relu", batch_first=True), 1),
        ("lstm", nn.LSTM(I, H, 2, batch_first=True, bidirectional=True), 2),
        ("gru", nn.GRU(I, H, 2, batch_first=True, bidirectional=True), 1),
    ]:
        module.double()
        fill(module)
        x = leaf(50, B, T, I)
        first = [leaf(51 + i, module.num_layers * (2 if module.bidirectional else 1), B, H) for i in range(states)]
        packed = nn.utils.rnn.pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
        y, last = module(packed, tuple(first) if states == 2 else first[0])
        y, _ = nn.utils.rnn.pad_packed_sequence(y, batch_first=True, total_length=T)
        keep(name, module, [x, *first], [y, *(last if states == 2 else [last])])


def attention():
    B, T, S, C, H = 2, 5, 4, 8, 2
    padded = torch.tensor([[False] * 5, [False] * 3 + [True] * 2])
    causal = torch.triu(torch.ones(T, T, dtype=torch.bool), 1)
    module = nn.MultiheadAttention(C, H, batch_first=True).double()
    fill(module)
    x = leaf(50, B, T, C)
    y, w = module(x, x, x, attn_mask=causal, key_padding_mask=padded, average_attn_weights=False)
    keep("self", module, [x], [y])
    out["self.weights"] = w

    module = nn.MultiheadAttention(C, H, batch_first=True).double()
    fill(module)
    x, memory = leaf(50, B, T, C), leaf(51, B, S, C)
    y, _ = module(x, memory, memory)
    keep("cross", module, [x, memory], [y])


def layers():
    B, T, S, C, H, F = 2, 5, 4, 8, 2, 16
    padded = torch.tensor([[False] * 5, [False] * 3 + [True] * 2])
    causal = torch.triu(torch.ones(T, T, dtype=torch.bool), 1)
    for first in (False, True):
        kind = "pre" if first else "post"
        module = nn.TransformerEncoderLayer(C, H, F, 0.0, "gelu" if first else "relu", batch_first=True, norm_first=first).double()
        fill(module)
        x = leaf(50, B, T, C)
        keep(f"encoder_{kind}", module, [x], [module(x, src_key_padding_mask=padded)])

        module = nn.TransformerDecoderLayer(C, H, F, 0.0, "gelu" if first else "relu", batch_first=True, norm_first=first).double()
        fill(module)
        x, memory = leaf(50, B, T, C), leaf(51, B, S, C)
        keep(f"decoder_{kind}", module, [x, memory], [module(x, memory, tgt_mask=causal)])


class Block(nn.Module):
    """A block of GPT-2."""

    def __init__(self, C, H):
        super().__init__()
        self.norm_1 = nn.LayerNorm(C)
        self.attend = nn.Linear(C, 3 * C)
        self.project = nn.Linear(C, C)
        self.norm_2 = nn.LayerNorm(C)
        self.widen = nn.Linear(C, 4 * C)
        self.narrow = nn.Linear(4 * C, C)
        self.H = H

    def forward(self, x):
        B, T, C = x.shape
        q, k, v = (z.view(B, T, self.H, C // self.H).transpose(1, 2) for z in self.attend(self.norm_1(x)).split(C, 2))
        y = scaled_dot_product_attention(q, k, v, is_causal=True).transpose(1, 2).reshape(B, T, C)
        x = x + self.project(y)
        return x + self.narrow(nn.functional.gelu(self.widen(self.norm_2(x)), approximate="tanh"))


def block():
    module = Block(8, 2).double()
    fill(module)
    x = leaf(50, 2, 5, 8)
    keep("block", module, [x], [module(x)])


def write(path):
    header, data = {}, b""
    for name, x in out.items():
        a = x.detach().to(torch.float32).contiguous().numpy()
        header[name] = {"dtype": "F32", "shape": list(a.shape), "data_offsets": [len(data), len(data) + a.nbytes]}
        data += a.tobytes()
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text + data)


if __name__ == "__main__":
    recurrent()
    attention()
    layers()
    block()
    write(sys.argv[1])
