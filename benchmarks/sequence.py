#!/usr/bin/env python3
"""Measure Tesuji's recurrent layers, attention and GPT block beside PyTorch, in one run.

    python3 benchmarks/sequence.py                    # about five minutes
    python3 benchmarks/sequence.py --cases lstm,block --rounds 9

Every figure is a forward and a backward pass. Rounds alternate between the two sides, so that a
drifting clock touches both; the table gives medians over rounds and the ratio of medians, with
the smallest and largest ratio of a round. The peer is installed into a virtual environment
of its own (benchmarks/out/venv, or --venv). Run it on an otherwise idle machine.

lstm, gru, rnn  256 units over 16 steps of 32 sequences of 256 inputs
lstm-data       the same without the gradient of the inputs, as for a network's first layer
attention       causal self-attention, 12 sequences of 64 positions, 4 heads of 32
block           a block of a GPT, 128 wide, 4 heads, 12 sequences of 64 positions
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
CASES = "lstm,lstm-data,gru,rnn,attention,block"


def run_json(command, **env):
    p = subprocess.run(command, env=dict(os.environ, **env), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if p.returncode:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{p.stderr[-2000:]}")
    return json.loads(p.stdout.strip().splitlines()[-1])


def peer_python(venv):
    python = venv / "bin" / "python"
    if not python.exists():
        subprocess.check_call([sys.executable, "-m", "venv", venv])
        subprocess.check_call([python, "-m", "pip", "install", "-q", "-r", HERE / "peer" / "requirements.txt"])
    return python


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--venv", help="a virtual environment that has the peer already")
    parser.add_argument("--cases", default=CASES)
    parser.add_argument("--threads", default=",".join(map(str, sorted({1, os.cpu_count()}))), help="thread counts, of both sides")
    args = parser.parse_args()
    python = peer_python(Path(args.venv) if args.venv else HERE / "out" / "venv")
    ours = Path(tempfile.mkdtemp(prefix="tesuji-bench-")) / "sequence"
    subprocess.check_call(["go", "build", "-o", ours, "./benchmarks/sequence"], cwd=ROOT)
    for threads in args.threads.split(","):
        rows = {case: [] for case in args.cases.split(",")}
        for _ in range(args.rounds):
            a = run_json([ours, "--cases", args.cases], GOMAXPROCS=threads)
            b = run_json([python, HERE / "peer" / "sequence_torch.py", "--cases", args.cases, "--threads", threads], OMP_NUM_THREADS=threads)
            for case, pairs in rows.items():
                pairs.append((a[case], b[case]))
        print(f"\n| forward and backward, threads: {threads} | ours µs | PyTorch µs | ratio |\n|---|---|---|---|")
        for case, pairs in rows.items():
            a, b = (statistics.median(c) for c in zip(*pairs))
            ratios = [q / p for p, q in pairs]
            print(f"| {case} | {a:.0f} | {b:.0f} | **{b/a:.2f}x** ({min(ratios):.2f}-{max(ratios):.2f}) |", flush=True)


if __name__ == "__main__":
    main()
