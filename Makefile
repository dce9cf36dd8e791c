# The two that matter: `make demo` and `make test`. The rest is for those who change things.
MAKEFLAGS += --no-print-directory
.PHONY: help demo test lock door format
.SILENT:

help:
	echo 'make demo            start everything on this machine, with invented people in it'
	echo 'make demo FRESH=1    the same, begun afresh'
	echo 'make test            set up and run every test'
	echo 'make door            rebuild the page that seekers see, from door/'
	echo 'make format          format the Python code'
	echo 'make lock            write the locks after a change of dependencies; UPGRADE=1 takes the newest'

# exec: Ctrl-C reaches the program itself, which stops what it started.
demo:
	tools/setup run
	exec .venv/bin/python -m safeconduct demo $(if $(filter-out 0,$(FRESH)),--fresh)

test:
	tools/setup test browser
	exec .venv/bin/python tools/test.py

door:
	tools/setup test
	exec .venv/bin/python tools/door.py build

format:
	tools/setup test
	.venv/bin/ruff check --fix --quiet
	.venv/bin/ruff format

PINS = .venv/bin/uv pip compile --quiet --universal --generate-hashes $(if $(UPGRADE),--upgrade) \
	--no-header --no-annotate --no-emit-index-url --no-emit-find-links pyproject.toml --group build
lock:
	tools/setup test
	$(PINS) --output-file requirements/run.txt
	$(PINS) --extra count --constraint requirements/run.txt --output-file requirements/count.txt
	$(PINS) --extra count --group test --constraint requirements/count.txt --output-file requirements/test.txt
	.venv/bin/python tools/door.py lock
	exec .venv/bin/python tools/platforms.py
