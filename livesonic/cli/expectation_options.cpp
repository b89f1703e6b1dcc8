// SPDX-License-Identifier: Apache-2.0
#include "livesonic/cli/expectation_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace livesonic::cli {
namespace {

using Kind = Parameter::Kind;

// "/status=ok": what must be at a JSON pointer.
Result<Json> json_of(const std::string& option, const std::string& text, const char* key) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos && std::string_view(key) == "range") {
    return fail(
        ErrorKind::kInvalidInput,
        fmt::format("{} must be POINTER=RANGE, such as /load=0:10, not '{}'", option, text));
  }
  Json json{{"pointer", text.substr(0, equals)}};
  if (equals != std::string::npos) json[key] = text.substr(equals + 1);
  return json;
}

Result<void> add_json(const Arguments& arguments, const std::string& prefix, const std::string& key,
                      Json& body) {
  const std::string value_option = prefix + "json";
  const std::string range_option = prefix + "json-range";
  const auto value = arguments.value(value_option);
  const auto range = arguments.value(range_option);
  if (value && range) {
    return fail(ErrorKind::kInvalidInput,
                fmt::format("give {} or {}, not both", value_option, range_option));
  }
  if (!value && !range) return {};
  const auto json =
      value ? json_of(value_option, *value, "equals") : json_of(range_option, *range, "range");
  if (!json) return fail(json.error());
  body[key] = *json;
  return {};
}

}  // namespace

std::vector<Parameter> expectation_parameters(const std::string& status, const std::string& of) {
  std::vector<Parameter> all;
  for (const bool wanted : {true, false}) {
    const std::string prefix = wanted ? "--expect-" : "--expect-not-";
    const std::string no = wanted ? "" : "not: ";
    all.push_back({Kind::kOption, wanted ? "--expect" : "--expect-not", "TEXT",
                   no + of + ", without white space at its ends, is this", false});
    all.push_back({Kind::kOption, prefix + "contains", "TEXT", no + of + " has this in it", false});
    all.push_back({Kind::kOption, prefix + "regex", "PATTERN",
                   no + "this RE2 pattern matches somewhere in it", false});
    all.push_back({Kind::kOption, prefix + status, "STATUS",
                   no + (status == "exit" ? "the exit status, 0 to 255" : "HTTP's status"), false});
    all.push_back({Kind::kOption, prefix + "json", "POINTER=VALUE",
                   no + "what is there in it as JSON: /status=ok", false});
    all.push_back({Kind::kOption, prefix + "json-range", "POINTER=RANGE",
                   no + "the number there is within: /load=0:10", false});
  }
  all.push_back({Kind::kOption, "--warning", "RANGE",
                 "outside of this it is a warning: 10, 10:, ~:10, 10:20, @10:20", false});
  all.push_back({Kind::kOption, "--critical", "RANGE", "outside of this it is critical", false});
  return all;
}

Result<int> number_of_option(const std::string& option, const std::string& text, int least,
                             int most) {
  int number = 0;
  const char* end = text.data() + text.size();
  const auto [last, error] = std::from_chars(text.data(), end, number);
  if (error == std::errc{} && last == end && number >= least && number <= most) return number;
  return fail(ErrorKind::kInvalidInput,
              fmt::format("{} must be from {} to {}, not '{}'", option, least, most, text));
}

Result<void> add_expectations(const Arguments& arguments, const std::string& status, int least,
                              int most, Json& body) {
  for (const bool wanted : {true, false}) {
    const std::string name = wanted ? "expect" : "expect-not";
    const std::string key = wanted ? "expect" : "expect_not";
    if (const auto exact = arguments.value("--" + name)) body[key] = *exact;
    for (const char* part : {"contains", "regex"}) {
      if (const auto value = arguments.value("--" + name + "-" + part)) {
        body[key + "_" + part] = *value;
      }
    }
    const std::string option = "--" + name + "-" + status;
    if (const auto digits = arguments.value(option)) {
      const auto number = number_of_option(option, *digits, least, most);
      if (!number) return fail(number.error());
      body[key + "_" + status] = *number;
    }
    if (auto added = add_json(arguments, "--" + name + "-", key + "_json", body); !added) {
      return added;
    }
  }
  for (const char* range : {"warning", "critical"}) {
    if (const auto value = arguments.value(std::string("--") + range)) body[range] = *value;
  }
  return {};
}

}  // namespace livesonic::cli
