// Package gpt is language models in the manner of GPT-2 (Radford et al., "Language Models are
// Unsupervised Multitask Learners", 2019): Transformers that read a text from left to right and say
// what comes next. Network and training are those of A. Karpathy's nanoGPT, whose option names the
// configs have.
//
// # The network
//
//		tokens [B, T] ─ wte ─(+ wpe)─ n_layer × Block ─ ln_f ─ wteᵀ ─ logits [B, T, V]
//
//		Block:  x = x + c_proj(attention(c_attn(ln_1 x)))     causal, n_head heads
//		        x = x + c_proj(GELU(c_fc(ln_2 x)))            4·n_embd wide
//
//	 1. Normalisation comes before each part, and once more before the head.
//	 2. The head is the table of the tokens (tied weights).
//	 3. GELU is the exact one, by the error function, as in nanoGPT; GPT-2 has the tanh form (gelu: tanh).
//	 4. Without biases (bias: false) linear layers and normalisations have factors only.
//	 5. Weights begin as N(0, 0.02²), those that lead back into the residual stream, both c_proj, as
//	    N(0, 0.02²/(2·n_layer)); biases begin at 0, factors at 1.
//	 6. Weight decay shrinks matrices only, tables included: no biases, no factors.
//	 7. The learning rate warms up linearly and falls along half a cosine to min_lr.
//
// Parameters are named as GPT-2's are: wte.weight, h.0.attn.c_attn.weight [n_embd, 3·n_embd], ...
//
// # What is measured
//
// val_loss is the mean cross-entropy, in nats, of the last tenth of the text, all of it, in windows
// of block_size side by side: most tokens are predicted from less than a whole window before them.
// val_loss_random is nanoGPT's own figure: the mean over 20 batches of random windows of that tenth,
// here always the same windows. On tiny Shakespeare, interpolated 5-grams (Witten-Bell) reach 1.669
// on the whole tail.
package gpt
