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


def nature(case):
    """Time the network of Mnih et al. (2015), channels last: act@N is the forward pass, step@N all of a training step."""
    kind, n = case.split("@")
    torch.manual_seed(0)
    net = nn.Sequential(nn.Conv2d(4, 32, 8, 4), nn.ReLU(), nn.Conv2d(32, 64, 4, 2), nn.ReLU(), nn.Conv2d(64, 64, 3), nn.ReLU(),
                        nn.Flatten(), nn.Linear(7 * 7 * 64, 512), nn.ReLU(), nn.Linear(512, 6))
    images, target = torch.rand(int(n), 4, 84, 84), torch.randn(int(n), 6)
    best = None
    for layout in (torch.channels_last, torch.contiguous_format):
        net = net.to(memory_format=layout)
        x = images.contiguous(memory_format=layout)
        if kind == "act":
            def run():
                with torch.inference_mode():
                    net(x)
            times = [median_us(run, seconds=0.3)]
        else:
            times = []
            for options in ({"foreach": True}, {"fused": True}):
                optimizer = torch.optim.Adam(net.parameters(), lr=1e-4, **options)

                def step():
                    optimizer.zero_grad()
                    nn.functional.smooth_l1_loss(net(x), target).backward()
                    optimizer.step()

                times.append(median_us(step, seconds=0.6))
        best = min(times) if best is None else min(best, *times)
    return best


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--mlp", default="")
    parser.add_argument("--nature", default="")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    out = {}
    for case in filter(None, args.mlp.split(",")):
        name, batch = case.split("@")
        out["mlp " + case] = adam_step([int(s) for s in name.split("-")], int(batch))
    for case in filter(None, args.nature.split(",")):
        out["nature " + case] = nature(case)
    print(json.dumps(out))


if __name__ == "__main__":
    main()
