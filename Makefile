# What people and CI run. Every tool is either Go's own or pinned in go.mod.

GO      ?= go
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)

# No path, time or build ID of this machine gets into a program: the same source gives the same bytes.
BUILD   := CGO_ENABLED=0 GOOS=linux GOFLAGS=-buildvcs=false $(GO) build -trimpath -tags lambda.norpc \
           -ldflags "-s -w -buildid= -X main.version=$(VERSION)"

# Each tool has a module of its own, so that go.mod names what the product is made of, and no tool changes another's
# dependencies.
TOOL     = $(GO) tool -modfile=internal/build/tools/$(1)/go.mod $(1)

.DEFAULT_GOAL := help
.PHONY: help policy terraform-docs cli-docs demo sandbox test e2e sim fleet attack mutants fuzz bench benchmarks load chaos build cli package release lint vulncheck terraform clean

help: ## this list
	@grep -E '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

# What answers for AWS in the demo: own (strict fakes in the process) or moto (needs Python).
CLOUD ?= own

# What the function's requests to AWS suffer in the demo: make demo LATENCY=20ms RATES=aws FAULTS=5%
LATENCY ?=
RATES   ?=
FAULTS  ?=

# The program takes the place of the shell, so that Ctrl-C and kill reach it.
demo: dist/certloop-lambda-$(shell $(GO) env GOARCH).zip ## the whole of certloop on this machine: emulated AWS, CAs, DNS, the packaged function
	@$(GO) build -o dist/demo ./internal/sandbox/demo
	@CLOUD=$(CLOUD) exec dist/demo -zip $< -latency '$(LATENCY)' -rates '$(RATES)' -faults '$(FAULTS)'

# Its variables are in dist/sandbox.env while it runs: source dist/sandbox.env.
sandbox: dist/certloop-lambda-$(shell $(GO) env GOARCH).zip ## the same, until Ctrl-C: type commands against it, break parts of it, repair them
	@$(GO) build -o dist/sandbox ./internal/sandbox/stay/run
	@exec dist/sandbox -zip $< -env dist/sandbox.env

# The simulation's large runs have one thread each: the race detector finds nothing there, and takes five times as long.
LARGE := TestUnderFire|TestEverySingleFault|TestRandomFaults|TestPairsOfFaults|TestFleet_|TestNoCertificateComesNearItsEndInSilence

test: ## all Go tests, on loopback only
	@$(GO) run ./internal/build/testsummary $(GO) test -json -race -shuffle=on -timeout 20m -skip '$(LARGE)' ./...
	@$(GO) run ./internal/build/testsummary $(GO) test -json -shuffle=on -timeout 20m -run '$(LARGE)' ./reconciler/sim

# Its tests are behind a build tag: they take minutes, and Terraform.
e2e: dist/certloop-lambda-$(shell $(GO) env GOARCH).zip ## the Terraform modules, applied by Terraform to an emulated AWS (TF_CLI_CONFIG_FILE may name where the provider is)
	@$(GO) run ./internal/build/testsummary $(GO) test -json -tags e2e -count=1 -timeout 20m ./internal/sandbox/e2e

sim: ## the loop under faults: every single one, every pair in a first issuance, random ones
	@$(GO) run ./reconciler/sim/simulate

fleet: ## 200 records over three years under faults, for ten seeds; passes interleave at every call
	@$(GO) run ./reconciler/sim/fleet

attack: ## forged items of the table and hostile answers of a CA: what stops each, and what it costs
	@$(GO) run ./internal/build/attack

mutants: ## each decision of reconciler/plan is disabled in turn, and a test must notice it (hours; FLAGS="-file budget.go")
	@$(GO) run ./internal/build/mutants $(FLAGS)

# Each target starts from its kept corpus, below testdata/fuzz; what a run finds is written there, to be committed.
FUZZTIME ?= 10s

fuzz: ## every fuzz target for FUZZTIME (10s)
	@git grep -o '^func Fuzz[A-Za-z0-9]*' -- '*_test.go' | sed 's/:func / /' | while read -r file name; do \
	  echo "$$name ($$(dirname $$file))"; \
	  $(GO) test -run '^$$' -fuzz "^$$name\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 2s -parallel 1 ./$$(dirname $$file) || exit 1; done

bench: ## what is measured beside its target; exit code 1 if a count falls short
	@$(GO) run ./internal/build/bench

benchmarks: ## every Go benchmark, with what it allocates
	@$(GO) test -run '^$$' -bench . -benchmem $$(git grep -l '^func Benchmark' -- '*_test.go' | xargs dirname | sort -u | sed 's|^|./|')

CERTIFICATES ?= 1000
NAMES        ?= 100

load: dist/certloop-lambda-$(shell $(GO) env GOARCH).zip ## 1,000 certificates at once and one of 100 names, in a sandbox with Pebble: time and CPU
	@$(GO) build -o dist/load ./internal/sandbox/load
	@exec dist/load -zip $< -certificates $(CERTIFICATES) -names $(NAMES)

KILLS ?= 200

chaos: dist/certloop-lambda-$(shell $(GO) env GOARCH).zip ## 50 certificates while the function is killed at 200 random moments and frozen past its leases (CLOUD=moto, KILLS=n)
	@$(GO) build -o dist/chaos ./internal/sandbox/chaos
	@CLOUD=$(CLOUD) exec dist/chaos -zip $< -kills $(KILLS)

build: dist/bootstrap ## dist/bootstrap, the Lambda function for this machine's architecture

cli: dist/certloop ## dist/certloop, the command line for this machine

package: dist/certloop-lambda-arm64.zip dist/certloop-lambda-amd64.zip ## both archives of the Lambda function

