# Everything runs from .venv, which .ci/venv.sh fills from the locks in requirements/ (hashes checked).
# PYTHON=/path/to/python3.12 builds it with another interpreter; JOBS=1 runs the tests in one process.

PYTHON ?= python3
JOBS ?= 2
NEURAL_PYTHON ?= .venv-neural/bin/python
BIN := .venv/bin
SOURCES := core plugins presets tests docs
BENCH = PYTHONPATH=tests$(and $(PYTHONPATH),:$(PYTHONPATH)) $(BIN)/python -m bench

export PYTHON
# One BLAS thread: numpy starts faster, and the engine brings its own threads.
export OPENBLAS_NUM_THREADS := 1

.DEFAULT_GOAL := help
.PHONY: help demo test test-video test-kill test-peers test-neural test-gpu lint check bench bench-edit bench-effects bench-scaling bench-kernels bench-start bench-songs bench-all bench-page bench-check bench-baseline bench-peers bench-singer bench-speech bench-video docs lock wheel clean demo-env dev-env

help: ## what there is
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 18

demo: demo-env ## render a sung song, harbour-lights, with stems, mix and karaoke, to out/harbour-lights
	$(BIN)/songwright render presets/songwright_presets/harbour-lights.yaml --out out/harbour-lights

test: dev-env ## the whole test suite
	$(BIN)/python -m pytest -q -n $(JOBS) --dist worksteal

test-video: dev-env ## what needs an encoder: installs PyAV and reads encoded videos back
	$(BIN)/python -m pip install --quiet 'av>=14.0'
	$(BIN)/python -m pytest -q tests/video/film_readback.py

test-kill: dev-env ## kill fifty renders at random moments: nothing half may be left
	SONGWRIGHT_KILLS=50 $(BIN)/python -m pytest -q tests/render/test_killed_render.py

test-peers: dev-env ## what needs the ffmpeg program
	$(BIN)/python -m pytest -q tests/peers/peer_*.py

test-neural: dev-env ## voices from local models, on tiny ones that the tests make: needs torch, which it installs in .venv-neural
	$(BIN)/python tests/neural/environment.py .venv-neural
	.venv-neural/bin/python -m pytest -q tests/neural/neural_*.py

test-gpu: ## the same on a GPU, with models of real size; NEURAL_PYTHON=python3 names one with torch for CUDA
	PYTHONPATH=core:plugins:presets:tests $(NEURAL_PYTHON) -m neural.gpu

lint: dev-env ## style and types
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/mypy

check: lint test ## what a change has to pass: lint, tests, and that the generated reference is fresh
	$(BIN)/python docs/generate.py --check

bench: dev-env ## speed and memory beside other engines that are installed, in one run
	$(BENCH).run $(and $(ROUNDS),--rounds $(ROUNDS))

bench-effects: dev-env ## each effect beside pedalboard's
	$(BENCH).effects $(and $(ROUNDS),--rounds $(ROUNDS))

bench-scaling: dev-env ## cost over tracks, notes, minutes, threads; FULL=1 for all points, up to an hour
	$(BENCH).scaling $(if $(FULL),--full) $(and $(ROUNDS),--rounds $(ROUNDS))

bench-kernels: dev-env ## nanoseconds a voice-sample of instruments and a frame of effects
	$(BENCH).kernels

bench-start: dev-env ## how a cold process starts: imports, first kernel, smallest render
	$(BENCH).start $(and $(ROUNDS),--rounds $(ROUNDS))

bench-songs: dev-env ## what a thousand songs cost; PRICES="--vcpu-hour 0.04 ..."
	$(BENCH).songs $(PRICES) $(and $(ROUNDS),--rounds $(ROUNDS))

bench-all: bench bench-effects bench-kernels bench-start bench-edit bench-songs bench-scaling ## all of these, then `bench-page`

bench-page: dev-env ## write docs/explanation/speed.md from out/bench
	$(BENCH).page

bench-check: dev-env ## fail when something has become slower than tests/bench/baseline.json says
	$(BENCH).check $(and $(ROUNDS),--rounds $(ROUNDS))

bench-baseline: dev-env ## write tests/bench/baseline.json anew
	$(BENCH).check --write $(and $(ROUNDS),--rounds $(ROUNDS))

bench-edit: dev-env ## what one change of a song costs with the cache, and that the result is the same
	$(BENCH).edit $(and $(ROUNDS),--rounds $(ROUNDS))

bench-peers: ## install the engines that `bench` compares with, from Debian and PyPI
	apt-get install -y --no-install-recommends supercollider-server csound fluidsynth fluid-soundfont-gm
	$(PYTHON) -m venv .venv-peers
	.venv-peers/bin/python -m pip install --quiet supriya dawdreamer pedalboard soundfile

bench-video: dev-env ## speed of the karaoke video, by PyAV
	$(BIN)/python -m pip install --quiet 'av>=14.0'
	PYTHONPATH=tests $(BIN)/python -m bench.film

bench-singer: dev-env ## the songs that ship as they are heard: pitch, timing, words, speed, mix; installs a recogniser for it
	$(PYTHON) -m venv .venv-words
	.venv-words/bin/python -m pip install --quiet -r tests/bench/words-requirements.txt
	PYTHONPATH=tests $(BIN)/python -m bench.singer

bench-speech: dev-env ## long texts: what workers gain, memory, and how 100 joins sound
	PYTHONPATH=tests $(BIN)/python -m bench.speech

docs: dev-env ## write docs/reference from the code
	$(BIN)/python docs/generate.py

lock: dev-env ## resolve the dependencies anew
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --upgrade \
	  --group pyproject.toml:dev --extra plot pyproject.toml -o requirements/dev.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --upgrade \
	  --group pyproject.toml:build --constraint requirements/dev.lock pyproject.toml -o requirements/demo.lock

wheel: dev-env ## build dist/songwright-*.whl
	$(BIN)/python -m build --wheel --no-isolation --outdir dist .

clean: ## remove what the above made
	rm -rf .venv out build dist

demo-env:
	@.ci/venv.sh demo

dev-env:
	@.ci/venv.sh dev
