// SPDX-License-Identifier: Apache-2.0
#include "simulator/commands.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "livesonic/base/time_text.h"
#include "simulator/random.h"

namespace livesonic::simulator {
namespace {

constexpr std::size_t kFloodBytes = std::size_t{10} * 1024 * 1024;
constexpr double kLongestSleepSeconds = 24 * 3600;

using Words = std::vector<std::string>;

CommandAnswer says(std::string out, int exit_status = 0) {
  CommandAnswer answer;
  answer.out = std::move(out);
  answer.exit_status = exit_status;
  return answer;
}

CommandAnswer complains(std::string err, int exit_status) {
  CommandAnswer answer;
  answer.err = std::move(err);
  answer.exit_status = exit_status;
  return answer;
}

std::string part(std::string_view name, int score) {
  return fmt::format(R"("{}":{{"score":{},"slowdown":{:.3f},"estimated":false,"why":"simulated"}})",
                     name, score, 100.0 / score);
}

int part_of(const HostView& host, std::string_view name) {
  return host.weak == name ? host.score : 100;
}

// What serverscore prints with --brief, and with --cloud besides.
std::string brief_line(const HostView& host, bool cloud) {
  std::string line = fmt::format("{} cpu={} io={} memory={}", host.score, part_of(host, "cpu"),
                                 part_of(host, "io"), part_of(host, "memory"));
  if (host.weak == "danger") line += fmt::format(" danger={}", host.score);
  if (cloud && host.interruption) {
    line += fmt::format(" spot=terminate@{}", to_iso8601(*host.interruption));
  }
  if (cloud && host.rebalance_notice) {
    line += fmt::format(" rebalance={}", to_iso8601(*host.rebalance_notice));
  }
  return line + "\n";
}

CommandAnswer serverscore(const HostView& host, const Words& asked) {
  Words words = asked;
  const auto take = [&words](std::string_view flag) { return std::erase(words, flag) > 0; };
  const bool brief = take("--brief");
  const bool cloud = brief && take("--cloud");
  const std::string line = brief ? brief_line(host, cloud) : fmt::format("{}\n", host.score);
  if (words.size() == 1) return says(line);
  if (!brief && words.size() == 2 && words[1] == "--json") {
    return says(fmt::format(R"({{"schema":"serverscore/1","version":"simulated","score":{},)"
                            R"("slowdown":{:.3f},"parts":{{{},{},{}}},"dangers":[]}})"
                            "\n",
                            host.score, 100.0 / host.score, part("cpu", part_of(host, "cpu")),
                            part("io", part_of(host, "io")),
                            part("memory", part_of(host, "memory"))));
  }
  if (words.size() == 2 && words[1] == "--version") {
    return says("serverscore " LIVESONIC_VERSION "\n");
  }
  if (words.size() == 3 && words[1] == "--stream") {
    int seconds = 0;
    const std::string& text = words[2];
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error == std::errc{} && std::string_view(end) == "s" && seconds > 0 && seconds <= 3600) {
      CommandAnswer answer = says(line);
      answer.every = std::chrono::seconds{seconds};
      return answer;
    }
  }
  return complains(fmt::format("serverscore: unknown argument '{}'\n", words[1]), 2);
}

CommandAnswer systemctl(const HostView& host, const Words& words) {
  if (words.size() < 3 || words[1] != "is-active") {
    return complains("systemctl: this host only knows is-active\n", 1);
  }
  std::string name = words.back();
  if (name.ends_with(".service")) name.resize(name.size() - std::string_view(".service").size());
  const bool quiet = std::ranges::find(words, "--quiet") != words.end();
  const bool active = !host.services_down.contains(name);
  return says(quiet ? "" : active ? "active\n" : "inactive\n", active ? 0 : 3);
}

// As the monitoring plugin prints it, perfdata included; on a host of two cores.
CommandAnswer check_load(const HostView& host, const Words&) {
  const double load = host.load * 4;
  const int state = load >= 6 ? 2 : load >= 4 ? 1 : 0;
  constexpr std::array<const char*, 3> kWords{"OK", "WARNING", "CRITICAL"};
  return says(fmt::format("{0} - load average: {1:.2f}, {2:.2f}, {3:.2f}|load1={1:.3f};4.000;6.000;"
                          "0; load5={2:.3f};4.000;6.000;0; load15={3:.3f};4.000;6.000;0;\n",
                          kWords[static_cast<std::size_t>(state)], load, load * 0.97, load * 0.93),
              state);
}

CommandAnswer check_disk(const HostView& host, const Words&) {
  constexpr int kTotalMb = 30'000;
  const int free_percent = 25 + static_cast<int>(host.seed % 50);
  const int free_mb = kTotalMb / 100 * free_percent;
  return says(
      fmt::format("DISK OK - free space: / {} MB ({}% inode=90%);| /={}MB;24000;27000;0;"
                  "{}\n",
                  free_mb, free_percent, kTotalMb - free_mb, kTotalMb));
}

CommandAnswer echo(const HostView&, const Words& words) {
  const bool bare = words.size() > 1 && words[1] == "-n";
  std::string out;
  for (std::size_t i = bare ? 2 : 1; i < words.size(); ++i) {
    out += words[i];
    if (i + 1 < words.size()) out += ' ';
  }
  return says(bare ? out : out + "\n");
}

CommandAnswer exit_with(const HostView&, const Words& words) {
  int status = 0;
  if (words.size() > 1) {
    std::from_chars(words[1].data(), words[1].data() + words[1].size(), status);
  }
  return says("", status & 0xff);
}

CommandAnswer sleep_for(const HostView&, const Words& words) {
  double seconds = -1;
  if (words.size() == 2) {
    std::from_chars(words[1].data(), words[1].data() + words[1].size(), seconds);
  }
  if (!(seconds >= 0)) return complains("sleep: invalid time interval\n", 1);
  CommandAnswer answer;
  answer.takes = Duration{std::llround(std::min(seconds, kLongestSleepSeconds) * 1000)};
  return answer;
}

CommandAnswer uname(const HostView& host, const Words& words) {
  return words.size() > 1 && words[1] == "-a"
             ? says(fmt::format("Linux {} 6.1.0-simulated x86_64 GNU/Linux\n", host.name))
             : says("Linux\n");
}

CommandAnswer uptime(const HostView& host, const Words&) {
  const double load = host.load * 4;
  return says(
      fmt::format(" 12:00:00 up 12 days,  3:04,  0 users,  load average: {:.2f}, {:.2f}, "
                  "{:.2f}\n",
                  load, load * 0.97, load * 0.93));
}

// There is one file.
CommandAnswer cat(const HostView& host, const Words& words) {
  constexpr std::string_view kBootId = "/proc/sys/kernel/random/boot_id";
  if (words.size() == 2 && words[1] == kBootId) {
    const std::uint64_t boot = mix(host.seed, static_cast<std::uint64_t>(host.boots));
    return says(fmt::format("{:08x}-0000-4000-8000-{:012x}\n", boot >> 32, boot & 0xffffffff));
  }
  return complains(
      fmt::format("cat: {}: No such file or directory\n", words.size() > 1 ? words[1] : "-"), 1);
}

struct Program {
  std::string_view name;
  CommandAnswer (*run)(const HostView&, const Words&);
};
constexpr std::array<Program, 13> kPrograms{{
    {"serverscore", serverscore},
    {"systemctl", systemctl},
    {"check_load", check_load},
    {"check_disk", check_disk},
    {"echo", echo},
    {"true", [](const HostView&, const Words&) { return says(""); }},
    {"false", [](const HostView&, const Words&) { return says("", 1); }},
    {"exit", exit_with},
    {"sleep", sleep_for},
    {"hostname", [](const HostView& host, const Words&) { return says(host.name + "\n"); }},
    {"uname", uname},
    {"uptime", uptime},
    {"cat", cat},
}};

CommandAnswer run(const HostView& host, std::string_view line) {
  const Words words = shell_words(line);
  if (words.empty()) return says("");
  const std::string_view name =
      std::string_view(words[0]).substr(words[0].find_last_of('/') + 1);  // npos + 1 is 0
  const auto found = std::ranges::find(kPrograms, name, &Program::name);
  if (found == kPrograms.end()) {
    return complains(fmt::format("bash: line 1: {}: command not found\n", words[0]), 127);
  }
  return found->run(host, words);
}

std::string garbage(std::uint64_t seed) {
  std::string bytes(512, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<char>(mix(seed, i) & 0xff);
  }
  return bytes;
}

}  // namespace

