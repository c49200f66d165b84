package main

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

const typo = `agent: ppo
env: CartPole-v1
n_timesteps: 512
ppo:
  learning_rte: 0.001
`

// Bad input is refused before anything starts: the message names the place and the remedy, the
// exit code is 2 (1 where the usage was right and the world was not), and nothing is written.
func TestBadInput(t *testing.T) {
	config := func(text string) func(t *testing.T, dir string) {
		return func(t *testing.T, dir string) {
			if err := os.WriteFile(filepath.Join(dir, "c.yaml"), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, c := range map[string]struct {
		prepare func(t *testing.T, dir string)
		args    string
		env     string
		code    int
		want    string
	}{
		"misspelt key":           {prepare: config(typo), args: "train --config c.yaml", code: 2, want: "rl: c.yaml:5:3: ppo.learning_rte: unknown key, did you mean \"ppo.learning_rate\"?\n    5 |   learning_rte: 0.001\n      |   ^^^^^^^^^^^^\n"},
		"misspelt --set":         {args: "train --config ppo-cartpole --set ppo.gama=1", code: 2, want: `rl: --set ppo.gama=1: unknown key, did you mean "ppo.gamma"?`},
		"misspelt variable":      {args: "train --config ppo-cartpole", env: "TESUJI_PPO_GAMA=1", code: 2, want: `rl: environment variable TESUJI_PPO_GAMA: stands for no key, did you mean "TESUJI_PPO_GAMMA"?`},
		"wrong type":             {args: "train --config ppo-cartpole --set n_envs=many", code: 2, want: `rl: --set n_envs=many: want a whole number, found the text "many"`},
		"wrong type, variable":   {args: "train --config ppo-cartpole", env: "TESUJI_PPO_GAMMA=high", code: 2, want: `rl: environment variable TESUJI_PPO_GAMMA: want a number, found the text "high"`},
		"out of range":           {args: "train --config ppo-cartpole --set ppo.gamma=1.5", code: 2, want: "rl: --set ppo.gamma=1.5: is 1.5: want 0 to 1"},
		"no multiple":            {args: "train --config ppo-cartpole --set n_timesteps=1001", code: 2, want: "n_timesteps=1001: is 1001, which is no multiple of the 8 environments (n_envs) that step together: want 1000 or 1008"},
		"unknown environment":    {args: "train --config ppo-cartpole --set env=CartPol-v1", code: 2, want: `unknown environment "CartPol-v1", did you mean "CartPole-v1"?`},
		"unknown agent":          {args: "train --config ppo-cartpole --set agent=pp0", code: 2, want: `unknown agent "pp0", did you mean "ppo"?`},
		"cannot act":             {args: "train --config dqn-cartpole --set env=Pendulum-v1", code: 2, want: "rl: --set env=Pendulum-v1: Pendulum-v1: actions are Box"},
		"unknown preset":         {args: "train --config ppo-cartpol", code: 2, want: `no preset and no file "ppo-cartpol", did you mean "ppo-cartpole"?`},
		"missing file":           {args: "train --config none/c.yaml", code: 2, want: `no preset and no file "none/c.yaml" (rl list configs shows the presets)`},
		"no config":              {args: "train", code: 2, want: "which config? Such as --config ppo-cartpole"},
		"unknown verb":           {args: "tran", code: 2, want: `unknown verb "tran", did you mean "train"?`},
		"unknown flag":           {args: "train --confg x", code: 2, want: "unknown flag: --confg"},
		"stray argument":         {args: "train ppo-cartpole", code: 2, want: `rl train takes no arguments, found "ppo-cartpole"`},
		"seeds":                  {args: "train --config ppo-cartpole --seeds 5..1", code: 2, want: "did you mean 1..5?"},
		"seeds, no range":        {args: "train --config ppo-cartpole --seeds a", code: 2, want: "--seeds a: want a range such as 1..5"},
		"seed and seeds":         {args: "train --config ppo-cartpole --seed 1 --seeds 1..2", code: 2, want: "contradict"},
		"resume and config":      {args: "train --config ppo-cartpole --resume x", code: 2, want: "--config has no place beside it"},
		"jobs":                   {args: "train --config ppo-cartpole --jobs 0", code: 2, want: "--jobs 0: want 1 or more"},
		"resume what is no run":  {args: "train --resume none", code: 1, want: "no run none"},
		"eval what is no run":    {args: "eval .", code: 1, want: "is no run"},
		"eval without run":       {args: "eval", code: 2, want: "rl eval wants one run directory"},
		"episodes":               {args: "eval x --episodes 0", code: 2, want: "--episodes 0: want 1 or more"},
		"watch what is no run":   {args: "watch x", code: 1, want: "no run x"},
		"play without env":       {args: "play", code: 2, want: "which environment?"},
		"play unknown env":       {args: "play --env CartPol-v1", code: 2, want: `did you mean "CartPole-v1"?`},
		"watch speed":            {args: "watch x --record a.gif --speed 0", code: 2, want: "--speed 0: want more than 0"},
		"plot without runs":      {args: "plot", code: 2, want: "rl plot wants run directories"},
		"plot what is no run":    {args: "plot .", code: 1, want: "is no run directory"},
		"plot format":            {args: "plot x -o a.gif", code: 2, want: "-o a.gif: want a file that ends in .png, .svg, .pdf"},
		"plot axis":              {args: "plot x --x step", code: 2, want: `did you mean "steps"?`},
		"reproduce without run":  {args: "reproduce", code: 2, want: "rl reproduce wants one run directory"},
		"reproduce what is none": {args: "reproduce none", code: 1, want: "no run none"},
		"list nothing":           {args: "list", code: 2, want: "rl list wants one of"},
		"list":                   {args: "list env", code: 2, want: `did you mean "envs"?`},
		"bench":                  {args: "bench kernel", code: 2, want: `did you mean "kernels"?`},
		"completion":             {args: "completion bsh", code: 2, want: `did you mean "bash"?`},
		"output is a file": {prepare: func(t *testing.T, dir string) {
			if err := os.WriteFile(filepath.Join(dir, "out"), nil, 0o644); err != nil {
				t.Fatal(err)
			}
		}, args: "train --config ppo-cartpole --out out", code: 1, want: "choose another one with --out"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			if c.prepare != nil {
				c.prepare(t, dir)
			}
			before := entries(t, dir)
			cmd := command(dir, strings.Fields(c.args)...)
			if c.env != "" {
				cmd.Env = append(cmd.Env, c.env)
			}
			r := finish(t, cmd)
			if r.code != c.code || !strings.Contains(r.stderr, c.want) || r.stdout != "" {
				t.Errorf("exit code %d, want %d\nstdout: %s\nstderr: %s\nwant: %s", r.code, c.code, r.stdout, r.stderr, c.want)
			}
			if after := entries(t, dir); after != before {
				t.Errorf("left behind %s, before it was %s", after, before)
			}
		})
	}
}

func TestUnwritableOutput(t *testing.T) {
	if runtime.GOOS == "windows" || os.Getuid() == 0 {
		t.Skip("nothing is unwritable for the administrator, nor by permissions on Windows")
	}
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o555); err != nil {
		t.Fatal(err)
	}
	r := rl(t, dir, "train", "--config", "ppo-cartpole")
	if r.code != 1 || !strings.Contains(r.stderr, "permission denied") || !strings.Contains(r.stderr, "--out") {
		t.Errorf("exit code %d\n%s", r.code, r.stderr)
	}
}

func entries(t *testing.T, dir string) string {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	names := make([]string, len(list))
	for i, e := range list {
		names[i] = e.Name()
	}
	return strings.Join(names, " ")
}
