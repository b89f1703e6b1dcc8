// SPDX-License-Identifier: Apache-2.0
#include "livesonic/scaling/price_list.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace livesonic::scaling {
namespace {

// USD an hour of the .large of each family.
constexpr std::array<std::pair<std::string_view, double>, 37> kLarge{{
    {"a1", 0.051},    {"c4", 0.1},     {"c5", 0.085},   {"c5a", 0.077},   {"c5ad", 0.086},
    {"c5d", 0.096},   {"c5n", 0.108},  {"c6a", 0.0765}, {"c6g", 0.068},   {"c6gd", 0.0768},
    {"c6gn", 0.0864}, {"c6i", 0.085},  {"c7g", 0.0725}, {"m4", 0.1},      {"m5", 0.096},
    {"m5a", 0.086},   {"m5ad", 0.103}, {"m5d", 0.113},  {"m5dn", 0.136},  {"m5n", 0.119},
    {"m5zn", 0.1652}, {"m6a", 0.0864}, {"m6g", 0.077},  {"m6gd", 0.0904}, {"m6i", 0.096},
    {"r4", 0.133},    {"r5", 0.126},   {"r5a", 0.113},  {"r5ad", 0.131},  {"r5b", 0.149},
    {"r5d", 0.144},   {"r5n", 0.149},  {"r6g", 0.1008}, {"r6i", 0.126},   {"t3", 0.0832},
    {"t3a", 0.0752},  {"t4g", 0.0672},
}};

// As parts of a .large.
std::optional<double> size_of(std::string_view size) {
  if (size == "nano") return 1.0 / 16;
  if (size == "micro") return 1.0 / 8;
  if (size == "small") return 1.0 / 4;
  if (size == "medium") return 1.0 / 2;
  if (size == "large") return 1;
  if (size == "xlarge") return 2;
  if (!size.ends_with("xlarge")) return std::nullopt;
  int times = 0;
  const auto [end, error] = std::from_chars(size.data(), size.data() + size.size(), times);
  if (error != std::errc() || std::string_view(end, size.data() + size.size()) != "xlarge" ||
      times < 2 || times > 64) {
    return std::nullopt;
  }
  return 2.0 * times;
}

}  // namespace

std::optional<double> on_demand_price(std::string_view type) {
  const std::size_t dot = type.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const auto family = std::find_if(kLarge.begin(), kLarge.end(), [&](const auto& known) {
    return known.first == type.substr(0, dot);
  });
  const auto size = size_of(type.substr(dot + 1));
  if (family == kLarge.end() || !size) return std::nullopt;
  return family->second * *size;
}

}  // namespace livesonic::scaling
