// Package actorcritic is what PPO and A2C share: a policy network and a value network, the
// distributions that turn the policy's outputs into actions, and the collecting of rollouts.
//
// For all but images the two networks share nothing but their inputs, so no gradient crosses from
// one to the other. Each is a stack of hidden layers and a linear head:
//
//	obs [B, inputs] -> pi.0 -> ... -> action head [B, outputs] -> distribution
//	                -> vf.0 -> ... -> value head  [B, 1]
//
// Weights are orthogonal with gain √2 in hidden layers, 0.01 in the action head and 1 in the
// value head, biases 0 (S. Huang et al., "The 37 implementation details of proximal policy
// optimization", 2022, detail 2); the small head makes the first policy nearly uniform.
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
