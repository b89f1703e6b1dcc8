// SPDX-License-Identifier: Apache-2.0
// Whatever a service answers, the client gives a value or an error. The first byte chooses the
// operation and whether the answer is a success: query and REST-XML protocols, and error documents
// of all protocols.
#include <cstddef>
#include <cstdint>
#include <string>

#include "livesonic/aws/ec2.h"
#include "livesonic/aws/elb.h"
#include "livesonic/aws/fake_transport.h"
#include "livesonic/aws/route53.h"
#include "livesonic/aws/sts.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace livesonic::aws;
  if (size == 0) return 0;
  const std::string body(reinterpret_cast<const char*>(data) + 1, size - 1);
  const int status = (data[0] & 4U) != 0 ? 400 : 200;
  TestBench bench(std::vector<livesonic::Result<HttpResponse>>{http(status, body)});
  switch (data[0] >> 4U) {
    case 0:
      static_cast<void>(Elb(bench.client).describe_load_balancers());
      break;
    case 1:
      static_cast<void>(Elb(bench.client).describe_instance_health("web"));
      break;
    case 2:
      static_cast<void>(Ec2(bench.client).describe_instances({"i-0123456789abcdef0"}));
      break;
    case 3:
      static_cast<void>(Sts(bench.client).get_caller_identity());
      break;
    case 4:
      static_cast<void>(Sts(bench.client).assume_role({.arn = "arn:aws:iam::1:role/x"}));
      break;
    case 5:
      static_cast<void>(bench.client.json({.id = "ecs", .api_version = {}}, "ListTasks", "{}", {}));
      break;
    default:
      static_cast<void>(Route53(bench.client).list_hosted_zones());
  }
  return 0;
}
