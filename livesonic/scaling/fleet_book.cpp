// SPDX-License-Identifier: Apache-2.0
#include "livesonic/scaling/fleet_book.h"

#include <algorithm>
#include <utility>

#include "livesonic/base/text.h"

namespace livesonic::scaling {
namespace {

using namespace std::chrono_literals;

// So long after a launch discovery may not have seen all of it.
constexpr Duration kSeenWithin = 10min;

bool is_under_way(const Action& action) {
  return !is_over(action.state);
}

bool exists(const Instance& instance) {
  const std::string& state = instance.ec2_state;
  return state.empty() || state == "pending" || state == "running";
}

std::vector<std::string> launched_by(const Action& action) {
  const auto noted = action.progress.find("instances");
  return noted == action.progress.end() ? std::vector<std::string>() : words_of(noted->second);
}

FleetMember member_of(const Instance& instance, const std::map<std::string, int>& scores) {
  FleetMember member;
  member.id = instance.id;
  member.kind = {instance.lifecycle, instance.type, instance.availability_zone};
  member.version = instance.standing.launch_template;
  member.launched_at = instance.launched_at;
  if (const auto score = scores.find(instance.id); score != scores.end()) {
    member.score = score->second;
  }
  const auto tag = instance.tags.find(kClusterTag);
  member.ours =
      tag != instance.tags.end() && tag->second == instance.cluster && !is_protected(instance.tags);
  member.serving = is_in_service(instance.balancer_state) && !instance.missing_since;
  const auto& notice = instance.standing.notice;
  member.doomed = notice && notice->interruption;
  member.restless = notice && !notice->interruption;
  return member;
}

class Bookkeeping {
 public:
  // `gone`: ids of those that were members, and are no more.
  Bookkeeping(FleetBook& book, std::set<std::string> gone, Time now)
      : book_(book), gone_(std::move(gone)), now_(now) {}

  void release(const Action& action) {
    // What was begun is not taken back, even where the end can't be told.
    const bool begun = is_under_way(action) || action.state == ActionState::kDone;
    if (!begun) return;
    for (const std::string& id : action.request.instances()) {
      if (FleetMember* member = find(id)) {
        member->leaving = true;
      } else {
        gone_.insert(id);
      }
    }
  }

  void launch(const Action& action) {
    const auto purchase = parse_purchase(action.request.target);
    if (!purchase) return;
    std::vector<std::string> ids = launched_by(action);
    const bool known = !ids.empty();
    std::erase_if(ids, [&](const std::string& id) { return gone_.contains(id); });
    const bool fresh =
        action.finished_at ? now_ - *action.finished_at < kSeenWithin : is_under_way(action);
    int seen = 0;
    int serving = 0;
    for (const std::string& id : ids) {
      const FleetMember* member = find(id);
      if (member == nullptr) continue;
      ++seen;
      serving += member->serving && !member->doomed ? 1 : 0;
    }
    int expected = 0;
    if (is_under_way(action) && !known) {
      expected = action.request.capacity.value_or(0);
    } else if (fresh && action.state != ActionState::kRejected) {
      expected = static_cast<int>(ids.size());
    }
    // What nobody can tell may be there all the same.
    if (action.state == ActionState::kUnknown && fresh && !known) {
      expected = action.request.capacity.value_or(0);
    }
    const int missing = std::max(0, expected - seen);
    if (missing > 0) book_.pending.push_back({*purchase, missing});
    take_place(words_of(action.request.text), missing + seen, serving);
  }

 private:
  FleetMember* find(const std::string& id) {
    const auto found = std::ranges::find(book_.members, id, &FleetMember::id);
    return found == book_.members.end() ? nullptr : &*found;
  }

  // Of those in whose place something was launched as many are replaced as there is of it.
  void take_place(const std::vector<std::string>& replaced, int there, int serving) {
    for (const std::string& id : replaced) {
      FleetMember* member = find(id);
      if (there-- <= 0) return;
      if (member == nullptr) {
        --serving;
        continue;
      }
      member->replaced = true;
      if (serving-- > 0 && !member->leaving) book_.superseded.push_back(id);
    }
  }

  FleetBook& book_;
  std::set<std::string> gone_;
  const Time now_;
};

}  // namespace

int FleetBook::owned() const {
  int sum = 0;
  for (const FleetMember& member : members) sum += member.counts() ? 1 : 0;
  for (const PendingLaunch& one : pending) sum += one.count;
  return sum;
}

int FleetBook::serving() const {
  return static_cast<int>(std::ranges::count_if(
      members, [](const FleetMember& member) { return member.counts() && member.serving; }));
}

FleetBook fleet_book(const std::vector<Instance>& instances,
                     const std::map<std::string, int>& scores, const std::vector<Action>& actions,
                     Time now) {
  FleetBook book;
  std::set<std::string> gone;
  for (const Instance& instance : instances) {
    if (instance.watched() && exists(instance)) {
      book.members.push_back(member_of(instance, scores));
    } else {
      gone.insert(instance.id);
    }
  }
  Bookkeeping keeping(book, std::move(gone), now);
  for (const Action& action : actions) {
    if (action.request.kind == ActionKind::kRelease) keeping.release(action);
  }
  for (const Action& action : actions) {
    if (action.request.kind == ActionKind::kLaunch) keeping.launch(action);
  }
  for (const FleetMember& member : book.members) {
    if (member.doomed && member.ours && !member.leaving) book.doomed.push_back(member.id);
  }
  return book;
}

std::vector<std::string> orphans(const std::vector<TaggedInstance>& tagged,
                                 const std::set<std::string>& known,
                                 const std::vector<Action>& launches, Time now) {
  std::vector<std::string> found;
  for (const TaggedInstance& one : tagged) {
    if (known.contains(one.id)) continue;
    const auto launch = std::ranges::find(launches, one.launch, &Action::id);
    const bool settled =
        launch == launches.end() || (is_over(launch->state) && launch->finished_at &&
                                     now - *launch->finished_at >= kSeenWithin);
    if (settled) found.push_back(one.id);
  }
  return found;
}

}  // namespace livesonic::scaling
