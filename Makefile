.DEFAULT_GOAL := help
SHELL := /bin/bash
LINTER_VERSION := v2.15.0
LINTER := .tools/bin/golangci-lint-$(LINTER_VERSION)
PKG ?= ./...
# make test RACE=-race PKG='./store/... ./payments/... ./cases/...': the detector needs a
# C compiler and about five times as long, so it is asked for where goroutines share state.
RACE ?=
# .ci/run turns vet off here: make lint has just vetted everything, by more rules.
VET ?=
# The rooms whose tests take longest begin first, or the others have long ended when they do.
LONG := ./portal/browser ./portal
FUZZTIME ?= 30s
# make proof PROOF=5 QUITT_PROOF_SEED=… PROOFS=Disk repeats one proof with an earlier choice.
PROOF ?= 200
PROOFS ?= Killed|Acknowledged|Interrupted|ItsNumbers|GoesAway|Disk|BadInput|Restart|Letter|Notices|Collections|Scenario|Story|StatementFiles|LargerThan
# Letters whose codes a proof reads off a raster.
PRINTED ?= 1000

.PHONY: help run test lint bench build proof fuzz

help: ## show this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  \1\t\2/p' $(MAKEFILE_LIST) | expand -t 12

run: ## start a working demo with sample cases
	go run ./cmd/quitt demo

test: ## run every test, on SQLite, on a throw-away PostgreSQL and Redis, in Chromium, on paper, beside stripe-mock, an identity provider, an S3 server and clamd
	scripts/with-postgres scripts/with-redis scripts/with-chromium scripts/with-printing scripts/with-stripe-mock scripts/with-oidc scripts/with-documents go test -timeout 60m $(RACE) $(VET) $(if $(filter ./...,$(PKG)),$(LONG)) $(PKG)

lint: $(LINTER) ## vet and lint
	go vet ./...
	$(LINTER) run ./...

bench: ## measure, with durable commits
	QUITT_PG_FSYNC=on scripts/with-postgres scripts/with-redis scripts/with-printing go test -run '^$$' -bench . -benchmem $(PKG)

build: ## build one static binary, bin/quitt
	CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o bin/quitt ./cmd/quitt

proof: ## break the real program PROOF times per proof, then fuzz (docs/proofs.md)
	QUITT_PROOF=$(PROOF) scripts/with-postgres scripts/with-redis scripts/with-printing scripts/with-stripe-mock go test ./cmd/quitt -count=1 -timeout 6h -v -run '$(PROOFS)'
	QUITT_PROOF=$(PROOF) scripts/with-postgres go test ./bench/scenarios -count=1 -timeout 6h -v -run '$(PROOFS)'
	QUITT_PROOF=$(PROOF) go test ./debt/plan -count=1 -timeout 6h -v -run '$(PROOFS)'
	QUITT_PROOF=$(PROOF) scripts/with-postgres go test ./payments/transfer ./bank/archive -count=1 -timeout 6h -v -run '$(PROOFS)'
	QUITT_PRINTED=$(PRINTED) scripts/with-printing go test ./notifications/letter/sheet -count=1 -timeout 6h -v -run Printed
	$(MAKE) fuzz FUZZTIME=$(if $(filter command% environment%,$(origin FUZZTIME)),$(FUZZTIME),60s)

fuzz: ## run each fuzz target for FUZZTIME
	@set -e; for pkg in $$(go list $(PKG)); do \
	  for target in $$(go test -list '^Fuzz' $$pkg | grep '^Fuzz' || true); do \
	    echo "$$pkg $$target"; go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) $$pkg; \
	  done; done

# Built once per version with the toolchain at hand: a released binary may be older than
# the Go it has to read.
$(LINTER):
	GOBIN=$(CURDIR)/.tools/bin go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(LINTER_VERSION)
	mv .tools/bin/golangci-lint $@
