// SPDX-License-Identifier: Apache-2.0
#include "livesonic/base/time_zone.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <utility>
#include <vector>

#include "livesonic/base/file.h"
#include "livesonic/base/zone_rule.h"

namespace livesonic {

struct TimeZone::Rules {
  struct Change {
    std::chrono::sys_seconds at;
    std::size_t type = 0;
  };
  std::vector<Change> changes;    // in order
  std::vector<Offset> types;      // at least one: the first is that before the first change
  std::optional<ZoneRule> later;  // holds after the last change
};

namespace {

using std::chrono::seconds;

constexpr std::size_t kLargestFile = std::size_t{256} * 1024;

tl::unexpected<Error> spoilt() {
  return fail(ErrorKind::kInvalidInput, "is no file of the time zone database");
}

// Takes big-endian numbers off the front of a text that has been checked to be long enough.
class Bytes {
 public:
  explicit Bytes(std::string_view text) : rest_(text) {}
  [[nodiscard]] bool has(std::uint64_t count) const { return rest_.size() >= count; }
  std::string_view take(std::size_t count) {
    const std::string_view taken = rest_.substr(0, count);
    rest_.remove_prefix(taken.size());
    return taken;
  }
  std::uint64_t number(std::size_t size) {
    std::uint64_t value = 0;
    for (const char c : take(size)) value = value << 8U | static_cast<unsigned char>(c);
    return value;
  }

 private:
  std::string_view rest_;
};

struct Header {
  std::uint64_t utc_flags = 0, standard_flags = 0, leaps = 0, changes = 0, types = 0, letters = 0;

  [[nodiscard]] std::uint64_t body(std::uint64_t time_size) const {
    return changes * (time_size + 1) + types * 6 + letters + leaps * (time_size + 4) +
           standard_flags + utc_flags;
  }
};

bool read_header(Bytes& bytes, Header& header) {
  if (!bytes.has(44) || bytes.take(4) != "TZif" || bytes.take(1) < "2") return false;
  bytes.take(15);
  for (std::uint64_t* count : {&header.utc_flags, &header.standard_flags, &header.leaps,
                               &header.changes, &header.types, &header.letters}) {
    *count = bytes.number(4);
  }
  return true;
}

}  // namespace

TimeZone::TimeZone() : rules_(std::make_shared<Rules>(Rules{{}, {{seconds{0}, "UTC"}}, {}})) {}
TimeZone::TimeZone(std::shared_ptr<const Rules> rules) : rules_(std::move(rules)) {}

Result<TimeZone> TimeZone::find(std::string_view name) {
  if (name == "UTC") return TimeZone();
  const bool plain = !name.empty() && name.size() <= 100 && name.front() != '/' &&
                     name.find("..") == std::string_view::npos &&
                     std::all_of(name.begin(), name.end(), [](char c) {
                       return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                              (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '+' ||
                              c == '/';
                     });
  const std::filesystem::path path = std::filesystem::path("/usr/share/zoneinfo") / name;
  std::error_code ignored;
  if (!plain || !std::filesystem::is_regular_file(path, ignored)) {
    return fail(ErrorKind::kInvalidInput,
                "is no time zone of this machine's database (the package tzdata), such as "
                "Asia/Tokyo or UTC");
  }
  const auto file = read_file(path, kLargestFile);
  if (!file) return fail(file.error());
  return parse(*file);
}

Result<TimeZone> TimeZone::parse(std::string_view file) {
  Bytes bytes(file);
  Header header;
  // The first part is for readers that know 32 bits only.
  if (!read_header(bytes, header) || !bytes.has(header.body(4))) return spoilt();
  bytes.take(header.body(4));
  if (!read_header(bytes, header) || !bytes.has(header.body(8)) || header.types == 0) {
    return spoilt();
  }

  auto rules = std::make_shared<Rules>();
  for (std::uint64_t i = 0; i < header.changes; ++i) {
    const auto at = static_cast<std::int64_t>(bytes.number(8));
    // Far beyond what is ever shown; keeps the sums within their type.
    rules->changes.push_back({std::chrono::sys_seconds{seconds{std::clamp<std::int64_t>(
                                  at, -1'000'000'000'000, 1'000'000'000'000)}},
                              0});
  }
  for (auto& change : rules->changes) {
    change.type = bytes.number(1);
    if (change.type >= header.types) return spoilt();
  }
  std::vector<std::uint64_t> names;
  for (std::uint64_t i = 0; i < header.types; ++i) {
    const auto east = static_cast<std::int32_t>(bytes.number(4));
    bytes.take(1);
    names.push_back(bytes.number(1));
    if (east < -100'000 || east > 100'000 || names.back() >= header.letters) return spoilt();
    rules->types.push_back({seconds{east}, {}});
  }
  const std::string_view letters = bytes.take(header.letters);
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string_view from = letters.substr(names[i]);
    rules->types[i].abbreviation = from.substr(0, std::min<std::size_t>(from.find('\0'), 16));
  }
  bytes.take(header.body(8) - header.changes * 9 - header.types * 6 - header.letters);
  if (bytes.take(1) == "\n") {
    const std::string_view rest = bytes.take(200);
    rules->later = parse_zone_rule(rest.substr(0, rest.find('\n')));
  }
  std::stable_sort(rules->changes.begin(), rules->changes.end(),
                   [](const auto& a, const auto& b) { return a.at < b.at; });
  return TimeZone(std::move(rules));
}

TimeZone::Offset TimeZone::at(Time time) const {
  const auto second = std::chrono::floor<seconds>(time);
  const auto& changes = rules_->changes;
  const auto next = std::upper_bound(changes.begin(), changes.end(), second,
                                     [](auto at, const auto& change) { return at < change.at; });
  if (next == changes.end() && rules_->later) {
    const ZoneRule::Part& part = rules_->later->at(second);
    return {part.east, part.name};
  }
  return rules_->types[next == changes.begin() ? 0 : std::prev(next)->type];
}

std::string wall_clock(Time time, const TimeZone& zone) {
  const auto [east, abbreviation] = zone.at(time);
  const auto there = std::chrono::floor<seconds>(time) + east;
  const auto day = std::chrono::floor<std::chrono::days>(there);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{there - day};
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02} {}", int(date.year()),
                     unsigned(date.month()), unsigned(date.day()), clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count(), abbreviation);
}

}  // namespace livesonic
