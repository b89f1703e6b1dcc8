// SPDX-License-Identifier: Apache-2.0
// What is to be told to whom: a rule says what is bad, for how long it must be so, and who hears of
// it. Plain values.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"
#include "livesonic/model/action.h"
#include "livesonic/model/incident.h"
#include "livesonic/model/reading.h"

namespace livesonic {

enum class RuleKind {
  // Of each instance.
  kScore,        // its score, or a part of it, is below a threshold
  kUnreachable,  // it can't be talked to
  kUnscored,     // it can be talked to, and gives no score
  kHostKey,      // it shows another SSH host key than it should
  kService,      // a check is not as expected
  kNoData,       // nothing is known of it, whatever the reason
  kEvent,        // AWS announced something: maintenance, an interruption
  kVanished,     // it left, and nothing that AWS says accounts for it
  // Of the cluster as a whole.
  kClusterMean,  // the mean of the scores is below a threshold
  kClusterMin,   // the lowest is
  kCapacity,     // what its members can do, weighted by their scores, is below a percentage
  kDrift,        // AWS wants more members than there are, or than answer
  kBurnRate,     // the budget of bad time is used up too fast, over a long and a short window
  kLastWeek,     // the mean is lower than in the same hour a week ago
  kProbe,        // what lies in front of the cluster is not as expected
};

// How long something must be so: this long, and in so many polls in a row.
struct Lasting {
  Duration duration{};
  int polls = 1;  // 1..100
  friend bool operator==(const Lasting&, const Lasting&) = default;
};

// Who is told, later, when nobody has acknowledged the incident.
struct Escalation {
  Duration after{};
  std::vector<std::string> channels;
  friend bool operator==(const Escalation&, const Escalation&) = default;
};

// A budget of bad time: the mean may be below `Rule::below` for as much as the objective leaves.
struct BurnRate {
  double objective = 99.5;  // percent of the time that must be good; 50..99.999
  double factor = 14.4;     // how many times faster than the budget allows
  Duration long_window = std::chrono::hours{1};
  Duration short_window = std::chrono::minutes{5};
  friend bool operator==(const BurnRate&, const BurnRate&) = default;
};

// What is to be asked for while an incident of the rule is open: of each instance that suffers, or
// once of the cluster. Whether it is done is up to the limits of actions.
struct Remedy {
  ActionKind kind = ActionKind::kDiagnose;
  int add = 0;         // of set_capacity: so many more than there are to be, -1000..1000
  std::string target;  // of run, publish and webhook: its name
  std::string text;    // of publish
  friend bool operator==(const Remedy&, const Remedy&) = default;
};

// Where it comes from: it is there without being written down, it is one of the configuration file,
// or an operator has added it.
enum class RuleOrigin { kBuiltIn, kFile, kOperator };

struct Rule {
  std::string name;  // unique; see check_name
  RuleKind kind = RuleKind::kScore;
  std::vector<std::string> clusters;  // patterns of names ('*', '?'); empty: every cluster
  std::vector<std::string> services;  // of kService and kProbe: names; empty: all
  std::optional<ScorePart> part;      // of kScore: look at this part; none: at the score itself
  double below = 0;                   // a score, a percentage (kCapacity), or a drop (kLastWeek)
  std::optional<double> well_at;      // well again from here on; none: from `below` on
  Lasting bad;                        // until it fires
  Lasting good;                       // until it is well again
  std::optional<Severity> severity;   // none: by the capacity that is left
  BurnRate burn;
  std::string runbook;                // a URL for whoever is told; empty: none
  std::vector<std::string> channels;  // empty: all
  std::vector<Escalation> escalate;   // by time
  std::vector<Remedy> actions;        // one after another
  Duration repeat{};                  // tell again that it is still so; zero: never
  RuleOrigin origin = RuleOrigin::kFile;

  friend bool operator==(const Rule&, const Rule&) = default;
};

std::string_view to_string(RuleKind kind);  // "score", "cluster_mean", …, as in the configuration
Result<RuleKind> parse_rule_kind(std::string_view text);
std::string_view to_string(RuleOrigin origin);  // "built_in", "file", "operator"

// Is it about the cluster as a whole?
bool of_cluster(RuleKind kind);
bool applies_to(const Rule& rule, std::string_view cluster);

// The cause of the incidents that it opens: its name; for services and probes "NAME:SERVICE".
Cause cause_of(const Rule& rule, std::string_view service = {});
// What is wrong, in a few words: "low score".
std::string in_words(const Rule& rule, const Cause& cause);

}  // namespace livesonic
