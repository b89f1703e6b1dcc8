// SPDX-License-Identifier: Apache-2.0
// The open connections to the database: one that writes, a few that read. In WAL mode readers see
// what was last committed while a write is under way, so nobody who only looks waits for a writer.
#pragma once

#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <type_traits>
#include <utility>
#include <vector>

#include "livesonic/base/result.h"
#include "livesonic/storage/sqlite.h"

namespace livesonic::storage {

// Thread-safe.
class SqliteConnections {
 public:
  // Opens `file`, makes it when it isn't there, and brings its schema up to date.
  static Result<std::unique_ptr<SqliteConnections>> open(const std::filesystem::path& file);
  SqliteConnections(const SqliteConnections&) = delete;
  SqliteConnections& operator=(const SqliteConnections&) = delete;

  // One transaction around `work(Database&)`, which returns a Result: durable when that Result
  // comes back without an error, else undone.
  template <typename Work>
  std::invoke_result_t<Work, Database&> write(Work work) {
    const std::lock_guard lock(writer_mutex_);
    return in_transaction(*writer_, Transaction::Kind::kWrite, work);
  }

  // `work(Database&)` sees one state of the database, whatever is written meanwhile.
  template <typename Work>
  std::invoke_result_t<Work, Database&> read(Work work) {
    const Reader reader(*this);
    return in_transaction(reader.database(), Transaction::Kind::kRead, work);
  }

  // `work(Database&)` with the connection that writes, for the few things that SQLite does outside
  // of transactions.
  template <typename Work>
  std::invoke_result_t<Work, Database&> maintain(Work work) {
    const std::lock_guard lock(writer_mutex_);
    return work(*writer_);
  }

 private:
  // Holds one of the readers, waiting for one to become free.
  class Reader {
   public:
    explicit Reader(SqliteConnections& connections);
    ~Reader();
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;
    [[nodiscard]] Database& database() const { return *database_; }

   private:
    SqliteConnections& connections_;
    std::unique_ptr<Database> database_;
  };

  SqliteConnections(std::unique_ptr<Database> writer,
                    std::vector<std::unique_ptr<Database>> readers);

  template <typename Work>
  static std::invoke_result_t<Work, Database&> in_transaction(Database& database,
                                                              Transaction::Kind kind, Work& work) {
    Transaction transaction(database, kind);
    if (!transaction.begun()) return fail(transaction.begun().error());
    auto result = work(database);
    if (!result) return result;
    if (Result<void> done = transaction.commit(); !done) return fail(std::move(done.error()));
    return result;
  }

  std::mutex writer_mutex_;
  const std::unique_ptr<Database> writer_;

  std::mutex readers_mutex_;
  std::condition_variable reader_returned_;
  std::vector<std::unique_ptr<Database>> readers_;  // the free ones
};

}  // namespace livesonic::storage
