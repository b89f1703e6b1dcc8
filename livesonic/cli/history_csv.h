// SPDX-License-Identifier: Apache-2.0
// Scores of another origin, from lines "time,cluster,instance,score", made into what the API takes.
// Pure functions of the text given.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <string>
#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"
#include "livesonic/cli/json_text.h"

namespace livesonic::cli {

struct ImportedScore {
  Time at{};
  std::uint32_t instance = 0;  // index into ClusterImport::instances
  std::uint8_t score = 0;      // 1..100
};

struct ClusterImport {
  std::string cluster;
  std::vector<std::string> instances;
  std::vector<ImportedScore> scores;  // in the order of time
};

// Times are ISO 8601 or seconds since 1970, with a fraction if need be. Empty lines, lines that
// begin with '#' and a first line of titles are passed over. The error says "scores.csv:12: …";
// nothing is taken from a file with a mistake.
Result<std::vector<ClusterImport>> read_history_csv(std::istream& csv, std::string_view file_name);

// Gives `send` the bodies of POST /clusters/NAME/history one after another, each with about
// `batch` scores, never parting those of one time: together they make the cluster's point. Stops
// at the first error.
Result<void> send_in_batches(const ClusterImport& import, std::size_t batch,
                             const std::function<Result<void>(const Json&)>& send);

}  // namespace livesonic::cli
