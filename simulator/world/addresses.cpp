// SPDX-License-Identifier: Apache-2.0
#include "simulator/world/addresses.h"

#include <fmt/format.h>

#include <array>
#include <charconv>

#include "livesonic/base/text.h"

namespace livesonic::simulator {
namespace {

constexpr std::uint64_t kAddressesPerBlock = 250;

}  // namespace

std::string address_of(std::uint64_t ordinal) {
  const auto low = ordinal % kAddressesPerBlock + 1;
  const auto middle = ordinal / kAddressesPerBlock % kAddressesPerBlock;
  const auto high = 88 + ordinal / kAddressesPerBlock / kAddressesPerBlock % 100;
  return fmt::format("127.{}.{}.{}", high, middle, low);
}

std::optional<std::uint64_t> ordinal_of(const std::string& address) {
  const auto parts = split(address, '.');
  std::array<std::uint64_t, 4> numbers{};
  if (parts.size() != numbers.size()) return std::nullopt;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const char* last = parts[i].data() + parts[i].size();
    const auto [end, error] = std::from_chars(parts[i].data(), last, numbers[i]);
    if (error != std::errc{} || end != last || numbers[i] > 255) return std::nullopt;
  }
  if (numbers[0] != 127 || numbers[1] < 88 || numbers[3] == 0) return std::nullopt;
  return ((numbers[1] - 88) * kAddressesPerBlock + numbers[2]) * kAddressesPerBlock + numbers[3] -
         1;
}

}  // namespace livesonic::simulator
