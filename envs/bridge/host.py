"""Host of one Gymnasium environment, at the other end of a pipe. protocol.go describes it."""

import json
import os
import pickle
import signal
import struct
import sys
import traceback

# What interrupts a run reaches all of its processes. This one is still needed then, for the run's last
# checkpoint, and ends when its input does.
for name in ("SIGINT", "SIGTERM", "SIGHUP"):
    if hasattr(signal, name):
        signal.signal(getattr(signal, name), signal.SIG_IGN)

# Replies have the standard output to themselves: what an environment prints goes to stderr.
reply = os.fdopen(os.dup(1), "wb", buffering=1 << 20)
os.dup2(2, 1)
request = os.fdopen(os.dup(0), "rb", buffering=1 << 16)


def hello(message):
    reply.write(json.dumps(message).encode() + b"\n")
    reply.flush()


def fail(kind, text):
    hello({"error": kind, "text": text})
    sys.exit(0)


options = json.loads(sys.argv[1])
try:
    import gymnasium
    import numpy as np
    from gymnasium import spaces

    name = "gymnasium"
    for name in options["imports"]:
        module = __import__(name)
        if hasattr(gymnasium, "register_envs"):
            gymnasium.register_envs(module)
except ImportError as e:
    fail("import", f"{e.name or e}")
except Exception as e:  # an imported module may raise anything
    fail("module", f"importing {name}: {type(e).__name__}: {e}")

try:
    kwargs = dict(options["kwargs"])
    try:
        env = gymnasium.make(options["id"], render_mode="rgb_array", **kwargs)
    except TypeError:
        env = gymnasium.make(options["id"], **kwargs)
except Exception as e:
    fail("make", f"{type(e).__name__}: {e}")


def flat(space):
    """The space as rows can hold it, and whether observations have to be flattened for it."""
    if isinstance(space, (spaces.Box, spaces.Discrete, spaces.MultiDiscrete, spaces.MultiBinary)):
        return space, False
    return spaces.flatten_space(space), True


def describe(space):
    if isinstance(space, spaces.Box):
        if space.dtype == np.uint8:
            return {"kind": "box", "shape": list(space.shape), "uint8": True}
        return {"kind": "box", "shape": list(space.shape), "low": floats(space.low), "high": floats(space.high)}
    if isinstance(space, spaces.Discrete):
        return {"kind": "discrete", "n": int(space.n)}
    if isinstance(space, spaces.MultiDiscrete):
        return {"kind": "multi_discrete", "each": [int(n) for n in space.nvec.ravel()]}
    if isinstance(space, spaces.MultiBinary):
        return {"kind": "multi_binary", "n": int(np.prod(space.shape))}
    return {"kind": type(space).__name__}


def floats(x):
    big = 3.4028234e38  # JSON has no infinity: the other side takes this for one
    return [float(v) for v in np.clip(np.asarray(x, np.float64).ravel(), -big, big)]


observed, flattens = flat(env.observation_space)
acted = env.action_space
emulator = getattr(env.unwrapped, "ale", None)
game = None
if emulator is not None and isinstance(acted, spaces.Discrete):
    skip = getattr(env.unwrapped, "_frameskip", 1)
    game = {
        "meanings": list(env.unwrapped.get_action_meanings()),
        "frameskip": skip if isinstance(skip, int) else 0,
        "sticky": emulator.getFloat("repeat_action_probability"),
    }
hello({
    "game": game,
    "observation": describe(observed), "action": describe(acted),
    "max_steps": (env.spec.max_episode_steps or 0) if env.spec else 0,
    "threshold": env.spec.reward_threshold if env.spec else None,
})

start = np.asarray(getattr(observed, "start", 0))
kind = np.uint8 if isinstance(observed, spaces.Box) and observed.dtype == np.uint8 else np.float32
seen = None  # the last observation
length = 4 * (1 if isinstance(acted, spaces.Discrete) else int(np.prod(acted.shape)))


def encode(obs):
    if flattens:
        obs = spaces.flatten(env.observation_space, obs)
    elif isinstance(observed, (spaces.Discrete, spaces.MultiDiscrete)):
        obs = np.asarray(obs) - start
    return np.ascontiguousarray(obs, kind).tobytes()


def decode(row):
    if isinstance(acted, spaces.Discrete):
        return int(row[0]) + int(acted.start)
    if isinstance(acted, spaces.MultiDiscrete):
        return (row.astype(acted.dtype) + acted.start.ravel()).reshape(acted.shape)
    return row.astype(acted.dtype).reshape(acted.shape)


def wrappers():
    e = env
    while e is not e.unwrapped:
        yield e
        e = e.env


def plain(e):
    return {k: v for k, v in vars(e).items() if isinstance(v, (bool, int, float, str, type(None)))}


def save():
    """Everything, its random streams included. The emulator of ALE has a way of its own."""
    inner = env.unwrapped
    if hasattr(inner, "clone_state"):
        return pickle.dumps(("ale", inner.clone_state(include_rng=True), inner.__dict__.get("_np_random"),
                             [plain(w) for w in wrappers()]))
    return pickle.dumps(("whole", env))


def load(data):
    global env
    kind, *parts = pickle.loads(data)
    if kind == "whole":
        env = parts[0]
        return
    state, random, attributes = parts
    if any(a.get("_has_reset") for a in attributes):
        env.reset()  # the emulator wants a game before a state
    env.unwrapped.restore_state(state)
    env.unwrapped._np_random = random
    for w, a in zip(wrappers(), attributes):
        vars(w).update(a)


def lives():
    return struct.pack("<i", emulator.lives() if emulator else 0)


def answer():
    global seen
    op = request.read(1)
    if op in (b"", b"Q"):
        sys.exit(0)
    if op == b"R":
        seeded, seed = struct.unpack("<BQ", request.read(9))
        seen, _ = env.reset(seed=seed if seeded else None)
        return lives() + encode(seen)
    if op in (b"S", b"B"):
        action = decode(np.frombuffer(request.read(length), "<f4"))
        seen, reward, terminated, truncated, _ = env.step(action)
        head = struct.pack("<dBB", reward, bool(terminated), bool(truncated)) + lives()
        return head + encode(seen) if op == b"S" else head
    if op == b"O":
        return encode(seen)
    if op == b"V":
        data = save()
        return struct.pack("<I", len(data)) + data
    if op == b"L":
        (n,) = struct.unpack("<I", request.read(4))
        load(request.read(n))
        return lives()
    if op == b"P":
        picture = env.render()
        if picture is None:
            raise RuntimeError("the environment has no picture (render_mode rgb_array)")
        picture = np.ascontiguousarray(picture, np.uint8)
        return struct.pack("<II", picture.shape[1], picture.shape[0]) + picture[:, :, :3].tobytes()
    raise RuntimeError(f"unknown request {op!r}")


while True:
    try:
        body = answer()
        reply.write(b"\0" + body)
    except SystemExit:
        raise
    except BaseException:
        text = traceback.format_exc(limit=-2).encode()
        reply.write(b"\1" + struct.pack("<I", len(text)) + text)
    reply.flush()
