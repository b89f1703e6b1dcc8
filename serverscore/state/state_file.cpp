// SPDX-License-Identifier: Apache-2.0
#include "serverscore/state/state_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <ctime>

namespace serverscore {
namespace {

constexpr std::size_t kLargest = std::size_t{64} << 10;
// A run lasts a fraction of a second: a temporary file as old as this was left by one that died.
constexpr std::time_t kStale_s = 60;

bool is_our_folder(const char* path) {
  struct stat status {};
  return ::stat(path, &status) == 0 && S_ISDIR(status.st_mode) && status.st_uid == ::geteuid();
}

bool is_stale(const std::string& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) return false;
  const std::time_t age = std::time(nullptr) - status.st_mtime;
  return age > kStale_s || age < -kStale_s;
}

bool write_all(int file, const std::string& text) {
  std::size_t written = 0;
  while (written < text.size()) {
    const ssize_t more = ::write(file, text.data() + written, text.size() - written);
    if (more < 0 && errno == EINTR) continue;
    if (more <= 0) return false;
    written += static_cast<std::size_t>(more);
  }
  return true;
}

}  // namespace

std::string default_state_path() {
  constexpr const char* kName = "/serverscore.state";
  // Nothing here changes the environment.
  const char* const runtime = std::getenv("XDG_RUNTIME_DIR");  // NOLINT(concurrency-mt-unsafe)
  if (runtime != nullptr && *runtime == '/' && is_our_folder(runtime)) {
    return std::string(runtime) + kName;
  }
  std::array<char, 40> folder{};
  std::snprintf(folder.data(), folder.size(), "/run/user/%lu",
                static_cast<unsigned long>(::geteuid()));
  if (is_our_folder(folder.data())) return std::string(folder.data()) + kName;
  if (::geteuid() == 0 && is_our_folder("/run")) return std::string("/run") + kName;
  return {};
}

Past load_past(const std::string& path) {
  if (path.empty()) return {};
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (file < 0) return {};
  std::string text;
  struct stat status {};
  if (::fstat(file, &status) == 0 && S_ISREG(status.st_mode) && status.st_uid == ::geteuid() &&
      status.st_size > 0 && static_cast<std::size_t>(status.st_size) <= kLargest) {
    text.resize(static_cast<std::size_t>(status.st_size));
    // Read short, it lacks its end and is no past.
    const ssize_t got = ::read(file, text.data(), text.size());
    text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  }
  ::close(file);
  return parse_past(text);
}

void store_past(const std::string& path, const Past& past) {
  if (path.empty() || past.boot.empty()) return;
  const std::string text = format_past(past);
  if (text.empty()) return;
  // One name for all runs, so that what they leave behind when they die can't pile up.
  const std::string fresh = path + ".new";
  constexpr int kFlags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW;
  int file = ::open(fresh.c_str(), kFlags, 0600);
  if (file < 0 && errno == EEXIST && is_stale(fresh)) {
    ::unlink(fresh.c_str());
    file = ::open(fresh.c_str(), kFlags, 0600);
  }
  if (file < 0) return;
  const bool written = write_all(file, text);
  const bool closed = ::close(file) == 0;
  if (!written || !closed || ::rename(fresh.c_str(), path.c_str()) != 0) ::unlink(fresh.c_str());
}

}  // namespace serverscore
