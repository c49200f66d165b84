// Package atari prepares the screens of arcade games for learning, as the Atari 2600 literature
// does: frame skip, the brightest of two frames, grey, a smaller picture, stacks of pictures, no-ops
// and FIRE at the start, episodes that end with a life, clipped rewards. It wraps any Game: an
// environment that shows RGB (or grey) frames, one for each step.
//
// Presets are the ways in which published results were made:
//
//	                 nature           sb3             gymnasium     ale-vec          v5
//	frames a step    4                4               4             4                4
//	sticky           0                0               0             0                .25
//	no-ops at reset  1 to 30          1 to 30         1 to 30       0 to 29          none
//	FIRE at reset    no               a step of FIRE, no            a frame in place no
//	                                  a step of                     of the first
//	                                  action 2                      no-op
//	two frames       brightest color  brightest color brightest     brightest        last alone
//	                 then grey        then grey       grey          grey
//	grey             Y of YUV         OpenCV's        ALE's         ALE's            color
//	size             84 x 84          84 x 84         84 x 84       84 x 84          as it is
//	a lost life      ends             ends, then a    goes on       goes on          goes on
//	                                  no-op step
//	reward           within ±1        its sign        as it is      within ±1        as it is
//	pictures stacked 4                1               1             4                1
//	frames a game    18,000           108,000         108,000       108,000          108,000
//
// nature is V. Mnih et al., "Human-level control through deep reinforcement learning", Nature 518
// (2015); sb3 is Stable-Baselines3's AtariWrapper over a NoFrameskip-v4 environment (its frame
// stack is a wrapper of its own: set Stack to 4); gymnasium is Gymnasium's AtariPreprocessing;
// ale-vec is the Arcade Learning Environment's vector environment; v5 is its ids ALE/...-v5
// (M. Machado et al., "Revisiting the Arcade Learning Environment", arXiv:1709.06009).
//
// Grey and brightest pixels are those of the originals to the bit. Smaller pictures are means
// over areas, computed in whole numbers, and within one level of OpenCV's INTER_AREA. Where an
// episode ends within a step the originals show a picture from before; here it is the frame that
// ended it, alone. Where a game ends while it is started, the observation is of the game begun
// in its place.
package atari
