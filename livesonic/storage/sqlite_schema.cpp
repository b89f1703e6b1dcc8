// SPDX-License-Identifier: Apache-2.0
#include "livesonic/storage/sqlite_schema.h"

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <string>

namespace livesonic::storage {
namespace {

// "LvSn", in the file's header: tells `file` and us that it is ours.
constexpr std::int64_t kApplicationId = 0x4c76536e;

// Step N takes a database from version N-1 to version N. A step that has been released is never
// changed. Times are milliseconds since 1970, durations milliseconds.
constexpr std::array<const char*, 14> kSteps{
    // 1
    R"sql(
    CREATE TABLE clusters (
      key           INTEGER PRIMARY KEY,
      name          TEXT NOT NULL UNIQUE,
      kind          TEXT NOT NULL,
      resource      TEXT NOT NULL,
      origin        TEXT NOT NULL,
      registered_at INTEGER NOT NULL,
      last_attempt  INTEGER,
      last_success  INTEGER,
      error         TEXT NOT NULL,
      warning       TEXT NOT NULL,
      removed_at    INTEGER
    ) STRICT;

    CREATE TABLE instances (
      cluster              INTEGER NOT NULL REFERENCES clusters (key),
      id                   TEXT NOT NULL,
      name                 TEXT NOT NULL,
      tags                 TEXT NOT NULL,
      balancer_state       TEXT NOT NULL,
      balancer_reason      TEXT NOT NULL,
      balancer_description TEXT NOT NULL,
      ec2_state            TEXT NOT NULL,
      public_dns           TEXT NOT NULL,
      private_dns          TEXT NOT NULL,
      public_ip            TEXT NOT NULL,
      private_ip           TEXT NOT NULL,
      availability_zone    TEXT NOT NULL,
      type                 TEXT NOT NULL,
      image_id             TEXT NOT NULL,
      lifecycle            TEXT NOT NULL,
      launched_at          INTEGER,
      first_seen           INTEGER NOT NULL,
      last_seen            INTEGER NOT NULL,
      missing_since        INTEGER,
      gone_at              INTEGER,
      gone_reason          TEXT NOT NULL,
      PRIMARY KEY (cluster, id)
    ) STRICT;
    CREATE INDEX instances_watched ON instances (cluster, id) WHERE gone_at IS NULL;

    CREATE TABLE services (
      name               TEXT PRIMARY KEY NOT NULL,
      command            TEXT NOT NULL,
      expect_exact       TEXT,
      expect_contains    TEXT,
      expect_regex       TEXT,
      expect_exit_status INTEGER,
      clusters           TEXT NOT NULL,
      timeout            INTEGER NOT NULL,
      origin             TEXT NOT NULL
    ) STRICT;

    -- A short key for each instance that was ever polled, so that history need not repeat names.
    CREATE TABLE instance_keys (
      key      INTEGER PRIMARY KEY,
      cluster  INTEGER NOT NULL REFERENCES clusters (key),
      instance TEXT NOT NULL,
      UNIQUE (cluster, instance)
    ) STRICT;

    CREATE TABLE latest_scores (
      instance INTEGER PRIMARY KEY REFERENCES instance_keys (key),
      at       INTEGER NOT NULL,
      took     INTEGER NOT NULL,
      outcome  TEXT NOT NULL,
      score    INTEGER,
      detail   TEXT NOT NULL
    ) STRICT;

    CREATE TABLE latest_checks (
      instance    INTEGER NOT NULL REFERENCES instance_keys (key),
      service     TEXT NOT NULL REFERENCES services (name),
      at          INTEGER NOT NULL,
      took        INTEGER NOT NULL,
      outcome     TEXT NOT NULL,
      exit_status INTEGER,
      out         TEXT NOT NULL,
      err         TEXT NOT NULL,
      detail      TEXT NOT NULL,
      PRIMARY KEY (instance, service)
    ) STRICT;
    CREATE INDEX latest_checks_service ON latest_checks (service);

    -- Which months have tables: year * 100 + month.
    CREATE TABLE history_months (month INTEGER PRIMARY KEY) STRICT;

    CREATE TABLE conditions (
      cluster    INTEGER NOT NULL REFERENCES clusters (key),
      instance   TEXT NOT NULL,
      cause      TEXT NOT NULL,
      bad_polls  INTEGER NOT NULL,
      good_polls INTEGER NOT NULL,
      firing     INTEGER NOT NULL,
      since      INTEGER NOT NULL,
      detail     TEXT NOT NULL,
      PRIMARY KEY (cluster, instance, cause)
    ) STRICT;

    -- By the cluster's name: an incident is told of also when its cluster is gone.
    CREATE TABLE incidents (
      sequence  INTEGER PRIMARY KEY,
      id        TEXT NOT NULL UNIQUE,
      cluster   TEXT NOT NULL,
      cause     TEXT NOT NULL,
      opened_at INTEGER NOT NULL,
      closed_at INTEGER,
      summary   TEXT NOT NULL,
      members   TEXT NOT NULL,
      channels  TEXT NOT NULL
    ) STRICT;
    CREATE INDEX incidents_opened ON incidents (opened_at);
    CREATE INDEX incidents_of_cluster ON incidents (cluster, opened_at);
    CREATE INDEX incidents_open ON incidents (opened_at) WHERE closed_at IS NULL;

    CREATE TABLE deliveries (
      sequence        INTEGER PRIMARY KEY,
      id              TEXT NOT NULL UNIQUE,
      channel         TEXT NOT NULL,
      incident        TEXT NOT NULL REFERENCES incidents (id),
      kind            TEXT NOT NULL,
      payload         TEXT NOT NULL,
      created_at      INTEGER NOT NULL,
      next_attempt_at INTEGER NOT NULL,
      attempts        INTEGER NOT NULL,
      delivered_at    INTEGER,
      last_error      TEXT NOT NULL
    ) STRICT;
    CREATE INDEX deliveries_waiting ON deliveries (channel, created_at) WHERE delivered_at IS NULL;
    CREATE INDEX deliveries_of_incident ON deliveries (incident);

    CREATE TABLE domains (
      zone_id          TEXT PRIMARY KEY NOT NULL,
      name             TEXT NOT NULL,
      caller_reference TEXT NOT NULL,
      comment          TEXT NOT NULL,
      private_zone     INTEGER NOT NULL,
      record_count     INTEGER NOT NULL,
      first_seen       INTEGER NOT NULL,
      last_seen        INTEGER NOT NULL,
      gone_at          INTEGER
    ) STRICT;

    CREATE TABLE host_keys (
      instance    TEXT PRIMARY KEY NOT NULL,
      fingerprint TEXT NOT NULL,
      pinned_at   INTEGER NOT NULL
    ) STRICT;
    )sql",
    // 2
    R"sql(
    ALTER TABLE domains ADD COLUMN account TEXT NOT NULL DEFAULT 'default';
    ALTER TABLE domains ADD COLUMN tags TEXT NOT NULL DEFAULT '{}';
    ALTER TABLE domains ADD COLUMN apex_has_address INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE domains ADD COLUMN aliases TEXT NOT NULL DEFAULT '[]';

