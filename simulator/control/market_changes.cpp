// SPDX-License-Identifier: Apache-2.0
// Changes of AWS itself: what it is short of, how often it may be asked, and how
// it fails.
#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>

#include "simulator/control/changes.h"

namespace livesonic::simulator {
namespace {

using nlohmann::json;

Change change_shortage(Fields& fields) {
  Shortage shortage;
  shortage.type = fields.text("type", "");
  shortage.zone = fields.text("zone", "");
  shortage.market = fields.text("market", "");
  shortage.left = fields.whole("left", 0);
  const bool over = fields.flag("over");
  const std::string& market = shortage.market;
  if (!market.empty() && market != "spot" && market != "on-demand") {
    fields.refuse("market", "'market' must be spot or on-demand");
  }
  if (shortage.left < 0) fields.refuse("left", "'left' must not be negative");
  return [=](World& world, Time) -> Result<json> {
    world.set_shortage(shortage, over);
    return json::object();
  };
}

Change change_throttling(Fields& fields) {
  const ThrottleStore throttles = fields.parsed("buckets", parse_throttles(fields.text("buckets")));
  return [=](World& world, Time) -> Result<json> {
    world.throttles = throttles;
    return json::object();
  };
}

Change add_aws_fault(Fields& fields) {
  AwsFault fault;
  fault.kind = fields.parsed("fault", parse_aws_fault(fields.text("fault")));
  fault.calls = fields.whole("calls", 1);
  fault.service = fields.text("service", "");
  fault.operation = fields.text("operation", "");
  fault.hang = std::min<Duration>(fields.lasting(), std::chrono::hours{1});
  if (fault.calls < 1) fields.refuse("calls", "'calls' must be at least 1");
  return [=](World& world, Time) -> Result<json> {
    world.add_aws_fault(fault);
    return json::object();
  };
}

}  // namespace

Change read_market_change(const std::string& family, const ChangeRequest& request, Fields& fields) {
  if (!request.rest.empty()) return {};
  if (family == "aws-faults" && !request.post) {
    return [](World& world, Time) -> Result<json> {
      world.clear_aws_faults();
      return json::object();
    };
  }
  if (!request.post) return {};
  if (family == "aws-faults") return add_aws_fault(fields);
  if (family == "shortages") return change_shortage(fields);
  if (family == "throttling") return change_throttling(fields);
  return {};
}

}  // namespace livesonic::simulator
