// SPDX-License-Identifier: Apache-2.0
#include "tests/virtual_time/virtual_fleet.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <thread>

#include "livesonic/base/text.h"
#include "livesonic/base/time_text.h"
#include "simulator/fleet.h"
#include "simulator/world/groups.h"
#include "simulator/world/prices.h"

namespace livesonic::virtual_time {
namespace {

using namespace std::chrono_literals;

const Time kMidnight = parse_iso8601("2026-03-02T00:00:00Z").value();
constexpr double kTarget = 50;

simulator::World world_of(const std::string& kind, int instances, const Clock& clock) {
  simulator::FleetPlan plan;
  plan.seed = 7;
  plan.clusters = simulator::parse_clusters(fmt::format("web:{}:{}", instances, kind)).value();
  plan.pace = {.pending = 0s,
               .registering = 2min,  // until it serves
               .shutting_down = 0s,
               .remembered = 100h,
               .draining = 0s};
  auto world = simulator::build_world(plan, clock.now());
  EXPECT_TRUE(world) << world.error().message;
  simulator::TemplateVersion version;
  version.image = "ami-12c6146b";
  version.type = "m6i.large";
  EXPECT_TRUE(simulator::add_template(*world, "fleet", version, clock.now()));
  return std::move(*world);
}

bool lives(const simulator::Instance& instance) {
  return !instance.terminated && !instance.stopped;
}

}  // namespace

VirtualFleet::VirtualFleet(const std::string& kind, int instances, const std::string& policy)
    : directory_(std::filesystem::path(testing::TempDir()) / ("livesonic-days-" + random_id())),
      aws_clock_(kMidnight),
      clock_(kMidnight),
      simulation_(std::make_unique<simulator::Simulation>(world_of(kind, instances, aws_clock_),
                                                          aws_clock_)),
      endpoint_(std::make_unique<simulator::AwsEndpoint>(*simulation_, "")) {
  server_ = httpd::serve({}, *endpoint_).value();
  const bool of_group = kind == "asg";
  const std::string yaml = fmt::format(
      "data_dir: {}\n"
      "aws: {{ region: ap-northeast-1, access_key_id: x, secret_access_key: y, max_attempts: 1,"
      " endpoint_url: \"http://127.0.0.1:{}\" }}\n"
      "ssh: {{ enabled: false }}\n"
      "domains: {{ certificates: false }}\n"
      "clusters: [{{ name: web, kind: {}, resource: web-{} }}]\n"
      "actions: {{ dry_run: false, keep: 0, keep_percent: 0, cluster_cooldown: 0s, per_hour: 1000,"
      " per_day: 10000 }}\n"
      "scaling:\n"
      "  - {{ name: web, dry_run: false, {} }}\n",
      directory_.string(), server_->port(), of_group ? "asg" : "elb", of_group ? "asg" : "elb",
      policy);
  auto config = config::parse(yaml, "virtual.yaml",
                              [](const std::string&) { return std::optional<std::string>(); });
  EXPECT_TRUE(config) << config.error().message;
  config_ = std::move(*config);
  open();
}

VirtualFleet::~VirtualFleet() {
  costs_.reset();
  scaling_.reset();
  fleet_.reset();
  core_.reset();
  endpoint_->stop();
  server_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

void VirtualFleet::open() {
  core_ = app::open_core(config_, &clock_).value();
  fleet_ = app::Fleet::open(*core_, config_).value();
  scaling_ =
      std::make_unique<app::ScalingDesk>(*core_, config_.scaling, 3min, fleet_->scaling_world());
  costs_ = std::make_unique<app::CostDesk>(*core_, config_.scaling,
                                           [this] { return &fleet_->market(); });
}

void VirtualFleet::restart() {
  fleet_->desk().stop();
  costs_.reset();
  scaling_.reset();
  fleet_.reset();
  core_.reset();
  open();
  fleet_->desk().recover();
}

// Until what was asked for is over: all of it takes no virtual time.
void VirtualFleet::settle() {
  for (int i = 0; i < 20'000; ++i) {
    const auto left = core_->store->unfinished_actions();
    ASSERT_TRUE(left) << left.error().message;
    if (left->empty()) return;
    std::this_thread::sleep_for(1ms);
  }
  FAIL() << "actions do not come to their end";
}

void VirtualFleet::record_scores() {
  if (!hosts_answer) return;
  const auto instances = core_->store->instances("web", storage::Which::kWatched).value();
  const auto serving = std::ranges::count_if(
      instances, [](const Instance& one) { return is_in_service(one.balancer_state); });
  const double each = load(hour()) / static_cast<double>(std::max<long>(1, serving));
  const double score = 100 * (1 - each * (1 - kTarget / 100));
  std::vector<InstanceReadings> readings;
  for (const Instance& instance : instances) {
    if (!is_in_service(instance.balancer_state)) continue;
    readings.push_back({{"web", instance.id, clock_.now(), 1ms, Outcome::kOk,
                         static_cast<int>(std::clamp(std::round(score), 1.0, 100.0)), ""},
                        {}});
  }
  ASSERT_TRUE(core_->store->record(readings));
}

double VirtualFleet::hour() const {
  const Time now = aws_clock_.now();
  return std::chrono::duration<double, std::ratio<3600>>(now -
                                                         std::chrono::floor<std::chrono::days>(now))
      .count();
}

void VirtualFleet::minute() {
  if (requests) {
    simulation_->change([&](simulator::World& world, Time now) {
      const std::string resource = world.balancers().empty() ? "web-tg" : "web-elb";
      ASSERT_TRUE(simulator::impose_requests(world, resource, {now, requests(hour())}));
    });
  }
  aws_clock_.advance(1min);
  clock_.set(aws_clock_.now() + wrong_by_);
  simulation_->follow_time();
  const auto polled = fleet_->monitor().poll_now("web");
  static_cast<void>(polled);  // AWS may be away
  record_scores();
  scaling_->tick(&fleet_->desk(), {});
  settle();
  costs_->tick({});
  look_at_promises();
}

VirtualFleet::Truth VirtualFleet::truth() {
  return simulation_->look([&](const simulator::World& world, Time now) {
    Truth truth;
    for (const simulator::Instance* instance : world.instances(now)) {
      if (!lives(*instance)) continue;
      ++truth.living;
      const bool serves = world.state(*instance, now) == simulator::InstanceState::kRunning &&
                          now - instance->launched >= world.pace().registering;
      if (serves) ++truth.in_service;
      if (!instance->tags.contains(kClusterTag)) continue;
      ++truth.ours;
      ++truth.by_zone[instance->availability_zone];
      if (instance->spot) ++truth.spot;
      truth.price += instance->spot ? simulator::spot_price(world.spot_market, instance->type,
                                                            instance->availability_zone, now)
                                    : simulator::on_demand_price(instance->type);
    }
    return truth;
  });
}

std::vector<std::string> VirtualFleet::ours_in(const std::string& zone) {
  return simulation_->look([&](const simulator::World& world, Time now) {
    std::vector<std::string> ids;
    for (const simulator::Instance* instance : world.instances(now)) {
      const bool there = lives(*instance) && instance->tags.contains(kClusterTag);
      if (there && (zone.empty() || instance->availability_zone == zone)) {
        ids.push_back(instance->id);
      }
    }
    return ids;
  });
}

// Each minute: no more than may be, nothing bought beyond the budget, nobody's instance ended but
// by an order, and no order launched more than it said.
void VirtualFleet::look_at_promises() {
  const Truth now = truth();
  instance_hours += now.living / 60.0;
  if (load(hour()) > now.in_service) ++slow_minutes;
  if (most > 0) {
    EXPECT_LE(now.living, most) << to_iso8601(aws_clock_.now());
  }
  if (most_per_hour > 0) {
    EXPECT_LE(now.price, most_per_hour + 1e-6) << to_iso8601(aws_clock_.now());
  }
  std::map<std::string, int> launched;
  std::vector<std::string> ended;
  simulation_->look([&](const simulator::World& world, Time at) {
    for (const simulator::Instance* instance : world.instances(at)) {
      const auto launch = instance->tags.find(kLaunchTag);
      if (launch != instance->tags.end()) ++launched[launch->second];
      const bool by_us = instance->terminated && instance->ended_by == simulator::EndedBy::kUser;
      const bool of_group = instance->tags.contains("aws:autoscaling:groupName");
      if (by_us && !of_group) ended.push_back(instance->id);
    }
    return 0;
  });
  const auto releases = actions(ActionKind::kRelease);
  for (const std::string& id : ended) {
    if (!ended_.insert(id).second) continue;
    const auto orders = std::ranges::count_if(releases, [&](const Action& action) {
      const auto ids = action.request.instances();
      return action.state == ActionState::kDone && std::ranges::find(ids, id) != ids.end();
    });
    EXPECT_EQ(orders, 1) << id << " was ended by so many orders";
  }
  for (const Action& action : actions(ActionKind::kLaunch)) {
    const auto found = launched.find(action.id);
    if (found == launched.end()) continue;
    EXPECT_LE(found->second, action.request.capacity.value_or(0)) << action.id;
    launched.erase(found);
  }
  EXPECT_TRUE(launched.empty()) << launched.begin()->first << " is no order";
}

ScalingPlan VirtualFleet::plan() {
  const auto plans = scaling_->plans();
  return plans.empty() ? ScalingPlan() : plans.front();
}

std::vector<Action> VirtualFleet::actions(ActionKind kind) {
  storage::ActionQuery query;
  query.kind = kind;
  query.limit = 1000;
  return core_->store->actions(query).value();
}

}  // namespace livesonic::virtual_time
