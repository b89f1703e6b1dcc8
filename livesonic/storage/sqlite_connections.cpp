// SPDX-License-Identifier: Apache-2.0
#include "livesonic/storage/sqlite_connections.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <string>
#include <system_error>
#include <thread>

#include "livesonic/storage/sqlite_schema.h"

namespace livesonic::storage {
namespace {

constexpr std::size_t kReaders = 3;

// Made by us and not by SQLite, so that nobody but the owner can read it from its first instant.
// SQLite gives its -wal and -shm files the same permissions.
Result<void> make_file(const std::filesystem::path& file) {
  const int made = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (made < 0) {
    const int code = errno;
    const ErrorKind kind = code == EACCES || code == EPERM || code == EROFS
                               ? ErrorKind::kPermission
                               : ErrorKind::kUnavailable;
    return fail(kind, fmt::format("{}: cannot be opened for writing ({}): give the user that runs "
                                  "livesonic the right to write there, or choose another data_dir",
                                  file.string(), std::generic_category().message(code)));
  }
  ::close(made);
  return {};
}

// SQLite doesn't wait for others while it turns WAL on, which happens once in a database's life:
// here we do.
Result<void> turn_wal_on(Database& database) {
  const auto deadline = std::chrono::steady_clock::now() + Database::kBusyTimeout;
  for (;;) {
    Result<void> done = database.execute("PRAGMA journal_mode = WAL");
    const bool worth_another = !done && done.error().kind == ErrorKind::kUnavailable;
    if (!worth_another || std::chrono::steady_clock::now() > deadline) return done;
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }
}

Result<std::unique_ptr<Database>> open_writer(const std::filesystem::path& file) {
  Result<std::unique_ptr<Database>> opened = Database::open(file);
  if (!opened) return opened;
  Database& database = **opened;
  // Before anything is written: only an empty database can be told to give pages back one day.
  Result<void> done = database.execute("PRAGMA auto_vacuum = INCREMENTAL");
  if (done) done = turn_wal_on(database);
  // FULL: a commit is on the disk, not on its way there, when it returns.
  if (done) {
    done = database.execute(
        "PRAGMA synchronous = FULL;"
        "PRAGMA foreign_keys = ON;"
        "PRAGMA temp_store = MEMORY;"
        "PRAGMA cache_size = -32768;"             // KiB
        "PRAGMA journal_size_limit = 67108864");  // bytes that the -wal file may keep
  }
  if (done) done = migrate(database);
  if (!done) return fail(std::move(done.error()));
  return opened;
}

Result<std::unique_ptr<Database>> open_reader(const std::filesystem::path& file) {
  Result<std::unique_ptr<Database>> opened = Database::open(file);
  if (!opened) return opened;
  Result<void> done = (*opened)->execute(
      "PRAGMA query_only = ON;"
      "PRAGMA temp_store = MEMORY;"
      "PRAGMA cache_size = -8192");
  if (!done) return fail(std::move(done.error()));
  return opened;
}

}  // namespace

Result<std::unique_ptr<SqliteConnections>> SqliteConnections::open(
    const std::filesystem::path& file) {
  if (Result<void> made = make_file(file); !made) return fail(std::move(made.error()));
  Result<std::unique_ptr<Database>> writer = open_writer(file);
  if (!writer) return fail(std::move(writer.error()));
  std::vector<std::unique_ptr<Database>> readers;
  while (readers.size() < kReaders) {
    Result<std::unique_ptr<Database>> reader = open_reader(file);
    if (!reader) return fail(std::move(reader.error()));
    readers.push_back(std::move(*reader));
  }
  return std::unique_ptr<SqliteConnections>(
      new SqliteConnections(std::move(*writer), std::move(readers)));
}

SqliteConnections::SqliteConnections(std::unique_ptr<Database> writer,
                                     std::vector<std::unique_ptr<Database>> readers)
    : writer_(std::move(writer)), readers_(std::move(readers)) {}

SqliteConnections::Reader::Reader(SqliteConnections& connections) : connections_(connections) {
  std::unique_lock lock(connections.readers_mutex_);
  connections.reader_returned_.wait(lock, [&] { return !connections.readers_.empty(); });
  database_ = std::move(connections.readers_.back());
  connections.readers_.pop_back();
}

SqliteConnections::Reader::~Reader() {
  {
    const std::lock_guard lock(connections_.readers_mutex_);
    connections_.readers_.push_back(std::move(database_));
  }
  connections_.reader_returned_.notify_one();
}

}  // namespace livesonic::storage
