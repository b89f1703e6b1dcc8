// SPDX-License-Identifier: Apache-2.0
#include "livesonic/monitoring/expectations.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "livesonic/base/text.h"
#include "livesonic/model/alert_range.h"

namespace livesonic::monitoring {
namespace {

using nlohmann::json;

constexpr std::size_t kQuoted = 120;  // bytes of output quoted in a sentence

// RE2 runs in linear time whatever the pattern and the output are.
Result<bool> matches(const std::string& regex, std::string_view out) {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_encoding(RE2::Options::EncodingUTF8);
  const RE2 pattern(regex, options);
  if (!pattern.ok()) {
    return fail(ErrorKind::kInvalidInput,
                fmt::format("the pattern is not valid: {}", pattern.error()));
  }
  return RE2::PartialMatch(to_valid_utf8(out), pattern);
}

const json* step_into(const json& value, const std::string& name) {
  if (value.is_object()) {
    const auto found = value.find(name);
    return found == value.end() ? nullptr : &*found;
  }
  if (!value.is_array()) return nullptr;
  std::size_t index = 0;
  const char* const end = name.data() + name.size();
  const auto [last, error] = std::from_chars(name.data(), end, index);
  const bool fits = error == std::errc{} && last == end && (name == "0" || name.front() != '0');
  return fits && index < value.size() ? &value[index] : nullptr;
}

std::string unescaped(std::string_view part) {
  std::string name;
  for (std::size_t i = 0; i < part.size(); ++i) {
    if (part[i] != '~' || i + 1 == part.size()) {
      name += part[i];
      continue;
    }
    name += part[++i] == '1' ? '/' : '~';
  }
  return name;
}

bool equal(const JsonValue& value, const std::string& wanted) {
  if (value.text == wanted) return true;
  const auto number = parse_number(wanted);
  return value.number && number && *value.number == *number;
}

std::string in_words(const JsonExpectation& expect) {
  const std::string pointer = printable(shorten(expect.pointer, kQuoted));
  std::string words = pointer.empty() ? "the whole" : pointer;
  if (expect.equals) words += fmt::format(" to be {}", in_quotes(*expect.equals));
  if (expect.range) words += fmt::format(" within {}", *expect.range);
  if (!expect.equals && !expect.range) words += " to be there";
  return words;
}

bool holds(const JsonExpectation& expect, const JsonValue& value) {
  if (expect.equals && !equal(value, *expect.equals)) return false;
  if (!expect.range) return true;
  const auto range = parse_alert_range(*expect.range);
  return range && value.number && !range->alerts(*value.number);
}

std::string json_complaint(const JsonExpectation& expect, bool wanted, std::string_view out) {
  const auto value = json_value(out, expect.pointer);
  // What is not there is nothing that must not be; but of what is no JSON nothing can be told.
  if (!value && (wanted || value.error().kind != ErrorKind::kNotFound)) {
    return fmt::format("expected {}{}, but {}", wanted ? "" : "not ", in_words(expect),
                       value.error().message);
  }
  if (!value || holds(expect, *value) == wanted) return "";
  return fmt::format("expected {}{}, got {}", wanted ? "" : "not ", in_words(expect),
                     in_quotes(value->text));
}

// What is wrong where each condition that is set must hold (`wanted`), or none may.
std::string part_complaint(const Expectation& expect, bool wanted, const Evidence& evidence) {
  const char* const no = wanted ? "" : "anything but ";
  const std::string_view out = evidence.out;
  if (expect.exact && (trim(out) == trim(*expect.exact)) != wanted) {
    return fmt::format("expected {}'{}', got {}", no, printable(shorten(*expect.exact, kQuoted)),
                       in_quotes(out));
  }
  if (expect.contains && (out.find(*expect.contains) != std::string_view::npos) != wanted) {
    return fmt::format("expected {}'{}' within the output, got {}", wanted ? "" : "no ",
                       printable(shorten(*expect.contains, kQuoted)), in_quotes(out));
  }
  if (expect.regex) {
    const auto match = matches(*expect.regex, out);
    if (!match) return match.error().message;
    if (*match != wanted) {
      return fmt::format("expected {} match of /{}/, got {}", wanted ? "a" : "no",
                         printable(shorten(*expect.regex, kQuoted)), in_quotes(out));
    }
  }
  if (expect.exit_status && (evidence.status == expect.exit_status) != wanted) {
    return fmt::format("expected {} {}{}, got {}", evidence.status_name,
                       wanted ? "" : "other than ", *expect.exit_status,
                       evidence.status.value_or(-1));
  }
  return expect.json ? json_complaint(*expect.json, wanted, out) : "";
}

bool alerts(const std::string& range, double value) {
  if (range.empty()) return false;
  const auto parsed = parse_alert_range(range);
  return parsed && parsed->alerts(value);
}

}  // namespace

std::string in_quotes(std::string_view text) {
  const std::string_view trimmed = trim(text);
  return trimmed.empty() ? "nothing" : "'" + printable(shorten(trimmed, kQuoted)) + "'";
}

std::string complaint(const Expectation& expect, const Expectation& forbid,
                      const Evidence& evidence) {
  std::string wrong = part_complaint(expect, true, evidence);
  return wrong.empty() ? part_complaint(forbid, false, evidence) : wrong;
}

Result<JsonValue> json_value(std::string_view out, std::string_view pointer) {
  const json whole = json::parse(out.begin(), out.end(), nullptr, /*allow_exceptions=*/false);
  if (whole.is_discarded()) {
    return fail(ErrorKind::kInvalidInput, fmt::format("the output is no JSON: {}", in_quotes(out)));
  }
  const json* value = &whole;
  while (value != nullptr && !pointer.empty()) {
    pointer.remove_prefix(1);  // the slash
    const std::size_t end = std::min(pointer.find('/'), pointer.size());
    value = step_into(*value, unescaped(pointer.substr(0, end)));
    pointer.remove_prefix(end);
  }
  if (value == nullptr) return fail(ErrorKind::kNotFound, "it is not there");
  JsonValue found;
  if (value->is_number()) found.number = value->get<double>();
  // Nothing of any depth is written out: that would take as much stack as a host likes.
  found.text = value->is_string()   ? value->get<std::string>()
               : value->is_object() ? "an object"
               : value->is_array()  ? "a list"
                                    : value->dump();
  return found;
}

Verdict judge_thresholds(const Thresholds& thresholds, const std::vector<Metric>& metrics) {
  const auto found = std::find_if(metrics.begin(), metrics.end(), [&](const Metric& metric) {
    return metric.label == thresholds.metric;
  });
  const std::string label = printable(shorten(thresholds.metric, kQuoted));
  if (found == metrics.end()) {
    return {CheckStatus::kUnknown, fmt::format("it gave no metric '{}'", label)};
  }
  for (const auto& [status, range] : {std::pair{CheckStatus::kCritical, &thresholds.critical},
                                      std::pair{CheckStatus::kWarning, &thresholds.warning}}) {
    if (!alerts(*range, found->value)) continue;
    return {status,
            fmt::format("{}: {} is {}{}{}", to_string(status), label, found->value, found->unit,
                        range->starts_with('@') ? fmt::format(", within {}", range->substr(1))
                                                : fmt::format(", outside of {}", *range))};
  }
  return {};
}

std::optional<Metric> printed_number(std::string_view out) {
  const std::string_view text = trim(out);
  const std::size_t end = std::min(text.find_first_not_of("+-.0123456789eE"), text.size());
  for (std::size_t length = std::min<std::size_t>(end, 40); length > 0; --length) {
    const auto value = parse_number(text.substr(0, length));
    if (!value) continue;
    const std::string_view unit = trim(text.substr(length));
    const bool fits =
        unit.size() <= 16 && unit.find_first_of(" \t\n;,.0123456789") == std::string_view::npos;
    if (!fits) return std::nullopt;
    Metric metric;
    metric.label = "value";
    metric.value = *value;
    metric.unit = printable(unit);
    return metric;
  }
  return std::nullopt;
}

}  // namespace livesonic::monitoring
