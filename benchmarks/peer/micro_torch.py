"""Time PyTorch's eager training step of small networks; print JSON.

Each figure is the median over rounds of the mean time of one call in microseconds.
"""

import argparse
import json
import time

import numpy as np
import torch
from torch import nn


def median_us(f, seconds=0.25, rounds=7):
    f()
    start = time.perf_counter()
    n = 0
    while time.perf_counter() - start < seconds / 4:
        f()
        n += 1
    n = max(1, 4 * n // rounds)
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        for _ in range(n):
            f()
        times.append((time.perf_counter() - start) / n)
    return float(np.median(times)) * 1e6


def adam_step(sizes, batch):
    torch.manual_seed(0)
    layers = []
    for i, (a, b) in enumerate(zip(sizes, sizes[1:])):
        layers.append(nn.Linear(a, b))
        if i < len(sizes) - 2:
            layers.append(nn.ReLU())
    net = nn.Sequential(*layers)
    best = None
    for options in ({}, {"foreach": False}, {"fused": True}):
        optimizer = torch.optim.Adam(net.parameters(), lr=1e-4, **options)
        x, y = torch.randn(batch, sizes[0]), torch.randint(0, sizes[-1], (batch,))
        loss = nn.CrossEntropyLoss()

        def step():
            optimizer.zero_grad()
            loss(net(x), y).backward()
            optimizer.step()

        t = median_us(step)
        best = t if best is None else min(best, t)
    return best


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--mlp", default="")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    out = {}
    for case in filter(None, args.mlp.split(",")):
        name, batch = case.split("@")
        out["mlp " + case] = adam_step([int(s) for s in name.split("-")], int(batch))
    print(json.dumps(out))


if __name__ == "__main__":
    main()
