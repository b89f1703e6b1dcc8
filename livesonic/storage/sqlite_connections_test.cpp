// SPDX-License-Identifier: Apache-2.0
#include "livesonic/storage/sqlite_connections.h"

#include "livesonic/storage/contract.h"

namespace livesonic::storage {
namespace {

TEST(SqliteConnections, reading_does_not_wait_for_a_write_that_is_under_way) {
  const TemporaryDirectory directory;
  const auto connections = SqliteConnections::open(directory.path() / "livesonic.db").value();
  const Result<void> written = connections->write([&](Database& database) -> Result<void> {
    Result<void> done =
        database.prepare("INSERT INTO host_keys VALUES ('i-1', 'SHA256:x', 0)").run();
    EXPECT_TRUE(done);
    const Result<std::int64_t> seen = connections->read(
        [](Database& reader) { return reader.number("SELECT count(*) FROM host_keys"); });
    EXPECT_EQ(seen, 0);
    return done;
  });
  EXPECT_TRUE(written);
}

TEST(SqliteConnections, what_fails_half_way_is_undone) {
  const TemporaryDirectory directory;
  const auto connections = SqliteConnections::open(directory.path() / "livesonic.db").value();
  const Result<void> written = connections->write([&](Database& database) -> Result<void> {
    EXPECT_TRUE(database.prepare("INSERT INTO host_keys VALUES ('i-1', 'SHA256:x', 0)").run());
    return fail(ErrorKind::kInternal, "changed my mind");
  });
  EXPECT_FALSE(written);
  const auto count = [](Database& database) {
    return database.number("SELECT count(*) FROM host_keys");
  };
  EXPECT_EQ(connections->read(count), 0);
}

TEST(SqliteConnections, readers_cannot_write) {
  const TemporaryDirectory directory;
  const auto connections = SqliteConnections::open(directory.path() / "livesonic.db").value();
  const Result<void> written = connections->read([](Database& database) -> Result<void> {
    return database.prepare("DELETE FROM host_keys").run();
  });
  EXPECT_FALSE(written);
}

}  // namespace
}  // namespace livesonic::storage
