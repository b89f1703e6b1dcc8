// SPDX-License-Identifier: Apache-2.0
// Silences, maintenances and deploys. Those that are over are kept: they say why nobody was told.
#include <fmt/format.h>

#include "livesonic/base/text.h"
#include "livesonic/storage/handling_json.h"
#include "livesonic/storage/sqlite_store.h"

namespace livesonic::storage {
namespace {

constexpr const char* kSelectSilences =
    "SELECT id, kind, matchers, starts_at, ends_at, made_by, comment FROM silences";

Result<Silence> read_silence(Statement& row) {
  Silence silence;
  std::string kind;
  std::string matchers;
  row.read(silence.id, kind, matchers, silence.starts_at, silence.ends_at, silence.by,
           silence.comment);
  const auto known = parse_silence_kind(kind);
  if (!known) return fail(known.error().context("silence " + silence.id));
  silence.kind = *known;
  auto read = matchers_from_json(matchers);
  if (!read) return fail(read.error().context("silence " + silence.id));
  silence.matchers = std::move(*read);
  return silence;
}

}  // namespace

Result<void> SqliteStore::put_silence(const Silence& silence) {
  return connections_->write([&](Database& database) {
    return database
        .prepare(
            "INSERT INTO silences (id, kind, matchers, starts_at, ends_at, made_by, comment)"
            " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (id) DO UPDATE SET"
            " kind = excluded.kind, matchers = excluded.matchers, starts_at = excluded.starts_at,"
            " ends_at = excluded.ends_at, made_by = excluded.made_by, comment = excluded.comment")
        .run(silence.id, to_string(silence.kind), matchers_to_json(silence.matchers),
             silence.starts_at, silence.ends_at, silence.by, silence.comment);
  });
}

Result<std::vector<Silence>> SqliteStore::silences(Time now) {
  return connections_->read([&](Database& database) {
    return database
        .prepare(std::string(kSelectSilences) + " WHERE ends_at > ?1 ORDER BY starts_at, id")
        .bind(now)
        .all(read_silence);
  });
}

Result<Silence> SqliteStore::silence(const std::string& id) {
  return connections_->read([&](Database& database) -> Result<Silence> {
    auto found = database.prepare(std::string(kSelectSilences) + " WHERE id = ?1")
                     .bind(id)
                     .first(read_silence);
    if (!found) return fail(found.error());
    if (*found) return std::move(**found);
    return fail(ErrorKind::kNotFound,
                fmt::format("there is no silence '{}'", printable(shorten(id, 80))));
  });
}

}  // namespace livesonic::storage
