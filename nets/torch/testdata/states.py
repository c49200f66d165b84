"""Writes state dicts of PyTorch with inputs and outputs of the networks, for the tests of package torch.
Needs torch, numpy, safetensors and stable_baselines3 from PyPI."""
import gymnasium
import stable_baselines3
import torch
from safetensors.torch import save_file
from torch import nn

torch.manual_seed(1)


def write(name, module_state, **arrays):
    save_file({k: v.detach().clone().contiguous() for k, v in {**module_state, **arrays}.items()}, name + ".safetensors")


# Every layer: convolutions, grouped, depthwise and transposed; a Linear after Flatten; an LSTM.
class Layers(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(2, 6, 3, stride=2, padding=1)
        self.depthwise = nn.Conv2d(6, 6, (3, 2), groups=6)
        self.grouped = nn.Conv2d(6, 4, 1, groups=2)
        self.up = nn.ConvTranspose2d(4, 3, (2, 3), stride=2)
        self.bn = nn.BatchNorm2d(3)
        self.head = nn.Linear(3 * 4 * 7, 5)
        self.lstm = nn.LSTM(5, 4, batch_first=True)
        self.gru = nn.GRU(4, 3, batch_first=True)

    def forward(self, x):
        x = self.up(self.grouped(self.depthwise(self.conv(x))))
        x = self.head(torch.flatten(self.bn(x), 1))
        x, _ = self.lstm(x.reshape(1, 2, 5))
        return self.gru(x)[0]


net = Layers()
net.bn.running_mean.normal_()
net.bn.running_var.uniform_(0.5, 2)
nn.init.normal_(net.bn.weight)
net.eval()
x = torch.randn(2, 2, 7, 7)
write("layers", net.state_dict(), x=x.permute(0, 2, 3, 1), y=net(x))

# A fused projection by head, as transformers' BloomAttention splits it, and one by thirds.
heads, width, inputs = 3, 4, 12
fused = nn.Linear(inputs, 3 * heads * width)
x = torch.randn(5, inputs)
q, k, v = fused(x).view(5, heads, 3, width).unbind(2)
write("byhead", {"qkv." + k: v for k, v in fused.state_dict().items()}, x=x, q=q.reshape(5, -1), k=k.reshape(5, -1), v=v.reshape(5, -1))
attention = nn.MultiheadAttention(12, 3)
write("thirds", attention.state_dict(), q=attention.in_proj_weight[:12], k=attention.in_proj_weight[12:24], v=attention.in_proj_weight[24:])

# Policies as Stable-Baselines3 makes them.
obs = torch.randn(3, 4)
ppo = stable_baselines3.PPO("MlpPolicy", "CartPole-v1", policy_kwargs={"net_arch": {"pi": [8, 6], "vf": [7]}}, seed=1, device="cpu").policy
nn.init.orthogonal_(ppo.action_net.weight, 1)  # its first gain of .01 would hide mistakes
write("ppo", ppo.state_dict(), obs=obs, logits=ppo.get_distribution(obs).distribution.logits, value=ppo.predict_values(obs))
dqn = stable_baselines3.DQN("MlpPolicy", "CartPole-v1", policy_kwargs={"net_arch": [8, 6]}, seed=1, buffer_size=10, device="cpu").policy
write("dqn", dqn.state_dict(), obs=obs, q=dqn.q_net(obs))
