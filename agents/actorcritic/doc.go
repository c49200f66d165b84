// Package actorcritic is what PPO and A2C share: a policy network and a value network, the
// distributions that turn the policy's outputs into actions, and the collecting of rollouts.
//
// For all but images the two networks share nothing but their inputs, so no gradient crosses from
// one to the other. Each is a stack of hidden layers and a linear head:
//
//	obs [B, inputs] -> pi.0 -> ... -> action head [B, outputs] -> distribution
//	                -> vf.0 -> ... -> value head  [B, 1]
//
// A memory (memory.go) comes after the features, where a policy needs to know what came before.
// Policy and value function then share what is before their heads, as far as the options say:
//
//	lstm         c' = f*c + i*g, h' = o*tanh(c'): a state for each environment that is carried from
//	             step to step and set to 0 where an episode begins (S. Hochreiter and
//	             J. Schmidhuber, 1997; M. Hausknecht and P. Stone, 2015, for its use here)
//	transformer  softmax(q·kᵀ/√d)·v of the present step's query over the keys and values of the last
//	             memory_window steps of the episode, with learned vectors for how long ago a step
//	             was and normalisation before each part (E. Parisotto et al., "Stabilizing
//	             transformers for reinforcement learning", 2020)
//
// How learning sees what acting saw:
//
//  1. An LSTM learns from sequences of sequence_length steps of one environment, each from the
//     state that acting had there, which is a constant; gradients stop there and where episodes
//     begin. Sequences are shuffled whole. Each environment's last sequence is shorter if the
//     rollout is no multiple, and minibatches hold sequences of one length: nothing is padded.
//  2. A transformer learns from single steps, each with its window of observations. The steps
//     before the rollout are kept for the windows that reach there. Features are computed anew for
//     every step of a window, so that gradients reach all of it.
//  3. Before the weights change, both give to the bit what the steps gave.
//  4. Over a time limit, the last observation is valued as the next step of its episode; then the
//     episode's memory is cleared.
//  5. Whoever acts with such a policy says where episodes end (agents.Rememberer).
//
// Weights are orthogonal with gain √2 in hidden layers, 0.01 in the action head and 1 in the
// value head, biases 0 (S. Huang et al., "The 37 implementation details of proximal policy
// optimization", 2022, detail 2); the small head makes the first policy nearly uniform. An LSTM's are
// uniform within 1/√units, a transformer's layers begin as PyTorch's linear ones.
//
// Images go through convolutions and a layer of features_dim ReLU units first, of which the two
// networks then see the same features and to which both their gradients flow:
//
//	uint8 [B, H, W, C] -> /255 -> cnn -> features_extractor.linear [B, features_dim] -> pi, vf
//
// With share_features_extractor false each network has its own. Planes of zeros and ones
// (MinAtar's) are not divided. Rollouts keep the bytes; the network's first operation converts
// them.
//
// The kind of action space decides the distribution:
//
//	Discrete(n)         n logits                    categorical
//	MultiDiscrete(n...) sum(n) logits               independent categoricals
//	MultiBinary(n)      n logits                    independent coins
//	Box of n            n means, n shared log stds  independent normals
//	Box with use_sde    n means and the latents     normals that depend on the state (gSDE)
package actorcritic
