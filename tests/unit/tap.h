/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Test Anything Protocol: a plan, then a line a test.  A test is a function
 * that returns on the first CHECK() that fails; the line that failed is in
 * the output as a comment.
 */
#ifndef COBRA_TESTS_TAP_H
#define COBRA_TESTS_TAP_H

#include <stdbool.h>
#include <stdio.h>

struct tap_test {
	const char *name;
	void (*run)(void);
};

static bool tap_failed;

#define CHECK(condition)						\
	do {								\
		if (!(condition)) {					\
			printf("# %s:%d: %s\n", __FILE__, __LINE__,	\
			       #condition);				\
			tap_failed = true;				\
			return;						\
		}							\
	} while (0)

/* The same for two numbers, which it prints. */
#define CHECK_EQUAL(is, should)						\
	do {								\
		unsigned long long is_ = (is), should_ = (should);	\
									\
		if (is_ != should_) {					\
			printf("# %s:%d: %s is %llu (%#llx), not %llu (%#llx)\n", \
			       __FILE__, __LINE__, #is, is_, is_,	\
			       should_, should_);			\
			tap_failed = true;				\
			return;						\
		}							\
	} while (0)

static inline int tap_main(const struct tap_test *tests, unsigned int count)
{
	unsigned int i, failed = 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("1..%u\n", count);
	for (i = 0; i < count; i++) {
		tap_failed = false;
		tests[i].run();
		printf("%sok %u - %s\n", tap_failed ? "not " : "", i + 1,
		       tests[i].name);
		failed += tap_failed;
	}
	return failed ? 1 : 0;
}

#define TAP_MAIN(tests) tap_main(tests, sizeof(tests) / sizeof((tests)[0]))

#endif /* COBRA_TESTS_TAP_H */
