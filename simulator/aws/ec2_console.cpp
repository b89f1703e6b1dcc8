// SPDX-License-Identifier: Apache-2.0
// EC2 (API version 2016-11-15): what an instance's console has shown.
#include <array>

#include "livesonic/base/time_text.h"
#include "simulator/aws/ec2_answers.h"
#include "simulator/base64.h"
#include "simulator/console.h"
#include "simulator/world/instance_types.h"

namespace livesonic::simulator {
namespace {

using namespace ec2;

constexpr std::size_t kKept = std::size_t{64} * 1024;  // of a console's output, the latest

std::string host_name(const std::string& address) {
  std::string name = "ip-" + address;
  for (char& c : name) {
    if (c == '.') c = '-';
  }
  return name;
}

AwsAnswer get_console_output(const World& world, Time now, const AwsCall& call) {
  const auto found = by_id(world, now, {parameter(call.parameters, "InstanceId")});
  if (!found) return tl::unexpected(found.error());
  const Instance& instance = *found->front();
  const bool latest = parameter(call.parameters, "Latest") == "true";
  const TypeFacts* facts = find_type(instance.type);
  if (latest && facts != nullptr && !facts->current) {
    return refuse(400, "UnsupportedOperation",
                  "This instance type does not support retrieving the latest console logs.");
  }
  const Time booted = instance.launched + world.pace().pending;
  const Time known = latest ? booted : booted + world.pace().console;
  std::string output;
  if (now >= known) {
    const auto key = make_public_host_key(host_key_seed(instance.seed));
    if (!key) return refuse(500, "InternalError", key.error().message);
    output = console_of(host_name(instance.address), *key, booted);
    if (output.size() > kKept) output.erase(0, output.size() - kKept);
  }
  return response(call, [&](XmlWriter& xml) {
    xml.text("instanceId", instance.id);
    xml.text("timestamp", to_iso8601(output.empty() ? now : known));
    if (!output.empty()) xml.text("output", to_base64(output));
  });
}

constexpr std::array<AwsOperation, 1> kOperations{{
    {"GetConsoleOutput", get_console_output},
}};

}  // namespace

std::span<const AwsOperation> ec2_console_operations() {
  return kOperations;
}

}  // namespace livesonic::simulator
