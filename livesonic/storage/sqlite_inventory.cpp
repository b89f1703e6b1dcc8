// SPDX-License-Identifier: Apache-2.0
// Clusters and instances. The services are in sqlite_services.cpp.
#include "livesonic/storage/json_columns.h"
#include "livesonic/storage/sqlite_costs.h"
#include "livesonic/storage/sqlite_keys.h"
#include "livesonic/storage/sqlite_store.h"
#include "livesonic/storage/standing_json.h"

namespace livesonic::storage {
namespace {

Result<Cluster> read_cluster(Statement& row) {
  Cluster cluster;
  std::string kind;
  std::string origin;
  std::string target_groups;
  std::string access;
  std::string mode;
  row.read(cluster.name, kind, cluster.resource, origin, cluster.registered_at,
           cluster.discovery.last_attempt, cluster.discovery.last_success, cluster.discovery.error,
           cluster.discovery.warning, cluster.account, cluster.region, target_groups,
           cluster.parent, cluster.discovery.wanted, access, mode);
  Result<std::vector<std::string>> groups = names_from_json(target_groups);
  if (!groups) return fail(groups.error().context("cluster " + cluster.name));
  cluster.target_groups = std::move(*groups);
  Result<Access> known_access = access_from_json(access);
  if (!known_access) return fail(known_access.error().context("cluster " + cluster.name));
  cluster.access = std::move(*known_access);
  const Result<ClusterKind> known_kind = parse_cluster_kind(kind);
  if (!known_kind) return fail(known_kind.error().context("cluster " + cluster.name));
  cluster.kind = *known_kind;
  const Result<Origin> known_origin = parse_origin(origin);
  if (!known_origin) return fail(known_origin.error().context("cluster " + cluster.name));
  cluster.origin = *known_origin;
  const Result<Mode> known_mode = parse_mode(mode);
  if (!known_mode) return fail(known_mode.error().context("cluster " + cluster.name));
  cluster.mode = *known_mode;
  return cluster;
}

constexpr const char* kSelectClusters =
    "SELECT name, kind, resource, origin, registered_at, last_attempt, last_success, error, "
    "warning,"
    " account, region, target_groups, parent, wanted, access, mode FROM clusters"
    " WHERE removed_at IS NULL";

Result<Instance> read_instance(Statement& row) {
  Instance instance;
  std::string tags;
  std::string lifecycle;
  std::optional<Time> gone_at;
  std::string gone_reason;
  std::string gone_detail;
  std::string standing;
  row.read(instance.cluster, instance.id, instance.name, tags, instance.balancer_state,
           instance.balancer_reason, instance.balancer_description, instance.ec2_state,
           instance.public_dns, instance.private_dns, instance.public_ip, instance.private_ip,
           instance.availability_zone, instance.type, instance.image_id, lifecycle,
           instance.launched_at, instance.first_seen, instance.last_seen, instance.missing_since,
           gone_at, gone_reason, gone_detail, standing);
  Result<std::map<std::string, std::string>> known_tags = tags_from_json(tags);
  if (!known_tags) return fail(known_tags.error().context("instance " + instance.id));
  instance.tags = std::move(*known_tags);
  const Result<Lifecycle> known_lifecycle = parse_lifecycle(lifecycle);
  if (!known_lifecycle) return fail(known_lifecycle.error().context("instance " + instance.id));
  instance.lifecycle = *known_lifecycle;
  Result<Standing> known_standing = standing_from_json(standing);
  if (!known_standing) return fail(known_standing.error().context("instance " + instance.id));
  instance.standing = std::move(*known_standing);
  if (gone_at) {
    const Result<DepartureReason> reason = parse_departure_reason(gone_reason);
    if (!reason) return fail(reason.error().context("instance " + instance.id));
    instance.departure = {*reason, std::move(gone_detail), *gone_at};
  }
  return instance;
}

constexpr const char* kSelectInstances =
    "SELECT c.name, i.id, i.name, tags, balancer_state, balancer_reason, balancer_description,"
    " ec2_state, public_dns, private_dns, public_ip, private_ip, availability_zone, type, image_id,"
    " lifecycle, launched_at, first_seen, last_seen, missing_since, gone_at, gone_reason,"
    " gone_detail, standing FROM instances i JOIN clusters c ON c.key = i.cluster WHERE c.name = "
    "?1";

constexpr const char* kPutInstance =
    "INSERT INTO instances (cluster, id, name, tags, balancer_state, balancer_reason,"
    " balancer_description, ec2_state, public_dns, private_dns, public_ip, private_ip,"
    " availability_zone, type, image_id, lifecycle, launched_at, first_seen, last_seen,"
    " missing_since, gone_at, gone_reason, gone_detail, standing)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19,"
    " ?20, ?21, ?22, ?23, ?24)"
    " ON CONFLICT (cluster, id) DO UPDATE SET name = excluded.name, tags = excluded.tags,"
    " balancer_state = excluded.balancer_state, balancer_reason = excluded.balancer_reason,"
    " balancer_description = excluded.balancer_description, ec2_state = excluded.ec2_state,"
    " public_dns = excluded.public_dns, private_dns = excluded.private_dns,"
    " public_ip = excluded.public_ip, private_ip = excluded.private_ip,"
    " availability_zone = excluded.availability_zone, type = excluded.type,"
    " image_id = excluded.image_id, lifecycle = excluded.lifecycle,"
    " launched_at = excluded.launched_at, first_seen = excluded.first_seen,"
    " last_seen = excluded.last_seen, missing_since = excluded.missing_since,"
    " gone_at = excluded.gone_at, gone_reason = excluded.gone_reason,"
    " gone_detail = excluded.gone_detail, standing = excluded.standing";

}  // namespace

Result<void> SqliteStore::put_cluster(const Cluster& cluster) {
  return connections_->write([&](Database& database) -> Result<void> {
    // The discovery of one that was removed is old news; that of a registered one is kept.
    return database
        .prepare(
            "INSERT INTO clusters (name, kind, resource, origin, registered_at, last_attempt,"
            " last_success, error, warning, account, region, target_groups, parent, wanted,"
            " access, mode)"
            " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15,"
            " ?16)"
            " ON CONFLICT (name) DO UPDATE SET kind = excluded.kind,"
            " resource = excluded.resource, origin = excluded.origin,"
            " account = excluded.account, region = excluded.region,"
            " target_groups = excluded.target_groups, parent = excluded.parent,"
            " access = excluded.access, mode = excluded.mode,"
            " wanted = iif(removed_at IS NULL, wanted, excluded.wanted),"
            " registered_at = iif(removed_at IS NULL, registered_at, excluded.registered_at),"
            " last_attempt = iif(removed_at IS NULL, last_attempt, excluded.last_attempt),"
            " last_success = iif(removed_at IS NULL, last_success, excluded.last_success),"
            " error = iif(removed_at IS NULL, error, excluded.error),"
            " warning = iif(removed_at IS NULL, warning, excluded.warning),"
            " removed_at = NULL")
        .run(cluster.name, to_string(cluster.kind), cluster.resource, to_string(cluster.origin),
             cluster.registered_at, cluster.discovery.last_attempt, cluster.discovery.last_success,
             cluster.discovery.error, cluster.discovery.warning, cluster.account, cluster.region,
             names_to_json(cluster.target_groups), cluster.parent, cluster.discovery.wanted,
             access_to_json(cluster.access), to_string(cluster.mode));
  });
}

Result<void> SqliteStore::remove_cluster(const std::string& name, Time at,
                                         const std::string& reason) {
  return connections_->write([&](Database& database) -> Result<void> {
    const Result<Key> key = registered_cluster(database, name);
    if (!key) return fail(key.error());
    Result<void> done =
        database.prepare("UPDATE clusters SET removed_at = ?2 WHERE key = ?1").run(*key, at);
    if (done) {
      done = database
                 .prepare(
                     "UPDATE instances SET gone_at = ?2, gone_reason = ?3, gone_detail = ?4"
                     " WHERE cluster = ?1 AND gone_at IS NULL")
                 .run(*key, at, to_string(DepartureReason::kClusterRemoved), reason);
    }
    if (done) done = database.prepare("DELETE FROM conditions WHERE cluster = ?1").run(*key);
    if (done) done = forget_bill(database, *key);
    return done;
  });
}

Result<std::vector<Cluster>> SqliteStore::clusters() {
  return connections_->read([](Database& database) {
    return database.prepare(std::string(kSelectClusters) + " ORDER BY name").all(read_cluster);
  });
}

Result<Cluster> SqliteStore::cluster(const std::string& name) {
  return connections_->read([&](Database& database) -> Result<Cluster> {
    Result<std::optional<Cluster>> found =
        database.prepare(std::string(kSelectClusters) + " AND name = ?1")
            .bind(name)
            .first(read_cluster);
    if (!found) return fail(std::move(found.error()));
    if (!*found) return no_such_cluster(name);
    return std::move(**found);
  });
}

Result<void> SqliteStore::update_membership(const std::string& cluster,
                                            const DiscoveryStatus& status,
                                            const std::vector<Instance>& changed) {
  return connections_->write([&](Database& database) -> Result<void> {
    const Result<Key> key = registered_cluster(database, cluster);
    if (!key) return fail(key.error());
    Result<void> done =
        database
            .prepare(
                "UPDATE clusters SET last_attempt = ?2, last_success = ?3, error = ?4,"
                " warning = ?5, wanted = ?6 WHERE key = ?1")
            .run(*key, status.last_attempt, status.last_success, status.error, status.warning,
                 status.wanted);
    Statement put = database.prepare(kPutInstance);
    Statement forget_score = database.prepare(
        "DELETE FROM latest_scores WHERE instance ="
        " (SELECT key FROM instance_keys WHERE cluster = ?1 AND instance = ?2)");
    Statement forget_checks = database.prepare(
        "DELETE FROM latest_checks WHERE instance ="
        " (SELECT key FROM instance_keys WHERE cluster = ?1 AND instance = ?2)");
    for (const Instance& instance : changed) {
      if (!done) return done;
      const std::optional<Departure>& gone = instance.departure;
      if (gone) {
        done = forget_score.run(*key, instance.id);
        if (done) done = forget_checks.run(*key, instance.id);
        if (!done) return done;
      }
      done = put.run(
          *key, instance.id, instance.name, tags_to_json(instance.tags), instance.balancer_state,
          instance.balancer_reason, instance.balancer_description, instance.ec2_state,
          instance.public_dns, instance.private_dns, instance.public_ip, instance.private_ip,
          instance.availability_zone, instance.type, instance.image_id,
          to_string(instance.lifecycle), instance.launched_at, instance.first_seen,
          instance.last_seen, instance.missing_since, gone ? std::optional(gone->at) : std::nullopt,
          gone ? to_string(gone->reason) : std::string_view(), gone ? gone->detail : std::string(),
          standing_to_json(instance.standing));
    }
    return done;
  });
}

Result<std::vector<Instance>> SqliteStore::instances(const std::string& cluster, Which which) {
  const std::string sql = std::string(kSelectInstances) +
                          (which == Which::kWatched ? " AND gone_at IS NULL" : "") +
                          " ORDER BY i.id";
  return connections_->read(
      [&](Database& database) { return database.prepare(sql).bind(cluster).all(read_instance); });
}

Result<MemberTags> SqliteStore::tags_of(const std::string& cluster,
                                        const std::vector<std::string>& ids) {
  return connections_->read([&](Database& database) -> Result<MemberTags> {
    MemberTags tags;
    for (const std::string& id : ids) {
      auto found = database
                       .prepare(
                           "SELECT i.tags FROM instances i JOIN clusters c ON c.key = i.cluster"
                           " WHERE c.name = ?1 AND i.id = ?2")
                       .bind(cluster, id)
                       .first([](Statement& row) -> Result<std::map<std::string, std::string>> {
                         std::string text;
                         row.read(text);
                         return tags_from_json(text);
                       });
      if (!found) return fail(found.error().context("instance " + id));
      if (*found) tags.emplace(id, std::move(**found));
    }
    return tags;
  });
}

Result<std::vector<Instance>> SqliteStore::vanished_since(const std::string& cluster, Time since) {
  const std::string sql = std::string(kSelectInstances) +
                          " AND gone_reason = 'unexplained' AND gone_at >= ?2 ORDER BY i.id";
  return connections_->read([&](Database& database) {
    return database.prepare(sql).bind(cluster, since).all(read_instance);
  });
}

Result<void> SqliteStore::note_release(const std::string& cluster, const std::string& release,
                                       Time at) {
  return connections_->write([&](Database& database) -> Result<void> {
    const Result<Key> key = registered_cluster(database, cluster);
    if (!key) return fail(key.error());
    return database
        .prepare(
            "INSERT INTO releases (cluster, release, first_seen, last_seen)"
            " VALUES (?1, ?2, ?3, ?3) ON CONFLICT (cluster, release) DO UPDATE SET"
            " last_seen = max(last_seen, excluded.last_seen)")
        .run(*key, release, at);
  });
}

Result<std::vector<Release>> SqliteStore::releases(const std::string& cluster) {
  return connections_->read([&](Database& database) {
    return database
        .prepare(
            "SELECT release, first_seen, last_seen FROM releases r JOIN clusters c"
            " ON c.key = r.cluster WHERE c.name = ?1 ORDER BY release")
        .bind(cluster)
        .all([](Statement& row) -> Result<Release> {
          Release release;
          row.read(release.name, release.first, release.last);
          return release;
        });
  });
}

Result<std::int64_t> SqliteStore::retired_count(const std::string& cluster) {
  return connections_->read([&](Database& database) -> Result<std::int64_t> {
    auto count = database
                     .prepare(
                         "SELECT COUNT(*) FROM instances i JOIN clusters c ON c.key = i.cluster"
                         " WHERE c.name = ?1 AND i.gone_at IS NOT NULL")
                     .bind(cluster)
                     .first([](Statement& row) -> Result<std::int64_t> {
                       std::int64_t value = 0;
                       row.read(value);
                       return value;
                     });
    if (!count) return fail(count.error());
    return count->value_or(0);
  });
}

}  // namespace livesonic::storage