    -- A row where the count is another one than before.
    CREATE TABLE domain_record_counts (
      zone_id TEXT NOT NULL REFERENCES domains (zone_id),
      at      INTEGER NOT NULL,
      records INTEGER NOT NULL,
      PRIMARY KEY (zone_id, at)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO domain_record_counts SELECT zone_id, last_seen, record_count FROM domains;

    CREATE TABLE registered_domains (
      name       TEXT PRIMARY KEY NOT NULL,
      account    TEXT NOT NULL,
      auto_renew INTEGER NOT NULL,
      expires_at INTEGER,
      first_seen INTEGER NOT NULL,
      last_seen  INTEGER NOT NULL,
      gone_at    INTEGER
    ) STRICT;

    CREATE TABLE certificates (
      host       TEXT PRIMARY KEY NOT NULL,
      checked_at INTEGER NOT NULL,
      error      TEXT NOT NULL,
      seen_at    INTEGER,
      expires_at INTEGER,
      issuer     TEXT NOT NULL,
      problem    TEXT NOT NULL
    ) STRICT;
    )sql",
    // 3
    R"sql(
    ALTER TABLE clusters ADD COLUMN account TEXT NOT NULL DEFAULT '';
    ALTER TABLE clusters ADD COLUMN region TEXT NOT NULL DEFAULT '';
    ALTER TABLE clusters ADD COLUMN target_groups TEXT NOT NULL DEFAULT '[]';
    ALTER TABLE clusters ADD COLUMN parent TEXT NOT NULL DEFAULT '';
    ALTER TABLE clusters ADD COLUMN wanted INTEGER;

