"""Whole updates of distributional DQN in float64, by PyTorch: writes distributions.json.

python distributions.py > distributions.json

Networks 3-4-outputs, weights [out, in] and biases in order filled with sin(k), k = 1, 2, ...; the
target's with 0.9 sin(k) + 0.05 (-1)^i cos(j) for position j of parameter i.
"""

import json

import torch

torch.set_default_dtype(torch.float64)
ACTIONS, HIDDEN = 2, 4
OBS = torch.tensor([[0.1, -0.2, 0.3], [0.5, 0.4, -0.6], [-0.7, 0.8, 0.9], [0.0, 1.0, -1.0]])
NEXT = OBS.flip(0) * 0.5 + 0.1
TAKEN = torch.tensor([0, 1, 1, 0])
REWARDS = torch.tensor([1.0, -2.0, 0.5, 0.0])
DISCOUNTS = torch.tensor([0.99, 0.970299, 0.0, 0.99])
WEIGHTS = torch.tensor([1.0, 0.5, 0.25, 0.75])
V_MIN, V_MAX = -2.0, 2.0


def network(outputs, target):
    k, params = 0, []
    for i, shape in enumerate([(HIDDEN, 3), (HIDDEN,), (outputs, HIDDEN), (outputs,)]):
        n = torch.Size(shape).numel()
        p = torch.sin(torch.arange(k + 1, k + n + 1).double())
        if target:
            p = 0.9 * p + 0.05 * (-1) ** i * torch.cos(torch.arange(n).double())
        k += n
        params.append(p.reshape(shape).requires_grad_(not target))
    return params


def run(params, x, atoms, dueling):
    y = torch.nn.functional.linear(torch.relu(torch.nn.functional.linear(x, params[0], params[1])), params[2], params[3])
    y = y.reshape(len(x), -1, atoms)
    if dueling:
        value, advantage = y[:, :1], y[:, 1:]
        y = value + advantage - advantage.mean(1, keepdim=True)
    return y


def update(kind, atoms, double, dueling, weighted):
    outputs = (ACTIONS + dueling) * atoms
    online, target = network(outputs, False), network(outputs, True)
    support = torch.linspace(V_MIN, V_MAX, atoms)

    def mean(y):
        return (y.softmax(-1) * support).sum(-1) if kind == "c51" else y.mean(-1)

    rows = torch.arange(4)
    with torch.no_grad():
        after = run(target, NEXT, atoms, dueling)
        best = mean(run(online, NEXT, atoms, dueling) if double else after).argmax(1)
        after = after[rows, best]
        if kind == "c51":
            z = (REWARDS[:, None] + DISCOUNTS[:, None] * support).clamp(V_MIN, V_MAX)
            near = 1 - (z[:, :, None] - support).abs() / (support[1] - support[0])
            goal = (after.softmax(-1)[:, :, None] * near.clamp(min=0)).sum(1)
        else:
            goal = REWARDS[:, None] + DISCOUNTS[:, None] * after
    said = run(online, OBS, atoms, dueling)[rows, TAKEN]
    if kind == "c51":
        losses = -(goal * said.log_softmax(-1)).sum(-1)
        errors = losses + (goal * goal.clamp(min=1e-300).log()).sum(-1)
    else:
        tau = (torch.arange(atoms) + 0.5) / atoms
        u = goal[:, None, :] - said[:, :, None]
        huber = torch.where(u.abs() < 1, u * u / 2, u.abs() - 0.5)
        losses = ((tau[None, :, None] - (u < 0).double()).abs() * huber).mean(2).sum(1)
        errors = losses
    loss = (losses * WEIGHTS if weighted else losses).mean()
    adam = torch.optim.Adam(online, lr=1e-3, eps=1e-8)
    loss.backward()
    norm = torch.nn.utils.clip_grad_norm_(online, 10)
    adam.step()
    return {
        "distribution": kind, "atoms": atoms, "double": double, "dueling": dueling, "prioritized": weighted,
        "targets": [round(v, 9) for v in goal.flatten().tolist()],
        "errors": [round(v, 9) for v in errors.tolist()],
        "loss": round(loss.item(), 9), "norm": round(norm.item(), 9),
        "sum": round(sum(p.sum() for p in online).item(), 9),
    }


cases = [
    update(kind, atoms, double, dueling, weighted)
    for kind, atoms in [("c51", 5), ("quantile", 4)]
    for double, dueling, weighted in [(False, False, False), (True, False, True), (False, True, False), (True, True, True)]
]
print("[\n" + ",\n".join(json.dumps(c) for c in cases) + "\n]")
