// Package all lists the environments: one entry each, in the order in which they are shown.
package all

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"tesuji/envs"
	"tesuji/envs/arcade"
	"tesuji/envs/bridge"
	"tesuji/envs/classic"
	"tesuji/envs/minatar"
	"tesuji/envs/toytext"
	"tesuji/internal/suggest"
)

// Entry is one environment.
type Entry struct {
	ID  string // as configs write it, such as "CartPole-v1"
	Doc string // one sentence
	// Options returns a pointer to the environment's options, a documented struct with yaml
	// tags, set to their defaults. It is nil if there are none.
	Options func() any
	// New makes the environment. The options are of the type that Options returns, or nil for
	// the defaults.
	New func(options any) (envs.Env, error)
	// Outside tells that the environment lives in a program that may not be there, and that
	// options have to say which it is.
	Outside bool
}

// entries is filled by one line per environment.
var entries = []Entry{
	with("CartPole-v1", "Balance a pole on a cart by pushing left or right, for 500 steps.", zero[classic.CartPoleOptions], sure(classic.NewCartPole)),
	with("CartPoleNoVelocity-v1", "Balance a pole on a cart of which the velocities are hidden, for 500 steps.", zero[classic.CartPoleOptions], classic.NewCartPoleNoVelocity),
	with("CartPole-v0", "Balance a pole on a cart by pushing left or right, for 200 steps.", zero[classic.CartPoleOptions], sure(classic.NewCartPoleV0)),
	plain("MountainCar-v0", "Swing a weak car out of a valley; every step costs 1.", classic.NewMountainCar),
	plain("MountainCarContinuous-v0", "Swing a weak car out of a valley with a force of any size; force costs.", classic.NewMountainCarContinuous),
	plain("Acrobot-v1", "Swing two linked rods up above a line by a torque at the joint.", classic.NewAcrobot),
	plain("Pendulum-v1", "Swing a pendulum up and hold it, with a limited torque.", classic.NewPendulum),
	with("FrozenLake-v1", "Cross slippery ice to the goal without falling into a hole, 4x4 tiles.", toytext.DefaultFrozenLakeOptions, toytext.NewFrozenLake),
	with("FrozenLake8x8-v1", "Cross slippery ice to the goal without falling into a hole, 8x8 tiles.", toytext.DefaultFrozenLake8x8Options, toytext.NewFrozenLake8x8),
	with("CliffWalking-v1", "Walk along a cliff to the goal; falling costs 100 and leads back to the start.", zero[toytext.CliffWalkingOptions], sure(toytext.NewCliffWalking)),
	plain("CliffWalkingSlippery-v1", "CliffWalking on ice: two steps of three may go sideways.", toytext.NewCliffWalkingSlippery),
	with("Taxi-v4", "Fetch a passenger and bring them where they want to go.", zero[toytext.TaxiOptions], sure(toytext.NewTaxi)),
	with("Blackjack-v1", "Draw cards to come closer to 21 than the dealer.", toytext.DefaultBlackjackOptions, sure(toytext.NewBlackjack)),
	with("MinAtar/Asterix-v1", "Collect gold and keep away from enemies that cross the board, 10x10 planes, five actions.", minatar.DefaultOptions, minatar.NewAsterix),
	with("MinAtar/Asterix-v0", "Collect gold and keep away from enemies that cross the board, 10x10 planes, all six actions.", minatar.DefaultOptions, minatar.NewAsterixV0),
	with("MinAtar/Breakout-v1", "Keep a ball in play with a paddle to break bricks, 10x10 planes, three actions.", minatar.DefaultOptions, minatar.NewBreakout),
	with("MinAtar/Breakout-v0", "Keep a ball in play with a paddle to break bricks, 10x10 planes, all six actions.", minatar.DefaultOptions, minatar.NewBreakoutV0),
	with("MinAtar/Freeway-v1", "Cross a road of eight lanes again and again, 10x10 planes, three actions.", minatar.DefaultOptions, minatar.NewFreeway),
	with("MinAtar/Freeway-v0", "Cross a road of eight lanes again and again, 10x10 planes, all six actions.", minatar.DefaultOptions, minatar.NewFreewayV0),
	with("MinAtar/Seaquest-v1", "Shoot fish and submarines, collect divers, surface for air, 10x10 planes, its six actions.", minatar.DefaultSeaquestOptions, minatar.NewSeaquest),
	with("MinAtar/Seaquest-v0", "Shoot fish and submarines, collect divers, surface for air, 10x10 planes, all six actions.", minatar.DefaultSeaquestOptions, minatar.NewSeaquestV0),
	with("MinAtar/SpaceInvaders-v1", "Shoot at aliens who march, come down and shoot back, 10x10 planes, four actions.", minatar.DefaultOptions, minatar.NewSpaceInvaders),
	with("MinAtar/SpaceInvaders-v0", "Shoot at aliens who march, come down and shoot back, 10x10 planes, all six actions.", minatar.DefaultOptions, minatar.NewSpaceInvadersV0),
	with("Arcade/Pong-v0", "Beat a computer at table tennis, first to 21 points, 210x160 color screens.", zero[arcade.Options], sure(arcade.NewPong)),
	with("Arcade/Breakout-v0", "Break a wall of bricks with a ball and a paddle, five lives, 210x160 color screens.", zero[arcade.Options], sure(arcade.NewBreakout)),
	with("Arcade/Freeway-v0", "Lead a hen across ten lanes of traffic again and again, 210x160 color screens.", zero[arcade.Options], sure(arcade.NewFreeway)),
	with("Arcade/SpaceInvaders-v0", "Shoot down aliens that march closer, three lives, 210x160 color screens.", zero[arcade.Options], sure(arcade.NewSpaceInvaders)),
	with("Arcade/Maze-v0", "Eat all crumbs of a maze and keep away from four cats, three lives, 210x160 color screens.", zero[arcade.Options], sure(arcade.NewMaze)),
	outside(with("Gymnasium", "Any environment of Gymnasium or ALE, in a Python process: env_kwargs.id says which.", bridge.DefaultOptions, bridge.New)),
}

