// SPDX-License-Identifier: Apache-2.0
// What is kept of alerting: conditions between polls, incidents, and the outbox of messages (see
// deliveries.h), which is filled in the same transactions.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "livesonic/base/result.h"
#include "livesonic/model/history.h"
#include "livesonic/model/incident.h"
#include "livesonic/model/rule.h"
#include "livesonic/model/silence.h"
#include "livesonic/storage/deliveries.h"

namespace livesonic::storage {

// Everything that one round of a cluster's poll decided: written whole or not at all, so that a
// crash can neither forget a message of an incident nor send one twice.
struct RoundOutcome {
  std::string cluster;
  std::optional<ClusterPoint> point;  // for the cluster's history; none when nobody answered
  std::vector<Condition> conditions;  // all of the cluster's conditions from now on
  std::vector<Incident> incidents;    // those opened, changed or closed, as they are now
  std::vector<Delivery> deliveries;   // the new messages
  // The cluster was removed and this closes what it left, or there is none and `cluster` is empty:
  // only incidents and messages are written.
  bool cluster_removed = false;
};

struct IncidentQuery {
  std::optional<std::string> cluster;
  std::optional<bool> open;  // only open ones, or only closed ones
  int limit = 100;           // 1..1000
};

// Thread-safe. Each call is one transaction: durable when it returns.
class Incidents : public Deliveries {
 public:
  // kNotFound, and nothing written, for a cluster that is not registered (any more), unless
  // cluster_removed says that this is known; kConflict, and nothing written, when a message's id is
  // already there or its incident is unknown.
  virtual Result<void> commit_round(const RoundOutcome& outcome) = 0;

  virtual Result<std::vector<Condition>> conditions(const std::string& cluster) = 0;
  virtual Result<std::vector<Incident>> open_incidents(const std::string& cluster) = 0;
  virtual Result<std::vector<Incident>> incidents(const IncidentQuery& query) = 0;  // newest first
  virtual Result<Incident> incident(const std::string& id) = 0;                     // kNotFound
  virtual Result<std::vector<Incident>> all_open_incidents() = 0;  // of all clusters, oldest first
  // How many incidents of this cluster and cause opened at `since` or later.
  virtual Result<int> openings_since(const std::string& cluster, const Cause& cause,
                                     Time since) = 0;

  // Adds the silence, or replaces the one with this id.
  virtual Result<void> put_silence(const Silence& silence) = 0;
  // Those that end after `now`, by their start.
  virtual Result<std::vector<Silence>> silences(Time now) = 0;
  virtual Result<Silence> silence(const std::string& id) = 0;  // kNotFound

  // Adds an operator's rule, or replaces the one of this name.
  virtual Result<void> put_rule(const Rule& rule) = 0;
  virtual Result<void> remove_rule(const std::string& name) = 0;  // kNotFound
  virtual Result<std::vector<Rule>> rules() = 0;                  // the operators', by name
};

}  // namespace livesonic::storage
