// SPDX-License-Identifier: Apache-2.0
#include "livesonic/storage/sqlite_store.h"

namespace livesonic::storage {
namespace {

Result<Domain> read_domain(Statement& row) {
  Domain domain;
  row.read(domain.zone_id, domain.name, domain.caller_reference, domain.comment,
           domain.private_zone, domain.record_count, domain.first_seen, domain.last_seen,
           domain.gone_at);
  return domain;
}

}  // namespace

Result<std::vector<Domain>> SqliteStore::domains() {
  return connections_->read([](Database& database) {
    return database
        .prepare(
            "SELECT zone_id, name, caller_reference, comment, private_zone, record_count,"
            " first_seen, last_seen, gone_at FROM domains ORDER BY name, zone_id")
        .all(read_domain);
  });
}

Result<void> SqliteStore::put_domains(const std::vector<Domain>& changed) {
  return connections_->write([&](Database& database) -> Result<void> {
    Statement put = database.prepare(
        "INSERT INTO domains (zone_id, name, caller_reference, comment, private_zone,"
        " record_count, first_seen, last_seen, gone_at)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (zone_id) DO UPDATE SET"
        " name = excluded.name, caller_reference = excluded.caller_reference,"
        " comment = excluded.comment, private_zone = excluded.private_zone,"
        " record_count = excluded.record_count, first_seen = excluded.first_seen,"
        " last_seen = excluded.last_seen, gone_at = excluded.gone_at");
    for (const Domain& domain : changed) {
      Result<void> done = put.run(domain.zone_id, domain.name, domain.caller_reference,
                                  domain.comment, domain.private_zone, domain.record_count,
                                  domain.first_seen, domain.last_seen, domain.gone_at);
      if (!done) return done;
    }
    return {};
  });
}

}  // namespace livesonic::storage
