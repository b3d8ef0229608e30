// Read before a source of ggml that uses AMX. GCC's _tile_loadconfig says that it reads the first eight bytes of the 64
// of a configuration, so that the optimiser leaves out what was written to the others, and the first product of tiles
// ends the process (illegal instruction; seen with GCC 12.2). Here it says all of them.
#pragma once

#if defined(__AMX_TILE__) && defined(__GNUC__) && !defined(__clang__)
#include <immintrin.h>
#define _tile_loadconfig(config) __asm__ volatile("ldtilecfg\t%0" : : "m"(*(const char(*)[64])(config)))
#endif
