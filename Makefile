# RevCart: `make run` starts it, `make test` proves it. `make help` lists the rest.
.DEFAULT_GOAL := help
CARGO ?= cargo
export CARGO_TERM_COLOR ?= auto

.PHONY: help run test stack tools fmt lint unit backends docs schemas bench soak deny

help: ## what can be done here
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

BACKENDS ?= embedded

run: run-$(BACKENDS) ## build and start RevCart on http://127.0.0.1:8080 (ARGS="--ephemeral"; BACKENDS=localstack: eight processes on real backends)

run-embedded:
	$(CARGO) run -p revcart -- up $(ARGS)

run-localstack: stack
	$(CARGO) build -p revcart
	eval "$$(localstack/stack env --services)" && target/debug/revcart cluster $(ARGS)

test: stack tools fmt lint unit backends docs ## everything that CI checks: format, lints, all tests on embedded and real backends, documentation

stack: ## start the real backends (LocalStack, MariaDB, PostgreSQL, Redis, MongoDB) on this machine, installing what is missing
	localstack/stack up

tools: ## install what the tests of the HTTP interfaces need: schemathesis and the packages of the TypeScript client
	tests/api/install

fmt: ## check the format
	$(CARGO) fmt --all --check

lint: ## clippy, warnings are errors
	$(CARGO) clippy --workspace --all-targets -- -D warnings

unit: stack tools ## unit, contract, integration, load and crash tests
	eval "$$(localstack/stack env)" && $(CARGO) test --workspace

backends: stack ## the suites of all services again, on MySQL and MongoDB, and some on PostgreSQL (all: tests/suites postgres)
	tests/suites mysql
	tests/suites postgres revcart-persistence cart-service order-service
	tests/suites mongodb

docs: ## the documentation builds without a warning
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --workspace --no-deps --quiet

schemas: tools ## write schemas/ and the types of the TypeScript client anew from the code
	$(CARGO) run -q -p shared-events --bin write-schemas
	$(CARGO) run -q -p revcart -- openapi --write schemas/openapi
	npm run --silent --prefix clients/typescript generate

bench: stack ## measure: orders per second, latencies, memory, start-up, on embedded storage and on real backends (release build)
	$(CARGO) build --release -p revcart -p revcart-tests --bins
	eval "$$(localstack/stack env)" && REVCART_TEST_BINARY=target/release/revcart target/release/bench

soak: ## 50 rounds of kill -9 under load, and the full 2,000 checkouts with faults (release build)
	REVCART_TEST_CRASH_ROUNDS=50 REVCART_TEST_LOAD_ORDERS=2000 $(CARGO) test --release -p revcart-tests -- --nocapture load:: crash::

deny: ## licences, banned crates and sources (needs cargo-deny: cargo install cargo-deny --locked)
	$(CARGO) deny check licenses bans sources
