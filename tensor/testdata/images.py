"""Write images.json: results and gradients of PyTorch's operations on images.

    python3 images.py > images.json

Every operand is filled by the formula of hashed in attention_test.go, operand i with k = i, in the
layout of this package (images [N, H, W, C], weights [KH, KW, CI/groups, CO]); the gradients are
those of the sum of y times such an array with k = 9. Made with PyTorch 2.15 on a CPU.
"""

import json
import sys

import numpy as np
import torch
import torch.nn.functional as F


def hashed(k, shape):
    n = int(np.prod(shape))
    h = (np.arange(1, n + 1, dtype=np.uint64) + 1000003 * k).astype(np.uint32)
    h ^= h >> np.uint32(16)
    h *= np.uint32(0x85EBCA6B)
    h ^= h >> np.uint32(13)
    h *= np.uint32(0xC2B2AE35)
    h ^= h >> np.uint32(16)
    return torch.from_numpy(((h >> np.uint32(8)).astype(np.float64) / 2**23 - 1).astype(np.float32).reshape(shape))


def chw(x):
    return x.permute(0, 3, 1, 2)


def hwc(x):
    return x.permute(0, 2, 3, 1)


def conv(**o):
    return lambda x, w, b=None: hwc(F.conv2d(chw(x), w.permute(3, 2, 0, 1), b, **o))


def transposed(**o):
    return lambda x, w, b=None: hwc(F.conv_transpose2d(chw(x), w.permute(3, 2, 0, 1), b, **o))


def image(f, *args, **o):
    return lambda x: hwc(f(chw(x), *args, **o))


CASES = [
    ("conv", [[2, 5, 6, 3], [3, 3, 3, 4], [4]], conv()),
    ("conv stride 2 pad 1", [[2, 5, 6, 3], [3, 3, 3, 4], [4]], conv(stride=2, padding=1)),
    ("conv uneven", [[1, 6, 7, 2], [2, 3, 2, 3], [3]], conv(stride=(1, 2), padding=(1, 0), dilation=(2, 1))),
    ("conv groups", [[1, 5, 5, 4], [3, 3, 2, 6], [6]], conv(padding=1, groups=2)),
    ("conv without bias", [[1, 4, 4, 3], [1, 1, 3, 5]], conv()),
    ("conv relu", [[1, 5, 5, 2], [3, 3, 2, 4], [4]], lambda *v: torch.relu(conv(padding=1)(*v))),
    ("conv depthwise", [[1, 5, 5, 4], [3, 3, 1, 4], [4]], conv(padding=1, groups=4)),
    ("conv transpose", [[1, 3, 4, 3], [4, 4, 2, 3], [2]], transposed(stride=2, padding=1)),
    ("conv transpose output padding", [[1, 3, 3, 3], [3, 3, 2, 3], [2]], transposed(stride=2, padding=1, output_padding=1)),
    ("conv transpose groups", [[1, 3, 3, 4], [2, 3, 1, 4], [2]], transposed(stride=(2, 1), dilation=(1, 2), groups=2)),
    ("max pool", [[2, 6, 6, 3]], image(F.max_pool2d, 2)),
    ("max pool overlapping", [[1, 7, 7, 3]], image(F.max_pool2d, 3, 2, 1)),
    ("max pool ceil", [[1, 6, 8, 3]], image(F.max_pool2d, 3, 2, ceil_mode=True)),
    ("avg pool", [[1, 7, 6, 3]], image(F.avg_pool2d, (3, 2), 2, 1)),
    ("avg pool exclude pad", [[1, 7, 7, 3]], image(F.avg_pool2d, 3, 2, 1, count_include_pad=False)),
    ("avg pool ceil", [[1, 6, 8, 3]], image(F.avg_pool2d, 3, 2, 1, ceil_mode=True)),
    ("adaptive avg pool", [[1, 7, 5, 3]], image(F.adaptive_avg_pool2d, (3, 7))),
    ("global avg pool", [[2, 4, 3, 5]], lambda x: F.adaptive_avg_pool2d(chw(x), 1).flatten(1)),
    ("response norm", [[1, 2, 3, 7]], image(F.local_response_norm, 5, 0.1, 0.75, 2.0)),
    ("response norm even", [[1, 2, 2, 6]], image(F.local_response_norm, 4, 0.3, 0.5, 1.0)),
    ("pixel shuffle", [[1, 2, 3, 8]], image(F.pixel_shuffle, 2)),
    ("pixel unshuffle", [[1, 4, 6, 2]], image(F.pixel_unshuffle, 2)),
    ("pad reflect", [[1, 4, 5, 2]], image(F.pad, (2, 1, 1, 3), mode="reflect")),
    ("pad zero", [[1, 3, 4, 2]], image(F.pad, (2, 1, 0, 3))),
    ("resize nearest", [[1, 4, 5, 2]], image(F.interpolate, (7, 8), mode="nearest")),
    ("resize bilinear", [[1, 4, 5, 2]], image(F.interpolate, (7, 3), mode="bilinear")),
    ("resize bilinear aligned", [[1, 4, 5, 2]], image(F.interpolate, (7, 3), mode="bilinear", align_corners=True)),
    ("resize bicubic", [[1, 4, 5, 2]], image(F.interpolate, (7, 3), mode="bicubic")),
    ("resize bicubic aligned", [[1, 4, 5, 2]], image(F.interpolate, (6, 9), mode="bicubic", align_corners=True)),
]


def numbers(x):
    return [float(f"{v:.7g}") for v in x.detach().reshape(-1).tolist()]


def main():
    out = []
    for name, shapes, f in CASES:
        v = [hashed(k, s).requires_grad_() for k, s in enumerate(shapes)]
        y = f(*v)
        (y * hashed(9, tuple(y.shape))).sum().backward()
        out.append({"name": name, "shapes": shapes, "y": numbers(y), "grads": [numbers(p.grad) for p in v]})
    sys.stdout.write("[\n" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in out) + "\n]\n")


main()
