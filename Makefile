# wledger: `make demo` and `make test` install what is missing, build and run. See README.md.

BUILD ?= build
PREFIX ?= /usr/local
DESTDIR ?=
CC = gcc
CFLAGS ?= -O2 -g

FLOORS = core ledger claims parts quality xmlio paper cli
PACKAGES = lmdb libxml-2.0 zlib libcrypto jansson smartcols cairo pangocairo
WARNINGS = -Wall -Wextra -Wshadow -Wvla -Wmissing-prototypes -Wswitch-enum -Wconversion $(if $(DEV),-Werror)
ALL_CFLAGS = -std=c11 -D_GNU_SOURCE -pthread $(WARNINGS) -I. -Iinclude -I$(BUILD)/gen $(shell pkg-config --cflags $(PACKAGES) 2>/dev/null) $(CFLAGS)
LIBS = -Wl,--as-needed $(shell pkg-config --libs $(PACKAGES) 2>/dev/null) -lcsv -lzint -pthread
CHECK_LIBS = $(shell pkg-config --libs check 2>/dev/null)

SOURCES = $(sort $(foreach floor,$(FLOORS),$(wildcard $(floor)/*.c)))
OBJECTS = $(patsubst %.c,$(BUILD)/obj/%.o,$(filter-out cli/main.c,$(SOURCES)))
TESTS = $(patsubst tests/%.c,$(BUILD)/%,$(sort $(wildcard tests/test_*.c)))
# The walk against the model is one program of several files.
SOAK_SOURCES = $(sort tests/soak.c $(wildcard tests/model_*.c tests/soak_*.c))
# So is the month at a clearing house.
MONTH_SOURCES = $(sort tests/month.c $(wildcard tests/month_*.c))
# And the walk over claims, desks and money against a model of them.
WALK_SOURCES = $(sort tests/walk.c $(wildcard tests/walk_*.c))
TEST_TOOLS = $(patsubst tests/%.c,$(BUILD)/%,$(sort $(filter-out tests/test_% $(SOAK_SOURCES) $(MONTH_SOURCES) $(WALK_SOURCES),$(wildcard tests/*.c))))
DIALECTS = $(sort $(wildcard xmlio/dialects/*.dialect))

# V=1 shows the commands.
Q = $(if $(V),,@)
say = $(if $(V),,@echo "  $(1)  $@")

.PHONY: all check test demo bench soak walk tidy fmt asan valgrind cov install clean deps-build deps-test
.DELETE_ON_ERROR:

all: $(BUILD)/wledger $(BUILD)/libwledger.a

$(BUILD)/libwledger.a: $(OBJECTS)
	$(call say,AR)
	@rm -f $@
	$(Q)$(AR) rcs $@ $^

$(BUILD)/wledger: $(BUILD)/obj/cli/main.o $(BUILD)/libwledger.a
	$(call say,LD)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

$(BUILD)/obj/%.o: %.c
	$(call say,CC)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/test_%: tests/test_%.c $(BUILD)/libwledger.a
	$(call say,CC)
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -MF $@.d $(LDFLAGS) -o $@ $< $(BUILD)/libwledger.a $(LIBS) $(CHECK_LIBS)

$(TEST_TOOLS): $(BUILD)/%: tests/%.c $(BUILD)/libwledger.a
	$(call say,CC)
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -MF $@.d $(LDFLAGS) -o $@ $< $(BUILD)/libwledger.a $(LIBS)

$(BUILD)/soak: $(SOAK_SOURCES:%.c=$(BUILD)/obj/%.o) $(BUILD)/libwledger.a
	$(call say,LD)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

$(BUILD)/month: $(MONTH_SOURCES:%.c=$(BUILD)/obj/%.o) $(BUILD)/libwledger.a
	$(call say,LD)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

$(BUILD)/walk: $(WALK_SOURCES:%.c=$(BUILD)/obj/%.o) $(BUILD)/libwledger.a
	$(call say,LD)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

# The dialects are part of the program: each becomes a C string.
$(BUILD)/gen/dialects.inc: $(DIALECTS)
	$(call say,GEN)
	@mkdir -p $(@D)
	@for file in $(DIALECTS); do \
		printf '{"%s",\n' "$$(basename $$file .dialect)"; \
		sed -e 's/[\\"]/\\&/g' -e 's/^/"/' -e 's/$$/\\n"/' $$file; printf '},\n'; \
	done > $@
$(BUILD)/obj/xmlio/dialect.o $(BUILD)/obj/xmlio/dialects.o: | $(BUILD)/gen/dialects.inc

-include $(wildcard $(BUILD)/obj/*/*.d $(BUILD)/*.d)

# ---- what a fresh machine needs ----

deps-build deps-test:
	@sh deps.sh $(@:deps-%=%)

# ---- checks ----

# The inner loop: the library's own tests, with small numbers.
check: all $(TESTS) $(TEST_TOOLS) $(BUILD)/soak $(BUILD)/month $(BUILD)/walk
	@sh tests/run.sh quick $(BUILD)

test: deps-test
	@$(MAKE) --no-print-directory all $(TESTS) $(TEST_TOOLS) $(BUILD)/soak $(BUILD)/month $(BUILD)/walk BUILD=$(BUILD)
	@sh tests/run.sh full $(BUILD)

demo: deps-build
	@$(MAKE) --no-print-directory all BUILD=$(BUILD)
	@sh tests/demo.sh $(BUILD)/wledger fixtures/demo

bench: deps-test
	@$(MAKE) --no-print-directory all BUILD=$(BUILD)
	@$(MAKE) --no-print-directory -C bench BUILD=$(abspath $(BUILD))

tidy: all
	@sh tests/tidy.sh $(BUILD)

fmt:
	clang-format -i $(SOURCES) $(wildcard */*.h include/wledger/*.h tests/*.c bench/*.c)

# The seeded walk of the parts loop and the defective loop against a model; the seed is printed.
N ?= 100000
soak: $(BUILD)/soak
	@$(BUILD)/soak $(N) $(SEED)

# The same for claims, desks, forms and money.
walk: $(BUILD)/walk
	@$(BUILD)/walk $(N) $(SEED)

# The tests again with every access and every undefined operation watched.
asan:
	@LSAN_OPTIONS=suppressions=$(CURDIR)/tests/lsan.supp:print_suppressions=0 \
		$(MAKE) --no-print-directory check BUILD=$(BUILD)-asan \
		CFLAGS="-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer"

valgrind: all $(TESTS)
	@sh tests/run.sh valgrind $(BUILD)

cov:
	@$(MAKE) --no-print-directory check BUILD=$(BUILD)-cov CFLAGS="-O0 -g --coverage"
	@sh tests/coverage.sh $(BUILD)-cov

install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/lib $(DESTDIR)$(PREFIX)/include/wledger $(DESTDIR)$(PREFIX)/share/man/man1
	install -m 755 $(BUILD)/wledger $(DESTDIR)$(PREFIX)/bin/
	install -m 644 $(BUILD)/libwledger.a $(DESTDIR)$(PREFIX)/lib/
	install -m 644 include/wledger/* $(DESTDIR)$(PREFIX)/include/wledger/
	$(BUILD)/wledger help --man > $(DESTDIR)$(PREFIX)/share/man/man1/wledger.1

clean:
	rm -rf $(BUILD) $(BUILD)-asan $(BUILD)-cov
