// SPDX-License-Identifier: Apache-2.0
// Which instance types could stand in for which, where AWS can't be asked.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace livesonic::scaling {

// Of the types that the price list has: as many virtual processors, at least the memory, no older a
// generation, no less of local disks, network and clock, and credits for the processor only where
// the type itself has them: the cheapest by the list. None where none is cheaper.
struct Alternatives {
  std::optional<std::string> same_image;  // of the same architecture
  std::optional<std::string> arm;         // Graviton, which needs an arm64 image; of x86-64 alone
};
Alternatives cheaper_types(std::string_view type);

}  // namespace livesonic::scaling
