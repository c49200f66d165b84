#!/usr/bin/env python3
"""Measure the frames a second of DQN on MinAtar beside the program of MinAtar's paper, in one run.

    git clone https://github.com/kenjyoung/MinAtar somewhere
    python3 benchmarks/minatar.py --minatar somewhere [--games breakout,seaquest]

The peer is the repository's own examples/dqn.py, in Python and PyTorch, with its own values; only the number of frames is
changed, and that the rate of random actions falls to its 0.1 at once, as it is for 98% of a run of 5 million. Ours is the preset
dqn-minatar-GAME, which has the same values, changed likewise. Both learn one update of 32 transitions a frame after the first
5,000; a figure is the frames a second of those that learn: the time of the run less that of a run which ends at 5,000. Rounds
alternate between the sides, with one thread and with two. Run it on an otherwise idle machine.
"""

import argparse
import os
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

from speed import KEEP_MEMORY, ROOT, peer_env

WARM = 5000  # frames before learning
NAMES = {"asterix": "asterix", "breakout": "breakout", "freeway": "freeway", "seaquest": "seaquest", "spaceinvaders": "space_invaders"}
PEER = """
import sys
sys.path.insert(0, {where!r})
import torch, dqn
torch.set_num_threads({threads})
dqn.NUM_FRAMES, dqn.FIRST_N_FRAMES = {frames}, 1
sys.argv = ["dqn.py", "-g", {game!r}, "-o", {out!r}]
dqn.main()
"""


def seconds(command, env):
    start = time.perf_counter()
    subprocess.run(command, env=env, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start


def ours(rl, game, frames, threads, out):
    return seconds([rl, "train", "--config", f"dqn-minatar-{game}", "--set", f"n_timesteps={frames}", "--set", "final_eval_episodes=1",
                    "--set", "checkpoint.freq=0", "--set", "dqn.exploration_fraction=0.0001", "--out", tempfile.mkdtemp(dir=out)],
                   dict(os.environ, GOMAXPROCS=str(threads)))


def peer(python, where, game, frames, threads, out):
    code = PEER.format(where=str(Path(where) / "examples"), threads=threads, frames=frames, game=NAMES[game], out=str(Path(out) / "peer"))
    return seconds([python, "-c", code], peer_env() | KEEP_MEMORY | {"OMP_NUM_THREADS": str(threads)})


def rate(run, frames):
    """run(frames) takes seconds; the frames a second after the first WARM."""
    before = run(WARM)
    return (frames - WARM) / (run(frames) - before)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--minatar", required=True, help="a clone of kenjyoung/MinAtar")
    p.add_argument("--games", default="breakout,seaquest")
    p.add_argument("--frames", type=int, default=25_000)
    p.add_argument("--rounds", type=int, default=3)
    p.add_argument("--python", default="python3", help="with torch and minatar")
    p.add_argument("--rl", default=str(ROOT / "bin" / "rl"))
    a = p.parse_args()
    with tempfile.TemporaryDirectory() as out:
        for game in a.games.split(","):
            runs = {}
            for threads in (1, 2):
                runs["Tesuji", threads] = lambda n, k=threads: ours(a.rl, game, n, k, out)
                runs["MinAtar's dqn.py", threads] = lambda n, k=threads: peer(a.python, a.minatar, game, n, k, out)
            rates = {key: [] for key in runs}
            for _ in range(a.rounds):
                for key, run in runs.items():
                    rates[key].append(rate(run, a.frames))
            for (name, threads), r in rates.items():
                m = statistics.median(r)
                ratio = statistics.median(rates["Tesuji", threads]) / m
                print(f"{game:14} {name:18} {threads} threads  {m:8.0f} frames/s  ({min(r):.0f} to {max(r):.0f})  {ratio:5.2f}x", flush=True)


if __name__ == "__main__":
    main()
