// SPDX-License-Identifier: Apache-2.0
// Every operation of the simulated AWS: the first byte picks one, the rest is what it is asked
// with, as a form and as a JSON or XML body at once.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "simulator/aws/catalogue.h"

namespace {

using namespace livesonic::simulator;

struct Entry {
  const AwsApi* api;
  const AwsOperation* operation;
};

std::vector<Entry> all_operations() {
  std::vector<Entry> all;
  for (const AwsApi& api : aws_apis()) {
    for (const auto table : api.tables) {
      for (const AwsOperation& operation : table) all.push_back({&api, &operation});
    }
  }
  return all;
}

World small_world(livesonic::Time now) {
  World world(7, "ap-northeast-1", std::chrono::hours{9}, Pace{});
  (void)add_template(world, "web-template", TemplateVersion{}, now);
  (void)world.add_balancer("web-elb", now);
  (void)world.launch("web-elb", 2, {}, now);
  world.registrations.domains["shop.example"] = {"shop.example", now, now, true, true};
  return world;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::vector<Entry> all = all_operations();
  if (size == 0) return 0;
  const Entry& entry = all[data[0] % all.size()];
  const livesonic::Time launched{std::chrono::hours{500'000}};
  const livesonic::Time now = launched + std::chrono::hours{1};
  World world = small_world(launched);
  AwsCall call;
  call.service = entry.api->service;
  call.operation = entry.operation->name;
  call.request_id = "00000000-0000-0000-0000-000000000000";
  call.host = "127.0.0.1:5000";
  call.body.assign(reinterpret_cast<const char*>(data) + 1, size - 1);
  call.parameters = parse_form(call.body);
  call.version = parameter(call.parameters, "Version");
  call.bearer = parameter(call.parameters, "bearer");
  if (entry.operation->look != nullptr) {
    (void)entry.operation->look(world, now, call);
  } else {
    (void)entry.operation->change(world, now, call);
    world.advance(now + std::chrono::minutes{1});
  }
  return 0;
}
