// SPDX-License-Identifier: Apache-2.0
#include "livesonic/base/log.h"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <memory>
#include <string>

#include "livesonic/base/text.h"

namespace livesonic::log {
namespace {

spdlog::level::level_enum to_spdlog(Level level) {
  switch (level) {
    case Level::kDebug:
      return spdlog::level::debug;
    case Level::kInfo:
      return spdlog::level::info;
    case Level::kWarning:
      return spdlog::level::warn;
    case Level::kError:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

constexpr const char* kTextLine = "%Y-%m-%dT%H:%M:%S.%eZ %^%-7l%$ %v";
constexpr const char* kJsonLine = R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l","message":"%v"})";

std::atomic<Format> format{Format::kText};

spdlog::logger& logger() {
  static const std::shared_ptr<spdlog::logger> instance = [] {
    auto made = std::make_shared<spdlog::logger>(
        "livesonic", std::make_shared<spdlog::sinks::stderr_color_sink_mt>());
    made->set_pattern(kTextLine, spdlog::pattern_time_type::utc);
    return made;
  }();
  return *instance;
}

// What printable() leaves needs only these two escapes within a JSON string.
std::string in_json(std::string_view shown) {
  std::string escaped;
  for (const char c : shown) {
    if (c == '"' || c == '\\') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

}  // namespace

void set_format(Format wanted) {
  format = wanted;
  logger().set_pattern(wanted == Format::kJson ? kJsonLine : kTextLine,
                       spdlog::pattern_time_type::utc);
}

void write(Level level, std::string_view line) {
  const std::string shown = printable(line);
  logger().log(to_spdlog(level),
               spdlog::string_view_t(format == Format::kJson ? in_json(shown) : shown));
}

}  // namespace livesonic::log
