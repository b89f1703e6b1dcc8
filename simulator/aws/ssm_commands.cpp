// SPDX-License-Identifier: Apache-2.0
// Systems Manager (API version 2014-11-06): commands run by the agents on the hosts.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "livesonic/base/text.h"
#include "livesonic/base/time_text.h"
#include "simulator/aws/json_answers.h"
#include "simulator/aws/ssm_agents.h"

namespace livesonic::simulator {
namespace {

using namespace json_api;

constexpr const char* kDocument = "AWS-RunShellScript";
constexpr const char* kPlugin = "aws:runShellScript";
constexpr std::size_t kMostInstances = 50;
constexpr std::size_t kRememberedCommands = 1000;
constexpr std::size_t kMostOutput = 24'000;  // characters, and of what comes on stderr
constexpr std::size_t kMostErrors = 8'000;
constexpr std::size_t kMostListed = 2'500;  // in ListCommandInvocations
constexpr int kLargestPage = 50;

tl::unexpected<AwsError> invalid(const std::string& message) {
  return refuse(400, "ValidationException", message);
}

tl::unexpected<AwsError> no_command() {
  return refuse(400, "InvalidCommandId", "The command id is not known");
}

std::string cut(const std::string& output, std::size_t size) {
  constexpr std::string_view kCut = "\n---Output truncated---";
  const std::string whole = to_valid_utf8(output);
  std::string part = first_characters(whole, size);
  if (part.size() == whole.size()) return part;
  return first_characters(whole, size - kCut.size()).append(kCut);
}

std::string duration_text(Duration lasting) {
  return fmt::format("PT{:.3f}S", static_cast<double>(lasting.count()) / 1000);
}

// --- sending ---

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
  if (found == world.commands.commands.end()) return no_command();
  const auto ids = texts(input, "InstanceIds");
  for (CommandRun& run : found->second.runs) {
    const bool meant = ids.empty() || std::ranges::find(ids, run.instance) != ids.end();
    if (meant && !state_of(found->second, run, now).is_over()) run.cancelled = now;
  }
  return written(json::object());
}

// --- what became of it ---

int response_code(const CommandRun& run, const RunState& state) {
  const bool ended_itself = state.status == "Success" || state.status == "Failed";
  return ended_itself ? run.exit_status : -1;
}

// AWS doesn't know a command on an instance in the first moments.
bool is_known(const World& world, const SentCommand& command, Time now) {
  return now >= command.requested + world.pace().hidden;
}

AwsAnswer get_command_invocation(const World& world, Time now, const AwsCall& call) {
  const json input = input_of(call);
  const auto found = world.commands.commands.find(text(input, "CommandId"));
  const std::string plugin = text(input, "PluginName", kPlugin);
  const SentCommand* command = found == world.commands.commands.end() ? nullptr : &found->second;
  const auto run = command == nullptr ? std::vector<CommandRun>::const_iterator()
                                      : std::ranges::find(command->runs, text(input, "InstanceId"),
                                                          &CommandRun::instance);
  if (command == nullptr || run == command->runs.end() || !is_known(world, *command, now) ||
      plugin != kPlugin) {
    return refuse(400, "InvocationDoesNotExist", "");
  }
  const RunState state = state_of(*command, *run, now);
  const bool has_output = state.is_over() && state.began && run->takes;
  const auto time = [](const std::optional<Time>& at) { return at ? to_iso8601(*at) : ""; };
  return written({{"CommandId", command->id},
                  {"InstanceId", run->instance},
                  {"Comment", command->comment},
                  {"DocumentName", command->document},
                  {"DocumentVersion", "$DEFAULT"},
                  {"PluginName", kPlugin},
                  {"ResponseCode", response_code(*run, state)},
                  {"ExecutionStartDateTime", time(state.began)},
                  {"ExecutionElapsedTime",
                   state.began && state.ended ? duration_text(*state.ended - *state.began) : ""},
                  {"ExecutionEndDateTime", time(state.ended)},
                  {"Status", state.status},
                  {"StatusDetails", state.details},
                  {"StandardOutputContent", has_output ? cut(run->out, kMostOutput) : ""},
                  {"StandardOutputUrl", ""},
                  {"StandardErrorContent", has_output ? cut(run->err, kMostErrors) : ""},
                  {"StandardErrorUrl", ""},
                  {"CloudWatchOutputConfig",
                   {{"CloudWatchLogGroupName", ""}, {"CloudWatchOutputEnabled", false}}}});
}

std::string listed_output(const CommandRun& run) {
  if (run.err.empty()) return cut(run.out, kMostListed);
  return cut(run.out + "\n----------ERROR-------\n" + run.err, kMostListed);
}

json written_invocation(const SentCommand& command, const CommandRun& run, bool details, Time now) {
  const RunState state = state_of(command, run, now);
  json written{{"CommandId", command.id},
               {"InstanceId", run.instance},
               {"InstanceName", ""},
               {"Comment", command.comment},
               {"DocumentName", command.document},
               {"DocumentVersion", "$DEFAULT"},
               {"RequestedDateTime", seconds(command.requested)},
               {"Status", state.status},
               {"StatusDetails", state.details},
               {"StandardOutputUrl", ""},
               {"StandardErrorUrl", ""},
               {"ServiceRole", ""},
               {"CommandPlugins", json::array()}};
  if (!details) return written;
  json plugin{{"Name", kPlugin},
              {"Status", state.status},
              {"StatusDetails", state.details},
              {"ResponseCode", response_code(run, state)},
              {"Output", state.is_over() && run.takes ? listed_output(run) : ""},
              {"StandardOutputUrl", ""},
              {"StandardErrorUrl", ""}};
  if (state.began) plugin["ResponseStartDateTime"] = seconds(*state.began);
  if (state.ended) plugin["ResponseFinishDateTime"] = seconds(*state.ended);
  written["CommandPlugins"].push_back(std::move(plugin));
  return written;
}

AwsAnswer list_command_invocations(const World& world, Time now, const AwsCall& call) {
  const json input = input_of(call);
  const std::string id = text(input, "CommandId");
  const std::string instance = text(input, "InstanceId");
  if (!id.empty() && !world.commands.commands.contains(id)) return no_command();
  const int size = whole(input, "MaxResults").value_or(kLargestPage);
  if (size < 1 || size > kLargestPage) return invalid("MaxResults must be from 1 to 50");
  std::vector<json> all;
  for (const auto& [known, command] : world.commands.commands) {
    if ((!id.empty() && known != id) || !is_known(world, command, now)) continue;
    for (const CommandRun& run : command.runs) {
      if (!instance.empty() && run.instance != instance) continue;
      all.push_back(written_invocation(command, run, flag(input, "Details"), now));
    }
  }
  std::string more;
  if (!cut_page(all, text(input, "NextToken"), size, more)) {
    return refuse(400, "InvalidNextToken", "The specified token is not valid.");
  }
  json answer{{"CommandInvocations", std::move(all)}};
  if (!more.empty()) answer["NextToken"] = more;
  return written(answer);
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
