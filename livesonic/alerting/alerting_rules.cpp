// SPDX-License-Identifier: Apache-2.0
// The rules that hold, while operators add and remove some of them.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "livesonic/alerting/alerting.h"
#include "livesonic/base/log.h"
#include "livesonic/base/text.h"

namespace livesonic::alerting {
namespace {

tl::unexpected<Error> not_an_operators(const Rule& rule) {
  return fail(ErrorKind::kConflict,
              rule.origin == RuleOrigin::kFile
                  ? fmt::format("the rule '{}' is one of the configuration file: change it there",
                                rule.name)
                  : fmt::format("the rule '{}' is there without being written down: it is turned "
                                "off below alerts, or gives way to a rule of the same name",
                                rule.name));
}

// Channels that the configuration no longer has would never tell anybody. A rule that is left with
// none tells all.
void drop_unknown(std::vector<std::string>& named, const std::vector<std::string>& channels) {
  std::erase_if(named, [&](const std::string& name) {
    return std::find(channels.begin(), channels.end(), name) == channels.end();
  });
}

void heed_channels(Rule& rule, const std::vector<std::string>& channels) {
  drop_unknown(rule.channels, channels);
  for (Escalation& step : rule.escalate) drop_unknown(step.channels, channels);
  std::erase_if(rule.escalate, [](const Escalation& step) { return step.channels.empty(); });
}

}  // namespace

std::shared_ptr<const Rules> Alerting::rules() const {
  const std::lock_guard lock(shown_mutex_);
  return shown_rules_;
}

void Alerting::show_rules() {
  auto shown = std::make_shared<const Rules>(rules_);
  double below = 0;
  for (const Rule& rule : rules_.rules) {
    if (rule.kind != RuleKind::kScore) continue;
    below = std::max({below, rule.below, rule.well_at.value_or(0)});
  }
  const std::lock_guard lock(shown_mutex_);
  shown_rules_ = std::move(shown);
  attention_.below = below;
}

Result<void> Alerting::adopt_rules() {
  auto own = parts_.store.rules();
  if (!own) return fail(own.error());
  for (Rule& rule : *own) {
    heed_channels(rule, channels_);
    const Rule* known = find_rule(given_, rule.name);
    if (known == nullptr || known->origin == RuleOrigin::kBuiltIn) continue;
    log::warning("the rule '{}' of the configuration file holds, not the operator's of this name",
                 rule.name);
  }
  rules_ = with_operators(given_, std::move(*own));
  show_rules();
  return {};
}

Result<void> Alerting::load_rules() {
  const std::lock_guard lock(mutex_);
  return adopt_rules();
}

Result<Rule> Alerting::put_rule(Rule rule, bool replace, Time now) {
  const std::lock_guard lock(mutex_);
  rule.origin = RuleOrigin::kOperator;
  const Rule* known = find_rule(rules_, rule.name);
  if (known != nullptr && known->origin == RuleOrigin::kFile) return not_an_operators(*known);
  if (known != nullptr && known->origin == RuleOrigin::kOperator) {
    if (*known == rule) return rule;
    if (!replace) {
      return fail(ErrorKind::kConflict,
                  fmt::format("there is another rule '{}' already: change that one, remove it "
                              "first, or choose another name",
                              rule.name));
    }
  }
  if (auto put = parts_.store.put_rule(rule); !put) return fail(put.error());
  if (auto adopted = adopt_rules(); !adopted) return fail(adopted.error());
  parts_.events.publish({"rules.changed", "", rule.name, "", now});
  return rule;
}

Result<void> Alerting::remove_rule(const std::string& name, Time now) {
  const std::lock_guard lock(mutex_);
  const Rule* known = find_rule(rules_, name);
  if (known == nullptr) {
    return fail(ErrorKind::kNotFound,
                fmt::format("there is no rule '{}'", printable(shorten(name, 80))));
  }
  if (known->origin != RuleOrigin::kOperator) return not_an_operators(*known);
  if (auto removed = parts_.store.remove_rule(name); !removed) return removed;
  if (auto adopted = adopt_rules(); !adopted) return adopted;
  parts_.events.publish({"rules.changed", "", name, "", now});

  // A crash before this leaves incidents that the next round of their cluster closes.
  auto open = parts_.store.all_open_incidents();
  if (!open) return fail(open.error());
  std::erase_if(*open, [&](const Incident& incident) {
    return incident.cluster.empty() || rule_of(rules_, incident.cause) != nullptr;
  });
  if (open->empty()) return {};
  Decision decision;
  decision.closed = close_all(*open, rules_, "its rule is gone", now);
  storage::RoundOutcome outcome;
  outcome.cluster_removed = true;  // it is about no cluster's round
  return commit(std::move(outcome), std::move(decision), *open, now);
}

}  // namespace livesonic::alerting
