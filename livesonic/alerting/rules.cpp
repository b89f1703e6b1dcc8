// SPDX-License-Identifier: Apache-2.0
#include "livesonic/alerting/rules.h"

#include <algorithm>
#include <utility>

namespace livesonic::alerting {

std::vector<Rule> with_basics(const Basics& basics, std::vector<Rule> own) {
  std::vector<Rule> rules;
  const auto add = [&](bool wanted, std::string name, RuleKind kind, double below = 0) {
    const bool replaced =
        std::any_of(own.begin(), own.end(), [&](const Rule& rule) { return rule.name == name; });
    if (!wanted || replaced) return;
    Rule rule;
    rule.name = std::move(name);
    rule.kind = kind;
    rule.origin = RuleOrigin::kBuiltIn;
    rule.below = below;
    rule.bad.polls = basics.polls_to_open;
    rule.good.polls = basics.polls_to_close;
    rule.repeat = basics.repeat;
    rule.escalate = basics.escalate;
    rules.push_back(std::move(rule));
  };
  add(true, std::string(kHostKeyCause), RuleKind::kHostKey);
  add(basics.score_below > 0, std::string(kScoreCause), RuleKind::kScore, basics.score_below);
  add(basics.unreachable, std::string(kUnreachableCause), RuleKind::kUnreachable);
  add(basics.unreachable, std::string(kUnscoredCause), RuleKind::kUnscored);
  add(basics.service_down, "service", RuleKind::kService);
  add(basics.service_down, "probe", RuleKind::kProbe);
  add(basics.vanished, "vanished", RuleKind::kVanished);
  for (Rule& rule : rules) {
    // A key is right or it is not, and nothing vanishes twice: nothing to be gained by looking
    // again.
    if (rule.kind == RuleKind::kHostKey || rule.kind == RuleKind::kVanished) {
      rule.bad.polls = rule.good.polls = 1;
    }
  }
  rules.insert(rules.end(), std::make_move_iterator(own.begin()),
               std::make_move_iterator(own.end()));
  return rules;
}

Rules with_operators(const Rules& given, std::vector<Rule> own) {
  Rules all = given;
  for (Rule& rule : own) {
    const Rule* known = find_rule(all, rule.name);
    if (known != nullptr && known->origin != RuleOrigin::kBuiltIn) continue;
    std::erase_if(all.rules, [&](const Rule& one) { return one.name == rule.name; });
    rule.origin = RuleOrigin::kOperator;
    all.rules.push_back(std::move(rule));
  }
  return all;
}

const Rule* find_rule(const Rules& rules, std::string_view name) {
  const auto found = std::find_if(rules.rules.begin(), rules.rules.end(),
                                  [&](const Rule& rule) { return rule.name == name; });
  return found == rules.rules.end() ? nullptr : &*found;
}

const Rule* rule_of(const Rules& rules, const Cause& cause) {
  return find_rule(rules, std::string_view(cause).substr(0, cause.find(':')));
}

}  // namespace livesonic::alerting
