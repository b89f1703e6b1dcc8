// SPDX-License-Identifier: Apache-2.0
// Opening: what may lie at the place of the database, and who may open it.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <fstream>
#include <string>
#include <vector>

#include "livesonic/base/file.h"
#include "livesonic/storage/child_process.h"
#include "livesonic/storage/contract.h"
#include "livesonic/storage/sqlite.h"

namespace livesonic::storage {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

class OpeningSqlite : public testing::Test {
 protected:
  [[nodiscard]] fs::path data() const { return directory_.path() / "data"; }
  [[nodiscard]] fs::path file() const { return data() / "livesonic.db"; }

  void write_file(const std::string& content) const {
    fs::create_directories(data());
    std::ofstream(file(), std::ios::binary) << content;
  }

  // A database with some megabytes in it.
  void make_large() const {
    const std::unique_ptr<Store> store = open_sqlite(data()).value();
    std::vector<Domain> domains(200);
    for (std::size_t i = 0; i < domains.size(); ++i) {
      domains[i].zone_id = "Z" + std::to_string(i);
      domains[i].comment = std::string(10'000, 'x');
    }
    ASSERT_TRUE(store->put_domains(domains));
  }

  // The error, which must name the file.
  [[nodiscard]] Error refused() const {
    Result<std::unique_ptr<Store>> opened = open_sqlite(data());
    if (opened) return {ErrorKind::kInternal, "it was opened"};
    EXPECT_NE(opened.error().message.find(data().string()), std::string::npos)
        << opened.error().message;
    return opened.error();
  }

  const TemporaryDirectory directory_;
};

bool says(const Error& error, std::string_view what) {
  return error.message.find(what) != std::string::npos;
}

mode_t mode_of(const fs::path& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 ? status.st_mode & 0777U : 0;
}

TEST_F(OpeningSqlite, makes_directory_and_files_that_only_their_owner_can_read) {
  const mode_t before = umask(0);
  const fs::path deep = directory_.path() / "a" / "b" / "";
  const std::unique_ptr<Store> store = open_sqlite(deep).value();
  umask(before);
  EXPECT_EQ(mode_of(deep), 0700U);
  for (const char* name : {"livesonic.db", "livesonic.db-wal", "livesonic.db-shm"}) {
    EXPECT_EQ(mode_of(deep / name), 0600U) << name;
  }
}

TEST_F(OpeningSqlite, sets_the_database_up_for_durability) {
  ASSERT_TRUE(open_sqlite(data()));
  const auto database = Database::open(file()).value();
  EXPECT_EQ(database->number("PRAGMA auto_vacuum"), 2);
  EXPECT_EQ(database->number("SELECT journal_mode = 'wal' FROM pragma_journal_mode"), 1);
  EXPECT_EQ(database->number("PRAGMA user_version"), 14);
}

TEST_F(OpeningSqlite, refuses_garbage_and_leaves_it_as_it_is) {
  std::string garbage;
  while (garbage.size() < 20'000) garbage += "This is no database. ";
  write_file(garbage);
  const Error error = refused();
  EXPECT_EQ(error.kind, ErrorKind::kInvalidInput);
  EXPECT_TRUE(says(error, "damaged")) << error.message;
  EXPECT_TRUE(says(error, "restore a backup")) << error.message;
  EXPECT_EQ(read_file(file()), garbage);
}

TEST_F(OpeningSqlite, refuses_a_database_that_was_cut_short) {
  make_large();
  for (const std::uintmax_t size :
       {fs::file_size(file()) / 2, std::uintmax_t{8192}, std::uintmax_t{5000}, std::uintmax_t{600},
        std::uintmax_t{100}, std::uintmax_t{50}}) {
    fs::resize_file(file(), size);
    const Error error = refused();
    EXPECT_TRUE(says(error, "damaged")) << size << ": " << error.message;
    EXPECT_EQ(fs::file_size(file()), size);
  }
}

TEST_F(OpeningSqlite, damage_within_is_reported_when_it_is_met) {
  make_large();
  {
    std::fstream raw(file(), std::ios::in | std::ios::out | std::ios::binary);
    raw.seekp(1'000'000);
    raw << std::string(500'000, '\x5a');
  }
  const Result<std::unique_ptr<Store>> store = open_sqlite(data());
  ASSERT_TRUE(store) << store.error().message;
  const auto domains = (*store)->domains();
  ASSERT_FALSE(domains);
  EXPECT_TRUE(says(domains.error(), "damaged")) << domains.error().message;
}

TEST_F(OpeningSqlite, refuses_the_database_of_a_newer_version) {
  ASSERT_TRUE(open_sqlite(data()));
  ASSERT_TRUE(Database::open(file()).value()->execute("PRAGMA user_version = 99"));
  const Error error = refused();
  EXPECT_EQ(error.kind, ErrorKind::kConflict);
  EXPECT_TRUE(says(error, "made by a newer version of livesonic")) << error.message;
  EXPECT_TRUE(says(error, "version 99")) << error.message;
}

TEST_F(OpeningSqlite, what_an_older_version_wrote_is_kept_in_the_words_of_now) {
  // A database of version 1, as far as clusters and instances go.
  ASSERT_TRUE(open_sqlite(data()));
  {
    const auto database = Database::open(file()).value();
    for (const char* column :
         {"account", "region", "target_groups", "parent", "wanted", "access", "mode"}) {
      ASSERT_TRUE(database->execute(std::string("ALTER TABLE clusters DROP COLUMN ") + column));
    }
    for (const char* column : {"standing", "gone_detail"}) {
      ASSERT_TRUE(database->execute(std::string("ALTER TABLE instances DROP COLUMN ") + column));
    }
    for (const char* undone :
         {"ALTER TABLE conditions DROP COLUMN good_since",
          "ALTER TABLE incidents DROP COLUMN handling", "DROP INDEX incidents_of_cause",
          "DROP INDEX instances_vanished", "DROP TABLE silences", "DROP INDEX deliveries_dead",
          "ALTER TABLE deliveries DROP COLUMN refusals",
          "ALTER TABLE deliveries DROP COLUMN dead_at",
          "ALTER TABLE deliveries DROP COLUMN retried_at", "DROP TABLE channels",
          "DROP TABLE proofs"}) {
      ASSERT_TRUE(database->execute(undone));
    }
    for (const char* column :
         {"expect", "forbid", "metric", "warning", "critical", "plugin", "interval"}) {
      ASSERT_TRUE(database->execute(std::string("ALTER TABLE services DROP COLUMN ") + column));
    }
    for (const char* column : {"expect_exact TEXT", "expect_contains TEXT", "expect_regex TEXT",
                               "expect_exit_status INTEGER"}) {
      ASSERT_TRUE(database->execute(std::string("ALTER TABLE services ADD COLUMN ") + column));
    }
    ASSERT_TRUE(database->execute("ALTER TABLE latest_checks DROP COLUMN status"));
    for (const char* column : {"cpu", "io", "memory", "danger"}) {
      ASSERT_TRUE(
          database->execute(std::string("ALTER TABLE latest_scores DROP COLUMN ") + column));
    }
    for (const char* table : {"metric_keys", "metric_months", "latest_probes", "probes", "actions",
                              "action_switch", "rules", "costs", "bills", "releases", "reports"}) {
      ASSERT_TRUE(database->execute(std::string("DROP TABLE ") + table));
    }
    ASSERT_TRUE(database->execute("PRAGMA user_version = 2"));
    ASSERT_TRUE(database->execute(
        "INSERT INTO clusters VALUES (1, 'web', 'elb', 'web-elb', 'file', 1, 2, 3, '', '', NULL)"));
    const std::vector<std::pair<std::string, std::string>> gone{
        {"i-1", "terminated"}, {"i-2", "stopped"}, {"i-3", "deregistered from the balancer"}};
    for (const auto& [id, reason] : gone) {
      ASSERT_TRUE(database->execute("INSERT INTO instances VALUES (1, '" + id +
                                    "', '', '{}', '', '', '', '', '', '', '', '', '', '', '',"
                                    " 'spot', NULL, 1, 2, NULL, 3, '" +
                                    reason + "')"));
    }
    ASSERT_TRUE(database->execute(
        "INSERT INTO services (name, command, clusters, timeout, origin, expect_exact,"
        " expect_exit_status) VALUES ('a', 'true', '[]', 1000, 'file', 'ac\"tive', 3),"
        " ('b', 'true', '[]', 1000, 'file', NULL, NULL)"));
    ASSERT_TRUE(database->execute("INSERT INTO instance_keys VALUES (7, 1, 'i-4')"));
    ASSERT_TRUE(database->execute(
        "INSERT INTO latest_checks VALUES (7, 'a', 1, 2, 'timed_out', NULL, '', '', ''),"
        " (7, 'b', 1, 2, 'ok', 0, '', '', '')"));
    ASSERT_TRUE(database->execute(
        "INSERT INTO instances VALUES (1, 'i-4', '', '{}', '', '', '', '', '', '', '', '', '', '',"
        " '', 'spot', NULL, 1, 2, NULL, NULL, '')"));
    ASSERT_TRUE(database->execute(
        "INSERT INTO incidents (id, cluster, cause, summary, opened_at, closed_at, members,"
        " channels) VALUES ('n', 'web', 'score', 'low', 5, NULL, '[]', '[\"hook\"]')"));
    ASSERT_TRUE(database->execute(
        "INSERT INTO deliveries (sequence, id, channel, incident, kind, payload, created_at,"
        " next_attempt_at, attempts, delivered_at, last_error)"
        " VALUES (9, 'd', 'hook', 'n', 'opening', '{}', 5, 5, 2, NULL, 'HTTP 500')"));
  }
  const std::unique_ptr<Store> store = open_sqlite(data()).value();
  EXPECT_EQ(store->cluster("web").value().account, "");
  const std::vector<Instance> instances = store->instances("web", Which::kAll).value();
  ASSERT_EQ(instances.size(), 4U);
  EXPECT_EQ(instances[0].departure,
            (Departure{DepartureReason::kUnexplained, "terminated", Time{3ms}}));
  EXPECT_EQ(instances[1].departure->reason, DepartureReason::kStopped);
  EXPECT_EQ(instances[2].departure->reason, DepartureReason::kDeregistered);
  EXPECT_TRUE(instances[3].watched());

  const std::vector<Service> services = store->services().value();
  ASSERT_EQ(services.size(), 2U);
  EXPECT_EQ(services[0].expect, (Expectation{.exact = "ac\"tive", .exit_status = 3}));
  EXPECT_FALSE(services[0].is_plugin());
  EXPECT_TRUE(services[1].is_plugin());
  const std::vector<CheckReading> checks = store->latest_checks("web").value();
  ASSERT_EQ(checks.size(), 2U);
  EXPECT_EQ(checks[0].status, CheckStatus::kCritical);
  EXPECT_EQ(checks[1].status, CheckStatus::kOk);
  const std::vector<Delivery> waiting = store->undelivered().value();
  ASSERT_EQ(waiting.size(), 1U);
  EXPECT_EQ(waiting[0].incident, "n");
  EXPECT_EQ(waiting[0].attempts, 2);
}

TEST_F(OpeningSqlite, refuses_the_database_of_another_program) {
  write_file("");
  ASSERT_TRUE(Database::open(file()).value()->execute("CREATE TABLE theirs (x)"));
  const Error error = refused();
  EXPECT_EQ(error.kind, ErrorKind::kConflict);
  EXPECT_TRUE(says(error, "another program")) << error.message;
}

TEST_F(OpeningSqlite, says_so_when_it_may_not_write) {
  ASSERT_TRUE(open_sqlite(data()));
  const auto mode = [](const fs::path& path, unsigned bits) {
    fs::permissions(path, static_cast<fs::perms>(bits));
  };
  mode(directory_.path(), 0711);
  mode(data(), 0555);
  mode(file(), 0444);
  const auto try_as_nobody = [](const fs::path& place) {
    ChildProcess child([&](const ChildProcess::Tell& tell) {
      if (getuid() == 0 && setuid(65534) != 0) return tell("cannot become nobody");
      const auto opened = open_sqlite(place);
      if (opened) return tell("it was opened");
      tell(opened.error().kind == ErrorKind::kPermission ? "" : "not kPermission: ");
      tell(opened.error().message);
    });
    return child.read_all();
  };
  EXPECT_THAT(try_as_nobody(data()),
              testing::StartsWith(file().string() + ": cannot be opened for writing"));
  // No file yet, and none can be made.
  ASSERT_TRUE(fs::remove(file()));
  EXPECT_THAT(try_as_nobody(data()),
              testing::StartsWith(file().string() + ": cannot be opened for writing"));
  EXPECT_THAT(try_as_nobody(data() / "deeper"),
              testing::StartsWith("cannot make or reach the data directory"));
}

TEST_F(OpeningSqlite, says_so_when_a_file_is_in_the_place_of_the_directory) {
  std::ofstream(data()) << "x";
  EXPECT_FALSE(open_sqlite(data()));
  EXPECT_TRUE(says(refused(), "choose another data_dir")) << refused().message;
}

TEST_F(OpeningSqlite, can_be_done_by_many_processes_at_once) {
  std::vector<std::unique_ptr<ChildProcess>> children;
  for (int i = 0; i < 8; ++i) {
    children.push_back(std::make_unique<ChildProcess>([&](const ChildProcess::Tell& tell) {
      const auto store = open_sqlite(data());
      if (!store) return tell(store.error().message);
      for (int j = 0; j < 5; ++j) {
        Cluster cluster;
        cluster.name = "c" + std::to_string(i * 10 + j);
        if (const auto done = (*store)->put_cluster(cluster); !done) tell(done.error().message);
      }
    }));
  }
  for (const auto& child : children) EXPECT_EQ(child->read_all(), "");
  EXPECT_EQ(open_sqlite(data()).value()->clusters().value().size(), 40U);
}

TEST_F(OpeningSqlite, another_process_sees_what_was_written_at_once) {
  const std::unique_ptr<Store> server = open_sqlite(data()).value();
  const std::unique_ptr<Store> cli = open_sqlite(data()).value();
  Cluster cluster;
  cluster.name = "web";
  ASSERT_TRUE(cli->put_cluster(cluster));
  EXPECT_EQ(server->cluster("web"), cluster);
  InstanceReadings reading;
  reading.score = {"web", "i-1", Time{1ms}, 1ms, Outcome::kOk, 50, ""};
  ASSERT_TRUE(server->record({reading}));
  EXPECT_EQ(cli->months().value().size(), 1U);
  ASSERT_TRUE(cli->drop_months_before({2026, 1}));
  ASSERT_TRUE(server->record({reading}));
  EXPECT_EQ(cli->instance_history("web", "i-1", {Time{0ms}, Time{2ms}}).value().size(), 1U);
}

TEST_F(OpeningSqlite, dropped_months_give_their_room_back) {
  std::unique_ptr<Store> store = open_sqlite(data()).value();
  Cluster cluster;
  cluster.name = "web";
  ASSERT_TRUE(store->put_cluster(cluster));
  std::vector<ScorePoint> points(200'000);
  for (std::size_t i = 0; i < points.size(); ++i) {
    points[i] = {start_of({2026, 1}) + static_cast<int>(i) * 10s, 50};
  }
  ASSERT_TRUE(store->import_scores("web", "i-1", points));
  store.reset();
  const std::uintmax_t before = fs::file_size(file());
  store = open_sqlite(data()).value();
  ASSERT_EQ(store->drop_months_before({2026, 3}).value().size(), 1U);
  store.reset();
  EXPECT_GT(before, std::uintmax_t{2'000'000});
  EXPECT_LT(fs::file_size(file()), before / 10);
}

}  // namespace
}  // namespace livesonic::storage
