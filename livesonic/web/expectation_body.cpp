// SPDX-License-Identifier: Apache-2.0
#include "livesonic/web/expectation_body.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <optional>

#include "livesonic/base/text.h"
#include "livesonic/model/alert_range.h"
#include "livesonic/model/metric.h"

namespace livesonic::web {
namespace {

constexpr std::size_t kLongestText = 4'096;
constexpr std::size_t kLongestRange = 64;

// "expect_exit", or "expect_not_exit" for what must not be.
std::string key_of(const std::string& key, bool wanted) {
  constexpr std::string_view kExpect = "expect";
  return wanted ? key : "expect_not" + key.substr(kExpect.size());
}

void check_regex(ObjectReader& reader, const std::string& key,
                 const std::optional<std::string>& regex) {
  if (!regex) return;
  RE2::Options options;
  options.set_log_errors(false);
  const RE2 pattern(*regex, options);
  if (pattern.ok()) return;
  reader.mistake(key, fmt::format("is not a regular expression that RE2 takes: {}",
                                  printable(shorten(pattern.error(), 200))));
}

std::optional<std::string> read_alert_range(ObjectReader& reader, const std::string& key) {
  auto given = reader.text(key, kLongestRange);
  if (!given) return given;
  if (const auto range = parse_alert_range(*given); !range) {
    reader.mistake(key, range.error().message);
  }
  return given;
}

std::optional<JsonExpectation> read_json(ObjectReader& outer, const std::string& key) {
  const nlohmann::json* object = outer.object(key);
  if (object == nullptr) return std::nullopt;
  ObjectReader reader(*object, key + ".");
  JsonExpectation expect;
  expect.pointer = reader.required("pointer", reader.text("pointer", kLongestText));
  if (const auto checked = check_json_pointer(expect.pointer); !checked) {
    reader.mistake("pointer", checked.error().message);
  }
  expect.equals = reader.scalar("equals", kLongestText);
  expect.range = read_alert_range(reader, "range");
  if (const auto finished = reader.finish(); !finished) outer.mistake_as(finished.error().message);
  return expect;
}

void read_part(ObjectReader& reader, const std::string& status_key, int least, int most,
               bool wanted, Expectation& expect) {
  const std::string exact_key = key_of("expect", wanted);
  expect.exact = reader.text(exact_key, kLongestText);
  if (expect.exact && trim(*expect.exact) != *expect.exact) {
    reader.mistake(exact_key,
                   "begins or ends with white space; what the command prints is compared without");
  }
  const std::string contains_key = key_of("expect_contains", wanted);
  expect.contains = reader.text(contains_key, kLongestText);
  if (expect.contains && expect.contains->empty()) {
    reader.mistake(contains_key, "is empty, and would hold for any output");
  }
  const std::string regex_key = key_of("expect_regex", wanted);
  expect.regex = reader.text(regex_key, kLongestText);
  check_regex(reader, regex_key, expect.regex);
  expect.exit_status = reader.integer(key_of(status_key, wanted), least, most);
  expect.json = read_json(reader, key_of("expect_json", wanted));
}

}  // namespace

void read_expectations(ObjectReader& reader, const std::string& status_key, int least, int most,
                       Expectation& expect, Expectation& forbid) {
  read_part(reader, status_key, least, most, true, expect);
  read_part(reader, status_key, least, most, false, forbid);
}

void read_thresholds(ObjectReader& reader, Thresholds& thresholds, bool with_metric) {
  thresholds.warning = read_alert_range(reader, "warning").value_or("");
  thresholds.critical = read_alert_range(reader, "critical").value_or("");
  if (!with_metric) return;
  const auto metric = reader.text("metric", kLongestLabel);
  thresholds.metric = metric.value_or("");
  if (metric && thresholds.empty()) {
    reader.mistake("metric", "says which value is compared; give warning or critical too");
  }
}

}  // namespace livesonic::web
