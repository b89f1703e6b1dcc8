// SPDX-License-Identifier: Apache-2.0
#include "livesonic/discovery/region.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "livesonic/base/log.h"
#include "livesonic/base/text.h"

namespace livesonic::discovery {
namespace {

using namespace std::chrono_literals;

// Balancers and target groups change their names never and their number seldom.
constexpr Duration kListingKept = 5min;
// What only adds to the picture isn't asked again for so long after it was refused.
constexpr Duration kGivenUp = 5min;
// How far back a group's activities are asked for: a poll, AWS's delays, and a look of ours that
// came late.
constexpr Duration kActivities = 2h;
// With more classic balancers than this it is cheaper to list them all.
constexpr std::size_t kNamedOneByOne = 20;

const char* const kGroups = "what the Auto Scaling groups say";
const char* const kChecks = "what EC2's status checks say";
const char* const kActivitiesOf = "what the Auto Scaling groups have done";
const char* const kSpot = "what became of spot requests";

}  // namespace

Region::Region(const aws::Client& client, const Clock& clock, Duration interval)
    : clock_(clock),
      interval_(interval),
      elb_(client),
      elbv2_(client),
      ec2_(client),
      spot_(client),
      ecs_(client),
      autoscaling_(client),
      instances_(interval),
      services_(ecs_, instances_, interval),
      pace_(interval) {}

Result<aws::LoadBalancer> Region::classic(const std::string& reader, const std::string& name,
                                          const std::set<std::string>& others,
                                          const std::stop_token& stop) {
  const auto find = [&](const std::vector<aws::LoadBalancer>& all) {
    return std::find_if(all.begin(), all.end(),
                        [&](const aws::LoadBalancer& one) { return one.name == name; });
  };
  if (!others.empty()) {
    const auto all = classic_.get(reader, shared_look_age(interval_), clock_.now(), stop, [&] {
      std::vector<std::string> names;
      if (others.size() < kNamedOneByOne) {
        names.assign(others.begin(), others.end());
        if (!others.contains(name)) names.push_back(name);
      }
      return elb_.describe_load_balancers(names, stop);
    });
    if (!all && all.error().kind != ErrorKind::kNotFound) return fail(all.error());
    if (all) {
      if (const auto found = find(**all); found != (*all)->end()) return *found;
    }
  }
  // Alone, new, or one that is missing has made the call for all of them fail.
  const auto one = elb_.describe_load_balancers({name}, stop);
  if (!one) return fail(one.error());
  if (const auto found = find(*one); found != one->end()) return *found;
  return fail(ErrorKind::kUnavailable,
              fmt::format("AWS answered with {} other load balancers when asked for '{}'",
                          one->size(), name));
}

Result<std::shared_ptr<const std::vector<aws::LoadBalancerV2>>> Region::balancers(
    const std::string& reader, const std::stop_token& stop) {
  return balancers_.get(reader, kListingKept, clock_.now(), stop,
                        [&] { return elbv2_.describe_all_load_balancers(stop); });
}

Result<std::shared_ptr<const std::vector<aws::TargetGroup>>> Region::target_groups(
    const std::string& reader, const std::stop_token& stop) {
  return target_groups_.get(reader, shared_look_age(interval_), clock_.now(), stop,
                            [&] { return elbv2_.describe_all_target_groups(stop); });
}

Result<std::shared_ptr<const Groups>> Region::groups(const std::string& reader,
                                                     const std::stop_token& stop) {
  return groups_.get(reader, shared_look_age(interval_), clock_.now(), stop,
                     [&]() -> Result<Groups> {
                       auto all = autoscaling_.describe_groups({}, stop);
                       if (!all) return fail(std::move(all.error()));
                       return to_groups(std::move(*all));
                     });
}

Result<std::shared_ptr<const EcsLook>> Region::services(const std::string& reader,
                                                        const std::string& resource,
                                                        const std::set<std::string>& all,
                                                        const std::stop_token& stop) {
  return services_.look(reader, resource, all, clock_.now(), stop);
}

Result<std::vector<aws::Ec2Instance>> Region::find_instances(const aws::Filters& filters,
                                                             const std::stop_token& stop) {
  const Time now = clock_.now();
  auto found = ec2_.find_instances(filters, stop);
  if (found) instances_.note(*found, now);
  return found;
}

bool Region::begin_look(const std::string& reader) {
  const Time now = clock_.now();
  const std::lock_guard lock(mutex_);
  const auto last = looked_at_.find(reader);
  if (last != looked_at_.end() && pace_.holds_back(last->second, now)) return false;
  looked_at_[reader] = now;
  return true;
}

void Region::looked(const Error* error) {
  const Time now = clock_.now();
  const std::lock_guard lock(mutex_);
  if (error == nullptr) return pace_.answered(now);
  if (error->kind != ErrorKind::kThrottled) return;
  const int before = pace_.factor();
  pace_.throttled(now);
  if (before == 1) {
    log::info("AWS asks to slow down: clusters are looked at more rarely for a while: {}",
              error->message);
  }
}

void Region::outdate(const CloudEvent& event) {
  classic_.outdate();
  if (event.kind == CloudEventKind::kGroup) groups_.outdate();
  if (event.kind == CloudEventKind::kService) services_.outdate(event.service);
  instances_.outdate(event.instances);
}

bool Region::given_up(const char* what) const {
  const std::lock_guard lock(mutex_);
  const auto found = given_up_at_.find(what);
  return found != given_up_at_.end() && clock_.now() - found->second < kGivenUp;
}

void Region::tell_once(const char* what, const Error& error) {
  const Time now = clock_.now();
  bool told = false;
  {
    const std::lock_guard lock(mutex_);
    told = !given_up_at_.insert_or_assign(what, now).second;
  }
  if (!told) log::info("{} is not known, and is shown nowhere: {}", what, error.message);
}

std::shared_ptr<const Groups> Region::perhaps_groups(const std::string& reader,
                                                     const std::stop_token& stop) {
  if (given_up(kGroups)) return nullptr;
  auto found = groups(reader, stop);
  if (found) return *found;
  if (!stop.stop_requested()) tell_once(kGroups, found.error());
  return nullptr;
}

Result<Troubles> Region::find_troubles(const std::stop_token& stop) const {
  Troubles troubles;
  // Filters of one call must all pass; of the three, each finds what the others may not.
  const std::vector<std::string> unwell{"impaired", "insufficient-data", "initializing"};
  for (const aws::Filter& filter :
       {aws::Filter{"instance-status.status", unwell}, aws::Filter{"system-status.status", unwell},
        aws::Filter{"event.code",
                    {"instance-reboot", "system-reboot", "system-maintenance",
                     "instance-retirement", "instance-stop"}}}) {
    const auto found = ec2_.find_instance_status({filter}, stop);
    if (!found) return fail(found.error());
    for (const aws::Ec2InstanceStatus& status : *found)
      troubles.insert_or_assign(status.id, status);
  }
  return troubles;
}

std::shared_ptr<const Troubles> Region::perhaps_troubles(const std::stop_token& stop) {
  if (given_up(kChecks)) return nullptr;
  auto found =
      troubles_.get("", interval_ * 2, clock_.now(), stop, [&] { return find_troubles(stop); });
  if (found) return *found;
  if (!stop.stop_requested()) tell_once(kChecks, found.error());
  return nullptr;
}

Result<std::vector<Facts>> Region::describe(const std::string& reader,
                                            const std::vector<std::string>& ids,
                                            const std::set<std::string>& fresh,
                                            const std::stop_token& stop) {
  if (ids.empty()) return std::vector<Facts>{};
  const auto known = instances_.describe(
      reader, ids, fresh, clock_.now(), stop,
      [&](const std::vector<std::string>& asked) { return ec2_.describe_instances(asked, stop); });
  if (!known) return fail(known.error());
  // Its members have looked already: nobody in particular asks again.
  const auto groups = perhaps_groups("", stop);
  const auto troubles = perhaps_troubles(stop);
  std::vector<Facts> facts;
  facts.reserve(known->size());
  for (const aws::Ec2Instance& instance : *known) {
    facts.push_back(join(instance, groups.get(), troubles.get()));
  }
  return facts;
}

void add_activities(std::vector<Leaving>& leaving, const std::string& group,
                    const std::vector<aws::ScalingActivity>& activities) {
  for (Leaving& one : leaving) {
    if (one.evidence.group != group || !one.evidence.cause.empty()) continue;
    for (const aws::ScalingActivity& activity : activities) {  // the newest first
      const bool about = activity.description.find(one.id) != std::string::npos;
      const bool launch = activity.description.starts_with("Launching");
      if (!about || launch || activity.status == "Failed" || activity.status == "Cancelled") {
        continue;
      }
      one.evidence.activity = activity.description;
      one.evidence.cause = activity.cause;
      break;
    }
  }
}

void Region::investigate(std::vector<Leaving>& leaving, const std::stop_token& stop) {
  std::set<std::string> groups;
  std::vector<std::string> requests;
  for (const Leaving& one : leaving) {
    if (!one.evidence.group.empty()) groups.insert(one.evidence.group);
    if (!one.spot_request.empty()) requests.push_back(one.spot_request);
  }
  if (!given_up(kActivitiesOf)) {
    for (const std::string& group : groups) {
      const auto activities =
          autoscaling_.describe_activities(group, clock_.now() - kActivities, stop);
      if (activities) {
        add_activities(leaving, group, *activities);
      } else if (!stop.stop_requested()) {
        tell_once(kActivitiesOf, activities.error());
        break;
      }
    }
  }
  if (requests.empty() || given_up(kSpot)) return;
  const auto found = spot_.describe_requests(requests, stop);
  if (!found) {
    if (!stop.stop_requested()) tell_once(kSpot, found.error());
    return;
  }
  for (Leaving& one : leaving) {
    for (const aws::SpotRequest& request : *found) {
      if (request.id != one.spot_request) continue;
      one.evidence.spot_status = request.status_code;
      one.evidence.spot_message = request.status_message;
    }
  }
}

}  // namespace livesonic::discovery
