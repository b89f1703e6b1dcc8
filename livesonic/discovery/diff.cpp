// SPDX-License-Identifier: Apache-2.0
#include "livesonic/discovery/diff.h"

#include <fmt/format.h>

#include <chrono>
#include <map>
#include <utility>

#include "livesonic/discovery/notices.h"

namespace livesonic::discovery {
namespace {

void take_facts(Instance& instance, const Facts& facts, Time now) {
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
  // The group forgets an instance before EC2 does: what it said last stays.
  const bool forgotten =
      facts.standing.group_state.empty() && facts.standing.group == instance.standing.group;
  Standing before = std::move(instance.standing);
  instance.standing = facts.standing;
  instance.standing.ports = std::move(before.ports);
  // What was announced stays, as long as it holds.
  if (!instance.standing.notice && before.notice && now - before.notice->at <= kNoticeHolds) {
    instance.standing.notice = std::move(before.notice);
  }
  if (!forgotten) return;
  instance.standing.group_state = std::move(before.group_state);
  instance.standing.group_health = std::move(before.group_health);
  instance.standing.protected_from_scale_in = before.protected_from_scale_in;
  if (instance.standing.launch_template.empty()) {
    instance.standing.launch_template = std::move(before.launch_template);
  }
}

// How long after instances of another image or template have joined others leave because of it.
constexpr Duration kDeploy = std::chrono::hours{1};

// What both were made from, where AWS says it of both and it differs: "x took the place of y".
std::string succession(const Instance& newer, const Instance& gone) {
  const std::string& from = gone.standing.launch_template;
  const std::string& to = newer.standing.launch_template;
  if (!from.empty() && !to.empty()) {
    return from == to ? "" : fmt::format("{} took the place of {}", to, from);
  }
  if (gone.image_id.empty() || newer.image_id.empty() || gone.image_id == newer.image_id) return "";
  return fmt::format("{} took the place of {}", newer.image_id, gone.image_id);
}

class Diff {
 public:
  Diff(const std::string& cluster, const std::vector<Instance>& known, const Sighting& sighting,
       Time now)
      : cluster_(cluster), sighting_(sighting), now_(now) {
    for (const Instance& instance : known) known_.emplace(instance.id, &instance);
    for (const Facts& facts : sighting.facts) facts_.emplace(facts.id, &facts);
    for (const Facts& facts : sighting.membership.facts) facts_.emplace(facts.id, &facts);
    for (const Member& member : sighting.membership.members) members_.emplace(member.id, &member);
  }

  Changes run() {
    for (const auto& [id, member] : members_) see(*member);
    miss_the_others();
    explain_all();
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
    const bool is_ended = facts != nullptr && has_ended(facts->ec2_state);
    if (is_ended && (before == nullptr || !before->watched())) return;  // nothing to watch

    Instance instance = before != nullptr ? *before : Instance{};
    instance.cluster = cluster_;
    instance.id = member.id;
    instance.balancer_state = member.state;
    instance.balancer_reason = member.reason;
    instance.balancer_description = member.description;
    // One that is back has new things announced, if any.
    if (before != nullptr && !before->watched()) instance.standing.notice.reset();
    if (facts != nullptr) take_facts(instance, *facts, now_);
    instance.standing.ports = member.ports;
    instance.last_seen = now_;
    instance.missing_since.reset();
    if (before == nullptr) instance.first_seen = now_;

    if (is_ended) {
      leave(std::move(instance), /*left_out=*/false);
      return;
    }
    instance.departure.reset();
    if (before == nullptr || !before->watched()) {
      changes_.added.push_back(instance.id);
    } else {
      Instance same = instance;
      same.last_seen = before->last_seen;
      changes_.details_changed |= same != *before;
    }
    changes_.instances.push_back(std::move(instance));
  }

