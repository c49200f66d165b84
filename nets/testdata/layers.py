"""Write layers.safetensors: results and all gradients of PyTorch's norms, activations and losses.

Operands are filled by formula, so that only results need to be kept: U(k) is a hash of the index and
k, in [-1, 1). Images are [N, H, W, C] here and permuted for PyTorch. The loss is the sum of y*U(9)
over the result y. Everything is computed in float64 and rounded to float32 at the end.

    python layers.py layers.safetensors
"""

import json
import struct
import sys

import numpy as np
import torch
import torch.nn.functional as F


def uniform(k, *shape):
    n = int(np.prod(shape))
    h = (np.arange(1, n + 1, dtype=np.uint64) + 1000003 * k).astype(np.uint32)
    h ^= h >> np.uint32(16)
    h *= np.uint32(0x85EBCA6B)
    h ^= h >> np.uint32(13)
    h *= np.uint32(0xC2B2AE35)
    h ^= h >> np.uint32(16)
    return torch.from_numpy(((h >> np.uint32(8)).astype(np.float64) / 2**23 - 1).reshape(shape))


def leaf(x):
    return x.clone().requires_grad_()


out = {}


def keep(case, y, **operands):
    (y * uniform(9, *y.shape)).sum().backward()
    out[f"{case}.y"] = y
    for name, x in operands.items():
        out[f"{case}.d{name}"] = x.grad


def nchw(f):
    return lambda x, *rest: f(x.permute(0, 3, 1, 2), *rest).permute(0, 2, 3, 1)


def norm(case, x, f):
    c = x.shape[-1]
    x, g, b = leaf(x), leaf(1 + 0.1 * uniform(1, c)), leaf(0.1 * uniform(2, c))
    keep(case, f(x, g, b), x=x, gamma=g, beta=b)


norm("layer_norm", uniform(0, 6, 70), lambda x, g, b: F.layer_norm(x, x.shape[-1:], g, b, 1e-5))
norm("group_norm", uniform(0, 2, 3, 5, 6), nchw(lambda x, g, b: F.group_norm(x, 3, g, b, 1e-5)))
mean, var = 0.1 * uniform(3, 5), 1 + 0.1 * uniform(4, 5)
norm("batch_norm", uniform(0, 3, 6, 5, 5), nchw(lambda x, g, b: F.batch_norm(x, mean, var, g, b, True, 0.1, 1e-5)))
out["batch_norm.running_mean"], out["batch_norm.running_var"] = mean.clone(), var.clone()
norm("batch_norm_eval", uniform(0, 3, 2, 2, 5), nchw(lambda x, g, b: F.batch_norm(x, mean, var, g, b, False, 0.1, 1e-5)))
x, g = leaf(uniform(0, 6, 33)), leaf(1 + 0.1 * uniform(1, 33))
keep("rms_norm", F.rms_norm(x, (33,), g, 1e-6), x=x, gamma=g)

for name, f in {
    "relu": F.relu, "gelu": F.gelu, "gelu_tanh": lambda x: F.gelu(x, approximate="tanh"), "silu": F.silu,
    "elu": F.elu, "leaky_relu": F.leaky_relu, "softplus": F.softplus, "hardswish": F.hardswish,
    "hardsigmoid": F.hardsigmoid, "tanh": torch.tanh, "sigmoid": torch.sigmoid,
    "scaled_tanh": lambda x: 1.7159 * torch.tanh(2 / 3 * x),
    "softplus_beta": lambda x: F.softplus(x, 3.0), "elu_alpha": lambda x: F.elu(x, 1.3),
    "log1p": lambda x: torch.log1p(x / 10), "expm1": torch.expm1, "erf": torch.erf, "sin": torch.sin, "cos": torch.cos,
    "softmax": lambda x: F.softmax(x, -1), "log_softmax": lambda x: F.log_softmax(x, -1),
    "cumsum": lambda x: torch.cumsum(x, -1), "var": lambda x: torch.var(x, -1, correction=0),
}.items():
    x = leaf(6 * uniform(0, 4, 11))
    keep(name, f(x), x=x)
x, s = leaf(uniform(0, 2, 3, 4, 5)), leaf(0.25 + 0.1 * uniform(1, 5))
keep("prelu", nchw(F.prelu)(x, s), x=x, slope=s)

labels = torch.tensor([2, 0, 4, 1, 3, 2])
some = torch.tensor([2, -1, 4, 1, -1, 2])
weights = 1 + 0.5 * uniform(3, 5)
logits = lambda: leaf(3 * uniform(0, 6, 5))
x = logits(); keep("cross_entropy", F.cross_entropy(x, labels), x=x)
x = logits(); keep("cross_entropy_smooth", F.cross_entropy(x, labels, label_smoothing=0.1), x=x)
x = logits(); keep("cross_entropy_all", F.cross_entropy(x, some, weight=weights, ignore_index=-1, label_smoothing=0.2), x=x)
q = F.softmax(uniform(4, 6, 5), -1)
x = logits(); keep("soft_cross_entropy", F.cross_entropy(x, q), x=x)
x = logits(); keep("nll", F.nll_loss(F.log_softmax(x, -1), labels), x=x)
target = 0.5 + 0.5 * uniform(4, 6, 5)
x = logits(); keep("bce", F.binary_cross_entropy_with_logits(x, target, pos_weight=torch.tensor(2.5)), x=x)
other = uniform(5, 6, 5)
x = logits(); keep("mse", F.mse_loss(x, other), x=x)
x = logits(); keep("l1", F.l1_loss(x, other), x=x)
x = logits(); keep("smooth_l1", F.smooth_l1_loss(x, other, beta=0.7), x=x)
x = logits(); keep("huber", F.huber_loss(x, other, delta=0.7), x=x)
x = logits(); keep("cosine", F.cosine_similarity(x, other, dim=-1), x=x)
x = logits(); keep("kl_categorical", F.kl_div(F.log_softmax(other, -1), F.log_softmax(x, -1), reduction="none", log_target=True).sum(-1), x=x)
normal = torch.distributions.Normal
x = logits()
keep("kl_normals", torch.distributions.kl_divergence(
    normal(x, (other / 2).exp()), normal(uniform(6, 6, 5), (uniform(7, 6, 5) / 2).exp())), x=x)

# Layout: a header of JSON, then the arrays (https://huggingface.co/docs/safetensors).
header, data = {}, b""
for name, x in sorted(out.items()):
    a = np.ascontiguousarray(x.detach().numpy(), np.float32).reshape(x.shape)
    header[name] = {"dtype": "F32", "shape": list(a.shape), "data_offsets": [len(data), len(data) + a.nbytes]}
    data += a.tobytes()
h = json.dumps(header, separators=(",", ":")).encode()
h += b" " * (-len(h) % 8)
with open(sys.argv[1], "wb") as f:
    f.write(struct.pack("<Q", len(h)) + h + data)
