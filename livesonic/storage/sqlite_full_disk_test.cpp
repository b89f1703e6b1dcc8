// SPDX-License-Identifier: Apache-2.0
// A full disk is said to be one, loses nothing, and is got over when there is room again.
#include <gmock/gmock.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include <csignal>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "livesonic/storage/child_process.h"
#include "livesonic/storage/contract.h"
#include "livesonic/storage/sqlite.h"

namespace livesonic::storage {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kSmall = std::size_t{2} << 20;   // bytes
constexpr std::size_t kRoomy = std::size_t{32} << 20;  // bytes

// Fills the disk, then has room made for it. Returns what went wrong; empty when nothing did.
std::string fill_up_and_go_on(const std::filesystem::path& directory,
                              const std::function<bool()>& make_room) {
  std::unique_ptr<Store> store = open_sqlite(directory).value();
  const auto put = [&](int number) {
    Domain domain;
    domain.zone_id = "Z" + std::to_string(number);
    domain.comment = std::string(50'000, 'x');
    return store->put_domains({domain});
  };
  int stored = 0;
  Result<void> done;
  while ((done = put(stored))) {
    if (++stored > 1000) return "the disk did not get full";
  }
  if (done.error().message.find("the disk is full") == std::string::npos) {
    return "an error that does not help: " + done.error().message;
  }
  if (done.error().kind != ErrorKind::kUnavailable) return "not an error that may pass";
  if (put(stored)) return "stored although the disk is full";
  if (store->domains().value().size() != static_cast<std::size_t>(stored)) {
    return "rows are missing, or one is there that was refused";
  }
  if (!make_room()) return "no room could be made";
  if (done = put(stored++); !done) return "still failing: " + done.error().message;
  if (store->domains().value().size() != static_cast<std::size_t>(stored)) return "rows are lost";
  store.reset();
  const auto database = Database::open(directory / "livesonic.db").value();
  if (database->number("SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'")
          .value() != 0) {
    return "the database is damaged";
  }
  store = open_sqlite(directory).value();
  if (store->domains().value().size() != static_cast<std::size_t>(stored)) {
    return "rows are lost after opening it again";
  }
  return {};
}

TEST(FullDisk, a_limit_on_file_sizes_is_reported_as_one_and_loses_nothing) {
  const TemporaryDirectory directory;
  ChildProcess child([&](const ChildProcess::Tell& tell) {
    std::signal(SIGXFSZ, SIG_IGN);
    const auto limit = [](std::size_t bytes) {
      const rlimit sizes{bytes, RLIM_INFINITY};
      return setrlimit(RLIMIT_FSIZE, &sizes) == 0;
    };
    limit(kSmall);
    tell(fill_up_and_go_on(directory.path(), [&] { return limit(kRoomy); }));
  });
  EXPECT_EQ(child.read_all(), "");
}

// A tmpfs that only this process sees and that ends with it.
bool mount_small_disk(const std::filesystem::path& directory) {
  const auto write_file = [](const char* path, const std::string& text) {
    std::ofstream file(path);
    file << text << std::flush;
    return file.good();
  };
  const std::string user = std::to_string(getuid());
  const std::string group = std::to_string(getgid());
  const bool apart =
      unshare(CLONE_NEWNS) == 0 || (unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0 &&
                                    write_file("/proc/self/uid_map", "0 " + user + " 1") &&
                                    write_file("/proc/self/setgroups", "deny") &&
                                    write_file("/proc/self/gid_map", "0 " + group + " 1"));
  return apart && mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
         mount("none", directory.c_str(), "tmpfs", 0, ("size=" + std::to_string(kSmall)).c_str()) ==
             0;
}

TEST(FullDisk, a_real_one_is_reported_and_loses_nothing) {
  const TemporaryDirectory directory;
  ChildProcess child([&](const ChildProcess::Tell& tell) {
    if (!mount_small_disk(directory.path())) return tell("no mount");
    tell(fill_up_and_go_on(directory.path(), [&] {
      return mount("none", directory.path().c_str(), "tmpfs", MS_REMOUNT,
                   ("size=" + std::to_string(kRoomy)).c_str()) == 0;
    }));
  });
  const std::string told = child.read_all();
  if (told == "no mount") GTEST_SKIP() << "this process may not mount a small disk for itself";
  EXPECT_EQ(told, "");
}

TEST(FullDisk, a_database_cannot_be_made_on_one_and_the_error_says_why) {
  const TemporaryDirectory directory;
  ChildProcess child([&](const ChildProcess::Tell& tell) {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit sizes{1000, RLIM_INFINITY};
    setrlimit(RLIMIT_FSIZE, &sizes);
    const auto opened = open_sqlite(directory.path());
    tell(opened ? "opened" : opened.error().message);
  });
  EXPECT_THAT(child.read_all(), testing::HasSubstr("livesonic.db: the disk is full"));
}

}  // namespace
}  // namespace livesonic::storage
