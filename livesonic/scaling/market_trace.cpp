// SPDX-License-Identifier: Apache-2.0
#include "livesonic/scaling/market_trace.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <nlohmann/json.hpp>

#include "livesonic/base/text.h"
#include "livesonic/scaling/price_list.h"

namespace livesonic::scaling {
namespace {

constexpr std::size_t kMostSteps = 10'000'000;

}  // namespace

std::string zone_prefix(std::string_view region) {
  static const std::map<std::string_view, std::string_view> kDirections{
      {"north", "n"},      {"south", "s"},      {"east", "e"},
      {"west", "w"},       {"central", "c"},    {"northeast", "ne"},
      {"southeast", "se"}, {"northwest", "nw"}, {"southwest", "sw"}};
  const auto parts = split(region, '-');
  if (parts.size() != 3) return std::string(region);
  const auto direction = kDirections.find(parts[1]);
  if (direction == kDirections.end()) return std::string(region);
  return fmt::format("{}{}{}", parts[0], direction->second, parts[2]);
}

Result<std::vector<Pool>> parse_spot_prices(std::string_view text, std::string_view file_name,
                                            const std::vector<std::string>& types,
                                            std::string_view zones) {
  struct Latest {
    std::string time;
    double price = 0;
  };
  std::map<std::pair<std::size_t, std::string>, Latest> latest;
  std::size_t number = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = trim(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    ++number;
    if (line.empty() || line.front() == '#') continue;
    const auto fields = split(line, '\t');
    double price = 0;
    const bool five = fields.size() == 5;
    if (five) std::from_chars(fields[3].data(), fields[3].data() + fields[3].size(), price);
    if (!five || !(price > 0 && price < 10'000)) {
      return fail(ErrorKind::kInvalidInput,
                  fmt::format("{}:{}: is no price: zone, type, product, USD an hour and time, "
                              "between tabs",
                              file_name, number));
    }
    const auto type = std::find(types.begin(), types.end(), fields[1]);
    if (type == types.end() || !fields[0].starts_with(zones) || fields[2] != "Linux/UNIX") continue;
    Latest& pool = latest[{static_cast<std::size_t>(type - types.begin()), std::string(fields[0])}];
    if (fields[4] >= pool.time) pool = {std::string(fields[4]), price};
  }
  std::vector<Pool> pools;
  for (const auto& [key, found] : latest) {
    pools.push_back({.type = types[key.first],
                     .zone = key.second,
                     .price = found.price,
                     .on_demand_price = on_demand_price(types[key.first]).value_or(0),
                     .interrupted = 0,
                     .barred = false});
  }
  return pools;
}

Result<Availability> parse_availability(std::string_view text, std::string_view file_name) {
  const auto wrong = [&](std::string_view what) {
    return fail(ErrorKind::kInvalidInput,
                fmt::format("{}: {}; it must be {{\"metadata\": {{\"gap_seconds\": N}}, \"data\": "
                            "[1, 0, …]}}",
                            file_name, what));
  };
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (json.is_discarded() || !json.is_object()) return wrong("is no JSON object");
  const auto metadata = json.find("metadata");
  if (metadata == json.end() || !metadata->is_object()) return wrong("has no metadata");
  const auto gap = metadata->find("gap_seconds");
  if (gap == metadata->end() || !gap->is_number()) return wrong("has no gap_seconds");
  const auto seconds = gap->get<double>();
  if (!(seconds >= 1 && seconds <= 86'400)) return wrong("gap_seconds is not from 1 to 86400");
  const auto data = json.find("data");
  if (data == json.end() || !data->is_array() || data->empty() || data->size() > kMostSteps) {
    return wrong("has no data");
  }
  Availability found{.step = Duration{static_cast<std::int64_t>(seconds * 1000)}, .had = {}};
  found.had.reserve(data->size());
  for (const auto& one : *data) {
    if (!one.is_number()) return wrong("has something in data that is no number");
    found.had.push_back(one.get<double>() > 0);
  }
  return found;
}

}  // namespace livesonic::scaling
