package torch

import "fmt"

// Sequential is the map of networks whose names are the same in ours: name.weight and name.bias of
// Linear, Conv2d, ConvTranspose2d and normalisations, with running statistics, and weight_ih_l0
// and the like of RNN, LSTM and GRU. An Embedding, and a Linear after a Flatten of more than one
// pixel, want a rule of their own (With).
func Sequential() Map {
	return Map{
		Rules: []Rule{
			{Ours: "{*}.weight", Theirs: "{*}.weight", Layout: ByRank},
			{Ours: "{*}.bias", Theirs: "{*}.bias"},
			{Ours: "{*}.running_mean", Theirs: "{*}.running_mean"},
			{Ours: "{*}.running_var", Theirs: "{*}.running_var"},
			{Ours: "{*}.weight_ih_l{i}", Theirs: "{*}.weight_ih_l{i}", Layout: Linear},
			{Ours: "{*}.weight_hh_l{i}", Theirs: "{*}.weight_hh_l{i}", Layout: Linear},
			{Ours: "{*}.bias_ih_l{i}", Theirs: "{*}.bias_ih_l{i}"},
			{Ours: "{*}.bias_hh_l{i}", Theirs: "{*}.bias_hh_l{i}"},
			{Ours: "{*}.weight_ih_l{i}_reverse", Theirs: "{*}.weight_ih_l{i}_reverse", Layout: Linear},
			{Ours: "{*}.weight_hh_l{i}_reverse", Theirs: "{*}.weight_hh_l{i}_reverse", Layout: Linear},
			{Ours: "{*}.bias_ih_l{i}_reverse", Theirs: "{*}.bias_ih_l{i}_reverse"},
			{Ours: "{*}.bias_hh_l{i}_reverse", Theirs: "{*}.bias_hh_l{i}_reverse"},
		},
		Skip: []string{"{*}.num_batches_tracked"},
	}
}

// GPT2 is the map of Hugging Face's GPT-2, whose matrices are [in, out] as ours are.
func GPT2() Map { return gpt(Same) }

// NanoGPT is the map of A. Karpathy's nanoGPT: GPT-2's names, but the matrices of Linears. Networks
// that torch.compile has seen have a prefix.
func NanoGPT() Map {
	m := gpt(Linear)
	m.Prefixes = append(m.Prefixes, "_orig_mod.transformer.", "_orig_mod.")
	return m
}

func gpt(matrix Layout) Map {
	return Map{
		Rules: []Rule{
			{Ours: "wte.weight", Theirs: "wte.weight"},
			{Ours: "wpe.weight", Theirs: "wpe.weight"},
			{Ours: "h.{i}.ln_{j}.{*}", Theirs: "h.{i}.ln_{j}.{*}"},
			{Ours: "h.{i}.{*}.weight", Theirs: "h.{i}.{*}.weight", Layout: matrix},
			{Ours: "h.{i}.{*}.bias", Theirs: "h.{i}.{*}.bias"},
			{Ours: "ln_f.{*}", Theirs: "ln_f.{*}"},
		},
		Prefixes: []string{"transformer."},
		Skip:     []string{"h.{i}.attn.bias", "h.{i}.attn.masked_bias"},
		Ties:     []Tie{{Name: "lm_head.weight", Same: "wte.weight"}},
	}
}

// BLOOM is the map of Hugging Face's BLOOM with so many heads, for a network with its names
// (word_embeddings, h.0.self_attention.query_key_value, ...) whose queries, keys and values lie
// one after the other and not head by head.
func BLOOM(heads int) Map {
	qkv := QKVByHead(heads)
	return Map{
		Rules: []Rule{
			{Ours: "word_embeddings.weight", Theirs: "word_embeddings.weight"},
			{Ours: "word_embeddings_layernorm.{*}", Theirs: "word_embeddings_layernorm.{*}"},
			{Ours: "h.{i}.input_layernorm.{*}", Theirs: "h.{i}.input_layernorm.{*}"},
			{Ours: "h.{i}.post_attention_layernorm.{*}", Theirs: "h.{i}.post_attention_layernorm.{*}"},
			{Ours: "h.{i}.self_attention.query_key_value.{*}", Theirs: "h.{i}.self_attention.query_key_value.{*}", Layout: qkv},
			{Ours: "h.{i}.self_attention.dense.{*}", Theirs: "h.{i}.self_attention.dense.{*}", Layout: Linear},
			{Ours: "h.{i}.mlp.{*}", Theirs: "h.{i}.mlp.{*}", Layout: Linear},
			{Ours: "ln_f.{*}", Theirs: "ln_f.{*}"},
		},
		Prefixes: []string{"transformer."},
		Ties:     []Tie{{Name: "lm_head.weight", Same: "word_embeddings.weight"}},
	}
}

// StableBaselines3 is the map of a policy of Stable-Baselines3's PPO or A2C (MlpPolicy): the state
// dict of model.policy.
func StableBaselines3() Map {
	return Map{Rules: []Rule{
		{Ours: "pi.{i}.{*}", Theirs: "mlp_extractor.policy_net.{2i}.{*}", Layout: Linear},
		{Ours: "vf.{i}.{*}", Theirs: "mlp_extractor.value_net.{2i}.{*}", Layout: Linear},
		{Ours: "action_net.{*}", Theirs: "action_net.{*}", Layout: Linear},
		{Ours: "value_net.{*}", Theirs: "value_net.{*}", Layout: Linear},
		{Ours: "log_std", Theirs: "log_std"},
	}}
}

// StableBaselines3DQN is the map of a policy of Stable-Baselines3's DQN (MlpPolicy) with so many
// hidden layers: the state dict of model.policy.
func StableBaselines3DQN(hidden int) Map {
	return Map{
		Rules: []Rule{
			{Ours: "q_net.head.{*}", Theirs: fmt.Sprintf("q_net.q_net.%d.{*}", 2*hidden), Layout: Linear},
			{Ours: "q_net.{i}.{*}", Theirs: "q_net.q_net.{2i}.{*}", Layout: Linear},
		},
		Skip: []string{"q_net_target.{*}"},
	}
}