// with is the entry of an environment that has options.
func with[O any, E envs.Env](id, doc string, defaults func() O, construct func(O) (E, error)) Entry {
	return Entry{
		ID: id, Doc: doc,
		Options: func() any { o := defaults(); return &o },
		New: func(options any) (envs.Env, error) {
			o := defaults()
			switch given := options.(type) {
			case nil:
			case *O:
				o = *given
			default:
				return nil, fmt.Errorf("options of %s: have %T, want %T", id, options, &o)
			}
			e, err := construct(o)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", id, err)
			}
			return e, nil
		},
	}
}

func outside(e Entry) Entry {
	e.Outside = true
	return e
}

// plain is the entry of an environment without options.
func plain[E envs.Env](id, doc string, construct func() E) Entry {
	return Entry{ID: id, Doc: doc, New: func(options any) (envs.Env, error) {
		if options != nil {
			return nil, fmt.Errorf("%s has no options, but %T were given", id, options)
		}
		return construct(), nil
	}}
}

// zero is the default of options whose zero value is it.
func zero[O any]() (o O) { return o }

// sure is a constructor that cannot fail as one that can.
func sure[O any, E envs.Env](construct func(O) E) func(O) (E, error) {
	return func(o O) (E, error) { return construct(o), nil }
}

// List returns all environments.
func List() []Entry { return slices.Clone(entries) }

// Find returns the environment of an ID. The error of an unknown ID tells the nearest one, or,
// of another version of a known name, the newest version.
func Find(id string) (Entry, error) {
	ids := make([]string, len(entries))
	for i, e := range entries {
		if e.ID == id {
			return e, nil
		}
		ids[i] = e.ID
	}
	if newest := newestVersion(id, ids); newest != "" {
		return Entry{}, fmt.Errorf("unknown version of an environment: %q, use %q", id, newest)
	}
	return Entry{}, fmt.Errorf("unknown environment %q%s (known: %s)", id, suggest.DidYouMean(id, ids), strings.Join(ids, ", "))
}

// Make makes the environment of an ID. The options are of the type that the entry's Options
// returns, or nil for the defaults.
func Make(id string, options any) (envs.Env, error) {
	e, err := Find(id)
	if err != nil {
		return nil, err
	}
	return e.New(options)
}

// newestVersion returns the one of ids with the name of id and the highest version, or "" if
// none has it or id gives no version.
func newestVersion(id string, ids []string) string {
	name, _, ok := splitVersion(id)
	if !ok {
		return ""
	}
	newest, best := "", -1
	for _, other := range ids {
		if n, v, ok := splitVersion(other); ok && n == name && v > best {
			newest, best = other, v
		}
	}
	return newest
}

// splitVersion splits "Name-v3" into "Name" and 3.
func splitVersion(id string) (name string, version int, ok bool) {
	i := strings.LastIndex(id, "-v")
	if i < 1 {
		return "", 0, false
	}
	version, err := strconv.Atoi(id[i+2:])
	return id[:i], version, err == nil && version >= 0
}
