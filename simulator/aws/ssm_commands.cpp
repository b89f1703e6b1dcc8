// SPDX-License-Identifier: Apache-2.0
// Systems Manager (API version 2014-11-06): commands run by the agents on the hosts.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "livesonic/base/text.h"
#include "simulator/aws/json_answers.h"
#include "simulator/aws/ssm_agents.h"
#include "simulator/aws/ssm_invocations.h"

namespace livesonic::simulator {
namespace {

using namespace json_api;

constexpr const char* kDocument = "AWS-RunShellScript";
constexpr std::size_t kMostInstances = 50;
constexpr std::size_t kRememberedCommands = 1000;

tl::unexpected<AwsError> invalid(const std::string& message) {
  return refuse(400, "ValidationException", message);
}

tl::expected<std::vector<std::string>, AwsError> targets_of(const World& world, Time now,
                                                            const json& input) {
  std::vector<std::string> ids = texts(input, "InstanceIds");
  if (ids.size() > kMostInstances) return invalid("At most 50 instances can be named");
  for (const std::string& id : ids) {
    const Instance* instance = world.find(id, now);
    if (instance == nullptr || !has_agent(world, *instance, now)) {
      return refuse(400, "InvalidInstanceId", "Instances not in a valid state for account");
    }
  }
  const auto targets = input.find("Targets");
  if (targets == input.end() || !targets->is_array()) return ids;
  for (const Instance* instance : world.instances(now)) {
    const bool meant = std::ranges::all_of(*targets, [&](const json& target) {
      return target.is_object() &&
             is_target(*instance, text(target, "Key"), texts(target, "Values"));
    });
    if (meant && !targets->empty() && has_agent(world, *instance, now)) ids.push_back(instance->id);
  }
  return ids;
}

std::map<std::string, std::vector<std::string>> parameters_of(const json& input) {
  std::map<std::string, std::vector<std::string>> parameters;
  const auto given = input.find("Parameters");
  if (given == input.end() || !given->is_object()) return parameters;
  for (const auto& [name, values] : given->items()) {
    parameters[name] = texts(*given, name.c_str());
  }
  return parameters;
}

json written_command(const SentCommand& command, Time now) {
  const RunState state = state_of(command, now);
  const auto count = [&](auto&& fits) {
    return std::ranges::count_if(
        command.runs, [&](const CommandRun& run) { return fits(state_of(command, run, now)); });
  };
  return {
      {"CommandId", command.id},
      {"DocumentName", command.document},
      {"DocumentVersion", "$DEFAULT"},
      {"Comment", command.comment},
      {"ExpiresAfter", seconds(command.requested + command.begin_within + command.run_within)},
      {"Parameters", command.parameters},
      {"InstanceIds", command.instances},
      {"Targets", json::array()},
      {"RequestedDateTime", seconds(command.requested)},
      {"Status", state.status},
      {"StatusDetails", state.details},
      {"OutputS3BucketName", ""},
      {"OutputS3KeyPrefix", ""},
      {"MaxConcurrency", "50"},
      {"MaxErrors", "0"},
      {"TargetCount", command.runs.size()},
      {"CompletedCount", count([](const RunState& one) { return one.is_over(); })},
      {"ErrorCount", count([](const RunState& one) { return one.status == "Failed"; })},
      {"DeliveryTimedOutCount",
       count([](const RunState& one) { return one.details == "DeliveryTimedOut"; })},
      {"ServiceRole", ""},
      {"NotificationConfig",
       {{"NotificationArn", ""}, {"NotificationEvents", json::array()}, {"NotificationType", ""}}},
      {"TimeoutSeconds",
       std::chrono::duration_cast<std::chrono::seconds>(command.begin_within).count()}};
}

// "executionTimeout" in seconds, as the document takes it.
std::optional<Duration> read_run_time(const SentCommand& command) {
  const auto found = command.parameters.find("executionTimeout");
  if (found == command.parameters.end()) return std::chrono::hours{1};
  if (found->second.size() != 1) return std::nullopt;
  const std::string& text = found->second.front();
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool fits =
      error == std::errc{} && end == text.data() + text.size() && value >= 1 && value <= 172'800;
  return fits ? std::optional<Duration>(std::chrono::seconds{value}) : std::nullopt;
}

AwsAnswer send_command(World& world, Time now, const AwsCall& call) {
  const json input = input_of(call);
  SentCommand command;
  command.document = text(input, "DocumentName");
  if (command.document != kDocument) {
    return refuse(400, "InvalidDocument",
                  "Document with name " + shorten(command.document, 64) + " does not exist.");
  }
  command.parameters = parameters_of(input);
  const auto lines = command.parameters.find("commands");
  if (lines == command.parameters.end()) {
    return refuse(400, "InvalidParameters", "commands is a required parameter");
  }
  const auto targets = targets_of(world, now, input);
  if (!targets) return tl::unexpected(targets.error());
  const int begin = whole(input, "TimeoutSeconds").value_or(3600);
  const auto run_time = read_run_time(command);
  if (begin < 30 || begin > 2'592'000 || !run_time) {
    return invalid("TimeoutSeconds or executionTimeout is out of its range");
  }
  command.comment = text(input, "Comment");
  command.instances = texts(input, "InstanceIds");
  command.requested = now;
  command.begin_within = std::chrono::seconds{begin};
  command.run_within = *run_time;
  command.id = fmt::format("{:08x}-{:04x}-4000-8000-{:012x}", world.fresh_word() & 0xffffffffU,
                           world.fresh_word() & 0xffffU, world.fresh_word() & 0xffffffffffffU);
  for (const std::string& id : *targets) {
    command.runs.push_back(run_there(world, *world.find(id, now), lines->second, now));
  }
  auto& commands = world.commands.commands;
  if (commands.size() >= kRememberedCommands) {
    commands.erase(std::ranges::min_element(
        commands, {}, [](const auto& entry) { return entry.second.requested; }));
  }
  json answer{{"Command", written_command(command, now)}};
  commands.emplace(command.id, std::move(command));
  return written(answer);
}

AwsAnswer cancel_command(World& world, Time now, const AwsCall& call) {
  const json input = input_of(call);
  const auto found = world.commands.commands.find(text(input, "CommandId"));
  if (found == world.commands.commands.end())
    return refuse(400, "InvalidCommandId", "The command id is not known");
  const auto ids = texts(input, "InstanceIds");
  for (CommandRun& run : found->second.runs) {
    const bool meant = ids.empty() || std::ranges::find(ids, run.instance) != ids.end();
    if (meant && !state_of(found->second, run, now).is_over()) run.cancelled = now;
  }
  return written(json::object());
}

constexpr std::array<AwsOperation, 4> kOperations{{
    {"SendCommand", send_command},
    {"CancelCommand", cancel_command},
    {"GetCommandInvocation", get_command_invocation},
    {"ListCommandInvocations", list_command_invocations},
}};

}  // namespace

std::span<const AwsOperation> ssm_command_operations() {
  return kOperations;
}

}  // namespace livesonic::simulator
