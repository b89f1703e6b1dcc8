// SPDX-License-Identifier: Apache-2.0
#include "serverscore/program/options.h"

#include <cmath>
#include <cstddef>
#include <string_view>
#include <utility>

#include "serverscore/parse/text.h"
#include "serverscore/print/format.h"

namespace serverscore {
namespace {

// "60", or as a plugin's range "60:". A score is a whole number.
std::optional<int> to_threshold(std::string_view text) {
  if (text.ends_with(':')) text.remove_suffix(1);
  const std::optional<double> value = to_count(text, 100);
  return value ? std::optional(static_cast<int>(*value)) : std::nullopt;
}

// "500ms", "1.5s", "2", "5m", "1h".
std::optional<std::chrono::milliseconds> to_interval(std::string_view text) {
  struct Unit {
    std::string_view name;
    double ms;
  };
  double ms = 1000;
  for (const Unit& unit : {Unit{"ms", 1}, Unit{"s", 1000}, Unit{"m", 60'000}, Unit{"h", 3.6e6}}) {
    if (!text.ends_with(unit.name)) continue;
    text.remove_suffix(unit.name.size());
    ms = unit.ms;
    break;
  }
  const std::optional<double> value = to_decimal(text, 1e9);
  if (!value) return std::nullopt;
  const std::chrono::milliseconds interval{std::llround(*value * ms)};
  if (interval < kShortestInterval || interval > kLongestInterval) return std::nullopt;
  return interval;
}

class Parser {
 public:
  explicit Parser(std::span<const char* const> arguments) : arguments_(arguments) {}

  Options parse() {
    while (at_ < arguments_.size() && options_.error.empty()) {
      const std::string_view argument = arguments_[at_++];
      if (!take_flag(argument) && !take_setting(argument) && options_.error.empty()) {
        fail("unknown argument '" + shown(argument, 60) + "'; try --help");
      }
    }
    if (options_.error.empty()) check();
    if (!options_.error.empty()) plugin_anyway();
    return std::move(options_);
  }

 private:
  bool take_flag(std::string_view argument) {
    if (argument == "--brief") return choose(Format::kBrief, argument);
    if (argument == "--json") return choose(Format::kJson, argument);
    if (argument == "--explain") return choose(Format::kExplain, argument);
    if (argument == "--prometheus") return choose(Format::kPrometheus, argument);
    if (argument == "--nagios") return choose(Format::kNagios, argument);
    if (argument == "--version" || argument == "-V") return stop_at(Format::kVersion);
    if (argument == "--help" || argument == "-h") return stop_at(Format::kHelp);
    if (argument == "--containers") return options_.containers = true;
    if (argument == "--cloud") return options_.cloud = true;
    return false;
  }

  bool take_setting(std::string_view argument) {
    std::string_view value;
    if (take_value(argument, "--warning", "-w", value)) {
      return set_threshold(options_.thresholds.warning, warning_given_, "--warning", value);
    }
    if (take_value(argument, "--critical", "-c", value)) {
      return set_threshold(options_.thresholds.critical, critical_given_, "--critical", value);
    }
    if (take_value(argument, "--stream", {}, value)) {
      options_.stream = to_interval(value);
      return options_.stream ||
             fail("--stream needs an interval from 100ms to 1h, such as 1s, 500ms or 2");
    }
    if (take_value(argument, "--root", {}, value)) {
      options_.root = value;
      return !value.empty() || fail("--root needs the path of a directory that holds a proc/");
    }
    if (take_value(argument, "--state", {}, value)) {
      options_.stateless = value == "none";
      options_.state = options_.stateless ? std::string_view{} : value;
      return !value.empty() || fail("--state needs the path of a file, or none");
    }
    if (take_value(argument, "--color", {}, value)) {
      if (value == "auto") return set_colour(Colour::kAuto);
      if (value == "always") return set_colour(Colour::kAlways);
      if (value == "never") return set_colour(Colour::kNever);
      return fail("--color is auto, always or never");
    }
    return false;
  }

  // "--name VALUE", "--name=VALUE", "-n VALUE", "-nVALUE". Without a value: an empty one.
  bool take_value(std::string_view argument, std::string_view name, std::string_view letter,
                  std::string_view& value) {
    if (argument == name || (!letter.empty() && argument == letter)) {
      value = at_ < arguments_.size() ? std::string_view(arguments_[at_++]) : std::string_view{};
      return true;
    }
    const bool by_name = argument.starts_with(name) && argument.substr(name.size(), 1) == "=";
    const bool by_letter = !letter.empty() && argument.starts_with(letter);
    if (by_name) value = argument.substr(name.size() + 1);
    if (by_letter) value = argument.substr(letter.size());
    return by_name || by_letter;
  }

  bool choose(Format format, std::string_view argument) {
    if (!format_argument_.empty() && format_argument_ != argument) {
      return fail(std::string(format_argument_) + " and " + std::string(argument) +
                  " can't be had together");
    }
    format_argument_ = argument;
    options_.format = format;
    return true;
  }

  // Whoever asks for help gets it, whatever else there is.
  bool stop_at(Format format) {
    options_.format = format;
    at_ = arguments_.size();
    return true;
  }

  bool set_threshold(int& threshold, bool& given, std::string_view name, std::string_view value) {
    const std::optional<int> score = to_threshold(value);
    if (!score) {
      return fail(std::string(name) + " needs a whole number from 0 to 100: the alert is raised " +
                  "when the score is below");
    }
    threshold = *score;
    given = true;
    return true;
  }

  bool set_colour(Colour colour) {
    options_.colour = colour;
    return true;
  }

  bool fail(std::string why) {
    options_.error = std::move(why);
    return false;
  }

  void check() {
    const Format format = options_.format;
    if (format == Format::kHelp || format == Format::kVersion) return;
    if (format != Format::kNagios && (warning_given_ || critical_given_)) {
      fail("--warning and --critical need --nagios");
    } else if (options_.thresholds.critical > options_.thresholds.warning) {
      fail("--critical must not be above --warning: " +
           std::to_string(options_.thresholds.critical) + " is above " +
           std::to_string(options_.thresholds.warning));
    } else if (options_.stream && format != Format::kNumber && format != Format::kBrief &&
               format != Format::kJson) {
      fail("--stream gives numbers, or lines of --brief or --json; it can't be had with " +
           std::string(format_argument_));
    } else if (options_.containers && format == Format::kNagios) {
      fail("--containers can't be had with --nagios, whose one line is about one host");
    } else if (options_.containers && options_.stream) {
      fail("--containers can't be had with --stream");
    } else if (options_.containers && format == Format::kBrief) {
      fail("--containers can't be had with --brief, whose one line is about one host");
    } else if (options_.cloud && options_.stream && format == Format::kNumber) {
      fail("--cloud needs --brief or --json in a stream, whose lines are numbers without them");
    }
  }

  void plugin_anyway() {
    for (const char* const argument : arguments_) {
      if (std::string_view(argument) == "--nagios") options_.format = Format::kNagios;
    }
  }

  std::span<const char* const> arguments_;
  std::size_t at_ = 0;
  std::string_view format_argument_;  // the one that chose the format
  bool warning_given_ = false;
  bool critical_given_ = false;
  Options options_;
};

}  // namespace

Options parse_options(std::span<const char* const> arguments) {
  return Parser(arguments).parse();
}

}  // namespace serverscore
