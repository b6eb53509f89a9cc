// SPDX-License-Identifier: GPL-2.0
/* The patterns, against the plainest way of making them. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cobra/board.h>

#include "pattern.h"
#include "tap.h"

#define WORDS	4096
#define SEED	20060417u	/* of the tests' own choices, printed if wrong */

/* prbs31 one bit at a time: the definition and nothing else. */
static void naive_prbs(uint64_t *to, size_t words, uint32_t seed)
{
	static uint8_t bit[WORDS * 64];
	size_t n;

	for (n = 0; n < words * 64; n++)
		bit[n] = n < 31 ? seed >> n & 1 : bit[n - 31] ^ bit[n - 28];
	memset(to, 0, words * 8);
	for (n = 0; n < words * 64; n++)
		to[n / 64] |= (uint64_t)bit[n] << n % 64;
}

static void prbs_is_its_definition(void)
{
	static const uint32_t seeds[] = { 0x7fffffff, 1, 0x40000000, 12345 };
	static uint64_t should[WORDS], is[WORDS];
	struct pattern pattern;
	unsigned int i;

	for (i = 0; i < sizeof(seeds) / sizeof(seeds[0]); i++) {
		naive_prbs(should, WORDS, seeds[i]);
		pattern_start(&pattern, COBRA_PATTERN_PRBS31, seeds[i], NULL);
		pattern_fill(&pattern, is, 0, sizeof(is));
		CHECK(!memcmp(is, should, sizeof(is)));
	}
}

static void prbs_seed_0_is_all_ones(void)
{
	uint64_t zero[64], ones[64], high[64];
	struct pattern pattern;

	pattern_start(&pattern, COBRA_PATTERN_PRBS31, 0, NULL);
	pattern_fill(&pattern, zero, 0, sizeof(zero));
	pattern_start(&pattern, COBRA_PATTERN_PRBS31, 0x7fffffff, NULL);
	pattern_fill(&pattern, ones, 0, sizeof(ones));
	pattern_start(&pattern, COBRA_PATTERN_PRBS31, 1ull << 31, NULL);
	pattern_fill(&pattern, high, 0, sizeof(high));
	CHECK(!memcmp(zero, ones, sizeof(zero)));
	CHECK(!memcmp(high, ones, sizeof(high)));	/* 31 bits count */
	CHECK_EQUAL(zero[0] & 0x7fffffff, 0x7fffffff);
}

/* Any cut of the stream into pieces gives the same stream. */
static void prbs_in_pieces(void)
{
	static uint64_t should[WORDS], is[WORDS];
	struct pattern pattern;
	size_t at, words;

	srandom(SEED);
	pattern_start(&pattern, COBRA_PATTERN_PRBS31, 99, NULL);
	pattern_fill(&pattern, should, 0, sizeof(should));
	pattern_start(&pattern, COBRA_PATTERN_PRBS31, 99, NULL);
	for (at = 0; at < WORDS; at += words) {
		words = random() % 100;
		if (words > WORDS - at)
			words = WORDS - at;
		pattern_fill(&pattern, is + at, at * 8, words * 8);
	}
	CHECK(!memcmp(is, should, sizeof(is)));
}

static void prbs_jumps(void)
{
	static uint64_t should[WORDS];
	struct pattern pattern;
	uint64_t is[40];
	size_t at, words;
	unsigned int i;

	srandom(SEED);
	pattern_start(&pattern, COBRA_PATTERN_PRBS31, 7, NULL);
	pattern_fill(&pattern, should, 0, sizeof(should));
	for (i = 0; i < 1000; i++) {
		words = 1 + random() % 40;
		at = random() % (WORDS - words);
		pattern_fill(&pattern, is, at * 8, words * 8);
		if (memcmp(is, should + at, words * 8))
			printf("# seed %u, jump %u: %zu words at %zu\n", SEED,
			       i, words, at);
		CHECK(!memcmp(is, should + at, words * 8));
	}
}

/* The period is 2^31 - 1 bits, so that many words on the words repeat. */
static void prbs_jumps_far(void)
{
	const uint64_t period = (1ull << 31) - 1;
	struct pattern pattern;
	uint64_t first[40], later[40];

	pattern_start(&pattern, COBRA_PATTERN_PRBS31, 3, NULL);
	pattern_fill(&pattern, first, 0, sizeof(first));
	pattern_fill(&pattern, later, period * 8, sizeof(later));
	CHECK(!memcmp(first, later, sizeof(first)));
	pattern_fill(&pattern, later, period * 8 * 1000, sizeof(later));
	CHECK(!memcmp(first, later, sizeof(first)));
	pattern_fill(&pattern, later, (period / 2) * 8, sizeof(later));
	CHECK(memcmp(first, later, sizeof(first)));
}

static void counter_counts(void)
{
	struct pattern pattern;
	uint64_t is[77];
	unsigned int i;

	pattern_start(&pattern, COBRA_PATTERN_COUNTER, 0, NULL);
	pattern_fill(&pattern, is, 1ull << 40, sizeof(is));
	for (i = 0; i < 77; i++)
		CHECK_EQUAL(is[i], (1ull << 37) + i);
}

static void file_repeats(void)
{
	struct pattern_file file = { .data = (uint8_t *)"cobra", .bytes = 5 };
	struct pattern pattern;
	uint8_t is[24];
	unsigned int i;

	pattern_start(&pattern, COBRA_PATTERN_FILE, 0, &file);
	pattern_fill(&pattern, is, 16, sizeof(is));
	for (i = 0; i < sizeof(is); i++)
		CHECK_EQUAL(is[i], "cobra"[(16 + i) % 5]);
}

static void file_opens(void)
{
	char path[] = "/tmp/cobra-pattern-XXXXXX";
	struct pattern_file file = { 0 };
	int fd = mkstemp(path);

	CHECK(fd >= 0);
	CHECK_EQUAL(write(fd, "ABC", 3), 3);
	close(fd);
	CHECK(!pattern_file_open(&file, path));
	CHECK_EQUAL(file.bytes, 3);
	CHECK(!memcmp(file.data, "ABC", 3));
	pattern_file_close(&file);
	unlink(path);
	CHECK(pattern_file_open(&file, path));
	CHECK(pattern_file_open(&file, "/dev/null"));
}

static const struct tap_test tests[] = {
	{ "prbs31 is its definition, bit by bit", prbs_is_its_definition },
	{ "prbs31 of seed 0 is that of all ones", prbs_seed_0_is_all_ones },
	{ "prbs31 does not depend on how it is cut", prbs_in_pieces },
	{ "prbs31 jumps to any word", prbs_jumps },
	{ "prbs31 jumps over whole periods", prbs_jumps_far },
	{ "the counter counts words", counter_counts },
	{ "a file is repeated", file_repeats },
	{ "a file that cannot be used is refused", file_opens },
};

int main(void)
{
	/* What is refused says so on stderr, which is not our output. */
	if (!freopen("/dev/null", "w", stderr))
		return 1;
	return TAP_MAIN(tests);
}
