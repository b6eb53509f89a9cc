/* SPDX-License-Identifier: GPL-2.0 */
/*
 * splitmix64: any seed will do, and the same seed gives the same numbers on
 * every machine.
 */
#ifndef COBRA_EMULATOR_DICE_H
#define COBRA_EMULATOR_DICE_H

#include <stdint.h>

static inline uint64_t dice_roll(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15ull;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ z >> 27) * 0x94d049bb133111ebull;
	return z ^ z >> 31;
}

#endif /* COBRA_EMULATOR_DICE_H */
