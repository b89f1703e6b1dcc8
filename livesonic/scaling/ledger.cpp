// SPDX-License-Identifier: Apache-2.0
#include "livesonic/scaling/ledger.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <string>
#include <tuple>

namespace livesonic::scaling {
namespace {

using namespace std::chrono_literals;

constexpr double kHour = 3'600'000;  // in milliseconds

}  // namespace

bool is_paid(const Instance& instance) {
  return instance.ec2_state == "running" && instance.id.starts_with("i-") && !instance.type.empty();
}

std::vector<CostLine> bill_for(const std::vector<Instance>& instances, const PriceOf& price,
                               Time from, Time until) {
  std::map<std::tuple<Time, Lifecycle, std::string>, CostLine> lines;
  for (const Instance& instance : instances) {
    if (!is_paid(instance)) continue;
    const std::optional<double> usd_an_hour = price(instance);
    Time begin = std::max(from, instance.launched_at.value_or(from));
    while (begin < until) {
      const Time hour = std::chrono::floor<std::chrono::hours>(begin);
      const Time end = std::min<Time>(until, hour + 1h);
      const Duration ran = end - begin;
      CostLine& line = lines[{hour, instance.lifecycle, instance.type}];
      line.ran += ran;
      if (usd_an_hour) {
        line.usd += *usd_an_hour * static_cast<double>(ran.count()) / kHour;
      } else {
        line.unpriced += ran;
      }
      line.cluster = instance.cluster;
      begin = end;
    }
  }
  std::vector<CostLine> all;
  all.reserve(lines.size());
  for (auto& [key, line] : lines) {
    std::tie(line.hour, line.lifecycle, line.type) = key;
    all.push_back(std::move(line));
  }
  return all;
}

}  // namespace livesonic::scaling
