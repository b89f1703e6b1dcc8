// SPDX-License-Identifier: Apache-2.0
// Changes of AWS itself: what it is short of, what it costs, how many requests its balancers get,
// how often it may be asked, and how it fails.
#include <algorithm>
#include <chrono>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

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

Change change_spot_price(Fields& fields) {
  SpotMove move;
  move.type = fields.text("type", "");
  move.zone = fields.text("zone", "");
  move.times = fields.decimal("times");
  if (!(move.times > 0 && move.times <= 1000)) {
    fields.refuse("times", "'times' must be above 0 and at most 1000; 1 is the usual price");
  }
  return [=](World& world, Time now) -> Result<json> {
    SpotMove moved = move;
    moved.since = now;
    world.move_spot_prices(std::move(moved), now);
    return json::object();
  };
}

Change change_requests(Fields& fields) {
  constexpr double kMost = 1e9;
  constexpr int kLongestAgo = 15 * 86'400;  // as long as CloudWatch keeps minutes
  const std::string resource = fields.text("resource");
  const double per_minute = fields.decimal("per_minute");
  const int ago = fields.whole("seconds_ago", 0);
  if (!(per_minute >= 0 && per_minute <= kMost)) {
    fields.refuse("per_minute", "'per_minute' must be from 0 to a billion");
  }
  if (ago < 0 || ago > kLongestAgo) {
    fields.refuse("seconds_ago", "'seconds_ago' must be from 0 to 1296000, which is 15 days");
  }
  return [=](World& world, Time now) -> Result<json> {
    return answer_to(
        impose_requests(world, resource, {now - std::chrono::seconds{ago}, per_minute}));
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
  const Duration lasting = fields.lasting("for_seconds");
  const int unlimited = std::numeric_limits<int>::max();
  fault.calls = fields.whole("calls", lasting == kForEver ? 1 : unlimited);
  fault.service = fields.text("service", "");
  fault.operation = fields.text("operation", "");
  fault.hang = std::min<Duration>(fields.lasting(), std::chrono::hours{1});
  if (fault.calls < 1) fields.refuse("calls", "'calls' must be at least 1");
  return [=](World& world, Time now) -> Result<json> {
    AwsFault added = fault;
    if (lasting < Time::max() - now) added.until = now + lasting;
    world.add_aws_fault(std::move(added));
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
  if (family == "requests") return change_requests(fields);
  if (family == "shortages") return change_shortage(fields);
  if (family == "spot-prices") return change_spot_price(fields);
  if (family == "throttling") return change_throttling(fields);
  return {};
}

}  // namespace livesonic::simulator
