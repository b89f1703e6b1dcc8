// SPDX-License-Identifier: Apache-2.0
// The types of instances that the simulated EC2 offers, and what is known of each. Plain values.
#pragma once

#include <span>
#include <string_view>

namespace livesonic::simulator {

struct TypeFacts {
  std::string_view name;
  int vcpus = 0;
  int memory_mib = 0;
  std::string_view architecture;  // "x86_64", "arm64", or "i386" where it runs both
  std::string_view network;       // "Up to 12.5 Gigabit"
  bool burstable = false;
  bool current = true;
  bool bare_metal = false;
  double dollars = 0;  // an hour on demand, of Linux in Tokyo in 2025, rounded
};

// In the order of their names.
std::span<const TypeFacts> type_facts();

// nullptr for a type that isn't offered.
const TypeFacts* find_type(std::string_view name);

}  // namespace livesonic::simulator
