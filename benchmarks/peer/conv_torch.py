"""Time PyTorch's convolutions (oneDNN, channels last) and print JSON of microseconds.

A case is N x H x W x CI - CO k K s STRIDE p PADDING and the passes: fwd, first (forward and the
gradient of the weights) or all (the gradient of the input too). The gradient of the result is
given, so that no loss is timed. Run it with memory that malloc keeps (speed.py sets that):
otherwise every call pays for fresh pages, and PyTorch looks several times slower than it is.
"""

import argparse
import json
import re

import torch
import torch.nn.functional as F

from micro_torch import median_us


def convolution(case):
    *numbers, passes = re.fullmatch(r"(\d+)x(\d+)x(\d+)x(\d+)-(\d+)k(\d+)s(\d+)p(\d+)/(\w+)", case).groups()
    n, h, w, ci, co, k, stride, padding = map(int, numbers)
    torch.manual_seed(0)
    last = torch.channels_last
    x = torch.randn(n, ci, h, w).contiguous(memory_format=last)
    weight = torch.randn(co, ci, k, k).contiguous(memory_format=last).requires_grad_()
    bias = torch.randn(co, requires_grad=True)
    if passes == "fwd":
        def run():
            with torch.inference_mode():
                F.conv2d(x, weight, bias, stride, padding)
        return median_us(run, seconds=0.3)
    x.requires_grad_(passes == "all")
    dy = torch.randn_like(F.conv2d(x, weight, bias, stride, padding).detach())
    leaves = [x, weight, bias] if passes == "all" else [weight, bias]
    return median_us(lambda: torch.autograd.grad(F.conv2d(x, weight, bias, stride, padding), leaves, dy), seconds=0.3)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--conv", default="")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    print(json.dumps({"conv " + c: convolution(c) for c in args.conv.split(",") if c}))


if __name__ == "__main__":
    main()
