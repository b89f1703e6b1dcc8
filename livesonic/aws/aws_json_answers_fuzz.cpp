// SPDX-License-Identifier: Apache-2.0
// Whatever the services that answer in JSON say, reading it gives values or an error. The first
// byte chooses the operation.
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include "livesonic/aws/cloudwatch.h"
#include "livesonic/aws/ecs.h"
#include "livesonic/aws/fake_transport.h"
#include "livesonic/aws/pricing.h"
#include "livesonic/aws/route53domains.h"
#include "livesonic/aws/sqs.h"
#include "livesonic/aws/ssm.h"

namespace {

using namespace livesonic::aws;
using Operation = void (*)(const Client&);

constexpr std::array<Operation, 13> kOperations = {
    [](const Client& c) { static_cast<void>(Ecs(c).list_clusters()); },
    [](const Client& c) { static_cast<void>(Ecs(c).describe_clusters({"prod"})); },
    [](const Client& c) { static_cast<void>(Ecs(c).describe_services("prod", {"web"})); },
    [](const Client& c) { static_cast<void>(Ecs(c).update_service("prod", "web", {})); },
    [](const Client& c) { static_cast<void>(Ecs(c).describe_tasks("prod", {"x"})); },
    [](const Client& c) { static_cast<void>(Ecs(c).describe_container_instances("prod", {"x"})); },
    [](const Client& c) { static_cast<void>(Route53Domains(c).list_domains()); },
    [](const Client& c) { static_cast<void>(Sqs(c).receive({.queue_url = "x"})); },
    [](const Client& c) { static_cast<void>(Sqs(c).delete_messages("x", {"r"})); },
    [](const Client& c) { static_cast<void>(Ssm(c).get_command_invocation("c", "i")); },
    [](const Client& c) { static_cast<void>(Ssm(c).get_parameter("x")); },
    [](const Client& c) { static_cast<void>(Pricing(c).get_products("AmazonEC2", {})); },
    [](const Client& c) {
      static_cast<void>(CloudWatch(c).get_metric_data(
          {{.name_space = "AWS/ELB", .metric = "RequestCount", .dimensions = {}}}, {},
          livesonic::Time{} + std::chrono::hours{1}));
    },
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string body(reinterpret_cast<const char*>(data) + 1, size - 1);
  TestBench bench(std::vector<livesonic::Result<HttpResponse>>{http(200, body)},
                  {.region = kRoute53DomainsRegion, .max_attempts = 4});
  kOperations[data[0] % kOperations.size()](bench.client);
  return 0;
}
