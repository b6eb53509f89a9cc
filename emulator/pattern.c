// SPDX-License-Identifier: GPL-2.0
/*
 * The patterns, made at memory speed and straight into guest memory.
 *
 * prbs31 is the bit stream b[n] = b[n-31] ^ b[n-28] (x^31 + x^28 + 1, ITU-T
 * O.150, not inverted), whose first 31 bits are the seed.  Bits go into bytes
 * from the least significant bit up.  Squaring a polynomial over GF(2) squares
 * its terms, so p(x)^64 = p(x^64): the same recurrence holds between bits that
 * are 64 apart, and therefore between whole words: w[n] = w[n-31] ^ w[n-28].
 * To jump to word n, take x^n modulo x^31 + x^3 + 1 (the characteristic
 * polynomial of w[n+31] = w[n] ^ w[n+3]): its terms name the words out of the
 * first 31 whose sum is w[n].
 */
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cobra/board.h>

#include "pattern.h"

#define ORDER		PRBS_ORDER
#define SEED_MASK	0x7fffffffu
#define TAP		3	/* w[n+31] = w[n] ^ w[n+TAP] */
#define BLOCK		8	/* words; a constant, for the vectoriser */

static void counter_fill(uint64_t *to, uint64_t index, size_t words)
{
	size_t i, j;

	for (i = 0; i + BLOCK <= words; i += BLOCK)
		for (j = 0; j < BLOCK; j++)
			to[i + j] = htole64(index + i + j);
	for (; i < words; i++)
		to[i] = htole64(index + i);
}

/* The product of two polynomials modulo x^31 + x^3 + 1. */
static uint32_t multiply(uint32_t a, uint32_t b)
{
	uint32_t product = 0;

	for (; b; b >>= 1) {
		if (b & 1)
			product ^= a;
		a <<= 1;
		if (a >> ORDER)
			a ^= 1u << ORDER | 1u << TAP | 1u;
	}
	return product;
}

static uint32_t power_of_x(uint64_t n)
{
	uint32_t result = 1, square = 2;

	for (; n; n >>= 1) {
		if (n & 1)
			result = multiply(result, square);
		square = multiply(square, square);
	}
	return result;
}

static void prbs_jump(struct pattern *pattern, uint64_t index)
{
	uint32_t terms = power_of_x(index);
	unsigned int i, k;

	memset(pattern->window, 0, sizeof(pattern->window));
	for (k = 0; k < ORDER; k++)
		for (i = 0; i < ORDER && terms >> k & 1; i++)
			pattern->window[i] ^= pattern->first[k + i];
	pattern->next = index;
}

/* The first words come from the bit recurrence, one bit at a time. */
static void prbs_start(struct pattern *pattern, uint64_t seed)
{
	uint32_t bits = seed & SEED_MASK;	/* bit 0 comes next */
	unsigned int n;

	if (!bits)
		bits = SEED_MASK;
	memset(pattern->first, 0, sizeof(pattern->first));
	for (n = 0; n < 64 * 2 * ORDER; n++) {
		pattern->first[n / 64] |= (uint64_t)(bits & 1) << n % 64;
		bits = bits >> 1 | ((bits ^ bits >> TAP) & 1) << (ORDER - 1);
	}
	prbs_jump(pattern, 0);
}

/* Move the window on to what follows the words just made. */
static void prbs_advance(struct pattern *pattern, const uint64_t *made,
			 size_t words)
{
	uint64_t last[2 * ORDER];
	unsigned int i, skip = words < ORDER ? words : ORDER;

	if (words < ORDER)
		memcpy(last, pattern->window, sizeof(pattern->window));
	else
		for (i = 0; i < ORDER; i++)
			last[i] = le64toh(made[words - ORDER + i]);
	for (i = 0; i < ORDER; i++)
		last[ORDER + i] = last[i] ^ last[i + TAP];
	memcpy(pattern->window, last + skip, sizeof(pattern->window));
	pattern->next += words;
}

static void prbs_fill(struct pattern *pattern, uint64_t *to, uint64_t index,
		      size_t words)
{
	const size_t step = ORDER - TAP;
	size_t i, j;

	if (index != pattern->next)
		prbs_jump(pattern, index);
	for (i = 0; i < words && i < ORDER; i++)
		to[i] = htole64(pattern->window[i]);
	for (; i + step <= words; i += step)
		for (j = 0; j < step; j++)
			to[i + j] = to[i + j - ORDER] ^ to[i + j - ORDER + TAP];
	for (; i < words; i++)
		to[i] = to[i - ORDER] ^ to[i - ORDER + TAP];
	prbs_advance(pattern, to, words);
}

static void file_fill(const struct pattern_file *file, uint8_t *to,
		      uint64_t position, size_t bytes)
{
	size_t at = position % file->bytes, n;

	for (; bytes; bytes -= n, to += n, at = 0) {
		n = file->bytes - at;
		if (n > bytes)
			n = bytes;
		memcpy(to, file->data + at, n);
	}
}

void pattern_start(struct pattern *pattern, uint32_t kind, uint64_t seed,
		   const struct pattern_file *file)
{
	pattern->kind = kind;
	pattern->file = file;
	if (kind == COBRA_PATTERN_PRBS31)
		prbs_start(pattern, seed);
}

void pattern_fill(struct pattern *pattern, void *to, uint64_t position,
		  size_t bytes)
{
	uint64_t index = position / PATTERN_WORD;
	size_t words = bytes / PATTERN_WORD;

	switch (pattern->kind) {
	case COBRA_PATTERN_COUNTER:
		counter_fill(to, index, words);
		break;
	case COBRA_PATTERN_PRBS31:
		prbs_fill(pattern, to, index, words);
		break;
	case COBRA_PATTERN_FILE:
		file_fill(pattern->file, to, position, bytes);
		break;
	}
}

int pattern_file_open(struct pattern_file *file, const char *path)
{
	const char *what = NULL;
	struct stat st;
	void *data;
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st))
		what = strerror(errno);
	else if (!S_ISREG(st.st_mode) || !st.st_size)
		what = "must be a file that is not empty";
	if (!what) {
		data = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
		if (data == MAP_FAILED)
			what = strerror(errno);
	}
	if (fd >= 0)
		close(fd);
	if (what) {
		fprintf(stderr, "cobra-emulator: pattern file %s: %s\n", path,
			what);
		return -1;
	}
	file->data = data;
	file->bytes = st.st_size;
	return 0;
}

void pattern_file_close(struct pattern_file *file)
{
	if (file->bytes)
		munmap(file->data, file->bytes);
	file->bytes = 0;
}