  void miss_the_others() {
    if (!sighting_.facts_known) return;
    std::vector<Instance> unconfirmed;  // the balancer leaves them out, EC2 gives no reason
    std::size_t alive = 0;              // of the watched, those that nobody says have ended
    for (const auto& [id, before] : known_) {
      if (!before->watched()) continue;
      const Facts* facts = facts_of(id);
      const bool is_ended = facts != nullptr && has_ended(facts->ec2_state);
      if (members_.contains(id)) {
        alive += is_ended ? 0 : 1;
        continue;
      }
      Instance instance = *before;
      if (facts != nullptr) take_facts(instance, *facts, now_);
      const bool is_gone = is_ended || (facts == nullptr && is_ec2_id(id) && !members_.empty());
      if (is_gone || sighting_.membership.final) {
        leave(std::move(instance), /*left_out=*/true);
      } else {
        ++alive;
        unconfirmed.push_back(std::move(instance));
      }
    }

    const bool empty = members_.empty();
    const bool implausible = empty || unconfirmed.size() * 2 > alive;
    std::size_t kept = 0;
    for (Instance& instance : unconfirmed) {
      if (!instance.missing_since) {
        instance.missing_since = now_;
        changes_.details_changed = true;
      }
      const bool believed =
          !implausible || (!empty && now_ - *instance.missing_since >= kDoubtfulFor);
      if (believed) {
        leave(std::move(instance), /*left_out=*/true);
      } else {
        ++kept;
        changes_.instances.push_back(std::move(instance));
      }
    }
    if (kept == 0) return;
    changes_.warning = empty ? fmt::format(
                                   "{} lists no instances, but EC2 does not say that the {} known "
                                   "ones have ended: they are kept and watched",
                                   sighting_.membership.lister, kept)
                             : fmt::format(
                                   "{} leaves out {} of {} instances at once, but EC2 does not say "
                                   "that they have ended: they are kept and watched for 15 minutes",
                                   sighting_.membership.lister, kept, alive);
  }

  void leave(Instance instance, bool left_out) {
    Leaving leaving;
    leaving.id = instance.id;
    Evidence& evidence = leaving.evidence;
    evidence.left_out = left_out;
    evidence.lister = sighting_.membership.lister;
    evidence.group = instance.standing.group;
    evidence.group_state = instance.standing.group_state;
    if (const auto& notice = instance.standing.notice;
        notice && now_ - notice->at <= kNoticeHolds) {
      (notice->interruption ? evidence.interruption : evidence.recommendation) = in_words(*notice);
    }
    if (const Facts* facts = facts_of(instance.id)) {
      evidence.ec2_state = facts->ec2_state;
      evidence.state_reason_code = facts->state_reason_code;
      evidence.state_reason = facts->state_reason;
      evidence.transition_reason = facts->transition_reason;
      evidence.stop_code = facts->stop_code;
      if (!facts->stop_code.empty()) evidence.stopped_reason = facts->state_reason;
      leaving.spot_request = facts->spot_request;
    } else if (!is_ec2_id(instance.id)) {
      evidence.ec2_state = "no EC2 instance";
    }
    changes_.retired.push_back(std::move(leaving));
    instance.missing_since.reset();
    instance.departure.emplace();
    changes_.instances.push_back(std::move(instance));
  }

  // At the end, when it is known who has joined.
  void explain_all() {
    if (changes_.retired.empty()) return;
    std::vector<const Instance*> joined;  // lately
    std::map<std::string, Instance*> gone;
    for (Instance& instance : changes_.instances) {
      if (!instance.watched()) gone.emplace(instance.id, &instance);
      if (instance.watched() && now_ - instance.first_seen <= kDeploy) joined.push_back(&instance);
    }
    for (Leaving& leaving : changes_.retired) {
      Instance& instance = *gone.at(leaving.id);
      for (const Instance* other : joined) {
        if (!leaving.evidence.newer.empty()) break;
        if (other->first_seen > instance.first_seen) {
          leaving.evidence.newer = succession(*other, instance);
        }
      }
      instance.departure = explain(leaving.evidence, now_);
    }
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