CLI_PLATFORMS := linux-amd64 linux-arm64 darwin-amd64 darwin-arm64

# Neither a time nor a random number gets into an SBOM: the same source gives the same files.
release: dist/certloop-lambda-arm64.zip dist/certloop-lambda-amd64.zip $(CLI_PLATFORMS:%=dist/certloop-cli-%.tar.gz) ## what a release publishes, into dist/release: archives, SBOMs, checksums
	@rm -rf dist/release && mkdir -p dist/release && cp $^ dist/release
	@for arch in arm64 amd64; do GOFLAGS=-trimpath $(call TOOL,cyclonedx-gomod) bin -json -std -noserial -notimestamp -version $(VERSION) \
	  -output dist/release/certloop-lambda-$$arch.cdx.json dist/$$arch/bootstrap 2>/dev/null || { echo "release: no SBOM for $$arch"; exit 1; }; done
	@for platform in $(CLI_PLATFORMS); do GOFLAGS=-trimpath $(call TOOL,cyclonedx-gomod) bin -json -std -noserial -notimestamp -version $(VERSION) \
	  -output dist/release/certloop-cli-$$platform.cdx.json dist/cli/$$platform/certloop 2>/dev/null || { echo "release: no SBOM for $$platform"; exit 1; }; done
	@cd dist/release && sha256sum *.zip *.tar.gz *.json > SHA256SUMS && cat SHA256SUMS

lint: dist/lint ## gofmt, go mod tidy, actionlint, vet, staticcheck, further analyzers, the rules of the tree
	@files=$$(gofmt -l $$(git ls-files '*.go')); test -z "$$files" || { echo "$$files"; echo 'lint: run gofmt -w on these files'; exit 1; }
	@$(GO) mod verify >/dev/null
	@$(GO) mod tidy -diff || { echo 'lint: go.mod or go.sum is not tidy: run go mod tidy'; exit 1; }
	@$(call TOOL,actionlint)
	@$(GO) vet -tags e2e ./...
	@$(GO) vet -vettool=$(CURDIR)/dist/lint -tags e2e ./...
	@$(GO) tool staticcheck -tags e2e ./...
	@$(GO) test -count=1 ./internal/build >/dev/null || $(GO) test -count=1 ./internal/build
	@echo 'lint: clean'

# Without its database it has checked nothing, and says so.
vulncheck: ## known vulnerabilities in the code that the function calls (needs vuln.go.dev)
	@out=$$($(GO) tool govulncheck ./cmd/... 2>&1); code=$$?; echo "$$out"; \
	case "$$out" in *"fetching vulnerabilities"*) \
	  echo 'vulncheck: nothing was checked: the vulnerability database vuln.go.dev does not answer. Run this target on a machine that reaches it.';; esac; exit $$code

terraform: ## fmt, validate and test of the Terraform module
	@terraform/check

terraform-docs: ## write the tables of inputs and outputs into the README of each Terraform module
	@$(GO) run ./internal/build/terraformdocs terraform

cli-docs: ## write the commands into docs/reference/cli.md
	@$(GO) run ./internal/build/clireference

policy: ## write the policy that the Terraform module gives the function into docs/guides/install.md
	@$(GO) run ./internal/build/installpolicy

clean: ## remove what was built and what was fetched
	rm -rf dist .cache

# go build knows best what has changed. What it made on the way to an archive stays.
.PHONY: FORCE
.SECONDARY:
FORCE:

dist/lint: FORCE
	@cd internal/build/tools/lint && $(GO) build -o $(CURDIR)/dist/lint .

dist/bootstrap: FORCE
	@$(BUILD) -o $@ ./cmd/bootstrap && ls -l $@ | awk '{print $$NF "  " $$5 " bytes"}'

dist/%/bootstrap: FORCE
	@GOARCH=$* $(BUILD) -o $@ ./cmd/bootstrap

dist/certloop: FORCE
	@CGO_ENABLED=0 $(GO) build -buildvcs=false -trimpath -ldflags "-s -w -buildid= -X main.version=$(VERSION)" -o $@ ./cmd/certloop

dist/cli/%/certloop: FORCE
	@GOOS=$(word 1,$(subst -, ,$*)) GOARCH=$(word 2,$(subst -, ,$*)) CGO_ENABLED=0 $(GO) build -buildvcs=false -trimpath \
	  -ldflags "-s -w -buildid= -X main.version=$(VERSION)" -o $@ ./cmd/certloop

# The archive has the program, its manual, the completion of each shell, and the licences of its code.
dist/certloop-cli-%.tar.gz: dist/cli/%/certloop dist/certloop
	@$(GO) run ./internal/build/clireference -man dist/cli/$*/man
	@mkdir -p dist/cli/$*/completion && for shell in bash zsh fish; do dist/certloop completion $$shell > dist/cli/$*/completion/certloop.$$shell; done
	@$(GO) run ./internal/build/licenses -o dist/cli/$*/THIRD_PARTY_LICENSES ./cmd/certloop && cp LICENSE dist/cli/$*/
	@tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -C dist/cli/$* -c . | gzip -n > $@ && ls -l $@ | awk '{print $$NF "  " $$5 " bytes"}'

dist/THIRD_PARTY_LICENSES: FORCE
	@mkdir -p dist && $(GO) run ./internal/build/licenses -o $@ ./cmd/bootstrap

dist/certloop-lambda-%.zip: dist/%/bootstrap dist/THIRD_PARTY_LICENSES
	@$(GO) run ./internal/build/lambdazip -arch $* -licenses dist/THIRD_PARTY_LICENSES -o $@ $<
