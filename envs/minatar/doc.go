// Package minatar holds the five games of MinAtar on a grid of 10 by 10 cells: Asterix,
// Breakout, Freeway, Seaquest and Space Invaders. They have the dynamics of the Atari games that
// matter to learning, and run thousands of times faster.
//
// An observation is the planes [y][x][channel] of a game as uint8 zeros and ones, x to the right
// and y down; each game says what its channels show. Version v0 of a game has six actions:
//
//	0 none   1 left   2 up   3 right   4 down   5 fire
//
// and version v1 those that the game knows, in this order. Published results use all six. With
// the probability Options.StickyActionProb the last action is taken again in place of the given one.
//
// Trajectories are those of the original, bit for bit, for the same seed and actions: its random
// stream (rng.MT19937) serves sticky actions and game alike. As there, an episode begins with
// the last action of the one before still in force, and Seed does not forget it: where that
// matters, seed a new environment. There is no time limit but Freeway's.
//
// Source: K. Young and T. Tian, "MinAtar: An Atari-Inspired Testbed for Thorough and
// Reproducible Reinforcement Learning Experiments", arXiv:1903.03176. The games are written from
// a description of the dynamics, in Go of our own.
package minatar
