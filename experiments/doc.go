// Package experiments runs what a config describes: it makes the run's directory, trains,
// evaluates, saves checkpoints from which a run goes on exactly, and shows that a run reproduces.
//
// # A run's directory
//
//	config.yaml              the complete config: with it the run can be redone
//	run.json                 the manifest: what ran, where, when, and what came out
//	progress.csv             a row for every report of the agent and every evaluation, under
//	                         Stable-Baselines3's keys; an empty cell is a value that there was not
//	evaluations.csv          a row for every episode of every periodic evaluation
//	events.out.tfevents.*    the numbers of progress.csv for TensorBoard
//	checkpoints/             the last checkpoints, each all that is needed to go on
//	best/weights.safetensors the weights with the best periodic evaluation
//	weights.safetensors      the final weights
//	videos/, plots/          recordings and plots made later
//
// # Exactness
//
// A checkpoint is made between two calls of the agent's Advance and holds everything that decides
// what follows: the agent (networks, optimisers, buffers, counters, random streams), the
// environments with theirs, the normaliser, the recorder's windows and the row under way, the
// evaluations' stream, and how far each log file had got. A run that is stopped in any way and
// resumed ends with the same weights and the same rows (the time/fps and time/time_elapsed columns
// aside) as one that was never stopped.
package experiments
