// SPDX-License-Identifier: Apache-2.0
#include "simulator/aws/ssm_agents.h"

#include <algorithm>
#include <utility>

#include "livesonic/base/text.h"
#include "simulator/aws/protocol.h"
#include "simulator/commands.h"

namespace livesonic::simulator {
namespace {

constexpr std::size_t kMostKept = std::size_t{256} * 1024;  // more is never shown

void append(std::string& to, const std::string& text) {
  if (to.size() < kMostKept) to += text.substr(0, kMostKept - to.size());
}

std::vector<std::string> lines_of(const std::vector<std::string>& given) {
  std::vector<std::string> lines;
  for (const std::string& text : given) {
    for (const std::string_view line : split(text, '\n')) {
      if (const auto bare = trim(line); !bare.empty() && !bare.starts_with('#')) {
        lines.emplace_back(bare);
      }
    }
  }
  return lines;
}

}  // namespace

bool has_agent(const World& world, const Instance& instance, Time now) {
  switch (world.state(instance, now)) {
    case InstanceState::kRunning:
    case InstanceState::kStopping:
    case InstanceState::kStopped:
      return true;
    default:
      return false;
  }
}

bool is_connected(const World& world, const Instance& instance, Time now) {
  return world.state(instance, now) == InstanceState::kRunning &&
         world.host(instance, now).fault != HostFault::kIgnoreEverything;
}

bool is_target(const Instance& instance, const std::string& key,
               const std::vector<std::string>& values) {
  if (key == "InstanceIds") return std::ranges::find(values, instance.id) != values.end();
  if (key == "tag-key") {
    return std::ranges::any_of(
        values, [&](const std::string& value) { return instance.tags.contains(value); });
  }
  if (!key.starts_with("tag:")) return false;
  const auto tag = instance.tags.find(key.substr(4));
  return tag != instance.tags.end() && std::ranges::any_of(values, [&](const std::string& value) {
           return fits_pattern(tag->second, value);
         });
}

CommandRun run_there(const World& world, const Instance& instance,
                     const std::vector<std::string>& lines, Time now) {
  CommandRun run;
  run.instance = instance.id;
  run.delivered = is_connected(world, instance, now);
  run.takes = Duration{};
  const HostView host = world.host(instance, now);
  for (const std::string& line : lines_of(lines)) {
    const CommandAnswer answer = answer_command(host, line);
    append(run.out, answer.out);
    append(run.err, answer.err);
    run.exit_status = answer.exit_status;
    *run.takes += answer.takes;
    if (answer.hangs || answer.breaks) {
      run.takes.reset();  // nobody is left to tell how it ended
      break;
    }
    if (line == "exit" || line.starts_with("exit ")) break;
  }
  return run;
}

}  // namespace livesonic::simulator
