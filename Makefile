# What people do with this repository. `make` alone lists it.

.PHONY: help demo serve test test-rust test-browser browser check bench bench-runs bench-search fuzz intents clean

TARGET ?= mail
SECONDS ?= 60

help:
	@sed -n 's/^\([a-z-]*\):.*## /make \1\t/p' Makefile | expand -t 20

demo: ## sample businesses and a simulated phone at http://127.0.0.1:8080, without keys
	cargo run --locked -- demo

serve: ## the server on ./steward-data
	cargo run --locked --release -- serve

test: test-rust test-browser ## everything that proves it works

test-rust:
	@if cargo nextest --version >/dev/null 2>&1; then cargo nextest run --locked --no-fail-fast; else cargo test --locked --no-fail-fast --all-targets; fi
	cargo test --locked --doc

test-browser: browser
	cargo build --locked
	cd tests/browser && node run.mjs

browser: # what browser tests need: a Chromium and two npm packages, fixed by package-lock.json
	@command -v chromium >/dev/null || { \
		sudo=$$([ "$$(id -u)" = 0 ] || echo sudo); \
		$$sudo apt-get update -qq && $$sudo apt-get install -y -qq --no-install-recommends chromium </dev/null; }
	@[ tests/browser/node_modules/.package-lock.json -nt tests/browser/package-lock.json ] || \
		(cd tests/browser && npm ci --no-audit --no-fund --ignore-scripts)

check: ## format and lints
	cargo fmt --check
	cargo clippy --locked --all-targets -- -D warnings

bench: ## what a turn costs; PEER=127.0.0.1:8088=PID,PID measures another server in the same run
	cargo build --locked --release
	cargo bench --locked --bench turns -- $(if $(PEER),--peer $(PEER))

bench-search: ## what the nearest vectors cost; PEER=python3 (with hnswlib) measures hnswlib in the same run, TEXTS=FILE takes your lines
	cargo bench --locked --bench search -- $(if $(TEXTS),--texts $(TEXTS)) $(if $(PEER),--peer $(PEER)) $(if $(SIZES),--sizes $(SIZES))

bench-runs: ## what durable runs cost: a step, waiting, going on after a start
	cargo bench --locked --bench runs

fuzz: ## fuzz a reader of what comes from outside, TARGET=mail for SECONDS=60; `ls fuzz/seeds` names them all
	mkdir -p fuzz/target/found/$(TARGET) fuzz/target/corpus/$(TARGET)
	cd fuzz && RUSTFLAGS="--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table -Ccodegen-units=16" \
		cargo run --release --target $(shell rustc -vV | sed -n 's/^host: //p') --bin $(TARGET) -- \
		-max_total_time=$(SECONDS) -artifact_prefix=target/found/$(TARGET)/ -timeout=20 -rss_limit_mb=2048 target/corpus/$(TARGET) seeds/$(TARGET)

intents: ## trains the intents anew that come with the program, after a change in data/intents
	cargo test --locked --lib -- --ignored write_what_the_examples_teach

clean: ## throw away what was built
	cargo clean
	rm -rf tests/browser/node_modules tests/browser/shots
