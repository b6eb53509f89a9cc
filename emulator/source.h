/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The source's clock: how many bytes it has made by a given time.  Time goes
 * in quanta, a millisecond for a steady source, the period for a pulsed one,
 * and what a quantum brings is there at its end.  Nothing here knows what the
 * bytes are or where they go.
 */
#ifndef COBRA_EMULATOR_SOURCE_H
#define COBRA_EMULATOR_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#define SOURCE_TICK	1000000ull	/* ns between looks at a steady source */
#define SOURCE_MAX_RATE	(1ull << 40)	/* bytes/s; above it is nonsense */
#define NEVER		UINT64_MAX	/* a time that does not come */

/**
 * struct source - a clock for bytes
 * @rate: bytes/s; 0: as fast as they are taken, see source_is_max()
 * @quantum: ns
 * @since: when rate and quantum took effect
 * @base: bytes made before
 * @running: false: made stays at @base
 */
struct source {
	uint64_t rate;
	uint64_t quantum;
	uint64_t since;
	uint64_t base;
	bool running;
};

bool source_valid(uint64_t rate);
void source_start(struct source *source, uint64_t rate, uint32_t pulse_us,
		  uint64_t made, uint64_t now);
void source_stop(struct source *source, uint64_t made);

/* Bytes made since the run began, whole words.  Not for a source at max. */
uint64_t source_made(const struct source *source, uint64_t now);

/* When there will be more than @made; NEVER if it takes something else. */
uint64_t source_due(const struct source *source, uint64_t made, uint64_t now);

static inline bool source_is_max(const struct source *source)
{
	return source->running && !source->rate;
}

#endif /* COBRA_EMULATOR_SOURCE_H */
