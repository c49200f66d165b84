"""Records what Stable-Baselines3's and Gymnasium's Atari wrappers make of frames: golden.json.gz.

    pip install ale-py gymnasium stable-baselines3 opencv-python-headless
    python golden.py

The frames are recorded from the Arcade Learning Environment (Tetris 2600, which its author made
publicly available), each with a rectangle of every color painted over it. The game around them is a
tape: README.md says how it goes, and the tests play the same.
"""

import base64
import gzip
import json
import os

import ale_py
import ale_py.roms
import cv2
import gymnasium
import numpy as np
from gymnasium.wrappers import AtariPreprocessing
from stable_baselines3.common.atari_wrappers import AtariWrapper

HEIGHT, WIDTH = 210, 160
RECORDED = 8
MEANINGS = ["NOOP", "FIRE", "RIGHT", "LEFT"]
REWARDS = [0.0, 1.0, -2.0, 0.0, 0.25, 3.0, -0.5]


def record():
    """Frames of Tetris as palette indices, and their colors and greys."""
    ale = ale_py.ALEInterface()
    ale.setInt("random_seed", 123)
    ale.setFloat("repeat_action_probability", 0)
    ale.loadROM(os.path.join(os.path.dirname(ale_py.roms.__file__), "tetris.bin"))
    frames, palette, lcg = [], {}, 1
    for step in range(RECORDED * 75):
        lcg = (lcg * 1664525 + 1013904223) % 2**32
        ale.act([0, 1, 3, 4, 5][(lcg >> 16) % 5])
        if step % 75 == 74:
            index = ale.getScreen()
            rgb, grey = ale.getScreenRGB(), ale.getScreenGrayscale()
            for i in np.unique(index):
                y, x = np.argwhere(index == i)[0]
                palette[int(i)] = [int(c) for c in rgb[y, x]] + [int(grey[y, x])]
            frames.append(index)
    return frames, palette


def luma(rgb):
    """ALE's greys of colors that are not in the palette."""
    r, g, b = (rgb[..., i].astype(np.int64) for i in range(3))
    return ((2989 * r + 5870 * g + 1140 * b + 5000) // 10000).astype(np.uint8)


class Tape(gymnasium.Env):
    """The game: every reset and every step shows the next frame."""

    observation_space = gymnasium.spaces.Box(0, 255, (HEIGHT, WIDTH, 3), np.uint8)
    action_space = gymnasium.spaces.Discrete(len(MEANINGS))
    _frameskip = 1

    def __init__(self, frames, palette):
        self.ale = self
        colors = np.zeros((256, 4), np.uint8)
        for i, c in palette.items():
            colors[i] = c
        self.rgbs = [colors[f][..., :3] for f in frames]
        self.greys = [colors[f][..., 3] for f in frames]
        self.shown = -1
        self.actions = []

    def show(self):
        self.shown += 1
        n = self.shown
        self.rgb = self.rgbs[n % RECORDED].copy()
        self.grey = self.greys[n % RECORDED].copy()
        lcg = n
        box = np.zeros((60, 40, 3), np.uint8)
        values = box.reshape(-1)
        for i in range(values.size):
            lcg = (lcg * 1664525 + 1013904223) % 2**32
            values[i] = lcg >> 24
        x, y = n * 7 % 120, n * 11 % 150
        self.rgb[y : y + 60, x : x + 40] = box
        self.grey[y : y + 60, x : x + 40] = luma(box)
        return self.rgb

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.time = 0
        return self.show(), {}

    def step(self, action):
        self.actions.append(int(action))
        self.time += 1
        reward = REWARDS[self.time % len(REWARDS)]
        return self.show(), reward, self.lives() == 0, False, {}

    def lives(self):
        return max(3 - self.time // 41, 0)

    def get_action_meanings(self):
        return MEANINGS

    def getScreenRGB(self, buffer):
        buffer[:] = self.rgb

    def getScreenGrayscale(self, buffer):
        buffer[:] = self.grey


def fnv(data):
    h = 14695981039346656037
    for b in data:
        h = ((h ^ b) * 1099511628211) % 2**64
    return f"{h:016x}"


def packed(image):
    return base64.b64encode(gzip.compress(np.ascontiguousarray(image).tobytes(), mtime=0)).decode()


def play(name, wrap, frames, palette, seed, steps):
    """One run of the wrapper with pictures as large as the frames, for hashes, and one of 84x84."""
    large, small = wrap(Tape(frames, palette), (WIDTH, HEIGHT)), wrap(Tape(frames, palette), 84)
    rows, images, lcg = [], [], seed
    a, b = large.reset(seed=seed)[0], small.reset(seed=seed)[0]
    rows.append(["reset", fnv(a.tobytes())])
    images.append([0, packed(b)])
    for step in range(1, steps + 1):
        lcg = (lcg * 1664525 + 1013904223) % 2**32
        action = (lcg >> 16) % len(MEANINGS)
        a, reward, terminated, truncated, _ = large.step(action)
        b = small.step(action)[0]
        done = terminated or truncated
        rows.append([action, fnv(a.tobytes()), float(reward), bool(terminated), bool(truncated), large.unwrapped.lives()])
        if step % 7 == 0:
            images.append([len(rows) - 1, packed(b)])
        if done:
            a, b = large.reset()[0], small.reset()[0]
            rows.append(["reset", fnv(a.tobytes())])
    return {"wrapper": name, "seed": seed, "rows": rows, "images": images, "actions": large.unwrapped.actions}


def sb3(env, size):
    env = AtariWrapper(env, screen_size=84)
    if size != 84:  # WarpFrame takes a square's side only
        warp = env
        while not hasattr(warp, "width"):
            warp = warp.env
        warp.width, warp.height = size
    return env


def gym(life_loss):
    return lambda env, size: AtariPreprocessing(env, screen_size=size, terminal_on_life_loss=life_loss)


def main():
    frames, palette = record()
    plays = [
        play("sb3", sb3, frames, palette, 1, 60),
        play("gymnasium", gym(False), frames, palette, 2, 60),
        play("gymnasium resets", gym(True), frames, palette, 3, 40),
    ]
    noise = np.random.RandomState(0).randint(0, 256, (250, 160)).astype(np.uint8)
    out = {
        "frames": [packed(f) for f in frames],
        "palette": palette,
        "plays": plays,
        "noise": packed(noise),
        "shrunk": [[s, packed(cv2.resize(noise, (s, s), interpolation=cv2.INTER_AREA))] for s in (84, 64, 50)],
    }
    with open("golden.json.gz", "wb") as f:
        f.write(gzip.compress(json.dumps(out).encode(), mtime=0))


if __name__ == "__main__":
    main()
