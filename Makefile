# Ottla. `make help` lists the targets. Everything is built by CMake presets under build/; make only names the ways in.
.DEFAULT_GOAL := build
.PHONY: build wheel demo test walls asan tsan bench fuzz sim histories soak format lint clean help
.NOTPARALLEL:  # targets share build folders and the package manager's lock; each is parallel within
MAKEFLAGS += --no-print-directory

SECONDS_EACH ?= 60
SEEDS ?= 10000
FIRST_SEED ?= 1001
HISTORIES ?= 100000
SECONDS ?= 180
PYTHONS ?= python3
SEED ?= 1000000

build: ## build the release preset; the program is build/release/bin/ottla
	@.ci/setup build
	@.ci/build release
	@echo "built build/release/bin/ottla"

wheel: ## make the Python wheel, into dist/; PYTHONS="python3.9 python3.13" makes one for each
	@.ci/setup build python
	@.ci/wheel $(PYTHONS)

demo: build ## install what is missing, build, and show the main job
	@.ci/demo build/release/bin/ottla

test: ## install what is missing, build, run every test; ends with a verdict
	@.ci/setup build test python clients
	@.ci/build dev
	@.ci/wheel --into build/python-env $(PYTHONS) || [ $$? = 3 ]  # 3: no registry, which the tests say then
	@.ci/test build/dev

walls: ## check that the rooms keep to the layer table, and that the checker can fail
	@.ci/setup build test
	@.ci/build dev
	@python3 .ci/walls.py --build build/dev
	@python3 -m pytest -q .ci/walls_test.py

asan: ## every test under the address and undefined behaviour sanitizers
	@.ci/setup build test
	@.ci/build asan
	@.ci/test build/asan --programs-only

tsan: ## every test under the thread sanitizer
	@.ci/setup build test
	@.ci/build tsan
	@.ci/test build/tsan --programs-only

bench: ## run the benchmarks
	@.ci/setup build test
	@.ci/build dev
	@for bench in build/dev/bench/*; do echo "== $$(basename $$bench)"; $$bench || exit 1; done

fuzz: ## run every fuzzer for SECONDS_EACH seconds (60)
	@.ci/setup build fuzz
	@.ci/build fuzz
	@.ci/fuzz build/fuzz $(SECONDS_EACH)

sim: ## live SEEDS (10000) more lives of a broker in the simulator, from FIRST_SEED (1001) on
	@.ci/setup build test
	@.ci/build dev
	@OTTLA_SEEDS=$(SEEDS) OTTLA_FIRST_SEED=$(FIRST_SEED) build/dev/test/core_sim_world_test --gtest_filter='Life.breaks*'

histories: ## live HISTORIES (100000) more random histories of a log, from SEED (1000000) on
	@.ci/setup build test
	@.ci/build dev core_log_test
	@OTTLA_HISTORIES=$(HISTORIES) OTTLA_SEED=$(SEED) build/dev/test/core_log_test --gtest_filter='LogHistory.random*'

soak: ## churn clients, topics and restarts of a node for SECONDS (180): memory, descriptors and records stay
	@.ci/setup build test
	@.ci/build release
	@OTTLA_SOAK_SECONDS=$(SECONDS) OTTLA_PROGRAM=build/release/bin/ottla python3 -m pytest -q -s cluster/cli/node_soak.py

format: ## rewrite the sources with clang-format
	@.ci/setup lint
	@git ls-files '*.cc' '*.h' '*.hpp' '*.c' | xargs clang-format-14 -i

lint: ## clang-format check and clang-tidy
	@.ci/setup build test lint
	@.ci/build dev
	@.ci/lint build/dev

clean: ## remove everything that was built
	@rm -rf build

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 10
