// SPDX-License-Identifier: Apache-2.0
#include "livesonic/monitoring/score_line.h"

#include <algorithm>
#include <charconv>
#include <string>

#include "livesonic/base/text.h"
#include "livesonic/base/time_text.h"

namespace livesonic::monitoring {
namespace {

std::optional<int> to_score(std::string_view text) {
  int score = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), score);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return score >= 1 && score <= 100 ? std::optional(score) : std::nullopt;
}

void take_interruption(std::string_view value, ScoreLine& line) {
  const std::size_t at = value.find('@');
  const std::string_view action = value.substr(0, at);
  if (action != "terminate" && action != "stop" && action != "hibernate") return;
  Notice notice;
  notice.interruption = true;
  notice.action = std::string(action);
  if (at != std::string_view::npos) {
    if (const auto deadline = parse_iso8601(value.substr(at + 1))) notice.deadline = *deadline;
  }
  line.notice = std::move(notice);
}

void take_recommendation(std::string_view value, ScoreLine& line) {
  const auto since = parse_iso8601(value);
  if (!since || line.notice) return;
  line.notice.emplace();
  line.notice->at = *since;
}

// False when the word is none that serverscore could have printed.
bool take_word(std::string_view word, ScoreLine& line) {
  const std::size_t equals = word.find('=');
  if (equals == 0 || equals == std::string_view::npos) return false;
  const std::string_view name = word.substr(0, equals);
  const std::string_view value = word.substr(equals + 1);
  if (name == "spot") {
    take_interruption(value, line);
  } else if (name == "rebalance") {
    take_recommendation(value, line);
  } else if (const auto part = to_score(value)) {
    if (!line.parts) line.parts.emplace();
    const auto score = static_cast<std::uint8_t>(*part);
    if (name == "cpu") line.parts->cpu = score;
    if (name == "io") line.parts->io = score;
    if (name == "memory") line.parts->memory = score;
    if (name == "danger") line.parts->danger = score;
  }
  return true;
}

}  // namespace

std::optional<ScoreLine> parse_score_line(std::string_view out) {
  std::string_view text = trim(out);
  const auto next_word = [&text] {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    return word;
  };
  if (text.find('\n') != std::string_view::npos) return std::nullopt;
  const auto score = to_score(next_word());
  if (!score) return std::nullopt;
  ScoreLine line{*score, {}, {}};
  while (!text.empty()) {
    if (!take_word(next_word(), line)) return std::nullopt;
  }
  return line;
}

}  // namespace livesonic::monitoring
