#!/usr/bin/env python3
"""Measure an iteration of gpt-shakespeare beside PyTorch, in one run.

    git clone https://github.com/karpathy/nanoGPT somewhere
    python3 benchmarks/gpt.py --nanogpt somewhere --text tinyshakespeare.txt

The peers are nanoGPT's own train.py with the options that its README gives for a CPU (or 64 wide windows,
batch 12, 4 layers, 4 heads, 128 wide), run in its directory, which is given the text and is otherwise left as it
is; and peer/gpt_torch.py, the same network in plain PyTorch. Rounds alternate between the sides. A figure is the
median over the rounds of milliseconds an iteration: of a round, the mean of ours, the median of the peers'.
Memory is the largest resident set. Run it on an otherwise idle machine.
"""

import argparse
import csv
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from speed import HERE, KEEP_MEMORY, ROOT, peer_env, run_json

NANOGPT = """config/train_shakespeare_char.py --device=cpu --compile=False --eval_iters=1 --eval_interval=1000000 --log_interval=1
--block_size=64 --batch_size=12 --n_layer=4 --n_head=4 --n_embd=128 --lr_decay_iters=2000 --dropout=0.0 --always_save_checkpoint=False""".split()


def ours(rl, out, iterations, threads):
    env = dict(os.environ, GOMAXPROCS=str(threads))
    result = run_json([rl, "train", "--config", "gpt-shakespeare", "--set", f"n_iterations={iterations}", "--set", "eval.freq=0",
                       "--out", out, "--json"], env)
    with open(Path(result["run"]) / "progress.csv", newline="") as f:
        rates = [float(r["time/iterations_per_second"]) for r in csv.DictReader(f) if r["time/iterations_per_second"]]
    with open(Path(result["run"]) / "run.json") as f:
        return 1e3 / rates[-1], json.load(f)["peak_memory_bytes"]


def threads_env(threads):
    return peer_env() | KEEP_MEMORY | {"OMP_NUM_THREADS": str(threads)}


def torch(python, text, iterations, threads):
    r = run_json([python, HERE / "peer" / "gpt_torch.py", "--text", text, "--iterations", str(iterations), "--threads", str(threads)], threads_env(threads))
    return r["median_seconds"] * 1e3, r["peak_memory_bytes"]


def nanogpt(python, directory, iterations, threads, out):
    p = subprocess.Popen([python, "train.py", *NANOGPT, f"--max_iters={iterations}", f"--out_dir={out}"], cwd=directory, env=threads_env(threads),
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    log = p.stdout.read()
    _, status, usage = os.wait4(p.pid, 0)
    times = [float(t) for t in re.findall(r"^iter \d+: .*time ([\d.]+)ms", log, re.M)]
    if status or not times:
        sys.exit(f"nanoGPT failed:\n{log[-2000:]}")
    return statistics.median(times), usage.ru_maxrss * 1024


def prepare(directory, text):
    """Make nanoGPT's character files as its data/shakespeare_char/prepare.py does, without its download."""
    import array
    import pickle
    data = Path(text).read_text(encoding="utf-8")
    symbols = sorted(set(data))
    index = {c: i for i, c in enumerate(symbols)}
    where = Path(directory) / "data" / "shakespeare_char"
    split = len(data) * 9 // 10
    for name, part in (("train", data[:split]), ("val", data[split:])):
        (where / f"{name}.bin").write_bytes(array.array("H", (index[c] for c in part)).tobytes())
    (where / "meta.pkl").write_bytes(pickle.dumps({"vocab_size": len(symbols), "itos": dict(enumerate(symbols)), "stoi": index}))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--text", required=True, help="tiny Shakespeare")
    parser.add_argument("--nanogpt", help="a copy of nanoGPT; without it only the plain PyTorch peer runs")
    parser.add_argument("--venv", default=HERE / "out" / "venv")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--iterations", type=int, default=200)
    args = parser.parse_args()
    python, n = Path(args.venv) / "bin" / "python", args.iterations
    tmp = Path(tempfile.mkdtemp(prefix="tesuji-bench-"))
    subprocess.check_call(["go", "build", "-o", tmp / "rl", "./cmd/rl"], cwd=ROOT)
    if args.nanogpt:
        prepare(args.nanogpt, args.text)
    print("| threads | side | ms an iteration | ratio to ours | memory, MB |\n|---|---|---|---|---|")
    for threads in sorted({1, os.cpu_count()}):
        rows = {}
        for i in range(args.rounds):
            rows.setdefault("ours", []).append(ours(tmp / "rl", tmp / f"run-{threads}-{i}", n, threads))
            if args.nanogpt:
                rows.setdefault("nanoGPT", []).append(nanogpt(python, args.nanogpt, n, threads, tmp / "nanogpt"))
            rows.setdefault("peer/gpt_torch.py", []).append(torch(python, os.path.abspath(args.text), n, threads))
        for side, figures in rows.items():
            ratios = [f[0] / o[0] for f, o in zip(figures, rows["ours"])]
            print(f"| {threads} | {side} | {statistics.median(f[0] for f in figures):.1f} | **{statistics.median(ratios):.2f}x** "
                  f"({min(ratios):.2f}-{max(ratios):.2f}) | {max(f[1] for f in figures) / 1e6:.0f} |", flush=True)


if __name__ == "__main__":
    main()
