// SPDX-License-Identifier: Apache-2.0
#include "livesonic/storage/sqlite.h"

#include <sqlite3.h>

#include <cerrno>

#include "livesonic/storage/sqlite_error.h"

namespace livesonic::storage {
namespace {

// Each month of history has statements of its own; this keeps those of months gone by from
// gathering.
constexpr std::size_t kIdleStatements = 128;

}  // namespace

void FinalizeStatement::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

Statement::Statement(Database& database, StatementCache::node_type node)
    : database_(&database), node_(std::move(node)), statement_(node_.mapped().get()) {}

Statement::Statement(Database& database, Error error)
    : database_(&database), error_(std::move(error)) {}

Statement::Statement(Statement&& other) noexcept
    : database_(other.database_),
      node_(std::move(other.node_)),
      statement_(std::exchange(other.statement_, nullptr)),
      error_(std::move(other.error_)) {}

Statement::~Statement() {
  if (statement_ == nullptr) return;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
  if (database_->idle_.size() >= kIdleStatements) database_->idle_.clear();
  database_->idle_.insert(std::move(node_));
}

Result<bool> Statement::step() {
  if (error_) return fail(*error_);
  errno = 0;  // so that last_error() finds none of earlier times
  switch (const int code = sqlite3_step(statement_)) {
    case SQLITE_ROW:
      return true;
    case SQLITE_DONE:
      reset();
      return false;
    default:
      error_ = database_->last_error(code);
      return fail(*error_);
  }
}

void Statement::reset() {
  if (statement_ == nullptr) return;  // the error of preparing it stays
  sqlite3_reset(statement_);
  error_.reset();
}

void Statement::bound(int code) {
  if (code != SQLITE_OK && !error_) error_ = database_->last_error(code);
}

void Statement::bind_text(int index, std::string_view value) {
  if (statement_ == nullptr) return;
  // A null pointer would bind NULL, and that is what an empty string_view may have.
  const char* data = value.data() == nullptr ? "" : value.data();
  bound(sqlite3_bind_text64(statement_, index, data, value.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
}

void Statement::bind_real(int index, double value) {
  if (statement_ != nullptr) bound(sqlite3_bind_double(statement_, index, value));
}

void Statement::bind_integer(int index, std::int64_t value) {
  if (statement_ != nullptr) bound(sqlite3_bind_int64(statement_, index, value));
}

void Statement::bind_null(int index) {
  if (statement_ != nullptr) bound(sqlite3_bind_null(statement_, index));
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

std::string Statement::text(int column) const {
  const void* data = sqlite3_column_blob(statement_, column);  // a TEXT's bytes, as they are
  const int size = sqlite3_column_bytes(statement_, column);
  if (data == nullptr) return {};
  return {static_cast<const char*>(data), static_cast<std::size_t>(size)};
}

double Statement::real(int column) const {
  return sqlite3_column_double(statement_, column);
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

Database::Database(std::filesystem::path file, sqlite3* connection)
    : file_(std::move(file)), connection_(connection) {}

Database::~Database() {
  idle_.clear();
  sqlite3_close_v2(connection_);
}

Result<std::unique_ptr<Database>> Database::open(const std::filesystem::path& file) {
  sqlite3* connection = nullptr;
  const int code = sqlite3_open_v2(file.c_str(), &connection,
                                   SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  // Made even when opening failed, so that it closes what SQLite may have made.
  std::unique_ptr<Database> database(new Database(file, connection));
  if (code != SQLITE_OK) return fail(database->last_error(code));
  sqlite3_extended_result_codes(connection, 1);
  sqlite3_busy_timeout(connection, static_cast<int>(kBusyTimeout.count()));
  return database;
}

Error Database::last_error(int code) const {
  const int current_errno = errno;
  if (connection_ == nullptr) return sqlite_error(file_, code, sqlite3_errstr(code), 0);
  // SQLite keeps an errno with these two only, and not always.
  const int primary = code & 0xff;
  const bool system = primary == SQLITE_IOERR || primary == SQLITE_CANTOPEN;
  const int kept = system ? sqlite3_system_errno(connection_) : 0;
  return sqlite_error(file_, code, sqlite3_errmsg(connection_),
                      kept == 0 && system ? current_errno : kept);
}

Statement Database::prepare(const std::string& sql) {
  if (StatementCache::node_type node = idle_.extract(sql)) return {*this, std::move(node)};
  sqlite3_stmt* made = nullptr;
  errno = 0;
  const int code = sqlite3_prepare_v3(connection_, sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &made, nullptr);
  if (code != SQLITE_OK) return {*this, last_error(code)};
  StatementCache one;
  one.emplace(sql, made);
  return {*this, one.extract(one.begin())};
}

Result<void> Database::execute(const std::string& sql) {
  errno = 0;
  const int code = sqlite3_exec(connection_, sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return fail(last_error(code));
  return {};
}

Result<std::int64_t> Database::number(const std::string& sql) {
  Result<std::optional<std::int64_t>> found =
      prepare(sql).first([](Statement& row) -> Result<std::int64_t> {
        std::int64_t value = 0;
        row.read(value);
        return value;
      });
  if (!found) return fail(std::move(found.error()));
  return found->value_or(0);
}

std::int64_t Database::changes() const {
  return sqlite3_changes64(connection_);
}

bool Database::in_transaction() const {
  return sqlite3_get_autocommit(connection_) == 0;
}

Transaction::Transaction(Database& database, Kind kind)
    : database_(database),
      begun_(database.prepare(kind == Kind::kWrite ? "BEGIN IMMEDIATE" : "BEGIN").run()) {}

Transaction::~Transaction() {
  // Some errors (a full disk) have already undone it; and nothing can be done if this fails.
  if (begun_ && database_.in_transaction()) (void)database_.prepare("ROLLBACK").run();
}

Result<void> Transaction::commit() {
  return database_.prepare("COMMIT").run();
}

}  // namespace livesonic::storage
