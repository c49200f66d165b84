package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestExportAndImport: a run's weights go out in every format, and come back.
func TestExportAndImport(t *testing.T) {
	dir := t.TempDir()
	if r := rl(t, dir, append([]string{"train", "--quiet", "--config", "ppo-cartpole"}, tiny...)...); r.code != exitDone {
		t.Fatal(r.stderr)
	}
	run := filepath.Join("runs", "ppo-cartpole-s1")
	for _, file := range []string{"policy.onnx", "weights.npz", "weights.safetensors"} {
		if r := rl(t, dir, "export", run, "-o", file); r.code != exitDone || r.stdout != file+"\n" || r.stderr != "" {
			t.Errorf("%s: %+v", file, r)
		}
		if info, err := os.Stat(filepath.Join(dir, file)); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v", file, err)
		}
	}
	if r := rl(t, dir, "export", "--quiet", run, "-o", "sb3.safetensors", "--pytorch"); r.code != exitDone {
		t.Fatal(r.stderr)
	}
	r := rl(t, dir, "import", "sb3.safetensors", "--config", "ppo-cartpole", "--set", "final_eval_episodes=2")
	imported := strings.TrimSpace(r.stdout)
	if r.code != exitDone || imported == run {
		t.Fatalf("%+v", r)
	}
	a, b := rl(t, dir, "eval", run, "--json"), rl(t, dir, "eval", imported, "--json")
	if a.code != exitDone || a.stdout != b.stdout {
		t.Errorf("%+v and, imported, %+v", a, b)
	}
	for want, args := range map[string][]string{
		"wants a file":             {"export", run},
		"want a name that ends in": {"export", run, "-o", "policy.pt"},
		"--pytorch is about":       {"export", run, "-o", "policy.onnx", "--pytorch"},
		"wants --config":           {"import", "sb3.safetensors"},
		"wants one file":           {"import"},
	} {
		if r := rl(t, dir, args...); r.code != exitUsage || !strings.Contains(r.stderr, want) {
			t.Errorf("%v: %+v", args, r)
		}
	}
	if r := rl(t, dir, "import", "weights.safetensors", "--config", "ppo-cartpole"); r.code != exitFailed || !strings.Contains(r.stderr, `missing: "mlp_extractor.policy_net.0.weight" [64 4]`) {
		t.Errorf("%+v", r)
	}
}

func TestSummary(t *testing.T) {
	dir := t.TempDir()
	r := rl(t, dir, "summary", "ppo-cartpole")
	if r.code != exitDone || !strings.Contains(r.stdout, "Linear+Tanh") || !strings.Contains(r.stdout, "9,155") {
		t.Errorf("%+v", r)
	}
	r = rl(t, dir, "summary", "lenet-digits", "--json")
	var items []summaryItem
	if err := json.Unmarshal([]byte(r.stdout), &items); err != nil || r.code != exitDone {
		t.Fatalf("%v: %+v", err, r)
	}
	if len(items) != 5 || items[0].Operations[0] != "Conv2D+ReLU" || items[4].Output != "[1 10]" {
		t.Errorf("%+v", items)
	}
	for _, args := range [][]string{{"summary"}, {"summary", "ppo-cartpol"}} {
		if r := rl(t, dir, args...); r.code != exitUsage {
			t.Errorf("%v: %+v", args, r)
		}
	}
}
