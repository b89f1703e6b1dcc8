// SPDX-License-Identifier: Apache-2.0
#include "simulator/control.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <vector>

#include "livesonic/base/text.h"
#include "simulator/fleet.h"
#include "simulator/happenings.h"
#include "simulator/world/json.h"

namespace livesonic::simulator {
namespace {

using nlohmann::json;

constexpr Duration kForEver = Duration::max();
constexpr double kLongestSeconds = 1e9;

int status_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kInvalidInput:
      return 400;
    case ErrorKind::kNotFound:
      return 404;
    case ErrorKind::kConflict:
      return 409;
    default:
      return 500;
  }
}

httpd::Response reply(int status, const json& body) {
  return {status,
          "application/json",
          body.dump(-1, ' ', false, json::error_handler_t::replace) + "\n",
          {}};
}

httpd::Response reply(const Error& error) {
  return reply(status_of(error.kind), {{"error", {{"message", error.message}}}});
}

httpd::Response reply(const Result<json>& result) {
  return result ? reply(200, *result) : reply(result.error());
}

// A change without an answer of its own.
Result<json> done(const Result<void>& result) {
  if (!result) return fail(result.error());
  return json::object();
}

// The fields of a request's body; an error names the first one that is missing or of another type.
class Fields {
 public:
  explicit Fields(const json& body) : body_(body) {}

  std::string text(const char* name, std::optional<std::string> otherwise = std::nullopt) {
    const auto found = body_.find(name);
    if (found == body_.end() && otherwise) return *otherwise;
    if (found == body_.end() || !found->is_string()) {
      miss(name, "a text");
      return {};
    }
    return found->get<std::string>();
  }
  int whole(const char* name, std::optional<int> otherwise = std::nullopt) {
    const auto found = body_.find(name);
    if (found == body_.end() && otherwise) return *otherwise;
    constexpr std::int64_t kLimit = 1'000'000;
    if (found == body_.end() || !found->is_number_integer() ||
        std::abs(found->get<double>()) > kLimit) {
      miss(name, "a whole number");
      return 0;
    }
    return found->get<int>();
  }
  bool flag(const char* name, bool otherwise = false) {
    const auto found = body_.find(name);
    if (found == body_.end()) return otherwise;
    if (!found->is_boolean()) miss(name, "true or false");
    return found->is_boolean() && found->get<bool>();
  }
  // "seconds": how long it lasts; for ever when left out.
  Duration lasting() {
    const auto found = body_.find("seconds");
    if (found == body_.end()) return kForEver;
    const double seconds = found->is_number() ? found->get<double>() : -1;
    if (!(seconds >= 0 && seconds <= kLongestSeconds)) {
      miss("seconds", "a number that isn't negative");
      return {};
    }
    return Duration{std::llround(seconds * 1000)};
  }
  std::map<std::string, std::string> tags() {
    std::map<std::string, std::string> tags;
    const auto found = body_.find("tags");
    if (found == body_.end()) return tags;
    if (!found->is_object()) miss("tags", "an object of texts");
    for (const auto& [key, value] : found->items()) {
      if (!value.is_string()) {
        miss("tags", "an object of texts");
      } else {
        tags[key] = value.get<std::string>();
      }
    }
    return tags;
  }
  template <typename Value>
  Value parsed(Result<Value> value) {
    if (value) return *value;
    if (!error_) error_ = value.error();
    return Value{};
  }
  [[nodiscard]] const std::optional<Error>& error() const { return error_; }

 private:
  void miss(const char* name, const char* what) {
    if (!error_)
      error_ = Error{ErrorKind::kInvalidInput, fmt::format("'{}' must be {}", name, what)};
  }

  const json& body_;
  std::optional<Error> error_;
};

// Requests below /sim/load-balancers: rest is what comes after it, split at slashes.
Result<json> change_balancers(World& world, Time now, const std::string& method,
                              const std::vector<std::string>& rest, Fields& fields) {
  if (method == "POST" && rest.empty()) {
    const std::string name = fields.text("name");
    const int count = fields.whole("instances", 0);
    const auto tags = fields.tags();
    if (fields.error()) return fail(*fields.error());
    if (auto added = world.add_balancer(name, now); !added) return fail(added.error());
    auto launched = world.launch(name, count, tags, now);
    if (!launched) return fail(launched.error());
    return json{{"name", name}, {"instances", *launched}};
  }
  if (method == "DELETE" && rest.size() == 1) return done(world.remove_balancer(rest[0], now));
  if (method == "POST" && rest.size() == 2 && rest[1] == "scale") {
    const int by = fields.whole("by");
    const auto tags = fields.tags();
    if (fields.error()) return fail(*fields.error());
    auto ids = by >= 0 ? world.launch(rest[0], by, tags, now) : world.retire(rest[0], -by, now);
    if (!ids) return fail(ids.error());
    return json{{by >= 0 ? "launched" : "terminated", *ids}};
  }
  return fail(ErrorKind::kNotFound, "there is no such request; docs/simulator.md lists them");
}