CommandAnswer answer_command(const HostView& host, std::string_view line) {
  CommandAnswer answer = run(host, line);
  answer.takes += host.delay;
  switch (host.fault) {
    case HostFault::kHangCommands:
    case HostFault::kIgnoreEverything:
      answer.hangs = true;
      break;
    case HostFault::kGarbage:
      answer.out = garbage(host.seed);
      break;
    case HostFault::kFlood:
      answer.out = std::string(kFloodBytes, 'x');
      break;
    case HostFault::kCloseMidCommand:
      answer.out.resize(answer.out.size() / 2);
      answer.breaks = true;
      break;
    case HostFault::kNone:
    case HostFault::kRefuseConnections:
    case HostFault::kRefuseKeys:
    case HostFault::kChangedHostKey:
      break;
  }
  return answer;
}

std::vector<std::string> shell_words(std::string_view line) {
  std::vector<std::string> words;
  std::string word;
  bool in_word = false;
  char quote = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quote != 0) {
      if (c == quote) {
        quote = 0;
      } else if (c == '\\' && quote == '"' && i + 1 < line.size()) {
        word += line[++i];
      } else {
        word += c;
      }
    } else if (c == '\'' || c == '"') {
      quote = c;
      in_word = true;
    } else if (c == '\\' && i + 1 < line.size()) {
      word += line[++i];
      in_word = true;
    } else if (c == ' ' || c == '\t' || c == '\n') {
      if (in_word) words.push_back(std::exchange(word, {}));
      in_word = false;
    } else {
      word += c;
      in_word = true;
    }
  }
  if (in_word) words.push_back(std::move(word));
  return words;
}

}  // namespace livesonic::simulator
