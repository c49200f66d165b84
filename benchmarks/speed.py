#!/usr/bin/env python3
"""Measure Tesuji beside Stable-Baselines3, PyTorch and OpenBLAS on this machine, in one run.

    python3 benchmarks/speed.py                 # everything, about 45 minutes
    python3 benchmarks/speed.py --only train    # whole trainings only
    python3 benchmarks/speed.py --only mlp,gemm,conv

The peers are installed into a virtual environment of their own (benchmarks/out/venv, or
--venv). Rounds alternate between the two sides, so that a drifting clock touches both; the
tables give medians over rounds and the ratio of medians, with the smallest and largest ratio
of a round. The peer runs with the thread count at which it is fastest, Tesuji with one
thread and with all cores. Run it on an otherwise idle machine.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
PRESETS = {"ppo": "ppo-cartpole", "a2c": "a2c-cartpole", "dqn": "dqn-cartpole-zoo"}
MLPS = ["4-64-64-2@32", "4-64-64-2@64", "4-128-128-2@128", "784-128-128-10@64"]
SQUARES = [f"{n}x{n}x{n}" for n in (64, 128, 256, 512, 1024, 2048)]
RL_SHAPES = [f"{m}x{n}x{k}" for m in (32, 64, 256) for n in (64, 256, 512) for k in (4, 64, 256, 784)]
# The layers of a ResNet and of the Nature CNN; N x H x W x CI - CO k K s STRIDE p PADDING / passes.
CONVS = ["32x56x56x64-64k3s1p1", "8x28x28x128-128k3s1p1", "8x14x14x256-256k3s1p1"]
NATURE = ["84x84x4-32k8s4p0", "20x20x32-64k4s2p0", "9x9x64-64k3s1p0"]
CONV_CASES = ([c + p for c in CONVS for p in ("/fwd", "/all")] + [f"32x{NATURE[0]}/fwd", f"32x{NATURE[0]}/first"]
              + [f"32x{c}{p}" for c in NATURE[1:] for p in ("/fwd", "/all")] + [f"1x{c}/fwd" for c in NATURE])
NATURE_CASES = ["act@1", "act@8", "act@32", "step@32"]
SMALL_HEADS = ["64x2x64", "256x2x64", "64x2x256", "256x1x64", "8x64x64", "1x64x64", "1x256x256", "1x512x512", "1x512x3136"]


def peer_env():
    """The peer's environment, without settings that would slow its BLAS down."""
    env = dict(os.environ)
    for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "OPENBLAS_NUM_THREADS"):
        env.pop(name, None)
    return env


# For the peer's malloc to keep memory: otherwise every convolution pays for fresh pages.
KEEP_MEMORY = {"MALLOC_MMAP_THRESHOLD_": str(1 << 32), "MALLOC_TRIM_THRESHOLD_": str(1 << 32), "MALLOC_TOP_PAD_": str(1 << 28)}


