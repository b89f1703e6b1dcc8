// SPDX-License-Identifier: Apache-2.0
#include "livesonic/cli/sparkline.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace livesonic::cli {

std::string sparkline(const std::vector<std::optional<double>>& scores) {
  constexpr std::array<std::string_view, 8> kBars{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  std::string line;
  for (const auto& score : scores) {
    if (!score) {
      line += ' ';
      continue;
    }
    const double share = (std::clamp(*score, 1.0, 100.0) - 1) / 99;
    line += kBars[std::min<std::size_t>(7, static_cast<std::size_t>(share * 8))];
  }
  return line;
}

std::vector<std::optional<double>> in_equal_steps(
    const std::vector<std::pair<Time, double>>& points, Time from, Time to, std::size_t steps) {
  std::vector<std::optional<double>> means(steps);
  if (steps == 0 || to <= from) return means;
  std::vector<double> sums(steps, 0);
  std::vector<std::size_t> counts(steps, 0);
  const auto span = static_cast<double>((to - from).count());
  for (const auto& [at, score] : points) {
    if (at < from || at > to) continue;
    const double share = static_cast<double>((at - from).count()) / span;
    const auto step = std::min(steps - 1, static_cast<std::size_t>(share * double(steps)));
    sums[step] += score;
    ++counts[step];
  }
  for (std::size_t i = 0; i < steps; ++i) {
    if (counts[i] > 0) means[i] = sums[i] / static_cast<double>(counts[i]);
  }
  return means;
}

}  // namespace livesonic::cli
