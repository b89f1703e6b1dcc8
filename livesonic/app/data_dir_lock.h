// SPDX-License-Identifier: Apache-2.0
// One process at a time polls and judges over a data directory; the lock file also tells the
// command line where the server listens. The kernel lets go of it when the process ends, however it
// ends.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"

namespace livesonic::app {

// Not thread-safe.
class DataDirLock {
 public:
  static constexpr const char* kNowhere = "-";

  // Makes the directory (only for its owner) when it isn't there. Waits for at most `patience`;
  // kConflict when another process holds it all that time.
  static Result<DataDirLock> acquire(const std::filesystem::path& data_dir, Duration patience);
  // Waits for as long as another process holds it. `pause` is called in between, and says whether
  // to go on; nullopt when it doesn't.
  static Result<std::optional<DataDirLock>> stand_by(const std::filesystem::path& data_dir,
                                                     const std::function<bool()>& pause);

  DataDirLock(DataDirLock&& other) noexcept;
  DataDirLock& operator=(DataDirLock&&) = delete;
  ~DataDirLock();

  // Tells others where this process listens ("127.0.0.1:8460"), or kNowhere.
  Result<void> announce(const std::string& address);

 private:
  explicit DataDirLock(int file) : file_(file) {}
  static Result<DataDirLock> open(const std::filesystem::path& data_dir);
  // False: another process holds it.
  Result<bool> try_to_hold();
  int file_;
};

// Where the server of this data directory listens; nullopt when none runs.
std::optional<std::string> announced_server(const std::filesystem::path& data_dir);

}  // namespace livesonic::app
