// SPDX-License-Identifier: Apache-2.0
// Which instance types could stand in for which, where AWS can't be asked.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace livesonic::scaling {

// Of the types that the price list has: as many virtual processors, at least the memory, no older a
// generation, no less of local disks, network and clock, and credits for the processor only where
// the type itself has them. Those that the list has as cheaper, the cheapest first.
struct Alternatives {
  std::vector<std::string> same_image;  // of the same architecture
  std::vector<std::string> arm;         // Graviton, which needs an arm64 image; for x86-64 alone
};
Alternatives cheaper_types(std::string_view type);

}  // namespace livesonic::scaling