Result<json> change_instance(World& world, Time now, const std::string& method,
                             const std::vector<std::string>& rest, Fields& fields) {
  if (rest.size() != 2 || method != "POST") {
    return fail(ErrorKind::kNotFound, "there is no such request; docs/simulator.md lists them");
  }
  const std::string& id = rest[0];
  const std::string& what = rest[1];
  const Duration lasting = fields.lasting();
  if (what == "score") {
    const int score = fields.whole("score");
    if (fields.error()) return fail(*fields.error());
    return done(world.impose_score(id, score, now, lasting));
  }
  if (what == "service-down") {
    const std::string service = fields.text("service");
    if (fields.error()) return fail(*fields.error());
    return done(world.impose_service_down(id, service, now, lasting));
  }
  if (what == "fault") {
    const HostFault fault = fields.parsed(parse_host_fault(fields.text("fault")));
    if (fields.error()) return fail(*fields.error());
    return done(world.impose_fault(id, fault, now, lasting));
  }
  if (what == "delay") {
    const int delay_ms = fields.whole("delay_ms");
    if (fields.error()) return fail(*fields.error());
    return done(world.impose_delay(id, Duration{delay_ms}, now, lasting));
  }
  if (what == "relieve") return done(world.relieve(id, now));
  if (what == "terminate") return done(world.terminate(id, now));
  if (what == "deregister") return done(world.deregister(id, now));
  if (what == "stop") return done(world.stop(id, now));
  if (what == "start") return done(world.start(id, now));
  if (what == "interrupt") return done(world.interrupt(id, now));
  if (what == "rebalance") return done(world.recommend_rebalance(id, now));
  if (what == "impair") return done(world.impair(id, true, now));
  if (what == "mend") return done(world.impair(id, false, now));
  if (what == "schedule") {
    ScheduledEvent event;
    event.code = fields.text("code", "instance-retirement");
    event.description = fields.text("description", "The instance is running on degraded hardware");
    event.not_before = now + std::chrono::hours{fields.whole("in_hours", 24)};
    if (fields.error()) return fail(*fields.error());
    return done(world.schedule(id, std::move(event), now));
  }
  return fail(ErrorKind::kNotFound, fmt::format("an instance has no '{}'", shorten(what, 64)));
}

// A cluster of any kind, as --clusters takes it.
Result<json> add_one_cluster(World& world, Time now, Fields& fields) {
  const std::string name = fields.text("name");
  const int count = fields.whole("instances", 0);
  const std::string kind = fields.text("kind", "elb");
  if (fields.error()) return fail(*fields.error());
  const auto plans = parse_clusters(fmt::format("{}:{}:{}", name, count, kind));
  if (!plans) return fail(plans.error());
  if (plans->size() != 1) return fail(ErrorKind::kInvalidInput, "that is no cluster's name");
  if (auto added = add_cluster(world, plans->front(), now); !added) return fail(added.error());
  world.advance(now);
  return json{{"name", name}, {"instances", fleet_members(world, name, now)}};
}

Result<json> let_happen(World& world, Time now, Fields& fields) {
  const std::string what = fields.text("what");
  const std::string cluster = fields.text("cluster");
  const int hosts = fields.whole("hosts", 1);
  if (fields.error()) return fail(*fields.error());
  auto happened = let_happen(world, what, cluster, hosts, now, world.fresh_word());
  if (!happened) return fail(happened.error());
  return json{{"happened", *happened}};
}

Result<json> change_shortage(World& world, Fields& fields) {
  Shortage shortage;
  shortage.type = fields.text("type", "");
  shortage.zone = fields.text("zone", "");
  shortage.market = fields.text("market", "");
  shortage.left = fields.whole("left", 0);
  const bool over = fields.flag("over");
  if (fields.error()) return fail(*fields.error());
  const std::string& market = shortage.market;
  if (!market.empty() && market != "spot" && market != "on-demand") {
    return fail(ErrorKind::kInvalidInput, "'market' must be spot or on-demand");
  }
  if (shortage.left < 0) return fail(ErrorKind::kInvalidInput, "'left' must not be negative");
  world.set_shortage(std::move(shortage), over);
  return json::object();
}

Result<json> change_domains(World& world, Time now, const std::string& method,
                            const std::vector<std::string>& rest, Fields& fields) {
  auto& domains = world.registrations.domains;
  if (method == "DELETE" && rest.size() == 1) {
    if (domains.erase(rest[0]) == 0) return fail(ErrorKind::kNotFound, "there is no such domain");
    return json::object();
  }
  if (method != "POST" || !rest.empty()) {
    return fail(ErrorKind::kNotFound, "there is no such request; docs/simulator.md lists them");
  }
  Registration domain;
  domain.name = fields.text("name");
  domain.created = now;
  domain.expires = now + std::chrono::days{fields.whole("expires_in_days", 365)};
  domain.auto_renew = fields.flag("auto_renew", true);
  domain.transfer_lock = fields.flag("transfer_lock", true);
  if (fields.error()) return fail(*fields.error());
  if (domain.name.empty() || domain.name.size() > 253) {
    return fail(ErrorKind::kInvalidInput, "a domain's name has 1 to 253 characters");
  }
  domains.insert_or_assign(domain.name, domain);
  return json::object();
}

