// SPDX-License-Identifier: Apache-2.0
// Who is to be told of an incident, and what. Pure.
//
// The closing guarantee rests here: a channel joins `Incident::channels` in the moment in which its
// opening is decided, and when the incident closes exactly those are told. What keeps people from
// being told (silences, acknowledgements, dependencies) holds back openings and updates, never a
// closing; what closes an incident does not matter.
#pragma once

#include <string>
#include <vector>

#include "livesonic/alerting/rules.h"
#include "livesonic/model/incident.h"
#include "livesonic/model/silence.h"

namespace livesonic::alerting {

struct Telling {
  std::string channel;
  DeliveryKind kind = DeliveryKind::kOpening;
  std::string note;  // why an update is sent; empty for the others
  friend bool operator==(const Telling&, const Telling&) = default;
};

// Why nobody is to be told of the open incident for now; empty: they are. `critical` names the
// clusters that have an open critical incident, `tags` are those of the incident's members.
std::string muted_by(const Incident& incident, const MemberTags& tags,
                     const std::vector<Silence>& silences, const std::vector<std::string>& critical,
                     const Rules& rules, Time now);

// What is to be sent now. `before` is the incident as it was stored, null for a new one; `after` as
// it is now, with its `muted` up to date. What was told is noted in `after`. `rule` may be null;
// `channels` are those that there are.
std::vector<Telling> tell(const Incident* before, Incident& after, const Rule* rule,
                          const std::vector<std::string>& channels, Time now);

}  // namespace livesonic::alerting
