// SPDX-License-Identifier: Apache-2.0
// All that the evaluation is told beforehand: the rules, and how incidents are dealt with. Plain
// values.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/model/rule.h"
#include "livesonic/model/verdict.h"

namespace livesonic::alerting {

// The rules that are there without being written down: one for each cause that an instance has.
struct Basics {
  int score_below = 40;      // a score below this is bad; 0: no score is
  bool service_down = true;  // services, and probes, that are not as expected
  bool unreachable = true;   // instances that can't be reached, or give no score
  bool vanished = true;      // instances that left and nobody can say why
  int polls_to_open = 3;
  int polls_to_close = 3;
  Duration repeat{};
  std::vector<Escalation> escalate = {};
};

// An incident that comes for the `openings`th time within `within` is said to flap: it stays open,
// whatever comes and goes, until nothing has been wrong for `calm`, or nothing has been well.
struct Flapping {
  int openings = 3;  // 0: never
  Duration within = std::chrono::minutes{30};
  Duration calm = std::chrono::minutes{10};
};

struct Rules {
  std::vector<Rule> rules;
  Duration interval = std::chrono::seconds{60};  // between polls
  Duration boot_grace = kBootGrace;              // for hosts that were not sound yet
  int suffering_below = kSufferingBelow;         // a member with a lower score is not sound
  double critical_below = 50;  // percent of sound members; fewer make an incident critical
  Flapping flapping;
  // While one of the clusters that it names has an open critical incident, nobody is told of this
  // one's.
  std::map<std::string, std::vector<std::string>> depends_on;
};

// The basics as rules. Those in `own` of the same name take their place.
std::vector<Rule> with_basics(const Basics& basics, std::vector<Rule> own);

// `given` with the rules that operators have added. Those of the file stay as they are; a rule that
// is there without being written down gives way to one of the same name.
Rules with_operators(const Rules& given, std::vector<Rule> own);

// The rule of this name; null when there is none.
const Rule* find_rule(const Rules& rules, std::string_view name);

// The rule that opens incidents of this cause; null when there is none (any more).
const Rule* rule_of(const Rules& rules, const Cause& cause);

}  // namespace livesonic::alerting
