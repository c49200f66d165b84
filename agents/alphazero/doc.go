// Package alphazero learns board games by playing against itself, from nothing but the rules:
// AlphaZero (D. Silver et al., "A general reinforcement learning algorithm that masters chess, shogi and
// Go through self-play", 2018) with the search of Gumbel AlphaZero (I. Danihelka et al., 2022) and what
// KataGo (D. Wu, "Accelerating Self-Play Learning in Go", 2019) found to speed it up most.
//
// A network f gives, for a position s, logits of the moves p, the chances of win, draw and loss, the
// margin m and who will own each point o. A search with it comes to a better policy π than p, and the
// game it is used in to an outcome z, a margin and an owner of each point, all seen by the player to
// move. The network learns
//
//	L = CE(π, p) + CE(z, v) + c_own MSE(o) + c_margin MSE(m)
//
// An iteration is a piece of self-play and what is learned from it, one after the other: many games are
// played side by side, a move of each at a time, so that the network evaluates them together; then come as
// many steps of the optimiser as the new rows pay for. Everything is in one process and in one order,
// so that a run has the same bits for any number of threads, and is resumed exactly, games under way
// included.
//
// What is done, and why:
//
//  1. Gumbel search: sequential halving of moves drawn without replacement at the root, improved
//     policies below (agents/alphazero/search). It improves policies with few simulations. Forced
//     play-outs and target pruning, which mend PUCT's targets, have no place with it.
//  2. Play-out cap randomisation: a quarter of the moves are searched fully, and learned from; the
//     others are searched little, without noise, to have more games for the value.
//  3. Ownership and margin as auxiliary targets, where games end with a score.
//  4. Global pooling in some blocks, so that what happens far away matters early.
//  5. The value that the search maximises mixes the chance of winning with the margin (MarginWeight), so
//     that play goes on to be good when the game is decided.
//  6. Games end for the search and in self-play as soon as nothing can change who owns each point (Benson's
//     life without condition): values there are exact, and games shorter by a quarter on 5x5.
//  7. Half of a game's rows go to positions in proportion to how much the search surprised the network.
//  8. Some games begin with a few random moves.
//  9. A row is seen through a random symmetry of the board each time it is drawn.
//  10. The window of rows learned from grows as W(N) = c (1 + b ((N/c)^a - 1)/a), a = .75, b = .4.
//  11. Each new row pays for Reuse samples, however fast self-play is.
//  12. The network that plays is an exponential average of the one that learns.
//
// Games are given up only if ResignBelow says so, and then some are played to the end to know how often
// that is wrong: on small boards the end is short, and it is what ownership is learned from.
//
// Self-play is spread over threads by games: each thread searches some of them, and its network
// evaluates positions of those together, with Winograd's convolutions (tensor.Winograd). A position is
// evaluated to the same bits whatever is beside it, so that neither the number of threads nor that of games
// under way changes what a game comes to.
package alphazero
