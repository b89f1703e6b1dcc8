// SPDX-License-Identifier: Apache-2.0
#include "serverscore/state/state.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

namespace serverscore {
namespace {

constexpr std::string_view kHeader = "serverscore 1";
// A text without it was cut off.
constexpr std::string_view kEnd = "end";
constexpr std::size_t kMostLooks = 12;
constexpr std::size_t kLongestBoot = 64;
constexpr double kLongestUptime_s = 1e11;
// PID_MAX_LIMIT of the kernel: there can't be more tasks.
constexpr double kLongestQueue = 4'194'304;

constexpr double kTooSoon_s = 1.5;
constexpr double kShortestBase_s = 1.5;
// What is looked back on where looks are that frequent: as far as the kernel's own averages.
constexpr double kBestBase_s = 10;
constexpr double kLongestBase_s = 120;
constexpr double kSpacing_s = 180;

// Times are rounded down, as one rounded up would be from the future to a run that follows at once;
// this only makes up for what a double loses of the milliseconds it was read from.
constexpr double kWholeAgain = 0.001;

using Counter = std::optional<double> Look::*;
using Stalls = std::optional<StallTotals> Look::*;

constexpr std::pair<std::string_view, Stalls> kStalls[] = {
    {"cpu", &Look::cpu_stalls}, {"io", &Look::io_stalls}, {"memory", &Look::memory_stalls}};
constexpr std::pair<std::string_view, Counter> kCounters[] = {
    {"forks", &Look::forks},           {"switches", &Look::switches},
    {"oom", &Look::oom_kills},         {"reclaims", &Look::reclaim_stalls},
    {"killed", &Look::oom_seen_s},     {"host", &Look::oom_of_host},
    {"busy", &Look::disk_busy_ms},     {"requests", &Look::disk_requests},
    {"waited", &Look::disk_waited_ms}, {"throttled", &Look::throttled_us}};

void add_number(std::string& text, double value) {
  std::array<char, 24> digits{};
  const auto whole = static_cast<std::uint64_t>(std::clamp(value, 0.0, 1e18));
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), whole).ptr;
  text += ' ';
  text.append(digits.data(), end);
}

void add_key(std::string& text, std::string_view key) {
  text += ' ';
  text += key;
}

// "look MS times BUSY NICE SYSTEM IDLE IOWAIT STEAL cpu SOME FULL ... queue THOUSANDTHS forks N
// ..."
void add_look(std::string& text, const Look& look) {
  text += "look";
  add_number(text, look.since_boot_s * 1000 + kWholeAgain);
  if (look.times) {
    add_key(text, "times");
    for (const double ticks : {look.times->busy, look.times->nice, look.times->system,
                               look.times->idle, look.times->iowait, look.times->steal}) {
      add_number(text, ticks);
    }
  }
  for (const auto& [key, field] : kStalls) {
    if (!(look.*field)) continue;
    add_key(text, key);
    add_number(text, (look.*field)->some);
    add_number(text, (look.*field)->full);
  }
  if (look.run_queue) {
    add_key(text, "queue");
    add_number(text, *look.run_queue * 1000 + 0.5);
  }
  for (const auto& [key, field] : kCounters) {
    if (!(look.*field)) continue;
    add_key(text, key);
    add_number(text, *(look.*field));
  }
  text += '\n';
}

// Reads `numbers.size()` numbers.
bool take_numbers(std::string_view& line, std::initializer_list<double*> numbers) {
  for (double* number : numbers) {
    const auto value = to_count(take_word(line));
    if (!value) return false;
    *number = *value;
  }
  return true;
}

// What follows `key`.
bool take_value(std::string_view key, std::string_view& line, Look& look) {
  if (key == "times") {
    CpuTimes& times = look.times.emplace();
    return take_numbers(
        line, {&times.busy, &times.nice, &times.system, &times.idle, &times.iowait, &times.steal});
  }
  if (key == "queue") {
    double thousandths = 0;
    if (!take_numbers(line, {&thousandths}) || thousandths > kLongestQueue * 1000) return false;
    look.run_queue = thousandths / 1000;
    return true;
  }
  for (const auto& [name, field] : kStalls) {
    if (key != name) continue;
    StallTotals& totals = (look.*field).emplace();
    return take_numbers(line, {&totals.some, &totals.full});
  }
  for (const auto& [name, field] : kCounters) {
    if (key == name) return take_numbers(line, {&(look.*field).emplace()});
  }
  return false;
}

std::optional<Look> parse_look(std::string_view line) {
  Look look;
  if (take_word(line) != "look" || !take_numbers(line, {&look.since_boot_s})) return std::nullopt;
  look.since_boot_s /= 1000;
  if (look.since_boot_s > kLongestUptime_s) return std::nullopt;
  for (auto key = take_word(line); !key.empty(); key = take_word(line)) {
    if (!take_value(key, line, look)) return std::nullopt;
  }
  return look;
}