    ALTER TABLE instances ADD COLUMN standing TEXT NOT NULL DEFAULT '{}';
    -- The reason was a sentence; now it is a word, and the sentence is beside it.
    ALTER TABLE instances ADD COLUMN gone_detail TEXT NOT NULL DEFAULT '';
    UPDATE instances SET gone_detail = gone_reason, gone_reason = CASE gone_reason
        WHEN 'stopped' THEN 'stopped'
        WHEN 'deregistered from the balancer' THEN 'deregistered'
        WHEN 'the cluster was removed' THEN 'cluster_removed'
        WHEN 'the configuration file no longer registers it' THEN 'cluster_removed'
        ELSE 'unexplained' END
      WHERE gone_at IS NOT NULL;
    )sql",
    // 4
    R"sql(
    ALTER TABLE clusters ADD COLUMN access TEXT NOT NULL DEFAULT '{}';
    )sql",
    // 5
    R"sql(
    ALTER TABLE clusters ADD COLUMN mode TEXT NOT NULL DEFAULT 'poll';
    )sql",
    // 6
    R"sql(
    ALTER TABLE conditions ADD COLUMN good_since INTEGER;
    -- How it is dealt with: severity, acknowledgement, comments, what was told of it.
    ALTER TABLE incidents ADD COLUMN handling TEXT NOT NULL DEFAULT '{}';
    CREATE INDEX incidents_of_cause ON incidents (cluster, cause, opened_at);

    CREATE INDEX instances_vanished ON instances (cluster, gone_at)
      WHERE gone_reason = 'unexplained';

    CREATE TABLE silences (
      id        TEXT PRIMARY KEY NOT NULL,
      kind      TEXT NOT NULL,
      matchers  TEXT NOT NULL,
      starts_at INTEGER NOT NULL,
      ends_at   INTEGER NOT NULL,
      made_by   TEXT NOT NULL,
      comment   TEXT NOT NULL
    ) STRICT;
    CREATE INDEX silences_ending ON silences (ends_at);
    )sql",
    // 7: messages that are given up, and how each channel does.
    R"sql(
    ALTER TABLE deliveries ADD COLUMN refusals INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE deliveries ADD COLUMN dead_at INTEGER;
    ALTER TABLE deliveries ADD COLUMN retried_at INTEGER;
    CREATE INDEX deliveries_dead ON deliveries (dead_at) WHERE dead_at IS NOT NULL;

    CREATE TABLE channels (
      name         TEXT PRIMARY KEY NOT NULL,
      last_success INTEGER,
      last_failure INTEGER,
      last_error   TEXT NOT NULL
    ) STRICT;
    INSERT INTO channels SELECT channel, max(delivered_at), NULL, '' FROM deliveries
      GROUP BY channel;

    CREATE TABLE proofs (
      one INTEGER PRIMARY KEY CHECK (one = 1),
      at  INTEGER NOT NULL
    ) STRICT;
    )sql",
    // 8
    R"sql(
    -- What a service must return grew: it is JSON now.
    ALTER TABLE services ADD COLUMN expect TEXT NOT NULL DEFAULT '{}';
    ALTER TABLE services ADD COLUMN forbid TEXT NOT NULL DEFAULT '{}';
    ALTER TABLE services ADD COLUMN metric TEXT NOT NULL DEFAULT '';
    ALTER TABLE services ADD COLUMN warning TEXT NOT NULL DEFAULT '';
    ALTER TABLE services ADD COLUMN critical TEXT NOT NULL DEFAULT '';
    ALTER TABLE services ADD COLUMN plugin INTEGER;
    ALTER TABLE services ADD COLUMN interval INTEGER NOT NULL DEFAULT 0;
    UPDATE services SET expect = json_patch('{}', json_object('exact', expect_exact,
      'contains', expect_contains, 'regex', expect_regex, 'exit_status', expect_exit_status));
    ALTER TABLE services DROP COLUMN expect_exact;
    ALTER TABLE services DROP COLUMN expect_contains;
    ALTER TABLE services DROP COLUMN expect_regex;
    ALTER TABLE services DROP COLUMN expect_exit_status;

    ALTER TABLE latest_checks ADD COLUMN status TEXT NOT NULL DEFAULT 'unknown';
    UPDATE latest_checks SET status = CASE
      WHEN outcome = 'ok' THEN 'ok'
      WHEN outcome IN ('check_failed', 'command_not_found', 'timed_out') THEN 'critical'
      ELSE 'unknown' END;

    -- A short key for each metric, with what was said of it last. A probe's has the instance ''.
    CREATE TABLE metric_keys (
      key        INTEGER PRIMARY KEY,
      instance   INTEGER NOT NULL REFERENCES instance_keys (key),
      service    TEXT NOT NULL,
      label      TEXT NOT NULL,
      unit       TEXT NOT NULL,
      warning    TEXT NOT NULL,
      critical   TEXT NOT NULL,
      min        REAL,
      max        REAL,
      last_month INTEGER NOT NULL,
      UNIQUE (instance, service, label)
    ) STRICT;
    -- Which months have a table of metrics: year * 100 + month.
    CREATE TABLE metric_months (month INTEGER PRIMARY KEY) STRICT;

    CREATE TABLE probes (
      name     TEXT PRIMARY KEY NOT NULL,
      kind     TEXT NOT NULL,
      target   TEXT NOT NULL,
      clusters TEXT NOT NULL,
      expect   TEXT NOT NULL,
      forbid   TEXT NOT NULL,
      metric   TEXT NOT NULL,
      warning  TEXT NOT NULL,
      critical TEXT NOT NULL,
      options  TEXT NOT NULL,
      timeout  INTEGER NOT NULL,
      interval INTEGER NOT NULL,
      origin   TEXT NOT NULL
    ) STRICT;
    CREATE TABLE latest_probes (
      cluster     INTEGER NOT NULL REFERENCES clusters (key),
      probe       TEXT NOT NULL REFERENCES probes (name),
      at          INTEGER NOT NULL,
      took        INTEGER NOT NULL,
      outcome     TEXT NOT NULL,
      status      TEXT NOT NULL,
      exit_status INTEGER,
      out         TEXT NOT NULL,
      detail      TEXT NOT NULL,
      PRIMARY KEY (cluster, probe)
    ) STRICT;
    CREATE INDEX latest_probes_probe ON latest_probes (probe);
    )sql",
    // 9
    R"sql(
    -- By the cluster's name: the audit log outlives the cluster.
    CREATE TABLE actions (
      sequence     INTEGER PRIMARY KEY,
      id           TEXT NOT NULL UNIQUE,
      cluster      TEXT NOT NULL,
      instance     TEXT NOT NULL,
      kind         TEXT NOT NULL,
      request      TEXT NOT NULL,
      key          TEXT,
      incident     TEXT NOT NULL,
      state        TEXT NOT NULL,
      deed         TEXT NOT NULL,
      rule         TEXT NOT NULL,
      why          TEXT NOT NULL,
      inputs       TEXT NOT NULL,
      removes      INTEGER NOT NULL,
      requested_at INTEGER NOT NULL,
      expires_at   INTEGER,
      decided_by   TEXT NOT NULL,
      decided_at   INTEGER,
      started_at   INTEGER,
      finished_at  INTEGER,
      reconciled   INTEGER NOT NULL,
      progress     TEXT NOT NULL,
      result       TEXT NOT NULL,
      output       TEXT NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX actions_key ON actions (cluster, key) WHERE key IS NOT NULL;
    CREATE INDEX actions_of_cluster ON actions (cluster, sequence);
    CREATE INDEX actions_begun ON actions (cluster, started_at) WHERE started_at IS NOT NULL;
    CREATE INDEX actions_unfinished ON actions (sequence)
      WHERE state IN ('awaiting_approval', 'approved', 'executing');

    CREATE TABLE action_switch (
      one     INTEGER PRIMARY KEY CHECK (one = 1),
      stopped INTEGER NOT NULL,
      by      TEXT NOT NULL,
      reason  TEXT NOT NULL,
      at      INTEGER
    ) STRICT;
    )sql",
    // 10
    R"sql(
    -- Those that operators have added.
    CREATE TABLE rules (
      name       TEXT PRIMARY KEY NOT NULL,
      definition TEXT NOT NULL
    ) STRICT;
    )sql",
    // 11
    R"sql(
    -- By cluster first: a cluster's hours are read and dropped together.
    CREATE TABLE costs (
      cluster   INTEGER NOT NULL REFERENCES clusters (key),
      hour      INTEGER NOT NULL,
      lifecycle TEXT NOT NULL,
      type      TEXT NOT NULL,
      ran       INTEGER NOT NULL,
      unpriced  INTEGER NOT NULL,
      usd       REAL NOT NULL,
      PRIMARY KEY (cluster, hour, lifecycle, type)
    ) STRICT, WITHOUT ROWID;
    -- Up to when each cluster is billed.
    CREATE TABLE bills (
      cluster INTEGER PRIMARY KEY REFERENCES clusters (key),
      until   INTEGER NOT NULL
    ) STRICT;
    )sql",
    // 12
    R"sql(
    -- What a score is made of.
    ALTER TABLE latest_scores ADD COLUMN cpu    INTEGER;
    ALTER TABLE latest_scores ADD COLUMN io     INTEGER;
    ALTER TABLE latest_scores ADD COLUMN memory INTEGER;
    ALTER TABLE latest_scores ADD COLUMN danger INTEGER;
    )sql",
    // 13
    R"sql(
    -- Which task definitions an ECS service ran, and from when to when.
    CREATE TABLE releases (
      cluster    INTEGER NOT NULL REFERENCES clusters (key),
      release    TEXT NOT NULL,
      first_seen INTEGER NOT NULL,
      last_seen  INTEGER NOT NULL,
      PRIMARY KEY (cluster, release)
    ) STRICT, WITHOUT ROWID;
    )sql",
    // 14
    R"sql(
    -- Reports are messages of no incident.
    CREATE TABLE new_deliveries (
      sequence        INTEGER PRIMARY KEY,
      id              TEXT NOT NULL UNIQUE,
      channel         TEXT NOT NULL,
      incident        TEXT REFERENCES incidents (id),
      kind            TEXT NOT NULL,
      payload         TEXT NOT NULL,
      created_at      INTEGER NOT NULL,
      next_attempt_at INTEGER NOT NULL,
      attempts        INTEGER NOT NULL,
      delivered_at    INTEGER,
      last_error      TEXT NOT NULL,
      refusals        INTEGER NOT NULL DEFAULT 0,
      dead_at         INTEGER,
      retried_at      INTEGER
    ) STRICT;
    INSERT INTO new_deliveries SELECT sequence, id, channel, incident, kind, payload, created_at,
      next_attempt_at, attempts, delivered_at, last_error, refusals, dead_at, retried_at
      FROM deliveries;
    DROP TABLE deliveries;
    ALTER TABLE new_deliveries RENAME TO deliveries;
    CREATE INDEX deliveries_waiting ON deliveries (channel, created_at) WHERE delivered_at IS NULL;
    CREATE INDEX deliveries_of_incident ON deliveries (incident);
    CREATE INDEX deliveries_dead ON deliveries (dead_at) WHERE dead_at IS NOT NULL;

    -- Up to when each report was told last.
    CREATE TABLE reports (
      name  TEXT PRIMARY KEY NOT NULL,
      until INTEGER NOT NULL
    ) STRICT;
    )sql",
};

