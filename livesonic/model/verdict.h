// SPDX-License-Identifier: Apache-2.0
// What three witnesses together say of an instance: the balancer, EC2, and our own look at it.
// Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/model/instance.h"
#include "livesonic/model/reading.h"

namespace livesonic {

enum class VerdictKind {
  kUnknown,        // nobody has looked yet
  kSound,          // all who were asked say so
  kBooting,        // young, and not sound yet
  kBeingReplaced,  // it is on its way out: terminating, draining, in standby, taken back by AWS
  kEc2Fault,       // EC2's own status checks fail
  kDying,          // in rotation, and it suffers: users feel it
  kOutOfRotation,  // sound by our own look, yet the balancer sends it nothing
  kFailing,        // it suffers, and the balancer sends it nothing
  kPathBroken,     // we can't reach it, yet the balancer serves from it: our way there is broken
  kUnreachable,    // we can't reach it, and the balancer sends it nothing
};

struct Verdict {
  VerdictKind kind = VerdictKind::kUnknown;
  std::string words;  // one sentence: the case, and what the witnesses said
  friend bool operator==(const Verdict&, const Verdict&) = default;
};

// For how long a host may take to become sound after its launch, unless the settings say otherwise.
constexpr Duration kBootGrace = std::chrono::minutes{5};

// A score below this is suffering, unless the settings say otherwise.
constexpr int kSufferingBelow = 40;

struct Judging {
  int suffering_below = kSufferingBelow;
  Duration boot_grace = kBootGrace;
};

std::string_view to_string(VerdictKind kind);  // "sound", "ec2_fault", …

// Is it leaving its cluster, as far as AWS says? What is leaving alarms nobody.
bool is_leaving(const Instance& instance);
// Since its launch, or since it was first seen where that is not known.
Duration age_of(const Instance& instance, Time now);

// `score` may be null: never polled. `checks` are those of this instance.
Verdict verdict_of(const Instance& instance, const ScoreReading* score,
                   const std::vector<const CheckReading*>& checks, Time now,
                   const Judging& judging = {});

}  // namespace livesonic
