// SPDX-License-Identifier: Apache-2.0
// What is to be bought and what given up, now, so that a fleet that livesonic launches itself has
// the size that is wanted of it. Pure.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "livesonic/model/scaling.h"
#include "livesonic/scaling/bounds.h"
#include "livesonic/scaling/fleet_book.h"
#include "livesonic/scaling/market.h"

namespace livesonic::scaling {

struct FleetSituation {
  Time now{};
  FleetBook book;
  std::vector<Pool> pools;                  // with what our record says of them
  std::map<std::string, double> on_demand;  // USD an hour, by type; those that are known
  std::map<std::string, Time> barred;       // by purchase, those of the on-demand market among them
  int wanted = 0;
  bool frozen = false;                 // nothing is to be ended
  bool urgent = false;                 // users suffer: what is missing isn't waited for
  std::optional<Time> unfilled_since;  // no pool within the limits has had enough since then
  std::optional<double> allowance;     // USD an hour that all together may cost
};

struct Lot {
  Purchase kind;
  int count = 0;
  std::vector<std::string> in_place_of;  // ids
  std::string why;                       // a sentence
};

struct FleetOrders {
  std::vector<Lot> lots;
  std::vector<std::string> release;  // ids
  std::string why;                   // of the release, a sentence
  bool unfilled = false;             // less is bought than is wanted: pools are waited for
  bool over_budget = false;          // less is bought than is wanted: the budget is kept
  std::vector<std::string> notes;    // what isn't done, and why; a sentence each
};

// Of what should leave, in this order and one kind at a time: those that AWS takes back, those
// whose replacement serves, those that are too many. While something is on its way nothing is
// replaced for its price.
FleetOrders orders(const ScalingPolicy& policy, const Bounds& bounds,
                   const FleetSituation& situation);

// USD an hour for what there is and is on its way; what has no known price counts nothing.
double price_of(const FleetSituation& situation);

}  // namespace livesonic::scaling
