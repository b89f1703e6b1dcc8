// SPDX-License-Identifier: Apache-2.0
#include "livesonic/base/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <system_error>

namespace livesonic {

Result<std::string> read_file(const std::filesystem::path& path, std::size_t limit) {
  const auto reason = [&](int code) {
    const ErrorKind kind = code == ENOENT   ? ErrorKind::kNotFound
                           : code == EACCES ? ErrorKind::kPermission
                                            : ErrorKind::kUnavailable;
    return fail(kind, fmt::format("cannot read {}: {}", path.string(),
                                  std::generic_category().message(code)));
  };
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return reason(errno);
  std::string content;
  std::array<char, 16384> chunk{};
  for (;;) {
    const ssize_t got = read(file, chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) {
      const int code = errno;
      close(file);
      if (got < 0) return reason(code);
      return content;
    }
    content.append(chunk.data(), static_cast<std::size_t>(got));
    if (content.size() > limit) {
      close(file);
      return fail(ErrorKind::kInvalidInput,
                  fmt::format("{} is larger than {} bytes", path.string(), limit));
    }
  }
}

std::filesystem::path expand_home(const std::filesystem::path& path) {
  const std::string& text = path.native();
  if (text != "~" && !text.starts_with("~/")) return path;
  std::string home;
  const char* const set = std::getenv("HOME");  // NOLINT(concurrency-mt-unsafe): nothing sets it
  if (set != nullptr && *set != '\0') {
    home = set;
  } else {
    std::array<char, 4096> buffer{};
    passwd entry{};
    passwd* found = nullptr;
    if (getpwuid_r(getuid(), &entry, buffer.data(), buffer.size(), &found) != 0 || !found)
      return path;
    home = found->pw_dir;
  }
  return text == "~" ? std::filesystem::path(home) : std::filesystem::path(home) / text.substr(2);
}

}  // namespace livesonic
