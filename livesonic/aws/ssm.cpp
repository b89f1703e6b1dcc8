// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/ssm.h"

#include <fmt/format.h>

#include <utility>

#include "livesonic/aws/json_calls.h"

namespace livesonic::aws {
namespace {

constexpr Service kSsm{.id = "ssm", .api_version = {}, .json_target = "AmazonSSM"};

JsonCall call(const char* operation, nlohmann::json body) {
  return {.service = kSsm, .operation = operation, .body = std::move(body)};
}

SsmInvocation read_invocation(const json::Value& root) {
  SsmInvocation invocation;
  invocation.status = root.required_text("Status");
  invocation.status_details = root.text("StatusDetails");
  invocation.exit_code = root.integer("ResponseCode");
  if (invocation.exit_code == -1) invocation.exit_code.reset();  // AWS's word for "not yet"
  invocation.output = root.raw_text("StandardOutputContent");
  invocation.error_output = root.raw_text("StandardErrorContent");
  return invocation;
}

SsmParameter read_parameter(const json::Value& root) {
  const json::Value value = root.required_child("Parameter");
  return {.name = value.required_text("Name"),
          .type = value.text("Type"),
          .value = Secret(value.raw_text("Value")),
          .version = value.count("Version", 0),
          .modified_at = value.time("LastModifiedDate")};
}

}  // namespace

Result<std::string> Ssm::send_command(const SsmCommand& command,
                                      const std::stop_token& stop) const {
  constexpr const char* kOperation = "SendCommand";
  if (command.instance_ids.empty() || command.instance_ids.size() > kMaxInstances) {
    return fail(ErrorKind::kInvalidInput,
                fmt::format("{}: it takes 1 to {} instances, not {}", kOperation, kMaxInstances,
                            command.instance_ids.size()));
  }
  nlohmann::json body = {{"InstanceIds", command.instance_ids},
                         {"DocumentName", "AWS-RunShellScript"},
                         {"TimeoutSeconds", command.begin_within.count()}};
  body["Parameters"]["commands"] = command.lines;
  body["Parameters"]["executionTimeout"] =
      nlohmann::json::array({fmt::to_string(command.run_within.count())});
  if (!command.comment.empty()) body["Comment"] = command.comment;
  return ask(*client_, call(kOperation, std::move(body)), stop, [](const json::Value& root) {
    return root.required_child("Command").required_text("CommandId");
  });
}

Result<SsmInvocation> Ssm::get_command_invocation(const std::string& command_id,
                                                  const std::string& instance_id,
                                                  const std::stop_token& stop) const {
  return ask(*client_,
             call("GetCommandInvocation", {{"CommandId", command_id}, {"InstanceId", instance_id}}),
             stop, read_invocation);
}

Result<SsmParameter> Ssm::get_parameter(const std::string& name,
                                        const std::stop_token& stop) const {
  return ask(*client_, call("GetParameter", {{"Name", name}, {"WithDecryption", true}}), stop,
             read_parameter);
}

}  // namespace livesonic::aws