Result<json> change_throttling(World& world, Fields& fields) {
  ThrottleStore throttles = fields.parsed(parse_throttles(fields.text("buckets")));
  if (fields.error()) return fail(*fields.error());
  world.throttles = std::move(throttles);
  return json::object();
}

Result<json> change_zones(World& world, const std::string& method,
                          const std::vector<std::string>& rest, Fields& fields) {
  if (method == "POST" && rest.empty()) {
    Zone zone;
    zone.name = fields.text("name");
    zone.comment = fields.text("comment", "");
    zone.caller_reference = fields.text("caller_reference", "");
    zone.private_zone = fields.flag("private_zone");
    zone.record_count = fields.whole("record_count", 2);
    zone.tags = fields.tags();
    if (fields.error()) return fail(*fields.error());
    auto id = world.add_zone(std::move(zone));
    if (!id) return fail(id.error());
    return json{{"id", *id}};
  }
  if (method == "DELETE" && rest.size() == 1) return done(world.remove_zone(rest[0]));
  if (method == "POST" && rest.size() == 2 && rest[1] == "records") {
    ZoneRecord record;
    record.name = fields.text("name", "");
    record.type = fields.text("type", "A");
    record.alias_dns_name = fields.text("alias", "");
    if (record.alias_dns_name.empty()) record.values = {fields.text("value")};
    if (fields.error()) return fail(*fields.error());
    return done(world.add_record(rest[0], std::move(record)));
  }
  return fail(ErrorKind::kNotFound, "there is no such request; docs/simulator.md lists them");
}

Result<json> change_aws_faults(World& world, const std::string& method, Fields& fields) {
  if (method == "DELETE") {
    world.clear_aws_faults();
    return json::object();
  }
  AwsFault fault;
  fault.kind = fields.parsed(parse_aws_fault(fields.text("fault")));
  fault.calls = fields.whole("calls", 1);
  fault.service = fields.text("service", "");
  fault.operation = fields.text("operation", "");
  fault.hang = std::min<Duration>(fields.lasting(), std::chrono::hours{1});
  if (!fields.error() && fault.calls < 1)
    return fail(ErrorKind::kInvalidInput, "'calls' must be at least 1");
  if (fields.error()) return fail(*fields.error());
  world.add_aws_fault(std::move(fault));
  return json::object();
}

}  // namespace

httpd::Response Control::handle(const httpd::Request& request) {
  std::vector<std::string> parts;  // after "/sim/"
  for (const std::string_view part : split(std::string_view(request.path).substr(5), '/')) {
    if (!part.empty()) parts.emplace_back(part);
  }
  if (request.method == "GET" && parts.size() == 1 && parts[0] == "world") {
    return reply(
        200, simulation_.look([](const World& world, Time now) { return to_json(world, now); }));
  }
  const json body =
      request.body.empty() ? json::object() : json::parse(request.body, nullptr, false);
  if (!body.is_object()) {
    return reply(Error{ErrorKind::kInvalidInput, "the body must be a JSON object"});
  }
  // A page in a browser can't send this type without asking first.
  if (request.method == "POST" && !request.header("content-type").starts_with("application/json")) {
    return reply(Error{ErrorKind::kInvalidInput, "the content type must be application/json"});
  }
  Fields fields(body);
  const std::string what = parts.empty() ? "" : parts[0];
  const std::vector<std::string> rest(parts.begin() + (parts.empty() ? 0 : 1), parts.end());
  return reply(simulation_.change([&](World& world, Time now) -> Result<json> {
    if (what == "load-balancers") {
      return change_balancers(world, now, request.method, rest, fields);
    }
    if (request.method == "POST" && rest.empty()) {
      if (what == "clusters") return add_one_cluster(world, now, fields);
      if (what == "happen") return let_happen(world, now, fields);
      if (what == "shortages") return change_shortage(world, fields);
      if (what == "throttling") return change_throttling(world, fields);
    }
    if (what == "instances") return change_instance(world, now, request.method, rest, fields);
    if (what == "zones") return change_zones(world, request.method, rest, fields);
    if (what == "domains") return change_domains(world, now, request.method, rest, fields);
    if (what == "aws-faults" && rest.empty()) {
      return change_aws_faults(world, request.method, fields);
    }
    return fail(ErrorKind::kNotFound, "there is no such request; docs/simulator.md lists them");
  }));
}

}  // namespace livesonic::simulator
