// SPDX-License-Identifier: Apache-2.0
// How jemalloc is to hold the memory of thousands of conversations: read by it before main(); see
// its manual, "TUNING".
extern "C" {

// Most of what is allocated stays, and threads take turns with it, so caches of free memory for each
// thread cost more than the locks that they save; what was needed for a moment goes back to the
// system after a second.
extern const char* const malloc_conf;
const char* const malloc_conf = "narenas:4,tcache:false,dirty_decay_ms:1000,muzzy_decay_ms:0";

}  // extern "C"
