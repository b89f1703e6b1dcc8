// SPDX-License-Identifier: Apache-2.0
// Whatever the services that answer in XML say about fleets, reading it gives values or an error.
// The first byte chooses the operation.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "livesonic/aws/autoscaling.h"
#include "livesonic/aws/ec2.h"
#include "livesonic/aws/ec2_launch.h"
#include "livesonic/aws/ec2_spot.h"
#include "livesonic/aws/elb.h"
#include "livesonic/aws/elbv2.h"
#include "livesonic/aws/fake_transport.h"
#include "livesonic/aws/route53.h"
#include "livesonic/aws/sns.h"
#include "livesonic/base/base64.h"

namespace {

using namespace livesonic::aws;
using Operation = void (*)(const Client&);

const std::vector<std::string> kIds = {"i-0123456789abcdef0"};

constexpr std::array<Operation, 30> kOperations = {
    [](const Client& c) { static_cast<void>(ElbV2(c).describe_all_load_balancers()); },
    [](const Client& c) { static_cast<void>(ElbV2(c).describe_all_target_groups()); },
    [](const Client& c) { static_cast<void>(ElbV2(c).describe_target_health("tg")); },
    [](const Client& c) { static_cast<void>(ElbV2(c).describe_tags({"arn:x"})); },
    [](const Client& c) { static_cast<void>(ElbV2(c).register_targets("tg", {{.id = "x"}})); },
    [](const Client& c) { static_cast<void>(Elb(c).describe_tags({"web"})); },
    [](const Client& c) { static_cast<void>(Elb(c).register_instances("web", kIds)); },
    [](const Client& c) { static_cast<void>(AutoScaling(c).describe_groups()); },
    [](const Client& c) { static_cast<void>(AutoScaling(c).describe_instances(kIds)); },
    [](const Client& c) { static_cast<void>(AutoScaling(c).describe_activities("web", {})); },
    [](const Client& c) { static_cast<void>(AutoScaling(c).describe_policies("web")); },
    [](const Client& c) {
      static_cast<void>(AutoScaling(c).terminate_instance("x", Capacity::kKept));
    },
    [](const Client& c) { static_cast<void>(AutoScaling(c).exit_standby("web", kIds)); },
    [](const Client& c) { static_cast<void>(AutoScaling(c).start_instance_refresh("web")); },
    [](const Client& c) { static_cast<void>(AutoScaling(c).describe_instance_refreshes("web")); },
    [](const Client& c) { static_cast<void>(AutoScaling(c).rollback_instance_refresh("web")); },
    [](const Client& c) { static_cast<void>(Ec2(c).describe_instance_status(kIds)); },
    [](const Client& c) { static_cast<void>(Ec2(c).find_instance_types({})); },
    [](const Client& c) { static_cast<void>(Ec2(c).get_console_output("x")); },
    [](const Client& c) { static_cast<void>(Ec2(c).terminate_instances(kIds)); },
    [](const Client& c) { static_cast<void>(Ec2(c).stop_instances(kIds)); },
    [](const Client& c) { static_cast<void>(AutoScaling(c).set_instance_health("x", false)); },
    [](const Client& c) { static_cast<void>(Ec2Spot(c).find_requests({})); },
    [](const Client& c) {
      static_cast<void>(Ec2Spot(c).describe_price_history({.instance_types = {}}));
    },
    [](const Client& c) { static_cast<void>(Ec2Launch(c).find_templates({})); },
    [](const Client& c) { static_cast<void>(Ec2Launch(c).describe_versions("lt-1", {})); },
    [](const Client& c) {
      static_cast<void>(Ec2Launch(c).create_fleet({.client_token = "t",
                                                   .launch_template_id = "lt-1",
                                                   .launch_template_version = "1",
                                                   .overrides = {},
                                                   .spot_capacity = 1}));
    },
    [](const Client& c) { static_cast<void>(Route53(c).list_tags({"Z1"})); },
    [](const Client& c) { static_cast<void>(Route53(c).list_record_sets("Z1")); },
    [](const Client& c) { static_cast<void>(Sns(c).publish({.topic_arn = "x", .text = "x"})); },
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string body(reinterpret_cast<const char*>(data) + 1, size - 1);
  static_cast<void>(livesonic::from_base64(body));
  TestBench bench(std::vector<livesonic::Result<HttpResponse>>{http(200, body)});
  kOperations[data[0] % kOperations.size()](bench.client);
  return 0;
}
