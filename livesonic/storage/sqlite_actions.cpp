// SPDX-License-Identifier: Apache-2.0
// Actions and the switch that stops them. The intent to act is written by begin_action(), in one
// transaction with the look at the switch.
#include <fmt/format.h>

#include <algorithm>

#include "livesonic/base/text.h"
#include "livesonic/storage/action_json.h"
#include "livesonic/storage/json_columns.h"
#include "livesonic/storage/sqlite_store.h"

namespace livesonic::storage {
namespace {

// All but the last are read in any case.
constexpr const char* kColumns =
    "SELECT id, cluster, instance, kind, request, key, incident, state, deed, rule, why, inputs,"
    " removes, requested_at, expires_at, decided_by, decided_at, started_at, finished_at,"
    " reconciled, progress, result, ";
constexpr const char* kFrom = " FROM actions";

std::string select_whole() {
  return std::string(kColumns) + "output" + kFrom;
}
std::string select_brief() {
  return std::string(kColumns) + "''" + kFrom;
}

Result<Action> read_action(Statement& row) {
  Action action;
  std::string kind;
  std::string request;
  std::optional<std::string> key;
  std::string state;
  std::string inputs;
  std::string progress;
  row.read(action.id, action.request.cluster, action.request.instance, kind, request, key,
           action.request.incident, state, action.deed, action.rule, action.why, inputs,
           action.removes, action.requested_at, action.expires_at, action.decided_by,
           action.decided_at, action.started_at, action.finished_at, action.reconciled, progress,
           action.result, action.output);
  const auto context = [&](const Error& error) {
    return fail(error.context("action " + printable(shorten(action.id, 80))));
  };
  action.request.key = key.value_or("");
  const auto known_kind = parse_action_kind(kind);
  if (!known_kind) return context(known_kind.error());
  action.request.kind = *known_kind;
  const auto known_state = parse_action_state(state);
  if (!known_state) return context(known_state.error());
  action.state = *known_state;
  if (auto read = request_from_json(request, action.request); !read) return context(read.error());
  auto numbers = tags_from_json(inputs);
  if (!numbers) return context(numbers.error());
  action.inputs = std::move(*numbers);
  auto so_far = tags_from_json(progress);
  if (!so_far) return context(so_far.error());
  action.progress = std::move(*so_far);
  return action;
}

std::optional<std::string> key_of(const Action& action) {
  return action.request.key.empty() ? std::nullopt : std::optional(action.request.key);
}

Result<std::optional<Action>> find(Database& database, const std::string& id) {
  return database.prepare(select_whole() + " WHERE id = ?1").bind(id).first(read_action);
}

tl::unexpected<Error> no_such_action(const std::string& id) {
  return fail(ErrorKind::kNotFound,
              fmt::format("there is no action '{}'", printable(shorten(id, 80))));
}

Result<std::int64_t> sequence_of(Database& database, const std::string& id) {
  auto found = database.prepare("SELECT sequence FROM actions WHERE id = ?1")
                   .bind(id)
                   .first([](Statement& row) -> Result<std::int64_t> {
                     std::int64_t sequence = 0;
                     row.read(sequence);
                     return sequence;
                   });
  if (!found) return fail(std::move(found.error()));
  if (!*found) return no_such_action(id);
  return **found;
}

Result<StopSwitch> read_switch(Database& database) {
  auto found = database.prepare("SELECT stopped, by, reason, at FROM action_switch")
                   .bind()
                   .first([](Statement& row) -> Result<StopSwitch> {
                     StopSwitch state;
                     row.read(state.on, state.by, state.reason, state.at);
                     return state;
                   });
  if (!found) return fail(std::move(found.error()));
  return found->value_or(StopSwitch{});
}

Result<void> replace(Database& database, const Action& action, ActionState from) {
  auto before = find(database, action.id);
  if (!before) return fail(std::move(before.error()));
  if (!*before) return no_such_action(action.id);
  if ((*before)->state != from) {
    return fail(ErrorKind::kConflict,
                fmt::format("the action {} is {} by now, not {}", printable(shorten(action.id, 80)),
                            to_string((*before)->state), to_string(from)));
  }
  return database
      .prepare(
          "UPDATE actions SET state = ?2, deed = ?3, rule = ?4, why = ?5, inputs = ?6,"
          " removes = ?7, expires_at = ?8, decided_by = ?9, decided_at = ?10, started_at = ?11,"
          " finished_at = ?12, reconciled = ?13, progress = ?14, result = ?15, output = ?16"
          " WHERE id = ?1")
      .run(action.id, to_string(action.state), action.deed, action.rule, action.why,
           tags_to_json(action.inputs), action.removes, action.expires_at, action.decided_by,
           action.decided_at, action.started_at, action.finished_at, action.reconciled,
           tags_to_json(action.progress), action.result, action.output);
}

constexpr const char* kUnfinished = "state IN ('awaiting_approval', 'approved', 'executing')";

}  // namespace

Result<void> SqliteStore::add_action(const Action& action) {
  return connections_->write([&](Database& database) -> Result<void> {
    Result<void> done =
        database
            .prepare(
                "INSERT INTO actions (id, cluster, instance, kind, request, key, incident, state,"
                " deed, rule, why, inputs, removes, requested_at, expires_at, decided_by,"
                " decided_at, started_at, finished_at, reconciled, progress, result, output)"
                " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16,"
                " ?17, ?18, ?19, ?20, ?21, ?22, ?23) ON CONFLICT DO NOTHING")
            .run(action.id, action.request.cluster, action.request.instance,
                 to_string(action.request.kind), request_to_json(action.request), key_of(action),
                 action.request.incident, to_string(action.state), action.deed, action.rule,
                 action.why, tags_to_json(action.inputs), action.removes, action.requested_at,
                 action.expires_at, action.decided_by, action.decided_at, action.started_at,
                 action.finished_at, action.reconciled, tags_to_json(action.progress),
                 action.result, action.output);
    if (done && database.changes() == 0) {
      return fail(ErrorKind::kConflict, "there is an action of this id or key already");
    }
    return done;
  });
}

Result<void> SqliteStore::move_action(const Action& action, ActionState from) {
  return connections_->write([&](Database& database) { return replace(database, action, from); });
}

Result<void> SqliteStore::begin_action(const Action& action) {
  return connections_->write([&](Database& database) -> Result<void> {
    const auto stopped = read_switch(database);
    if (!stopped) return fail(stopped.error());
    if (stopped->on) {
      return fail(ErrorKind::kConflict,
                  fmt::format("{} has stopped all actions", printable(stopped->by)));
    }
    return replace(database, action, ActionState::kApproved);
  });
}

Result<Action> SqliteStore::action(const std::string& id) {
  return connections_->read([&](Database& database) -> Result<Action> {
    auto found = find(database, id);
    if (!found) return fail(std::move(found.error()));
    if (!*found) return no_such_action(id);
    return std::move(**found);
  });
}

Result<std::optional<Action>> SqliteStore::action_of_key(const std::string& cluster,
                                                         const std::string& key) {
  return connections_->read([&](Database& database) {
    return database.prepare(select_whole() + " WHERE cluster = ?1 AND key = ?2")
        .bind(cluster, key)
        .first(read_action);
  });
}

Result<std::vector<Action>> SqliteStore::actions(const ActionQuery& query) {
  return connections_->read([&](Database& database) -> Result<std::vector<Action>> {
    std::optional<std::int64_t> before;
    if (!query.before.empty()) {
      const auto sequence = sequence_of(database, query.before);
      if (!sequence) return fail(sequence.error());
      before = *sequence;
    }
    const auto word = [](const auto& value) {
      return value ? std::optional<std::string>(to_string(*value)) : std::nullopt;
    };
    return database
        .prepare(select_brief() +
                 " WHERE (?1 IS NULL OR cluster = ?1) AND (?2 IS NULL OR instance = ?2)"
                 " AND (?3 IS NULL OR incident = ?3) AND (?4 IS NULL OR kind = ?4)"
                 " AND (?5 IS NULL OR state = ?5) AND (?6 IS NULL OR sequence < ?6)"
                 " ORDER BY sequence DESC LIMIT ?7")
        .bind(query.cluster, query.instance, query.incident, word(query.kind), word(query.state),
              before, std::clamp(query.limit, 1, 1000))
        .all(read_action);
  });
}

Result<std::vector<Action>> SqliteStore::unfinished_actions() {
  return connections_->read([&](Database& database) {
    return database
        .prepare(fmt::format("{} WHERE {} ORDER BY sequence", select_whole(), kUnfinished))
        .bind()
        .all(read_action);
  });
}

Result<std::vector<Action>> SqliteStore::recent_actions(const std::string& cluster, Time since) {
  return connections_->read([&](Database& database) {
    return database
        .prepare(fmt::format("{} WHERE cluster = ?1 AND (started_at >= ?2 OR finished_at >= ?2 OR "
                             "{}) ORDER BY sequence",
                             select_brief(), kUnfinished))
        .bind(cluster, since)
        .all(read_action);
  });
}

Result<StopSwitch> SqliteStore::stop_switch() {
  return connections_->read([](Database& database) { return read_switch(database); });
}

Result<void> SqliteStore::set_stop_switch(const StopSwitch& state) {
  return connections_->write([&](Database& database) {
    return database
        .prepare(
            "INSERT INTO action_switch (one, stopped, by, reason, at) VALUES (1, ?1, ?2, ?3, ?4)"
            " ON CONFLICT (one) DO UPDATE SET stopped = excluded.stopped, by = excluded.by,"
            " reason = excluded.reason, at = excluded.at")
        .run(state.on, state.by, state.reason, state.at);
  });
}

}  // namespace livesonic::storage
