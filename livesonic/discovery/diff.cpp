// SPDX-License-Identifier: Apache-2.0
#include "livesonic/discovery/diff.h"

#include <fmt/format.h>

#include <map>
#include <string_view>
#include <utility>

namespace livesonic::discovery {
namespace {

// AWS was told to end or stop it: nothing is to be watched there, and nothing is wrong.
bool ended(std::string_view ec2_state) {
  return ec2_state == "terminated" || ec2_state == "shutting-down" || ec2_state == "stopped" ||
         ec2_state == "stopping";
}

std::string ended_reason(std::string_view ec2_state) {
  return ec2_state == "stopped" || ec2_state == "stopping" ? "stopped" : "terminated";
}

void take_facts(Instance& instance, const Facts& facts) {
  instance.name = facts.name;
  instance.tags = facts.tags;
  instance.ec2_state = facts.ec2_state;
  instance.public_dns = facts.public_dns;
  instance.private_dns = facts.private_dns;
  instance.public_ip = facts.public_ip;
  instance.private_ip = facts.private_ip;
  instance.availability_zone = facts.availability_zone;
  instance.type = facts.type;
  instance.image_id = facts.image_id;
  instance.lifecycle = facts.lifecycle;
  instance.launched_at = facts.launched_at;
}

void retire(Instance& instance, Time now, std::string reason) {
  instance.gone_at = now;
  instance.gone_reason = std::move(reason);
  instance.missing_since.reset();
}

class Diff {
 public:
  Diff(const std::string& cluster, const std::vector<Instance>& known, const Sighting& sighting,
       Time now)
      : cluster_(cluster), sighting_(sighting), now_(now) {
    for (const Instance& instance : known) known_.emplace(instance.id, &instance);
    for (const Facts& facts : sighting.facts) facts_.emplace(facts.id, &facts);
    for (const Member& member : sighting.members) members_.emplace(member.id, &member);
  }

  Changes run() {
    for (const auto& [id, member] : members_) see(*member);
    miss_the_others();
    return std::move(changes_);
  }

 private:
  const Facts* facts_of(const std::string& id) const {
    const auto found = facts_.find(id);
    return found == facts_.end() ? nullptr : found->second;
  }

  void see(const Member& member) {
    const auto found = known_.find(member.id);
    const Instance* before = found == known_.end() ? nullptr : found->second;
    const Facts* facts = facts_of(member.id);
    const bool is_ended = facts != nullptr && ended(facts->ec2_state);
    if (is_ended && (before == nullptr || !before->watched())) return;  // nothing to watch

    Instance instance = before != nullptr ? *before : Instance{};
    instance.cluster = cluster_;
    instance.id = member.id;
    instance.balancer_state = member.state;
    instance.balancer_reason = member.reason;
    instance.balancer_description = member.description;
    if (facts != nullptr) take_facts(instance, *facts);
    instance.last_seen = now_;
    instance.missing_since.reset();
    if (before == nullptr) instance.first_seen = now_;

    if (is_ended) {
      retire(instance, now_, ended_reason(facts->ec2_state));
      changes_.retired.push_back(instance.id);
    } else {
      instance.gone_at.reset();
      instance.gone_reason.clear();
      if (before == nullptr || !before->watched()) {
        changes_.added.push_back(instance.id);
      } else {
        Instance same = instance;
        same.last_seen = before->last_seen;
        changes_.details_changed |= same != *before;
      }
    }
    changes_.instances.push_back(std::move(instance));
  }

  void miss_the_others() {
    if (!sighting_.facts_known) return;
    std::vector<Instance> unconfirmed;  // the balancer leaves them out, EC2 gives no reason
    std::size_t watched = 0;
    for (const auto& [id, before] : known_) {
      if (!before->watched()) continue;
      ++watched;
      if (members_.contains(id)) continue;
      Instance instance = *before;
      const Facts* facts = facts_of(id);
      if (facts != nullptr) take_facts(instance, *facts);
      if (facts != nullptr && ended(facts->ec2_state)) {
        leave(std::move(instance), ended_reason(facts->ec2_state));
      } else if (facts == nullptr && !members_.empty()) {
        leave(std::move(instance), "no longer known to EC2");
      } else {
        unconfirmed.push_back(std::move(instance));
      }
    }

    const bool empty = members_.empty();
    const bool implausible = empty || unconfirmed.size() * 2 > watched;
    std::size_t kept = 0;
    for (Instance& instance : unconfirmed) {
      if (!instance.missing_since) {
        instance.missing_since = now_;
        changes_.details_changed = true;
      }
      const bool believed =
          !implausible || (!empty && now_ - *instance.missing_since >= kDoubtfulFor);
      if (believed) {
        leave(std::move(instance), "deregistered from the balancer");
      } else {
        ++kept;
        changes_.instances.push_back(std::move(instance));
      }
    }
    if (kept == 0) return;
    changes_.warning =
        empty ? fmt::format(
                    "the balancer lists no instances, but EC2 does not say that the {} known "
                    "ones have ended: they are kept and watched",
                    kept)
              : fmt::format(
                    "the balancer leaves out {} of {} instances at once, but EC2 does not say "
                    "that they have ended: they are kept and watched for 15 minutes",
                    kept, watched);
  }

  void leave(Instance instance, std::string reason) {
    retire(instance, now_, std::move(reason));
    changes_.retired.push_back(instance.id);
    changes_.instances.push_back(std::move(instance));
  }

  const std::string& cluster_;
  const Sighting& sighting_;
  const Time now_;
  std::map<std::string, const Instance*> known_;
  std::map<std::string, const Facts*> facts_;
  std::map<std::string, const Member*> members_;
  Changes changes_;
};

}  // namespace

Changes diff(const std::string& cluster, const std::vector<Instance>& known,
             const Sighting& sighting, Time now) {
  return Diff(cluster, known, sighting, now).run();
}

}  // namespace livesonic::discovery
