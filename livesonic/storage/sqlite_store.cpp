// SPDX-License-Identifier: Apache-2.0
#include "livesonic/storage/sqlite_store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace livesonic::storage {
namespace {

namespace fs = std::filesystem;

tl::unexpected<Error> cannot_use(const fs::path& directory, const std::error_code& code) {
  const bool refused = code == std::errc::permission_denied ||
                       code == std::errc::read_only_file_system ||
                       code == std::errc::operation_not_permitted;
  return fail(
      refused ? ErrorKind::kPermission : ErrorKind::kUnavailable,
      fmt::format(
          "cannot make or reach the data directory {} ({}): make it yourself and give it to "
          "the user that runs livesonic, or choose another data_dir",
          directory.string(), code.message()));
}

// For the owner only, and on the disk before anything in it is called durable.
Result<void> make_directory(const fs::path& directory) {
  std::error_code code;
  if (fs::is_directory(directory, code)) return {};
  const fs::path whole = fs::absolute(directory, code);
  if (code) return cannot_use(directory, code);
  const fs::path parent = (whole.has_filename() ? whole : whole.parent_path()).parent_path();
  fs::create_directories(parent, code);
  if (code) return cannot_use(directory, code);
  if (mkdir(whole.c_str(), 0700) != 0 && errno != EEXIST) {
    return cannot_use(directory, {errno, std::generic_category()});
  }
  if (const int opened = open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); opened >= 0) {
    fsync(opened);
    close(opened);
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<Store>> open_sqlite(const fs::path& data_dir) {
  if (Result<void> made = make_directory(data_dir); !made) return fail(std::move(made.error()));
  Result<std::unique_ptr<SqliteConnections>> connections =
      SqliteConnections::open(data_dir / "livesonic.db");
  if (!connections) return fail(std::move(connections.error()));
  return std::make_unique<SqliteStore>(std::move(*connections));
}

}  // namespace livesonic::storage
