"""Train nanoGPT's CPU configuration on a text with PyTorch, for comparison with `rl train`; print JSON.

    python3 gpt_torch.py --text FILE [--iterations 2000] [--threads 2] [--seed 1] [--evaluate]

Network, initialisation and training are those that models/gpt/doc.go describes: pre-norm blocks, learned
positions, tied head, exact GELU, no biases, AdamW with decay of matrices only, warm-up and cosine,
clipping at 1. Attention is PyTorch's fused one, the optimiser its fused AdamW. It prints the seconds
of an iteration (median), of all iterations, the loss of the validation tail in windows of 64 and the
largest resident set.
"""

import argparse
import json
import math
import resource
import statistics
import time

import torch
from torch import nn
from torch.nn import functional as F

LAYERS, HEADS, WIDTH, BLOCK, BATCH = 4, 4, 128, 64, 12


class Norm(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(WIDTH))

    def forward(self, x):
        return F.layer_norm(x, (WIDTH,), self.weight, None, 1e-5)


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.ln_1, self.ln_2 = Norm(), Norm()
        self.c_attn = nn.Linear(WIDTH, 3 * WIDTH, bias=False)
        self.attn_proj = nn.Linear(WIDTH, WIDTH, bias=False)
        self.c_fc = nn.Linear(WIDTH, 4 * WIDTH, bias=False)
        self.mlp_proj = nn.Linear(4 * WIDTH, WIDTH, bias=False)

    def forward(self, x):
        b, t, c = x.shape
        q, k, v = (p.view(b, t, HEADS, c // HEADS).transpose(1, 2) for p in self.c_attn(self.ln_1(x)).split(c, dim=2))
        seen = F.scaled_dot_product_attention(q, k, v, is_causal=True).transpose(1, 2).reshape(b, t, c)
        x = x + self.attn_proj(seen)
        return x + self.mlp_proj(F.gelu(self.c_fc(self.ln_2(x))))


class GPT(nn.Module):
    def __init__(self, symbols):
        super().__init__()
        self.wte, self.wpe = nn.Embedding(symbols, WIDTH), nn.Embedding(BLOCK, WIDTH)
        self.blocks = nn.ModuleList(Block() for _ in range(LAYERS))
        self.ln_f = Norm()
        for name, p in self.named_parameters():
            if p.dim() == 2:
                nn.init.normal_(p, 0, 0.02 / math.sqrt(2 * LAYERS) if "proj" in name else 0.02)

    def forward(self, x):
        h = self.wte(x) + self.wpe.weight[: x.shape[1]]
        for block in self.blocks:
            h = block(h)
        return F.linear(self.ln_f(h), self.wte.weight)


def rate(i, total, peak=1e-3, final=1e-4, warmup=100):
    if i < warmup:
        return peak * (i + 1) / (warmup + 1)
    return final + 0.5 * (1 + math.cos(math.pi * (i - warmup) / (total - warmup))) * (peak - final)


@torch.no_grad()
def tail_loss(net, tail):
    total, n = 0.0, len(tail) - 1
    for at in range(0, n, BATCH * BLOCK):
        whole = min(BATCH, (n - at) // BLOCK)
        for rows, width in [(whole, BLOCK)] if whole else [(1, n - at)]:
            x = tail[at : at + rows * width].view(rows, width)
            y = tail[at + 1 : at + 1 + rows * width]
            total += F.cross_entropy(net(x).flatten(0, 1), y, reduction="sum").item()
            done = at + rows * width
        if whole and whole < BATCH and done < n:  # the window that is shorter
            x, y = tail[done:n].view(1, -1), tail[done + 1 :]
            total += F.cross_entropy(net(x).flatten(0, 1), y, reduction="sum").item()
    return total / n


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--text", required=True)
    p.add_argument("--iterations", type=int, default=2000)
    p.add_argument("--total", type=int, default=2000, help="of the schedule")
    p.add_argument("--threads", type=int, default=torch.get_num_threads())
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--evaluate", action="store_true")
    args = p.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    text = open(args.text, encoding="utf-8").read()
    index = {c: i for i, c in enumerate(sorted(set(text)))}
    data = torch.tensor([index[c] for c in text])
    train, tail = data[: len(data) * 9 // 10], data[len(data) * 9 // 10 :]
    net = GPT(len(index))
    matrices = [p for p in net.parameters() if p.dim() >= 2]
    others = [p for p in net.parameters() if p.dim() < 2]
    adam = torch.optim.AdamW([{"params": matrices, "weight_decay": 0.1}, {"params": others, "weight_decay": 0.0}],
                             lr=1e-3, betas=(0.9, 0.99), fused=True)
    times = []
    for i in range(args.iterations):
        start = time.perf_counter()
        for group in adam.param_groups:
            group["lr"] = rate(i, args.total)
        at = torch.randint(len(train) - BLOCK, (BATCH,))
        x = torch.stack([train[a : a + BLOCK] for a in at])
        y = torch.stack([train[a + 1 : a + 1 + BLOCK] for a in at])
        loss = F.cross_entropy(net(x).flatten(0, 1), y.flatten())
        adam.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        adam.step()
        times.append(time.perf_counter() - start)
    result = {"median_seconds": statistics.median(times), "least_seconds": min(times), "seconds": sum(times), "iterations": args.iterations,
              "parameters": sum(p.numel() for p in net.parameters()),
              "peak_memory_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}
    if args.evaluate:
        result["val_loss"] = tail_loss(net, tail)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
