// SPDX-License-Identifier: Apache-2.0
#include "livesonic/app/data_dir_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <system_error>
#include <thread>
#include <utility>

namespace livesonic::app {
namespace {

constexpr const char* kFileName = "livesonic.lock";
constexpr std::chrono::milliseconds kRetry{50};
// Between taking the lock and listening a server has no address to tell yet.
constexpr std::chrono::seconds kStarting{5};

std::string reason(int code) {
  return std::generic_category().message(code);
}

}  // namespace

Result<DataDirLock> DataDirLock::open(const std::filesystem::path& data_dir) {
  std::error_code made;
  if (std::filesystem::create_directories(data_dir, made)) {
    std::filesystem::permissions(data_dir, std::filesystem::perms::owner_all, made);
  }
  const std::filesystem::path path = data_dir / kFileName;
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file >= 0) return DataDirLock(file);
  return fail(ErrorKind::kPermission,
              fmt::format("cannot open {}: {}; data_dir must be writable by this user",
                          path.string(), reason(errno)));
}

Result<bool> DataDirLock::try_to_hold() {
  if (flock(file_, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK || errno == EINTR) return false;
    return fail(ErrorKind::kUnavailable,
                fmt::format("cannot lock {}: {}", kFileName, reason(errno)));
  }
  if (ftruncate(file_, 0) == 0) return true;
  return fail(ErrorKind::kUnavailable,
              fmt::format("cannot write {}: {}", kFileName, reason(errno)));
}

Result<DataDirLock> DataDirLock::acquire(const std::filesystem::path& data_dir, Duration patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  auto lock = stand_by(data_dir, [&] {
    if (std::chrono::steady_clock::now() >= deadline) return false;
    std::this_thread::sleep_for(kRetry);
    return true;
  });
  if (!lock) return fail(lock.error());
  if (*lock) return std::move(**lock);
  return fail(ErrorKind::kConflict,
              fmt::format("another livesonic is at work in {}", data_dir.string()));
}

Result<std::optional<DataDirLock>> DataDirLock::stand_by(const std::filesystem::path& data_dir,
                                                         const std::function<bool()>& pause) {
  auto lock = open(data_dir);
  if (!lock) return fail(lock.error());
  for (;;) {
    const auto held = lock->try_to_hold();
    if (!held) return fail(held.error().context(data_dir.string()));
    if (*held) return std::optional(std::move(*lock));
    if (!pause()) return std::optional<DataDirLock>();
  }
}

DataDirLock::DataDirLock(DataDirLock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}

DataDirLock::~DataDirLock() {
  if (file_ >= 0) close(file_);
}

Result<void> DataDirLock::announce(const std::string& address) {
  if (ftruncate(file_, 0) == 0 &&
      pwrite(file_, address.data(), address.size(), 0) == static_cast<ssize_t>(address.size())) {
    return {};
  }
  return fail(ErrorKind::kUnavailable,
              fmt::format("cannot write {}: {}", kFileName, reason(errno)));
}

std::optional<std::string> announced_server(const std::filesystem::path& data_dir) {
  const int file = ::open((data_dir / kFileName).c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return std::nullopt;
  const auto deadline = std::chrono::steady_clock::now() + kStarting;
  std::optional<std::string> address;
  while (flock(file, LOCK_SH | LOCK_NB) != 0) {
    std::array<char, 256> content{};
    const ssize_t size = pread(file, content.data(), content.size(), 0);
    if (size > 0) address = std::string(content.data(), static_cast<std::size_t>(size));
    if (address || std::chrono::steady_clock::now() >= deadline) break;
    std::this_thread::sleep_for(kRetry);
  }
  close(file);
  return address == DataDirLock::kNowhere ? std::nullopt : address;
}

}  // namespace livesonic::app
