package dqn

import (
	"context"
	"fmt"

	"tesuji/agents"
	"tesuji/agents/inputs"
	"tesuji/envs"
	"tesuji/internal/rng"
	"tesuji/nets"
	"tesuji/replay"
	"tesuji/snapshot"
	"tesuji/tensor"
)

// Agent is a DQN in training. It is not safe for concurrent use.
type Agent struct {
	cfg   Config
	env   envs.Vec
	total int64

	online, target             *network
	onlineParams, targetParams *nets.ParamSet
	optimizer                  nets.Optimizer
	memory                     memory
	prioritized                *replay.Prioritized // memory, if it is that; else nil
	draws                      *rng.Stream         // of what is replayed
	noise                      *rng.Stream         // of the weights in updates, if they are noisy
	explorer                   *policy             // acts in training
	policy                     *policy             // acts for others; its draws change nothing here

	tape    *tensor.Tape
	reader  inputs.Reader
	batch   *replay.Batch
	chosen  []int32   // [B] the batch's actions, counted from 0
	targets []float32 // [B], or [B, atoms]: what returns are learned to be
	errors  []float32 // [B] of the last update, for priorities
	scratch []float32 // [atoms]
	actions []float32 // [N]

	begun    bool  // the environments were reset
	done     int64 // transitions
	episodes int64
	updates  int64
	loss     float64 // mean of the last training
}

// memory is what the learning needs of a replay buffer.
type memory interface {
	Live() envs.Rows
	Next() envs.Rows
	Push(actions []float32, out *envs.Outcome)
	Sample(dst *replay.Batch, r *rng.Stream)
	NewBatch(n int) *replay.Batch
	snapshot.Stater
}

// Advance collects train_freq transitions and, once learning_starts have gone by, trains.
func (a *Agent) Advance(_ context.Context, rec agents.Recorder) error {
	if !a.begun {
		if err := a.env.Reset(a.memory.Live()); err != nil {
			return fmt.Errorf("dqn: %w", err)
		}
		a.begun = true
	}
	before := a.done
	for a.done-before < a.cfg.TrainFreq && a.done < a.total {
		if err := a.step(rec); err != nil {
			return err
		}
	}
	if a.done <= a.cfg.LearningStarts {
		return nil
	}
	updates := a.cfg.GradientSteps
	if updates < 0 {
		updates = int(a.done - before)
	}
	return a.train(updates)
}

// step takes one step in every environment and stores it. The environments write the next
// observations straight into the replay buffer.
func (a *Agent) step(rec agents.Recorder) error {
	if err := a.explorer.Act(a.memory.Live(), false, a.actions); err != nil {
		return err
	}
	out, err := a.env.Step(a.actions, a.memory.Next())
	if err != nil {
		return fmt.Errorf("dqn: step %d: %w", a.done, err)
	}
	a.memory.Push(a.actions, out)
	before := a.done
	a.done += int64(a.env.Len())
	if a.done/a.cfg.TargetUpdateInterval != before/a.cfg.TargetUpdateInterval {
		if a.cfg.Tau == 1 {
			a.targetParams.CopyFrom(a.onlineParams)
		} else {
			a.targetParams.Lerp(a.onlineParams, float32(a.cfg.Tau))
		}
	}
	for _, e := range out.Episodes {
		rec.Episode(e)
		if a.episodes++; a.episodes%a.cfg.LogInterval == 0 {
			a.report(rec)
		}
	}
	return nil
}

// epsilon is the rate of random actions now: 1 until learning_starts, then on a line that
// began at exploration_start.
func (a *Agent) epsilon() float64 {
	if a.done < a.cfg.LearningStarts {
		return 1
	}
	return a.cfg.exploration(float64(max(0, a.done-a.cfg.ExplorationStart)) / float64(a.total))
}

// train makes the given number of updates, all at the learning rate of this moment.
func (a *Agent) train(updates int) error {
	done := float64(a.done) / float64(a.total)
	rate := float32(a.cfg.LearningRate.At(1 - done))
	if a.prioritized != nil {
		a.prioritized.Beta = a.cfg.PrioritizedReplayBeta0 + float64((1-a.cfg.PrioritizedReplayBeta0)*done)
	}
	sum := 0.0
	for range updates {
		a.memory.Sample(a.batch, a.draws)
		loss, td, err := a.update(a.batch, rate)
		if err != nil {
			return err
		}
		if a.prioritized != nil {
			a.prioritized.Update(a.batch.Slots, td)
		}
		sum += float64(loss)
	}
	a.loss = sum / float64(updates)
	return nil
}

// report writes a row of the log.
func (a *Agent) report(rec agents.Recorder) {
	rec.Record("rollout/exploration_rate", a.epsilon())
	if a.updates > 0 {
		rec.Record("train/loss", a.loss)
		rec.Record("train/n_updates", float64(a.updates))
		rec.Record("train/learning_rate", a.cfg.LearningRate.At(1-float64(a.done)/float64(a.total)))
	}
	rec.Dump(a.done)
}
