// SPDX-License-Identifier: Apache-2.0
// The store in one SQLite file. Each of its interfaces is implemented in a file of its own:
// sqlite_inventory.cpp (its services: sqlite_services.cpp, its probes with what they found:
// sqlite_probes.cpp), sqlite_history.cpp (what polls bring: sqlite_readings.cpp),
// sqlite_incidents.cpp, sqlite_silences.cpp, sqlite_rules.cpp, sqlite_outbox.cpp,
// sqlite_domains.cpp, sqlite_host_keys.cpp, sqlite_actions.cpp and sqlite_costs.cpp.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "livesonic/storage/sqlite_connections.h"
#include "livesonic/storage/store.h"

namespace livesonic::storage {

// Thread-safe.
class SqliteStore final : public Store {
 public:
  explicit SqliteStore(std::unique_ptr<SqliteConnections> connections)
      : connections_(std::move(connections)) {}

  Result<void> put_cluster(const Cluster& cluster) override;
  Result<void> remove_cluster(const std::string& name, Time at, const std::string& reason) override;
  Result<std::vector<Cluster>> clusters() override;
  Result<Cluster> cluster(const std::string& name) override;
  Result<void> update_membership(const std::string& cluster, const DiscoveryStatus& status,
                                 const std::vector<Instance>& changed) override;
  Result<std::vector<Instance>> instances(const std::string& cluster, Which which) override;
  Result<void> note_release(const std::string& cluster, const std::string& release,
                            Time at) override;
  Result<std::vector<Release>> releases(const std::string& cluster) override;
  Result<MemberTags> tags_of(const std::string& cluster,
                             const std::vector<std::string>& ids) override;
  Result<std::vector<Instance>> vanished_since(const std::string& cluster, Time since) override;
  Result<std::int64_t> retired_count(const std::string& cluster) override;
  Result<void> put_service(const Service& service) override;
  Result<void> remove_service(const std::string& name) override;
  Result<std::vector<Service>> services() override;
  Result<void> put_probe(const Probe& probe) override;
  Result<void> remove_probe(const std::string& name) override;
  Result<std::vector<Probe>> probes() override;

  Result<void> record(const std::vector<InstanceReadings>& readings) override;
  Result<std::vector<ScoreReading>> latest_scores(const std::string& cluster) override;
  Result<std::vector<CheckReading>> latest_checks(const std::string& cluster) override;
  Result<void> record_probes(const std::vector<CheckReading>& readings) override;
  Result<std::vector<CheckReading>> latest_probes(const std::string& cluster) override;
  Result<std::vector<ScorePoint>> instance_history(const std::string& cluster,
                                                   const std::string& instance,
                                                   TimeRange range) override;
  Result<std::vector<ClusterPoint>> cluster_history(const std::string& cluster,
                                                    TimeRange range) override;
  Result<std::vector<MetricSeries>> metric_history(const std::string& cluster,
                                                   const std::string& instance,
                                                   const std::string& service,
                                                   TimeRange range) override;
  Result<void> import_scores(const std::string& cluster, const std::string& instance,
                             const std::vector<ScorePoint>& points) override;
  Result<void> import_cluster_points(const std::string& cluster,
                                     const std::vector<ClusterPoint>& points) override;
  Result<std::vector<Month>> months() override;
  Result<std::vector<Month>> drop_months_before(Month first_kept) override;

  Result<void> commit_round(const RoundOutcome& outcome) override;
  Result<std::vector<Condition>> conditions(const std::string& cluster) override;
  Result<std::vector<Incident>> open_incidents(const std::string& cluster) override;
  Result<std::vector<Incident>> incidents(const IncidentQuery& query) override;
  Result<Incident> incident(const std::string& id) override;
  Result<std::vector<Incident>> all_open_incidents() override;
  Result<int> openings_since(const std::string& cluster, const Cause& cause, Time since) override;
  Result<void> put_silence(const Silence& silence) override;
  Result<std::vector<Silence>> silences(Time now) override;
  Result<Silence> silence(const std::string& id) override;
  Result<void> put_rule(const Rule& rule) override;
  Result<void> remove_rule(const std::string& name) override;
  Result<std::vector<Rule>> rules() override;
  Result<std::vector<Delivery>> due_deliveries(const std::string& channel, Time now,
                                               int limit) override;
  Result<void> mark_delivered(const std::string& id, Time at) override;
  Result<void> mark_failed(const std::string& id, const Failure& failure) override;
  Result<Delivery> retry_delivery(const std::string& id, Time at) override;
  Result<std::optional<Time>> next_delivery_due(const std::string& channel) override;
  Result<std::vector<Delivery>> undelivered() override;
  Result<std::vector<Delivery>> dead_deliveries(int limit) override;
  Result<std::optional<std::string>> opening_of(const std::string& incident,
                                                const std::string& channel) override;
  Result<std::optional<Time>> reported_until(const std::string& report) override;
  Result<void> post_report(const Report& report) override;
  Result<std::vector<ChannelState>> channel_states() override;
  Result<void> note_attempt(const std::string& channel, Time at, const std::string& error) override;
  Result<void> prove_writable(Time at) override;

  Result<std::vector<Domain>> domains() override;
  Result<void> put_domains(const std::vector<Domain>& changed) override;
  Result<std::vector<RecordCount>> record_counts(const std::string& zone_id) override;
  Result<std::vector<RegisteredDomain>> registered_domains() override;
  Result<void> put_registered_domains(const std::vector<RegisteredDomain>& changed) override;
  Result<std::vector<ServedCertificate>> certificates() override;
  Result<void> put_certificates(const std::vector<ServedCertificate>& changed) override;

  Result<std::optional<std::string>> pinned_key(const std::string& instance) override;
  Result<std::string> pin_key(const std::string& instance, const std::string& fingerprint,
                              Time at) override;
  Result<void> forget_key(const std::string& instance) override;

  Result<void> add_action(const Action& action) override;
  Result<void> move_action(const Action& action, ActionState from) override;
  Result<void> begin_action(const Action& action) override;
  Result<Action> action(const std::string& id) override;
  Result<std::optional<Action>> action_of_key(const std::string& cluster,
                                              const std::string& key) override;
  Result<std::vector<Action>> actions(const ActionQuery& query) override;
  Result<std::vector<Action>> unfinished_actions() override;
  Result<std::vector<Action>> recent_actions(const std::string& cluster, Time since) override;
  Result<StopSwitch> stop_switch() override;
  Result<void> set_stop_switch(const StopSwitch& state) override;

  Result<std::optional<Time>> billed_until(const std::string& cluster) override;
  Result<void> bill(const std::string& cluster, std::optional<Time> from, Time until,
                    const std::vector<CostLine>& lines) override;
  Result<std::vector<CostLine>> costs(const CostQuery& query) override;
  Result<double> spent(const std::string& cluster, Time from, Time to) override;

 private:
  const std::unique_ptr<SqliteConnections> connections_;
};

}  // namespace livesonic::storage
