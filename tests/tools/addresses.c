// SPDX-License-Identifier: GPL-2.0
/*
 * addresses FILE
 *
 * Print each address of the kernel's memory that FILE tells, be it as a number in
 * hexadecimal, in decimal or below 0, or as eight bytes; and fail if there is one.
 */
#include "tool.h"

#include <ctype.h>

/*
 * Where a 64-bit kernel's memory is.  Small numbers below 0 are none of it, nor
 * are masks of all ones.
 */
#define FIRST	0xffff000000000000ull
#define LAST	0xfffffffffeffffffull
#define DIGITS	16	/* of an address in hexadecimal */
#define MOST	(64 << 20)

static char bytes[MOST + 1];

static bool is_address(uint64_t value)
{
	return value >= FIRST && value <= LAST;
}

static bool tells_address(const char *word, bool negative)
{
	const char *digits = strncasecmp(word, "0x", 2) ? word : word + 2;
	uint64_t value;
	char *end;

	value = strtoull(digits, &end, 16);
	if (!*end && strlen(digits) == DIGITS && is_address(value))
		return true;
	errno = 0;
	value = strtoull(word, &end, 10);
	return !*end && !errno && is_address(negative ? -value : value);
}

/* Cuts the bytes into words, so it comes last. */
static unsigned int look_at_words(size_t size)
{
	unsigned int found = 0;
	bool negative = false;
	char *word = bytes;
	size_t i;

	for (i = 0; i <= size; i++) {
		char c = bytes[i];

		if (isalnum((unsigned char)c))
			continue;
		bytes[i] = '\0';
		if (tells_address(word, negative)) {
			printf("%s%s\n", negative ? "-" : "", word);
			found++;
		}
		negative = c == '-';
		word = &bytes[i + 1];
	}
	return found;
}

static unsigned int look_at_bytes(size_t size)
{
	unsigned int found = 0;
	uint64_t value;
	size_t i;

	for (i = 0; i + sizeof(value) <= size; i++) {
		memcpy(&value, &bytes[i], sizeof(value));
		if (!is_address(value))
			continue;
		printf("at %zu: the bytes of 0x%llx\n", i,
		       (unsigned long long)value);
		found++;
	}
	return found;
}

int main(int argc, char **argv)
{
	size_t size = 0;
	ssize_t got;
	int fd;

	if (argc != 2)
		fail("usage: addresses FILE");
	fd = open_or_die(argv[1], O_RDONLY);
	while ((got = read(fd, &bytes[size], MOST - size)) > 0)
		size += got;
	if (got < 0 || size == MOST)
		die("%s cannot be read, or not whole", argv[1]);
	printf("bytes=%zu\n", size);
	return look_at_bytes(size) + look_at_words(size) ? 1 : 0;
}
