// SPDX-License-Identifier: Apache-2.0
#include "simulator/world/instance_types.h"

#include <algorithm>
#include <array>

namespace livesonic::simulator {
namespace {

constexpr int kGib = 1024;

constexpr std::array<TypeFacts, 12> kTypes{{
    {"c6i.large", 2, 4 * kGib, "x86_64", "Up to 12.5 Gigabit", false, true, false, 0.107},
    {"c6i.metal", 128, 256 * kGib, "x86_64", "50 Gigabit", false, true, true, 6.848},
    {"c6i.xlarge", 4, 8 * kGib, "x86_64", "Up to 12.5 Gigabit", false, true, false, 0.214},
    {"c7g.large", 2, 4 * kGib, "arm64", "Up to 12.5 Gigabit", false, true, false, 0.0912},
    {"c7g.xlarge", 4, 8 * kGib, "arm64", "Up to 12.5 Gigabit", false, true, false, 0.1824},
    {"m1.small", 1, 1740, "i386", "Low", false, false, false, 0.061},
    {"m5.large", 2, 8 * kGib, "x86_64", "Up to 10 Gigabit", false, true, false, 0.124},
    {"m6i.large", 2, 8 * kGib, "x86_64", "Up to 12.5 Gigabit", false, true, false, 0.124},
    {"m6i.xlarge", 4, 16 * kGib, "x86_64", "Up to 12.5 Gigabit", false, true, false, 0.248},
    {"r6i.large", 2, 16 * kGib, "x86_64", "Up to 12.5 Gigabit", false, true, false, 0.152},
    {"t3.medium", 2, 4 * kGib, "x86_64", "Up to 5 Gigabit", true, true, false, 0.0544},
    {"t3.small", 2, 2 * kGib, "x86_64", "Up to 5 Gigabit", true, true, false, 0.0272},
}};

}  // namespace

std::span<const TypeFacts> type_facts() {
  return kTypes;
}

const TypeFacts* find_type(std::string_view name) {
  const auto found = std::ranges::find(kTypes, name, &TypeFacts::name);
  return found == kTypes.end() ? nullptr : &*found;
}

}  // namespace livesonic::simulator
