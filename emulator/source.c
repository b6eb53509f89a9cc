// SPDX-License-Identifier: GPL-2.0
/*
 * The source's clock.  Everything is computed from the start, never added up,
 * so that no error grows and a late look finds exactly what it missed.
 */
#include "pattern.h"
#include "source.h"

#define NS_PER_S	1000000000ull

bool source_valid(uint64_t rate)
{
	return rate <= SOURCE_MAX_RATE;
}

void source_start(struct source *source, uint64_t rate, uint32_t pulse_us,
		  uint64_t made, uint64_t now)
{
	source->rate = rate;
	source->quantum = pulse_us ? pulse_us * 1000ull : SOURCE_TICK;
	source->since = now;
	source->base = made;
	source->running = true;
}

void source_stop(struct source *source, uint64_t made)
{
	source->base = made;
	source->running = false;
}

uint64_t source_made(const struct source *source, uint64_t now)
{
	unsigned __int128 bytes;
	uint64_t quanta;

	if (!source->running || !source->rate)
		return source->base;
	quanta = (now - source->since) / source->quantum;
	bytes = source->rate;
	bytes = bytes * source->quantum * quanta / NS_PER_S;
	return source->base + (uint64_t)bytes / PATTERN_WORD * PATTERN_WORD;
}

uint64_t source_due(const struct source *source, uint64_t made, uint64_t now)
{
	unsigned __int128 per_quantum, need;
	uint64_t quanta, next;

	if (!source->running || !source->rate)
		return NEVER;
	per_quantum = source->rate;
	per_quantum *= source->quantum;
	need = made + PATTERN_WORD - source->base;
	need *= NS_PER_S;
	quanta = (need + per_quantum - 1) / per_quantum;
	next = (now - source->since) / source->quantum + 1;
	return source->since + (quanta > next ? quanta : next) * source->quantum;
}
