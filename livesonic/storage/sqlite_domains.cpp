// SPDX-License-Identifier: Apache-2.0
#include "livesonic/storage/json_columns.h"
#include "livesonic/storage/sqlite_store.h"

namespace livesonic::storage {
namespace {

Result<Domain> read_domain(Statement& row) {
  Domain domain;
  std::string tags;
  std::string aliases;
  row.read(domain.zone_id, domain.name, domain.caller_reference, domain.comment,
           domain.private_zone, domain.record_count, domain.first_seen, domain.last_seen,
           domain.gone_at, domain.account, tags, domain.apex_has_address, aliases);
  auto known_tags = tags_from_json(tags);
  if (!known_tags) return fail(known_tags.error().context("zone " + domain.zone_id));
  domain.tags = std::move(*known_tags);
  auto known_aliases = aliases_from_json(aliases);
  if (!known_aliases) return fail(known_aliases.error().context("zone " + domain.zone_id));
  domain.aliases = std::move(*known_aliases);
  return domain;
}

Result<RecordCount> read_count(Statement& row) {
  RecordCount count;
  row.read(count.at, count.records);
  return count;
}

Result<RegisteredDomain> read_registered(Statement& row) {
  RegisteredDomain domain;
  row.read(domain.name, domain.account, domain.auto_renew, domain.expires_at, domain.first_seen,
           domain.last_seen, domain.gone_at);
  return domain;
}

Result<ServedCertificate> read_certificate(Statement& row) {
  ServedCertificate certificate;
  row.read(certificate.host, certificate.checked_at, certificate.error, certificate.seen_at,
           certificate.expires_at, certificate.issuer, certificate.problem);
  return certificate;
}

}  // namespace

Result<std::vector<Domain>> SqliteStore::domains() {
  return connections_->read([](Database& database) {
    return database
        .prepare(
            "SELECT zone_id, name, caller_reference, comment, private_zone, record_count,"
            " first_seen, last_seen, gone_at, account, tags, apex_has_address, aliases"
            " FROM domains ORDER BY name, zone_id")
        .all(read_domain);
  });
}

Result<void> SqliteStore::put_domains(const std::vector<Domain>& changed) {
  return connections_->write([&](Database& database) -> Result<void> {
    Statement put = database.prepare(
        "INSERT INTO domains (zone_id, name, caller_reference, comment, private_zone,"
        " record_count, first_seen, last_seen, gone_at, account, tags, apex_has_address, aliases)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)"
        " ON CONFLICT (zone_id) DO UPDATE SET"
        " name = excluded.name, caller_reference = excluded.caller_reference,"
        " comment = excluded.comment, private_zone = excluded.private_zone,"
        " record_count = excluded.record_count, first_seen = excluded.first_seen,"
        " last_seen = excluded.last_seen, gone_at = excluded.gone_at,"
        " account = excluded.account, tags = excluded.tags,"
        " apex_has_address = excluded.apex_has_address, aliases = excluded.aliases");
    // A count is a step that holds until the next one.
    Statement note = database.prepare(
        "INSERT INTO domain_record_counts (zone_id, at, records) SELECT ?1, ?2, ?3"
        " WHERE ?3 IS NOT (SELECT records FROM domain_record_counts WHERE zone_id = ?1"
        "                  ORDER BY at DESC LIMIT 1)"
        " ON CONFLICT (zone_id, at) DO UPDATE SET records = excluded.records");
    for (const Domain& domain : changed) {
      Result<void> done = put.run(
          domain.zone_id, domain.name, domain.caller_reference, domain.comment, domain.private_zone,
          domain.record_count, domain.first_seen, domain.last_seen, domain.gone_at, domain.account,
          tags_to_json(domain.tags), domain.apex_has_address, aliases_to_json(domain.aliases));
      if (done) done = note.run(domain.zone_id, domain.last_seen, domain.record_count);
      if (!done) return done;
    }
    return {};
  });
}

Result<std::vector<RecordCount>> SqliteStore::record_counts(const std::string& zone_id) {
  return connections_->read([&](Database& database) {
    return database
        .prepare("SELECT at, records FROM domain_record_counts WHERE zone_id = ?1 ORDER BY at")
        .bind(zone_id)
        .all(read_count);
  });
}

Result<std::vector<RegisteredDomain>> SqliteStore::registered_domains() {
  return connections_->read([](Database& database) {
    return database
        .prepare(
            "SELECT name, account, auto_renew, expires_at, first_seen, last_seen, gone_at"
            " FROM registered_domains ORDER BY name")
        .all(read_registered);
  });
}

Result<void> SqliteStore::put_registered_domains(const std::vector<RegisteredDomain>& changed) {
  return connections_->write([&](Database& database) -> Result<void> {
    Statement put = database.prepare(
        "INSERT INTO registered_domains (name, account, auto_renew, expires_at, first_seen,"
        " last_seen, gone_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
        " ON CONFLICT (name) DO UPDATE SET account = excluded.account,"
        " auto_renew = excluded.auto_renew, expires_at = excluded.expires_at,"
        " first_seen = excluded.first_seen, last_seen = excluded.last_seen,"
        " gone_at = excluded.gone_at");
    for (const RegisteredDomain& domain : changed) {
      Result<void> done = put.run(domain.name, domain.account, domain.auto_renew, domain.expires_at,
                                  domain.first_seen, domain.last_seen, domain.gone_at);
      if (!done) return done;
    }
    return {};
  });
}

Result<std::vector<ServedCertificate>> SqliteStore::certificates() {
  return connections_->read([](Database& database) {
    return database
        .prepare(
            "SELECT host, checked_at, error, seen_at, expires_at, issuer, problem FROM certificates"
            " ORDER BY host")
        .all(read_certificate);
  });
}

Result<void> SqliteStore::put_certificates(const std::vector<ServedCertificate>& changed) {
  return connections_->write([&](Database& database) -> Result<void> {
    Statement put = database.prepare(
        "INSERT INTO certificates (host, checked_at, error, seen_at, expires_at, issuer, problem)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (host) DO UPDATE SET"
        " checked_at = excluded.checked_at, error = excluded.error,"
        " seen_at = excluded.seen_at, expires_at = excluded.expires_at,"
        " issuer = excluded.issuer, problem = excluded.problem");
    for (const ServedCertificate& certificate : changed) {
      Result<void> done =
          put.run(certificate.host, certificate.checked_at, certificate.error, certificate.seen_at,
                  certificate.expires_at, certificate.issuer, certificate.problem);
      if (!done) return done;
    }
    return {};
  });
}

}  // namespace livesonic::storage
