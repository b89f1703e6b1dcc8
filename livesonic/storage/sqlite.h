// SPDX-License-Identifier: Apache-2.0
// SQLite in C++: a connection, its prepared statements and its transactions, with errors as values
// that name the file and the remedy. Nothing here knows what Livesonic stores.
//
// Not thread-safe: a Database and all that comes from it belong to one thread at a time.
// SqliteConnections sees to that.
#pragma once

#include <concepts>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace livesonic::storage {

class Database;

struct FinalizeStatement {
  void operator()(sqlite3_stmt* statement) const;
};
// Prepared statements that nobody uses at the moment, by their SQL.
using StatementCache =
    std::unordered_map<std::string, std::unique_ptr<sqlite3_stmt, FinalizeStatement>>;

// Borrowed from the Database that prepared it, which must outlive it. What goes wrong while
// preparing or binding is kept and returned by the next step() or run().
//
// Values may be of type bool, int, std::int64_t, double, Time and Duration (milliseconds), anything
// that converts to std::string_view, and std::optional of these (NULL).
class Statement {
 public:
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&&) = delete;
  ~Statement();

  // Begins anew, with `values` for ?1, ?2, …
  template <typename... Values>
  Statement& bind(const Values&... values) {
    reset();
    int index = 0;
    (bind_value(++index, values), ...);
    return *this;
  }

  // True: there is a row, to be read with read(). False: there are no more.
  Result<bool> step();

  // For statements that return no rows: binds, and does it.
  template <typename... Values>
  Result<void> run(const Values&... values) {
    bind(values...);
    const Result<bool> done = step();
    reset();
    if (!done) return fail(done.error());
    return {};
  }

  // The columns of the current row, from the first one on. The types must be those of the columns.
  template <typename... Fields>
  void read(Fields&... fields) const {
    int column = 0;
    (read_value(column++, fields), ...);
  }

  // All remaining rows, each as `make(Statement&)`, which returns a Result, makes it.
  template <typename Make,
            typename Item = typename std::invoke_result_t<Make, Statement&>::value_type>
  Result<std::vector<Item>> all(Make make) {
    std::vector<Item> items;
    for (;;) {
      const Result<bool> row = step();
      if (!row) return fail(row.error());
      if (!*row) return items;
      auto item = make(*this);
      if (!item) return fail(std::move(item.error()));
      items.push_back(std::move(*item));
    }
  }

  // The first row as `make(Statement&)` makes it, if there is one.
  template <typename Make,
            typename Item = typename std::invoke_result_t<Make, Statement&>::value_type>
  Result<std::optional<Item>> first(Make make) {
    const Result<bool> row = step();
    if (!row) return fail(row.error());
    if (!*row) return std::nullopt;
    auto item = make(*this);
    reset();
    if (!item) return fail(std::move(item.error()));
    return std::optional<Item>(std::move(*item));
  }

 private:
  friend class Database;
  Statement(Database& database, StatementCache::node_type node);
  Statement(Database& database, Error error);

  template <typename Value>
  void bind_value(int index, const Value& value) {
    if constexpr (std::convertible_to<Value, std::string_view>) {
      bind_text(index, value);
    } else if constexpr (std::floating_point<Value>) {
      bind_real(index, value);
    } else if constexpr (std::integral<Value>) {
      bind_integer(index, static_cast<std::int64_t>(value));
    } else if constexpr (std::same_as<Value, Time>) {
      bind_integer(index, value.time_since_epoch().count());
    } else if constexpr (std::same_as<Value, Duration>) {
      bind_integer(index, value.count());
    } else {  // std::optional
      if (value) {
        bind_value(index, *value);
      } else {
        bind_null(index);
      }
    }
  }

  template <typename Field>
  void read_value(int column, Field& field) const {
    if constexpr (std::same_as<Field, std::string>) {
      field = text(column);
    } else if constexpr (std::floating_point<Field>) {
      field = real(column);
    } else if constexpr (std::same_as<Field, bool>) {
      field = integer(column) != 0;
    } else if constexpr (std::integral<Field>) {
      field = static_cast<Field>(integer(column));
    } else if constexpr (std::same_as<Field, Time>) {
      field = Time{Duration{integer(column)}};
    } else if constexpr (std::same_as<Field, Duration>) {
      field = Duration{integer(column)};
    } else {  // std::optional
      if (is_null(column)) {
        field.reset();
      } else {
        read_value(column, field.emplace());
      }
    }
  }

  void bind_text(int index, std::string_view value);
  void bind_real(int index, double value);
  void bind_integer(int index, std::int64_t value);
  void bind_null(int index);
  void bound(int code);
  [[nodiscard]] bool is_null(int column) const;
  [[nodiscard]] std::string text(int column) const;
  [[nodiscard]] double real(int column) const;
  [[nodiscard]] std::int64_t integer(int column) const;
  void reset();

  Database* database_;
  StatementCache::node_type node_;  // empty when preparing failed
  sqlite3_stmt* statement_ = nullptr;
  std::optional<Error> error_;
};

// One connection to one file.
class Database {
 public:
  // How long a statement waits for another process that is writing.
  static constexpr Duration kBusyTimeout = std::chrono::seconds{10};

  // `file` must exist; an empty one is a new database. Whether it is damaged shows at the first
  // statement.
  static Result<std::unique_ptr<Database>> open(const std::filesystem::path& file);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // Statements are kept prepared between uses.
  Statement prepare(const std::string& sql);
  // One or more statements without values; rows that they return are dropped.
  Result<void> execute(const std::string& sql);
  // A statement that returns one row of one number, such as a pragma.
  Result<std::int64_t> number(const std::string& sql);

  // How many rows the last INSERT, UPDATE or DELETE touched.
  [[nodiscard]] std::int64_t changes() const;
  [[nodiscard]] bool in_transaction() const;
  [[nodiscard]] const std::filesystem::path& file() const { return file_; }

 private:
  friend class Statement;
  Database(std::filesystem::path file, sqlite3* connection);
  [[nodiscard]] Error last_error(int code) const;

  const std::filesystem::path file_;
  sqlite3* const connection_;
  StatementCache idle_;
};

// Undone when it goes out of scope without a commit().
class Transaction {
 public:
  enum class Kind {
    kRead,   // sees the database as it was at its first statement
    kWrite,  // takes the write lock at once, so that it cannot fail for want of it later
  };
  Transaction(Database& database, Kind kind);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  [[nodiscard]] const Result<void>& begun() const { return begun_; }
  // For a kWrite: durable when it returns without an error.
  Result<void> commit();

 private:
  Database& database_;
  const Result<void> begun_;
};

}  // namespace livesonic::storage