bool is_boot(std::string_view boot) {
  return !boot.empty() && boot.size() <= kLongestBoot &&
         std::all_of(boot.begin(), boot.end(), [](char c) { return c > ' ' && c <= '~'; });
}

}  // namespace

std::string format_past(const Past& past) {
  std::string text;
  if (!is_boot(past.boot)) return text;
  text.reserve(256 * (past.looks.size() + 1));
  text.append(kHeader).append("\nboot ").append(past.boot) += '\n';
  for (const Look& look : past.looks) add_look(text, look);
  text.append(kEnd) += '\n';
  return text;
}

Past parse_past(std::string_view text) {
  Past past;
  if (take_line(text) != kHeader) return {};
  std::string_view boot = take_line(text);
  if (!take_prefix(boot, "boot ") || !is_boot(boot)) return {};
  past.boot = boot;
  for (std::string_view line = take_line(text); line != kEnd; line = take_line(text)) {
    const auto look = parse_look(line);
    if (!look || past.looks.size() == kMostLooks) return {};
    if (!past.looks.empty() && look->since_boot_s < past.looks.back().since_boot_s) return {};
    past.looks.push_back(*look);
  }
  return text.empty() ? past : Past{};
}

Past relevant(Past past, std::string_view boot, double since_boot_s) {
  if (past.boot != boot || !is_boot(boot)) return Past{.boot = std::string(boot), .looks = {}};
  std::erase_if(past.looks, [&](const Look& look) { return look.since_boot_s > since_boot_s; });
  return past;
}

bool worth_keeping(const Past& past, std::string_view boot, const Look& look) {
  if (past.boot != boot || past.looks.empty()) return true;
  const double age = look.since_boot_s - past.looks.back().since_boot_s;
  return age < 0 || age >= kTooSoon_s;
}

Past remember(Past past, std::string_view boot, const Look& look) {
  const bool worth = worth_keeping(past, boot, look);
  past = relevant(std::move(past), boot, look.since_boot_s);
  if (!worth) return past;
  std::vector<Look>& looks = past.looks;
  looks.push_back(look);
  // From the oldest on, as a look that is dropped for being close to its successor would never let
  // any grow old.
  std::vector<Look> kept;
  kept.reserve(kMostLooks);
  for (std::size_t i = 0; i < looks.size(); ++i) {
    const bool newest_two = i + 2 >= looks.size();
    const double age = look.since_boot_s - looks[i].since_boot_s;
    const bool recent = age <= kOomMemory_s;
    const bool apart =
        kept.empty() || looks[i].since_boot_s - kept.back().since_boot_s >= kSpacing_s;
    if (newest_two || age <= kBestBase_s || (recent && apart)) kept.push_back(looks[i]);
  }
  looks = std::move(kept);
  return past;
}

const Look* choose_base(const Past& past, double since_boot_s) {
  const Look* base = nullptr;
  for (auto look = past.looks.rbegin(); look != past.looks.rend(); ++look) {
    const double age = since_boot_s - look->since_boot_s;
    if (age < kShortestBase_s) continue;
    if (age > (base == nullptr ? kLongestBase_s : kBestBase_s)) break;
    base = &*look;
  }
  return base;
}

void trace_oom_kills(const Past& past, Look& look) {
  if (!look.oom_kills || past.looks.empty()) return;
  const Look& before = past.looks.back();
  if (!before.oom_kills || *before.oom_kills > *look.oom_kills) return;
  if (*before.oom_kills == *look.oom_kills) {
    look.oom_seen_s = before.oom_seen_s;
    look.oom_of_host = before.oom_of_host;
    return;
  }
  const bool waited = !before.reclaim_stalls || !look.reclaim_stalls ||
                      *look.reclaim_stalls > *before.reclaim_stalls;
  const bool still_short = before.oom_of_host.value_or(0) > 0 &&
                           look.since_boot_s - before.oom_seen_s.value_or(0) <= kOomMemory_s;
  look.oom_seen_s = look.since_boot_s;
  look.oom_of_host = waited || still_short ? 1 : 0;
}

std::optional<double> recent_oom_kills(const Past& past, double since_boot_s, double now) {
  // All that ever happened happened lately, or nothing did.
  if (now == 0 || since_boot_s < kOomMemory_s) return now;
  std::optional<double> before;
  bool unchanged = false;
  for (const Look& look : past.looks) {
    if (!look.oom_kills || *look.oom_kills > now) continue;
    if (since_boot_s - look.since_boot_s > kOomMemory_s) {
      unchanged = *look.oom_kills == now;
    } else if (!before) {
      before = look.oom_kills;
    }
  }
  if (before) return now - *before;
  if (unchanged) return 0;
  return std::nullopt;
}

}  // namespace serverscore