// The version that the file has, once it is sure that the file is ours.
Result<std::size_t> version_of(Database& database) {
  const Result<std::int64_t> version = database.number("PRAGMA user_version");
  if (!version) return fail(version.error());
  const Result<std::int64_t> application = database.number("PRAGMA application_id");
  if (!application) return fail(application.error());
  const Result<std::int64_t> tables = database.number("SELECT count(*) FROM sqlite_schema");
  if (!tables) return fail(tables.error());

  const bool empty = *version == 0 && *application == 0 && *tables == 0;
  if (!empty && (*application != kApplicationId || *version < 1)) {
    return fail(ErrorKind::kConflict,
                fmt::format("{}: this is a database of another program: move it away, or choose "
                            "another data_dir",
                            database.file().string()));
  }
  if (*version > static_cast<std::int64_t>(kSteps.size())) {
    return fail(ErrorKind::kConflict,
                fmt::format("{}: made by a newer version of livesonic (its schema is version {}, "
                            "this program knows {}): upgrade livesonic, or restore the backup made "
                            "before it was upgraded",
                            database.file().string(), *version, kSteps.size()));
  }
  return static_cast<std::size_t>(*version);
}

}  // namespace

Result<void> migrate(Database& database) {
  Result<std::size_t> version = version_of(database);
  if (!version) return fail(std::move(version.error()));
  if (*version == kSteps.size()) return {};

  Transaction transaction(database, Transaction::Kind::kWrite);
  if (!transaction.begun()) return transaction.begun();
  version = version_of(database);  // another process may have been faster
  if (!version) return fail(std::move(version.error()));
  Result<void> done;
  for (std::size_t step = *version; step < kSteps.size() && done; ++step) {
    done = database.execute(kSteps[step]);
  }
  if (done) done = database.execute(fmt::format("PRAGMA application_id = {}", kApplicationId));
  if (done) done = database.execute(fmt::format("PRAGMA user_version = {}", kSteps.size()));
  if (!done) return done;
  return transaction.commit();
}

}  // namespace livesonic::storage
