/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the board's test source makes, computed afresh: little-endian words of
 * 64 bits that follow each other, whatever the sizes they are read in.
 *
 *  counter: each word is its own index in the run.
 *  prbs31: bit n of the run is bit n-28 xor bit n-31, the first 31 are the
 *	seed, and the first bit of a word is its least significant one.
 */
#ifndef COBRA_TESTS_PATTERN_H
#define COBRA_TESTS_PATTERN_H

#include "tool.h"

enum pattern_kind { PATTERN_COUNTER, PATTERN_PRBS31 };

/**
 * struct pattern - how far a stream has been checked
 * @kind: what it is made of
 * @gaps: whether a counter may jump ahead; the jumps are summed in @lost
 * @bytes: bytes checked so far
 * @lost: bytes that the board made and that did not arrive
 * @jumps: how often that happened
 * @next: counter: the next word
 * @register31: prbs31: the next 31 bits, the first in bit 0
 * @held: bytes of a word that is not whole yet, @holding of them
 */
struct pattern {
	enum pattern_kind kind;
	bool gaps;
	uint64_t bytes;
	uint64_t lost;
	uint64_t jumps;
	uint64_t next;
	uint32_t register31;
	uint8_t held[8];
	unsigned int holding;
};

static inline enum pattern_kind pattern_kind(const char *name)
{
	if (!strcmp(name, "counter"))
		return PATTERN_COUNTER;
	if (!strcmp(name, "prbs31"))
		return PATTERN_PRBS31;
	fail("no such pattern: '%s'", name);
}

/* Begin as the board does with this seed; a counter takes no notice of it. */
static inline void pattern_seed(struct pattern *pattern, uint64_t seed)
{
	pattern->register31 = seed & 0x7fffffff ? : 0x7fffffff;
}

/* The word that has to come next, and the pattern moved past it. */
static inline uint64_t pattern_word(struct pattern *pattern)
{
	uint64_t word = 0;
	unsigned int bit, step;

	if (pattern->kind == PATTERN_COUNTER)
		return pattern->next++;
	for (bit = 0; bit < 64; bit += step) {
		uint32_t r = pattern->register31;
		uint32_t mask;

		step = 64 - bit < 28 ? 64 - bit : 28;
		mask = (1u << step) - 1;
		word |= (uint64_t)(r & mask) << bit;
		pattern->register31 = r >> step | ((r ^ r >> 3) & mask)
						  << (31 - step);
	}
	return word;
}

/* The board lost @bytes here: what follows is that much further on. */
static inline void pattern_skip(struct pattern *pattern, uint64_t bytes)
{
	if (pattern->kind != PATTERN_COUNTER || bytes % 8 || pattern->holding)
		fail("%llu bytes lost inside a word, after %llu bytes",
		     (unsigned long long)bytes,
		     (unsigned long long)pattern->bytes);
	pattern->next += bytes / 8;
	pattern->lost += bytes;
	pattern->jumps++;
}

/* Begin in the middle of a counter: @bytes have arrived, @lost were lost. */
static inline void pattern_resume(struct pattern *pattern, uint64_t bytes,
				  uint64_t lost)
{
	pattern->next = (bytes + lost) / 8;
	pattern->bytes = bytes / 8 * 8;
	pattern->holding = bytes % 8;
	memcpy(pattern->held, &pattern->next, 8);
}

static inline void pattern_wrong(const struct pattern *pattern,
				 uint64_t wanted, uint64_t word,
				 const uint8_t *near, size_t before,
				 size_t after)
{
	size_t i;

	fprintf(stderr, "%s: wrong word at byte %llu (0x%llx): ",
		program_invocation_short_name,
		(unsigned long long)pattern->bytes,
		(unsigned long long)pattern->bytes);
	fprintf(stderr, "wanted %016llx, found %016llx\n",
		(unsigned long long)wanted, (unsigned long long)word);
	before = before < 32 ? before : 32;
	after = after < 64 ? after : 64;
	for (i = 0; i < before + after; i++)
		fprintf(stderr, "%s%02x%s", i == before ? "[" : "",
			(near - before)[i], (i & 15) == 15 ? "\n" : " ");
	fputc('\n', stderr);
	exit(1);
}

/* Check one whole word; @near points to it inside its surroundings. */
static inline void pattern_check_word(struct pattern *pattern, uint64_t word,
				      const uint8_t *near, size_t before,
				      size_t after)
{
	uint64_t wanted = pattern_word(pattern);

	if (word != wanted) {
		if (!pattern->gaps || word < wanted ||
		    pattern->kind != PATTERN_COUNTER)
			pattern_wrong(pattern, wanted, word, near, before,
				      after);
		pattern->next = wanted;
		pattern_skip(pattern, (word - wanted) * 8);
		pattern->next++;
	}
	pattern->bytes += 8;
}

/* Check @size bytes that follow those checked before; exit if one is wrong. */
static inline void pattern_check(struct pattern *pattern, const uint8_t *data,
				 size_t size)
{
	size_t done = 0;
	uint64_t word;

	while (pattern->holding && done < size) {
		pattern->held[pattern->holding++] = data[done++];
		if (pattern->holding < 8)
			continue;
		memcpy(&word, pattern->held, 8);
		pattern->holding = 0;
		pattern_check_word(pattern, word, pattern->held, 0, 8);
	}
	for (; size - done >= 8; done += 8) {
		memcpy(&word, data + done, 8);
		pattern_check_word(pattern, word, data + done, done,
				   size - done);
	}
	while (done < size)
		pattern->held[pattern->holding++] = data[done++];
}

/* All bytes that arrived, those of a word that is not whole yet included. */
static inline uint64_t pattern_total(const struct pattern *pattern)
{
	return pattern->bytes + pattern->holding;
}

/* A stream may end inside a word: what there is of it has to be right. */
static inline void pattern_end(struct pattern *pattern)
{
	uint64_t wanted, word = 0;
	uint64_t mask;

	if (!pattern->holding)
		return;
	wanted = pattern_word(pattern);
	memcpy(&word, pattern->held, pattern->holding);
	mask = (1ull << 8 * pattern->holding) - 1;
	if (word != (wanted & mask) && !pattern->gaps)
		pattern_wrong(pattern, wanted, word, pattern->held, 0,
			      pattern->holding);
	pattern->bytes += pattern->holding;
	pattern->holding = 0;
}

#endif /* COBRA_TESTS_PATTERN_H */
