// Package arcade holds full-screen games of our own in the manner of the Atari 2600: frames of
// 160 x 210 pixels in color, 60 a second, one a step; a joystick with one button; lives; the score
// as reward. They are small programs that compute in whole numbers, so that a game is the same on
// every machine, and a frame takes microseconds.
//
// An observation is the screen, uint8 [210, 160, 3], rows from the top, red, green and blue.
// Actions are positions of the joystick with the meanings and in the order of the Arcade Learning
// Environment; a game has those that it heeds, or all 18 with Options.FullActionSpace. An action
// that a game does not heed is the nearest that it does: UPRIGHTFIRE is UP in Pong. Games end when
// their rules say so, or after 108,000 frames, half an hour. Package envs/atari prepares the
// screens for learning.
//
// Mean scores over 100 games, asked for an action every fourth frame, random ones and those of a
// scripted player that sees the game from the inside (it is in the tests); what a person may
// reach, which is a guess; and the most there is:
//
//	               random   scripted      person   most
//	Pong            -19.9       18.2     5 to 15     21
//	Breakout          1.1        540   50 to 150    864
//	Freeway           0.0       37.5    30 to 40     47
//	SpaceInvaders     258       1070  800 to 2000      -
//	Maze              256       2569  2000 to 6000     -
package arcade
