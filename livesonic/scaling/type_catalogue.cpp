// SPDX-License-Identifier: Apache-2.0
#include "livesonic/scaling/type_catalogue.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "livesonic/scaling/price_list.h"

namespace livesonic::scaling {
namespace {

// What a family has beyond processors and memory. One may stand in for another that has less.
constexpr unsigned kDisks = 1;
constexpr unsigned kNetwork = 2;
constexpr unsigned kClock = 4;   // 4.5 GHz on all cores
constexpr unsigned kBlocks = 8;  // EBS at three times the rate

struct Family {
  std::string_view name;
  double memory;  // GiB of its .large, which has two virtual processors
  bool arm;
  bool credits;      // the processor is had in full for a while only
  bool large_sizes;  // has .8xlarge, .12xlarge and .16xlarge
  unsigned features;
};

// After "Amazon EC2 instance types" of AWS's documentation, for the families of price_list.cpp.
constexpr std::array<Family, 37> kFamilies{{
    {"a1", 4, true, false, false, 0},
    {"c4", 3.75, false, false, false, 0},
    {"c5", 4, false, false, false, 0},
    {"c5a", 4, false, false, true, 0},
    {"c5ad", 4, false, false, true, kDisks},
    {"c5d", 4, false, false, false, kDisks},
    {"c5n", 5.25, false, false, false, kNetwork},
    {"c6a", 4, false, false, true, 0},
    {"c6g", 4, true, false, true, 0},
    {"c6gd", 4, true, false, true, kDisks},
    {"c6gn", 4, true, false, true, kNetwork},
    {"c6i", 4, false, false, true, 0},
    {"c7g", 4, true, false, true, 0},
    {"m4", 8, false, false, false, 0},
    {"m5", 8, false, false, true, 0},
    {"m5a", 8, false, false, true, 0},
    {"m5ad", 8, false, false, true, kDisks},
    {"m5d", 8, false, false, true, kDisks},
    {"m5dn", 8, false, false, true, kDisks | kNetwork},
    {"m5n", 8, false, false, true, kNetwork},
    {"m5zn", 8, false, false, false, kClock | kNetwork},
    {"m6a", 8, false, false, true, 0},
    {"m6g", 8, true, false, true, 0},
    {"m6gd", 8, true, false, true, kDisks},
    {"m6i", 8, false, false, true, 0},
    {"r4", 15.25, false, false, false, 0},
    {"r5", 16, false, false, true, 0},
    {"r5a", 16, false, false, true, 0},
    {"r5ad", 16, false, false, true, kDisks},
    {"r5b", 16, false, false, true, kBlocks},
    {"r5d", 16, false, false, true, kDisks},
    {"r5n", 16, false, false, true, kNetwork},
    {"r6g", 16, true, false, true, 0},
    {"r6i", 16, false, false, true, 0},
    {"t3", 8, false, true, false, 0},
    {"t3a", 8, false, true, false, 0},
    {"t4g", 8, true, true, false, 0},
}};

// The sizes at which a family's numbers are those of its .large times the size. A .medium and what
// is smaller has two processors in some families and one in others.
bool has_size(const Family& family, std::string_view size) {
  constexpr std::array<std::string_view, 3> kEverywhere{"large", "xlarge", "2xlarge"};
  constexpr std::array<std::string_view, 3> kOften{"8xlarge", "12xlarge", "16xlarge"};
  if (std::find(kEverywhere.begin(), kEverywhere.end(), size) != kEverywhere.end()) return true;
  if (size == "4xlarge") return !family.credits && family.name != "m5zn";
  return family.large_sizes && std::find(kOften.begin(), kOften.end(), size) != kOften.end();
}

// The digit of "c6gd".
char generation(const Family& family) {
  const std::size_t digit = family.name.find_first_of("0123456789");
  return digit == std::string_view::npos ? '0' : family.name[digit];
}

bool stands_in(const Family& other, const Family& family) {
  return other.memory >= family.memory && generation(other) >= generation(family) &&
         (!other.credits || family.credits) && (family.features & ~other.features) == 0;
}

std::vector<std::string> by_price(std::vector<std::pair<double, std::string>> priced) {
  std::sort(priced.begin(), priced.end());
  std::vector<std::string> names;
  names.reserve(priced.size());
  for (auto& [price, name] : priced) names.push_back(std::move(name));
  return names;
}

}  // namespace

Alternatives cheaper_types(std::string_view type) {
  const std::size_t dot = type.find('.');
  const auto own_price = on_demand_price(type);
  if (dot == std::string_view::npos || !own_price) return {};
  const std::string_view size = type.substr(dot + 1);
  const auto family = std::find_if(kFamilies.begin(), kFamilies.end(), [&](const Family& one) {
    return one.name == type.substr(0, dot);
  });
  if (family == kFamilies.end() || !has_size(*family, size)) return {};
  std::vector<std::pair<double, std::string>> same;
  std::vector<std::pair<double, std::string>> arm;
  for (const Family& other : kFamilies) {
    if (!stands_in(other, *family) || !has_size(other, size)) continue;
    if (other.arm != family->arm && !other.arm) continue;  // nobody goes back from Graviton
    std::string name = std::string(other.name) + "." + std::string(size);
    const double price = on_demand_price(name).value_or(*own_price);
    if (price < *own_price)
      (other.arm == family->arm ? same : arm).emplace_back(price, std::move(name));
  }
  return {by_price(std::move(same)), by_price(std::move(arm))};
}

}  // namespace livesonic::scaling
