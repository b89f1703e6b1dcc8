// SPDX-License-Identifier: Apache-2.0
// The rules of alerting that operators have added; those of the file stand in the file alone.
#include <fmt/format.h>

#include "livesonic/base/text.h"
#include "livesonic/storage/rule_json.h"
#include "livesonic/storage/sqlite_store.h"

namespace livesonic::storage {
namespace {

Result<Rule> read_rule(Statement& row) {
  std::string name;
  std::string definition;
  row.read(name, definition);
  auto rule = rule_from_json(definition);
  if (!rule) return fail(rule.error().context("rule " + name));
  rule->name = std::move(name);
  rule->origin = RuleOrigin::kOperator;
  return rule;
}

}  // namespace

Result<void> SqliteStore::put_rule(const Rule& rule) {
  return connections_->write([&](Database& database) {
    return database
        .prepare(
            "INSERT INTO rules (name, definition) VALUES (?1, ?2)"
            " ON CONFLICT (name) DO UPDATE SET definition = excluded.definition")
        .run(rule.name, rule_to_json(rule));
  });
}

Result<void> SqliteStore::remove_rule(const std::string& name) {
  return connections_->write([&](Database& database) -> Result<void> {
    Result<void> done = database.prepare("DELETE FROM rules WHERE name = ?1").run(name);
    if (done && database.changes() == 0) {
      return fail(ErrorKind::kNotFound,
                  fmt::format("there is no rule '{}'", printable(shorten(name, 80))));
    }
    return done;
  });
}

Result<std::vector<Rule>> SqliteStore::rules() {
  return connections_->read([&](Database& database) {
    return database.prepare("SELECT name, definition FROM rules ORDER BY name").all(read_rule);
  });
}

}  // namespace livesonic::storage
