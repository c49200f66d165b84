"""Writes spectral.safetensors: what PyTorch's spectral norm does with a Linear and a Conv2d over three
training steps of forward and backward, and then in evaluation. python -m pip install torch safetensors"""
import torch
from safetensors.torch import save_file
from torch.nn.utils.parametrizations import spectral_norm

torch.manual_seed(1)
out = {}
for name, layer, x in [
    ("linear", torch.nn.Linear(5, 4), torch.randn(3, 5)),
    ("conv", torch.nn.Conv2d(2, 3, (3, 2)), torch.randn(2, 2, 4, 4)),
]:
    layer = spectral_norm(layer)
    parts = layer.parametrizations.weight
    v = parts[0]._v
    if name == "conv":  # rows of ours are [KH, KW, in]
        v = v.reshape(2, 3, 2).permute(1, 2, 0)
        x_ours = x.permute(0, 2, 3, 1)
        weight = parts.original.permute(2, 3, 1, 0)
    else:
        x_ours, weight = x, parts.original.T
    out |= {f"{name}.weight": weight, f"{name}.bias": layer.bias, f"{name}.weight_u": parts[0]._u, f"{name}.weight_v": v, f"{name}.x": x_ours}
    out = {k: a.detach().clone().contiguous() for k, a in out.items()}
    for _ in range(3):
        layer.zero_grad()
        y = layer(x)
        (y * y).sum().backward()
    grad = parts.original.grad
    out[f"{name}.grad"] = grad.permute(2, 3, 1, 0) if name == "conv" else grad.T
    y = layer.eval()(x)
    out[f"{name}.y"] = y.permute(0, 2, 3, 1) if name == "conv" else y
save_file({k: a.detach().clone().contiguous() for k, a in out.items()}, "spectral.safetensors")
