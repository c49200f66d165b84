"""Time PyTorch's forward and backward passes of sequence layers; print JSON.

Each figure is the median over rounds of one pass in microseconds. A case that PyTorch can do in
several ways is timed in each, and the fastest counts.
"""

import argparse
import json
import time

import torch
from torch import nn
from torch.nn.functional import gelu, scaled_dot_product_attention


def median_us(f, warm=10, rounds=60):
    times = []
    for i in range(warm + rounds):
        start = time.perf_counter()
        f()
        if i >= warm:
            times.append(time.perf_counter() - start)
    return sorted(times)[rounds // 2] * 1e6


def step(module, x, result=lambda y: y):
    def run():
        module.zero_grad()
        x.grad = None
        result(module(x)).sum().backward()

    return median_us(run)


def recurrent(kind, inner=True):
    best = []
    for first in (True, False):
        x = torch.randn((32, 16, 256) if first else (16, 32, 256)).requires_grad_(inner)
        best.append(step(kind(256, 256, batch_first=first), x, lambda y: y[0]))
    return min(best)


def heads(x, n):
    b, t, c = x.shape
    return x.view(b, t, n, c // n).transpose(1, 2)


class Attention(nn.Module):
    def forward(self, x):
        b, t, c = x.shape
        q, k, v = (heads(z, 4) for z in x.split(c // 3, dim=2))
        y = scaled_dot_product_attention(q, k, v, is_causal=True)
        return y.transpose(1, 2).contiguous().view(b, t, c // 3)


class Block(nn.Module):
    """A block of nanoGPT."""

    def __init__(self, width=128):
        super().__init__()
        self.ln_1, self.ln_2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.c_attn, self.attention, self.c_proj = nn.Linear(width, 3 * width), Attention(), nn.Linear(width, width)
        self.c_fc, self.c_out = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x):
        x = x + self.c_proj(self.attention(self.c_attn(self.ln_1(x))))
        return x + self.c_out(gelu(self.c_fc(self.ln_2(x))))


CASES = {
    "lstm": lambda: recurrent(nn.LSTM),
    "lstm-data": lambda: recurrent(nn.LSTM, inner=False),
    "gru": lambda: recurrent(nn.GRU),
    "rnn": lambda: recurrent(nn.RNN),
    "attention": lambda: step(Attention(), torch.randn(12, 64, 384, requires_grad=True)),
    "block": lambda: step(Block(), torch.randn(12, 64, 128, requires_grad=True)),
}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--cases", default=",".join(CASES))
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(0)
    print(json.dumps({case: CASES[case]() for case in args.cases.split(",")}))


if __name__ == "__main__":
    main()
