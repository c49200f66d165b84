# Tesuji needs Go alone. `make` lists what there is to make.

GO ?= go
export CGO_ENABLED ?= 0

.PHONY: help build web test screen vet fuzz race bench results clean generate

help:
	@echo 'make build     the binary, bin/rl'
	@echo 'make web       a page to watch trained agents in, bin/web: any server of files can serve it'
	@echo 'make test      everything that must hold, in a few minutes'
	@echo 'make fuzz      fuzz each decoder for a while (FUZZTIME=30s)'
	@echo 'make race      the tests under the race detector (needs a C compiler)'
	@echo 'make bench     speed of the kernels, environments and trainings on this machine'
	@echo 'make results   every number of docs/results.md: learning (all cores, about an hour), then speed beside the peers'
	@echo 'make generate  the assembly kernels, from their generator'

build:
	$(GO) build -trimpath -o bin/rl ./cmd/rl

WEB ?= bin/web
web:
	@mkdir -p $(WEB)/weights
	GOOS=js GOARCH=wasm $(GO) build -trimpath -ldflags='-s -w' -o $(WEB)/tesuji.wasm ./cmd/rlweb
	cp "$$($(GO) env GOROOT)/lib/wasm/wasm_exec.js" cmd/rlweb/index.html $(WEB)/
	cp cmd/rlweb/weights/*.safetensors $(WEB)/weights/
	for f in experiments/trained/*.safetensors; do cp $$f $(WEB)/weights/alphazero-$$(basename $$f); done
	@echo "$(WEB): $$(cat $(WEB)/*.* | gzip -9 | wc -c) bytes, compressed with gzip, and the weights of the agent that is shown"

vet:
	@unformatted=$$(gofmt -l $$(git ls-files '*.go')); if [ -n "$$unformatted" ]; then echo "not gofmt-ed:"; echo "$$unformatted"; exit 1; fi
	$(GO) vet ./...
	GOOS=linux GOARCH=arm64 $(GO) vet ./...
	GOOS=darwin GOARCH=arm64 $(GO) build ./...
	GOOS=windows GOARCH=amd64 $(GO) build ./...

# The window is tested on a virtual screen. Where there is none and it cannot be installed, the test
# says so and is skipped.
screen:
	@if ! command -v Xvfb >/dev/null && [ "$$(uname)" = Linux ] && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq xvfb libgl1 libgl1-mesa-dri >/dev/null \
		|| echo 'xvfb could not be installed: the window is not tested'; fi

test: vet screen
	$(GO) test ./...
	GOAMD64=v3 $(GO) test -short ./tensor/... ./nets/...
	TESUJI_KERNELS=go $(GO) test -short ./tensor ./nets/...

race:
	CGO_ENABLED=1 $(GO) test -race -short ./...

FUZZTIME ?= 30s
fuzz:
	@set -e; for p in $$(git grep -l '^func Fuzz' -- '*_test.go' | xargs -n1 dirname | sort -u); do \
		for f in $$(grep -ho '^func Fuzz[A-Za-z0-9_]*' $$p/*_test.go | sed 's/func //'); do \
			echo "$$p $$f"; $(GO) test ./$$p -run '^$$' -fuzz "^$$f$$" -fuzztime $(FUZZTIME); done; done

bench: build
	bin/rl bench

results: build
	$(GO) run ./benchmarks/results
	python3 benchmarks/speed.py

generate:
	$(GO) generate ./...

clean:
	rm -rf bin benchmarks/out
