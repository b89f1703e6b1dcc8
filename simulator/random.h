// SPDX-License-Identifier: Apache-2.0
// Randomness that is a pure function of its arguments: the same seed gives the same fleet, the same
// ids and the same load, on every machine and in every run. Not for secrets.
#pragma once

#include <cstdint>
#include <string_view>

namespace livesonic::simulator {

// Scrambles two words into one (the finaliser of SplitMix64, Steele et al. 2014).
constexpr std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  std::uint64_t z = a + 0x9e3779b97f4a7c15ULL * (b + 1);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

// The seed `seed`, made particular to `name` (FNV-1a over the name, then mixed).
constexpr std::uint64_t mix(std::uint64_t seed, std::string_view name) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char c : name) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  }
  return mix(seed, hash);
}

// A word as a number in [0, 1).
constexpr double unit(std::uint64_t word) {
  return static_cast<double>(word >> 11) * 0x1.0p-53;
}

}  // namespace livesonic::simulator
