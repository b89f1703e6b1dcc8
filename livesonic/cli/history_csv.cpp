// SPDX-License-Identifier: Apache-2.0
#include "livesonic/cli/history_csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <istream>
#include <map>
#include <unordered_map>

#include "livesonic/base/text.h"
#include "livesonic/base/time_text.h"
#include "livesonic/model/cluster.h"

namespace livesonic::cli {
namespace {

// A year of a hundred instances, a score a minute; some 800 MB while it is read.
constexpr std::size_t kMostScores = 50'000'000;
constexpr std::size_t kLongestId = 128;

tl::unexpected<Error> wrong(const std::string& message) {
  return fail(ErrorKind::kInvalidInput, message);
}

std::string shown(std::string_view text) {
  return printable(shorten(text, 64));
}

Result<Time> read_time(std::string_view text) {
  if (text.find_first_not_of("0123456789.") != std::string_view::npos) return parse_iso8601(text);
  double seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  // Up to the year 9999, as parse_iso8601.
  if (error != std::errc{} || end != text.data() + text.size() || seconds > 253402300799.0) {
    return wrong(
        fmt::format("'{}' is neither a time such as 2026-03-01T08:30:00Z nor seconds "
                    "since 1970",
                    shown(text)));
  }
  return Time{Duration{std::llround(seconds * 1000)}};
}

bool is_instance_id(std::string_view id) {
  return !id.empty() && id.size() <= kLongestId && std::all_of(id.begin(), id.end(), [](char c) {
    return c > 0x20 && c < 0x7F && c != '"' && c != '/';
  });
}

struct HistoryRow {
  Time at{};
  std::string cluster;
  std::string instance;
  int score = 0;
};

Result<HistoryRow> read_row(std::string_view line) {
  const auto fields = split(line, ',');
  if (fields.size() != 4) {
    return wrong(fmt::format("there must be four fields, time,cluster,instance,score, not {}",
                             fields.size()));
  }
  HistoryRow row;
  const auto at = read_time(trim(fields[0]));
  if (!at) return fail(at.error());
  row.at = *at;
  row.cluster = trim(fields[1]);
  if (const auto checked = check_name("cluster", row.cluster); !checked) {
    return fail(checked.error());
  }
  row.instance = trim(fields[2]);
  if (!is_instance_id(row.instance)) {
    return wrong(fmt::format("'{}' is not the id of an instance", shown(row.instance)));
  }
  const std::string_view digits = trim(fields[3]);
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), row.score);
  if (error != std::errc{} || end != digits.data() + digits.size() || row.score < 1 ||
      row.score > 100) {
    return wrong(fmt::format("'{}' is not a score, a whole number from 1 to 100", shown(digits)));
  }
  return row;
}

// Imports that grow row by row.
class Collector {
 public:
  void add(const HistoryRow& row) {
    Growing& growing = clusters_[row.cluster];
    const auto next = static_cast<std::uint32_t>(growing.import.instances.size());
    const auto [found, is_new] = growing.index.emplace(row.instance, next);
    if (is_new) growing.import.instances.push_back(row.instance);
    growing.import.scores.push_back({row.at, found->second, static_cast<std::uint8_t>(row.score)});
  }

  std::vector<ClusterImport> take() {
    std::vector<ClusterImport> imports;
    for (auto& [name, growing] : clusters_) {
      growing.import.cluster = name;
      auto& scores = growing.import.scores;
      std::stable_sort(scores.begin(), scores.end(),
                       [](const auto& a, const auto& b) { return a.at < b.at; });
      imports.push_back(std::move(growing.import));
    }
    return imports;
  }

 private:
  struct Growing {
    ClusterImport import;
    std::unordered_map<std::string, std::uint32_t> index;
  };
  std::map<std::string, Growing> clusters_;
};

using Scores = std::vector<ImportedScore>::const_iterator;

// The cluster's point of the scores from `first` to `last`, all of one time.
Json cluster_point(Scores first, Scores last) {
  const auto count = static_cast<double>(last - first);
  double sum = 0;
  int lowest = 100;
  int highest = 1;
  for (auto one = first; one != last; ++one) {
    sum += one->score;
    lowest = std::min(lowest, int{one->score});
    highest = std::max(highest, int{one->score});
  }
  const double mean = sum / count;
  double squares = 0;
  for (auto one = first; one != last; ++one) squares += (one->score - mean) * (one->score - mean);
  return {{"at", to_iso8601(first->at)},
          {"mean", mean},
          {"min", lowest},
          {"max", highest},
          {"spread", std::sqrt(squares / count)},
          {"count", last - first},
          {"members", last - first}};
}

}  // namespace

Result<std::vector<ClusterImport>> read_history_csv(std::istream& csv, std::string_view file_name) {
  Collector collector;
  std::array<char, 1024> line{};
  std::size_t scores = 0;
  for (std::size_t number = 1; csv.getline(line.data(), line.size()); ++number) {
    const std::string_view text = trim(line.data());
    if (text.empty() || text.front() == '#') continue;
    if (number == 1 && text.starts_with("time,")) continue;
    const auto row = read_row(text);
    if (!row) return fail(row.error().context(fmt::format("{}:{}", shown(file_name), number)));
    if (++scores > kMostScores) {
      return wrong(fmt::format("{} has more than {} scores; import it in parts", shown(file_name),
                               kMostScores));
    }
    collector.add(*row);
  }
  if (!csv.eof()) {
    return wrong(
        fmt::format("{} has a line of more than {} characters, or cannot be read to its "
                    "end",
                    shown(file_name), line.size() - 1));
  }
  return collector.take();
}

Result<void> send_in_batches(const ClusterImport& import, std::size_t batch,
                             const std::function<Result<void>(const Json&)>& send) {
  const auto new_body = [] {
    return Json{{"instances", Json::object()}, {"cluster", Json::array()}};
  };
  Json body = new_body();
  std::size_t in_body = 0;
  for (auto first = import.scores.begin(); first != import.scores.end();) {
    const auto last = std::find_if(first, import.scores.end(),
                                   [&](const auto& score) { return score.at != first->at; });
    const std::string at = to_iso8601(first->at);
    for (auto one = first; one != last; ++one) {
      body["instances"][import.instances[one->instance]].push_back(
          {{"at", at}, {"score", one->score}});
    }
    body["cluster"].push_back(cluster_point(first, last));
    in_body += static_cast<std::size_t>(last - first);
    first = last;
    if (in_body < batch && first != import.scores.end()) continue;
    if (const auto sent = send(body); !sent) return sent;
    body = new_body();
    in_body = 0;
  }
  return {};
}

}  // namespace livesonic::cli
