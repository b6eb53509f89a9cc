# SPDX-License-Identifier: GPL-2.0
#
# Everything that is built lies under build/, each kernel's module in a folder of
# its own. What the module is made of stands in Kbuild. `make help` lists targets.

ifneq (1,$(words $(CURDIR)))
$(error the folder "$(CURDIR)" has a space in its name, which the kernel's build cannot take: move it)
endif

cache := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/cobra

# The module is built for the kernels that scripts/setup has fetched or, where it
# has not been run, for the one that runs here. KERNEL= names one, also as "6.12".
fetched := $(sort $(notdir $(realpath $(wildcard $(cache)/kernels/*))))
running := $(shell uname -r)
ifdef KERNEL
kernels := $(notdir $(or $(realpath $(cache)/kernels/$(KERNEL)),$(KERNEL)))
else
kernels := $(or $(fetched),$(running))
endif

CFLAGS ?= -O2 -g
compile = @mkdir -p $(@D); echo '  CC      $@'; $(CC) -std=gnu11 $(CFLAGS) -Wall -Wextra -Werror \
	  -pthread -Iinclude -Iemulator -MMD -MP -MF $@.d -o $@

sources_to = $(patsubst %.c,build/%$(2),$(wildcard $(1)/*.c))
modules          := $(kernels:%=build/%/cobra.ko)
emulator         := build/emulator/cobra-emulator
emulator_objects := $(call sources_to,emulator,.o)
emulator_parts   := $(filter-out build/emulator/main.o,$(emulator_objects))
unit_tests       := $(call sources_to,tests/unit)
test_tools       := $(call sources_to,tests/tools)
benchmarks       := $(call sources_to,tests/bench)
# Tools of many files, from folders of their own
hostile_user     := build/tests/tools/hostile_user
inject           := build/tests/tools/inject
test_modules     := $(kernels:%=build/%/test-modules/steady_root.ko)

in_parallel := $(MAKE) --no-print-directory --jobs=$(shell nproc)

.PHONY: all module emulator test-programs
all: module emulator test-programs
module: $(modules)
emulator: $(emulator)
test-programs: $(unit_tests) $(test_tools) $(benchmarks) $(hostile_user) $(inject) $(test_modules)

# --- the module ----------------------------------------------------------------------

module_sources := Kbuild $(wildcard kernel/*.[ch] tests/kunit/*.[ch]) $(shell find include -name '*.h')

# Those that scripts/setup has fetched, or those of this machine.
headers_for = $(patsubst %/Makefile,%,$(firstword $(wildcard \
	$(cache)/kernels/$(1)/usr/src/linux-headers-$(1)/Makefile /lib/modules/$(1)/build/Makefile)))

# kbuild writes beside what it compiles, so each kernel gets a folder of links to
# the sources: $(1) the folder, $(2) the kernel, $(3) more words for kbuild.
define build_module
	$(if $(call headers_for,$(2)),,$(error There are no headers for kernel $(2): \
		run scripts/setup, or install linux-headers-$(2)))
	mkdir -p $(1)/tests
	cp -rsf $(CURDIR)/Kbuild $(CURDIR)/kernel $(CURDIR)/include $(1)/
	cp -rsf $(CURDIR)/tests/kunit $(1)/tests/
	find $(1) -xtype l -delete
	+$(MAKE) --no-print-directory -C $(call headers_for,$(2)) M=$(CURDIR)/$(1) W=1 $(3) modules
endef

# Modules that only tests load.
build/%/test-modules/steady_root.ko: tests/modules/Kbuild $(wildcard tests/modules/*.c)
	mkdir -p $(@D)
	cp -rsf $(CURDIR)/tests/modules/. $(@D)/
	+$(MAKE) --no-print-directory -C $(call headers_for,$*) M=$(CURDIR)/$(@D) W=1 modules
	@touch $@

build/%/cobra.ko: $(module_sources)
	$(call build_module,$(@D),$*)
	@touch $@

# --- programs for this machine -------------------------------------------------------

build/%.o: %.c
	$(compile) -c $<

$(emulator): $(emulator_objects)
	$(compile) $^ -lm

$(unit_tests): build/%: %.c $(emulator_parts)
	$(compile) $< $(emulator_parts) -lm

$(test_tools) $(benchmarks): build/%: %.c
	$(compile) $< -lm

$(hostile_user): $(call sources_to,tests/fuzz,.o)
$(inject): $(call sources_to,tests/inject,.o)
$(hostile_user) $(inject):
	$(compile) $^

-include $(addsuffix .d,$(emulator_objects) $(call sources_to,tests/fuzz,.o) $(call sources_to,tests/inject,.o) $(unit_tests) $(test_tools) $(benchmarks))

# --- what to run ---------------------------------------------------------------------

.PHONY: check check-full demo bench lint

check:
	tests/run --prepare

check-full:
	tests/run --prepare --long

demo:
	scripts/setup
	$(in_parallel) module emulator test-programs
	scripts/demo

bench:
	scripts/setup
	$(in_parallel) module emulator test-programs
	scripts/vm --kernel $(or $(KERNEL),6.12) --memory 3G -- tests/bench/run

# GCC's analyzer follows the paths through what runs on this machine; the objects are
# of no use.
analyzed := $(patsubst %.c,build/lint/%.o,$(wildcard $(addsuffix /*.c,emulator tests/unit tests/tools tests/bench tests/fuzz tests/inject)))

lint: $(fetched:%=build/lint/%.clean) $(analyzed)
	scripts/lint

build/lint/%.o: %.c
	$(compile) -fanalyzer -c $<

-include $(addsuffix .d,$(analyzed))

# Compiled anew with every warning an error, and looked at by sparse: complaints
# about our own lines fail, those about the kernel's headers are the kernel's.
build/lint/%.clean: $(module_sources)
	$(call build_module,build/lint/$*,$*,KCFLAGS=-Werror C=2 CF=-D__CHECK_ENDIAN__ 2>build/lint/$*.log) || \
		{ cat build/lint/$*.log; exit 1; }
	! grep -A3 '^$(CURDIR)/build/lint/' build/lint/$*.log
	@touch $@

# --- installing ----------------------------------------------------------------------

PREFIX     ?= /usr/local
install_for := $(if $(KERNEL),$(kernels),$(running))
module_dir  := $(DESTDIR)/lib/modules/$(install_for)/extra

.PHONY: install clean help

install: build/$(install_for)/cobra.ko
	install -D -m 644 $< $(module_dir)/cobra.ko
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/include/linux include/uapi/linux/*.h
	install -D -m 644 -t $(DESTDIR)/etc/udev/rules.d udev-rules/*.rules
	$(if $(DESTDIR),,depmod $(install_for))
	$(if $(DESTDIR),,getent group cobra >/dev/null || groupadd --system cobra)
	$(if $(DESTDIR),,udevadm control --reload)

clean:
	rm -rf build

help:
	@echo 'make           module, emulator and test programs'
	@echo 'make check     every test; installs what it needs first'
	@echo 'make check-full  the same on more kernels, and for hours'
	@echo 'make demo      the main job, on emulated boards; installs what it needs first'
	@echo 'make bench     measure, in the virtual machine; installs what it needs first'
	@echo 'make module    the module only, for: $(kernels)'
	@echo 'make emulator  the emulated board only'
	@echo 'make lint      look at the sources: compiler, sparse, checkpatch, shellcheck, ...'
	@echo 'make install   module (for $(install_for)), header and udev rules'
	@echo 'make clean     remove build/'
	@echo
	@echo 'KERNEL=RELEASE  build for that kernel only (6.1, 6.12, or a full release)'
	@echo 'DESTDIR= PREFIX=  where to install; PREFIX is $(PREFIX)'
