# The commands of the repository. Each installs what it needs and says so; `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help demo test test-real contract lint fmt bench fuzz clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## build the program and watch a list of people turn into verified contacts, offline
	@scripts/demo

test: ## run every test, on SQLite and on a private PostgreSQL
	@scripts/test

test-real: ## run e-mail verification against real mail and name servers on loopback
	@scripts/test-real

contract: ## hold the running server against its API document, with made-up and hostile requests
	@scripts/contract

lint: ## check formatting, clippy, the rules of the house, and the licences of dependencies
	@scripts/lint

fmt: ## format the Rust sources
	@cargo fmt --all

bench: ## measure throughput, memory and start against a bare loop and an asyncio peer
	@scripts/bench

fuzz: ## feed made-up bytes to every parser of outside data for a minute each
	@scripts/fuzz

clean: ## remove what was built
	@cargo clean
	@rm -rf demo-out