def run_json(command, env=None):
    p = subprocess.run(command, env=env, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if p.returncode:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{p.stderr[-2000:]}")
    return json.loads(p.stdout.strip().splitlines()[-1])


class Bench:
    def __init__(self, args):
        self.rounds = args.rounds
        venv = Path(args.venv) if args.venv else HERE / "out" / "venv"
        self.python = venv / "bin" / "python"
        if not self.python.exists():
            subprocess.check_call([sys.executable, "-m", "venv", venv])
            subprocess.check_call([self.python, "-m", "pip", "install", "-q", "-r", HERE / "peer" / "requirements.txt"])
        self.tmp = Path(tempfile.mkdtemp(prefix="tesuji-bench-"))
        self.rl, self.micro = self.tmp / "rl", self.tmp / "micro"
        subprocess.check_call(["go", "build", "-o", self.rl, "./cmd/rl"], cwd=ROOT)
        subprocess.check_call(["go", "build", "-o", self.micro, "./benchmarks/micro"], cwd=ROOT)
        self.cores = os.cpu_count()
        self.algorithms = args.algorithms.split(",")
        self.peer_threads = sorted({int(n) for n in args.peer_threads.split(",")}) if args.peer_threads else sorted({1, self.cores})

    def ours_train(self, algorithm, seed, threads):
        env = dict(os.environ, GOMAXPROCS=str(threads))
        out = self.tmp / f"run-{algorithm}-{seed}-{threads}"
        return run_json([self.rl, "train", "--config", PRESETS[algorithm], "--seed", str(seed), "--out", out,
                         "--set", "eval.freq=0", "--json"], env)

    def peer_train(self, algorithm, seed, threads):
        env = peer_env() | {"OPENBLAS_NUM_THREADS": str(threads), "OMP_NUM_THREADS": str(threads)}
        return run_json([self.python, HERE / "peer" / "train_sb3.py", algorithm, "--seed", str(seed), "--threads", str(threads)], env)

    def train(self):
        print(f"\n| training, CartPole-v1, rl-zoo values | ours 1 thread s | ours {self.cores} threads s | SB3 best s | ratio 1 thread | ratio {self.cores} threads | returns ours / SB3 |")
        print("|---|---|---|---|---|---|---|")
        for algorithm in self.algorithms:
            rows, rewards = [], []
            for seed in range(1, self.rounds + 1):
                one = self.ours_train(algorithm, seed, 1)
                peer = min((self.peer_train(algorithm, seed, n) for n in self.peer_threads), key=lambda r: r["seconds"])
                many = self.ours_train(algorithm, seed, self.cores)
                rows.append((one["seconds"], many["seconds"], peer["seconds"]))
                rewards.append((one["mean_reward"], peer["mean_reward"]))
                print(f"  {algorithm} seed {seed}: {rows[-1]}", file=sys.stderr)
            ours1, ours2, sb3 = (statistics.median(c) for c in zip(*rows))
            r1, r2 = [p / a for a, _, p in rows], [p / b for _, b, p in rows]
            got = " ".join(f"{a:.0f}/{b:.0f}" for a, b in rewards)
            print(f"| {algorithm} | {ours1:.2f} | {ours2:.2f} | {sb3:.1f} | **{sb3/ours1:.1f}x** ({min(r1):.1f}-{max(r1):.1f}) "
                  f"| **{sb3/ours2:.1f}x** ({min(r2):.1f}-{max(r2):.1f}) | {got} |", flush=True)

    def compare(self, title, flag, cases, unit, script="micro_torch.py", threads=1):
        prefix = flag + " "
        rows = {c: [] for c in cases}
        for _ in range(max(5, self.rounds)):
            ours = run_json([self.micro, f"--{flag}", ",".join(cases)], dict(os.environ, GOMAXPROCS=str(threads)))
            peer = run_json([self.python, HERE / "peer" / script, f"--{flag}", ",".join(cases), "--threads", str(threads)],
                            peer_env() | KEEP_MEMORY | {"OPENBLAS_NUM_THREADS": str(threads), "OMP_NUM_THREADS": str(threads)})
            for case in cases:
                rows[case].append((ours[prefix + case], peer[prefix + case]))
        many = "one thread" if threads == 1 else f"{threads} threads"
        print(f"\n| {title}, {many} | ours {unit} | peer {unit} | ratio |\n|---|---|---|---|")
        for case, pairs in rows.items():
            ours, peer = (statistics.median(c) for c in zip(*pairs))
            ratios = [p / o for o, p in pairs]
            print(f"| {case} | {ours:.1f} | {peer:.1f} | {peer/ours:.2f}x ({min(ratios):.2f}-{max(ratios):.2f}) |", flush=True)

    def products(self, cases, threads, rounds=15, ms=20):
        """Both sides take turns at one product, in slices of some milliseconds."""
        peer_threads = {"OPENBLAS_NUM_THREADS": str(threads), "OMP_NUM_THREADS": str(threads)}
        pipes = dict(cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        with subprocess.Popen([self.micro, "-products"], env=dict(os.environ, GOMAXPROCS=str(threads)), **pipes) as ours, \
                subprocess.Popen([self.python, HERE / "peer" / "gemm_numpy.py"], env=peer_env() | KEEP_MEMORY | peer_threads, **pipes) as peer:
            blas = peer.stdout.readline().strip()
            many = "one thread" if threads == 1 else f"{threads} threads"
            print(f"\n| sgemm m x n x k, OpenBLAS {blas}, {many} | ours GFLOP/s | peer GFLOP/s | ratio |\n|---|---|---|---|")
            for case in cases:
                pairs = [(ask(ours, case, ms, threads), ask(peer, case, ms, threads)) for _ in range(rounds + 1)][1:]
                a, b = (statistics.median(c) for c in zip(*pairs))
                ratios = sorted(p / o for o, p in pairs)
                m, n, k = map(int, case.split("x"))
                print(f"| {case} | {2*m*n*k/a/1e3:.0f} | {2*m*n*k/b/1e3:.0f} "
                      f"| {statistics.median(ratios):.2f}x ({ratios[0]:.2f}-{ratios[-1]:.2f}) |", flush=True)
            ours.stdin.close()
            peer.stdin.close()


def ask(side, case, ms, threads):
    if threads > 1:
        time.sleep(0.1)  # the other side's threads spin for a while after their last work
    side.stdin.write(f"{case} {ms}\n")
    side.stdin.flush()
    return float(side.stdout.readline())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--venv", help="a virtual environment that has the peers already")
    parser.add_argument("--only", default="train,mlp,gemm,conv,nature")
    parser.add_argument("--algorithms", default=",".join(PRESETS), help="which trainings to time")
    parser.add_argument("--peer-threads", help="thread counts that the peer trains with, its best counts; default 1 and all cores")
    args = parser.parse_args()
    bench, only = Bench(args), args.only.split(",")
    if "mlp" in only:
        bench.compare("one Adam step of an MLP, PyTorch eager at its best optimiser setting", "mlp", MLPS, "µs")
    if "gemm" in only:
        bench.products(SQUARES + RL_SHAPES + SMALL_HEADS, 1)
        if bench.cores > 1:
            bench.products(SQUARES + RL_SHAPES, bench.cores)
    if "conv" in only:
        for threads in sorted({1, bench.cores}):
            bench.compare("convolution, PyTorch channels last", "conv", CONV_CASES, "µs", "conv_torch.py", threads)
    if "nature" in only:
        for threads in sorted({1, bench.cores}):
            bench.compare("the Nature DQN's network, PyTorch at its best layout and Adam", "nature", NATURE_CASES, "µs", threads=threads)
    if "train" in only:
        bench.train()


if __name__ == "__main__":
    main()
