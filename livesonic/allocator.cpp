// SPDX-License-Identifier: Apache-2.0
// How jemalloc is to hold the memory of thousands of conversations: read by it before main(); see
// its manual, "TUNING".
extern "C" {

// Most of what is allocated stays. What threads keep free for themselves is little, as there are
// many threads; what was needed for a moment goes back to the system after a second.
extern const char* const malloc_conf;
const char* const malloc_conf =
    "narenas:4,lg_tcache_max:11,tcache_nslots_small_min:8,tcache_nslots_small_max:32,"
    "dirty_decay_ms:1000,muzzy_decay_ms:0";

}  // extern "C"
