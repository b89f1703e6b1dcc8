// SPDX-License-Identifier: Apache-2.0
#include "livesonic/alerting/outlook.h"

#include <fmt/format.h>

#include <algorithm>

#include "livesonic/base/time_text.h"
#include "livesonic/model/verdict.h"

namespace livesonic::alerting {
namespace {

constexpr int kAwsErrors = 3;
constexpr int kRoundsMissing = 3;
// What befalls all hosts at once is seen within so long.
constexpr Duration kMoment = std::chrono::seconds{1};
constexpr Duration kSlack = std::chrono::seconds{60};  // of a round that takes its time

struct Reach {
  int asked = 0;
  int unreachable = 0;
  int contradicted = 0;  // of these: the balancer serves from it, or there is none to ask
  std::optional<Time> first_unreachable;
  std::optional<Time> last_answer;
};

Reach reach_of(const Round& round) {
  std::map<std::string, const Instance*> instances;
  for (const Instance& instance : round.instances) instances[instance.id] = &instance;
  Reach reach;
  for (const InstanceReadings& readings : round.readings) {
    const auto found = instances.find(readings.score.instance);
    if (found == instances.end() || is_leaving(*found->second)) continue;
    if (readings.score.outcome == Outcome::kNotRun) continue;
    ++reach.asked;
    // A host that says no was reached.
    const bool unreachable = readings.score.outcome == Outcome::kUnreachable ||
                             readings.score.outcome == Outcome::kConnectionLost;
    const Time at = readings.score.at;
    if (!unreachable) {
      reach.last_answer = std::max(reach.last_answer.value_or(at), at);
      continue;
    }
    ++reach.unreachable;
    reach.first_unreachable = std::min(reach.first_unreachable.value_or(at), at);
    const std::string& state = found->second->balancer_state;
    if (state.empty() || is_in_service(state)) ++reach.contradicted;
  }
  return reach;
}

}  // namespace

void Outlook::resume(Time now, bool blind) {
  resumed_ = now;
  blind_ = blind;
}

// Just started: not every cluster has had its first round.
bool Outlook::settling(Time now) const {
  return resumed_ && now - *resumed_ < interval_ * 2;
}

void Outlook::note(const Round& round) {
  seen_ = std::max(seen_, round.at);
  Last& last = clusters_[round.cluster.name];
  const Reach reach = reach_of(round);
  last.at = round.at;
  last.account = round.cluster.account.empty() ? "default" : round.cluster.account;
  last.watched = reach.asked;
  last.unreachable = reach.unreachable;
  if (reach.last_answer) last.last_answer = *reach.last_answer;
  const bool dark = reach.asked > 0 && reach.unreachable * 2 > reach.asked &&
                    reach.contradicted * 2 > reach.unreachable;
  if (!dark) {
    last.dark_since.reset();
  } else if (!last.dark_since) {
    last.dark_since = *reach.first_unreachable;
  }
  if (round.aws_error.empty()) {
    last.aws_errors = 0;
    last.aws_error.clear();
    last.aws_since.reset();
  } else {
    ++last.aws_errors;
    last.aws_error = round.aws_error;
    if (!last.aws_since) last.aws_since = round.at;
  }
  look();
}

void Outlook::forget(const std::string& cluster) {
  clusters_.erase(cluster);
  look();
}

void Outlook::look() {
  int watched = 0;
  int all_dark = 0;  // hosts of clusters that are dark, whenever they became so
  int dark = 0;
  int clusters = 0;
  std::optional<Time> latest;
  for (const auto& [name, last] : clusters_) {
    watched += last.watched;
    if (!last.dark_since) continue;
    all_dark += last.unreachable;
    if (!latest || *last.dark_since > *latest) latest = last.dark_since;
  }
  if (blind_) {
    // Also over when the balancers have come to say that the hosts are down: then they are.
    blind_ = all_dark * 2 > watched || settling(seen_);
    return;
  }
  // Those that became dark together; one that has been for long is another matter.
  for (const auto& [name, last] : clusters_) {
    if (!last.dark_since || *latest - *last.dark_since > interval_ * 2) continue;
    ++clusters;
    dark += last.unreachable;
  }
  blind_ = clusters >= 2 && dark * 2 > watched;
}

Sight Outlook::sight(const std::string& cluster, Time now) const {
  if (blind_) return Sight::kBlind;
  const auto own = clusters_.find(cluster);
  if (own == clusters_.end() || !own->second.dark_since) return Sight::kClear;
  const Time since = *own->second.dark_since;
  if (clusters_.size() < 2 && !settling(now)) return Sight::kClear;
  if (now - since > interval_ * 3 / 2) return Sight::kClear;
  const bool somebody_answers =
      std::any_of(clusters_.begin(), clusters_.end(), [&](const auto& entry) {
        const Last& other = entry.second;
        return entry.first != cluster && other.last_answer > since + kMoment && !other.dark_since;
      });
  return somebody_answers ? Sight::kClear : Sight::kDoubtful;
}

std::vector<Finding> Outlook::findings(Time now) const {
  std::vector<Finding> findings;
  if (blind_) {
    int unreachable = 0;
    std::string names;
    int clusters = 0;
    for (const auto& [name, last] : clusters_) {
      if (!last.dark_since) continue;
      unreachable += last.unreachable;
      names += (names.empty() ? "" : ", ") + name;
      ++clusters;
    }
    findings.push_back(
        {std::string(kMonitorCause), "livesonic",
         fmt::format(
             "livesonic: its own way to the hosts is broken: {} hosts of {} clusters became "
             "unreachable together; none of them is called down",
             unreachable, clusters),
         "clusters: " + names, Severity::kCritical});
  }
  std::map<std::string, std::vector<std::string>> failing;  // by account
  std::map<std::string, const Last*> first;
  for (const auto& [name, last] : clusters_) {
    if (last.aws_errors < kAwsErrors) continue;
    failing[last.account].push_back(name);
    const Last*& earliest = first[last.account];
    if (earliest == nullptr || *last.aws_since < *earliest->aws_since) earliest = &last;
  }
  for (const auto& [account, names] : failing) {
    findings.push_back({std::string(kAwsCause) + account, account,
                        fmt::format("{}: AWS can't be asked about {} of its clusters; what was "
                                    "known of them is watched on",
                                    account, names.size()),
                        first[account]->aws_error, Severity::kWarning});
  }
  for (const auto& [name, last] : clusters_) {
    const Duration age = now - last.at;
    if (age <= interval_ * kRoundsMissing + kSlack) continue;
    findings.push_back({std::string(kOverdueCause) + name, name,
                        fmt::format("{}: it has not been looked at for {}", name, format_age(age)),
                        "its rounds do not end, or are not begun", Severity::kWarning});
  }
  return findings;
}

}  // namespace livesonic::alerting
