// Package alphago learns a board game by the stages of the first AlphaGo (D. Silver et al., "Mastering the
// game of Go with deep neural networks and tree search", Nature 529:484, 2016), on boards that are small
// enough for one machine. A run goes through them one after the other.
//
//  1. Games. Experts play the games to learn from, UCT with random play-outs, from a few random moves on. (The
//     paper had 160,000 games of strong amateurs.) Records of games of Go in SGF do as well, such as GNU
//     Go's: rl match writes them.
//
//  2. The supervised policy network p_σ(a|s) learns the experts' moves, seen through random symmetries of the
//     board:
//
//     Δσ ∝ ∂ log p_σ(a|s) / ∂σ
//
//  3. The reinforced policy network p_ρ begins as p_σ and goes on by REINFORCE (R. Williams, 1992): a step is n
//     games against an opponent drawn from a pool of what it was before, whose moves are drawn from the
//     policies, with the result z = ±1 at the end as the only reward:
//
//     Δρ ∝ 1/n Σ_games Σ_own moves ∂ log p_ρ(a_t|s_t) / ∂ρ (z - b)
//
//     with the mean result of its colour in the step as the baseline b, or 0.
//
//  4. The value network v_θ(s) learns the results of games between policies from one position of each:
//     positions of one game are so much alike, and have the same result, that a network which sees them all
//     remembers the games. p_σ plays to a move number drawn uniformly, then comes a random move, and p_ρ plays
//     to the end; the position after the random move is the one.
//
//     Δθ ∝ ∂ v_θ(s) / ∂θ (z - v_θ(s))
//
// The player searches a tree by the networks and by play-outs (APV-MCTS). From a position, a simulation tries
// the move of the largest
//
//	Q(s,a) + c_puct P(s,a) √(Σ_b N(s,b)) / (1 + N(s,a)),   Q = (1-λ) W_v/N + λ W_r/N,   P ∝ p^(1/τ)
//
// with N the simulations through the move, W_v the sum of the value network's words on the positions at which
// they ended, W_r that of the results of play-outs from there; λ = 0.5, c_puct = 5, τ = 0.67. A position
// is evaluated through a random symmetry, once; the move tried most often is made. The priors P are the
// supervised policy's, which the paper found better there than the reinforced one's: it is more diverse.
//
// What is other than in the paper, and why:
//
//   - The moves of a position are added to the tree when ExpandAt = 2 simulations have ended at it; the paper
//     waited for 40, as many play-outs as the processors made while the policy network was evaluated. That is little
//     among its 100,000 simulations a move; of some hundred, hardly a position would get 40, and the tree would be
//     a move or two deep.
//   - One thing is done after the other: there are no virtual losses, play-outs and values have the same count,
//     and a run has the same bits for any number of threads.
//   - Play-outs are random, but fill no eyes, instead of by a linear policy of patterns that is learned, too.
//   - The networks see 16 planes of the board instead of 48 and have fewer, narrower layers; their optimiser is
//     Adam.
//   - Games of learning and search end when nothing can change the outcome (Benson's life without condition).
//     The pass is a move like others, with a logit of its own.
//   - A search does not begin with what is left of the last one's tree, and does not resign.
package alphago
