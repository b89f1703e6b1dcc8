// SPDX-License-Identifier: Apache-2.0
#include "simulator/aws/ssm_invocations.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "livesonic/base/text.h"
#include "livesonic/base/time_text.h"
#include "simulator/aws/json_answers.h"

namespace livesonic::simulator {
namespace {

using namespace json_api;

constexpr const char* kPlugin = "aws:runShellScript";
constexpr std::size_t kMostOutput = 24'000;  // characters, and of what comes on stderr
constexpr std::size_t kMostErrors = 8'000;
constexpr std::size_t kMostListed = 2'500;  // in ListCommandInvocations
constexpr int kLargestPage = 50;

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

int response_code(const CommandRun& run, const RunState& state) {
  const bool ended_itself = state.status == "Success" || state.status == "Failed";
  return ended_itself ? run.exit_status : -1;
}

// AWS doesn't know a command on an instance in the first moments.
bool is_known(const World& world, const SentCommand& command, Time now) {
  return now >= command.requested + world.pace().hidden;
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

}  // namespace

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

AwsAnswer list_command_invocations(const World& world, Time now, const AwsCall& call) {
  const json input = input_of(call);
  const std::string id = text(input, "CommandId");
  const std::string instance = text(input, "InstanceId");
  if (!id.empty() && !world.commands.commands.contains(id))
    return refuse(400, "InvalidCommandId", "The command id is not known");
  const int size = whole(input, "MaxResults").value_or(kLargestPage);
  if (size < 1 || size > kLargestPage)
    return refuse(400, "ValidationException", "MaxResults must be from 1 to 50");
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

}  // namespace livesonic::simulator
