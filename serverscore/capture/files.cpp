// SPDX-License-Identifier: Apache-2.0
#include "serverscore/capture/files.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace serverscore {
namespace {

constexpr std::size_t kLargestFile = std::size_t{4} << 20;

}  // namespace

const char* Files::below_root(std::string_view path) {
  path_.resize(root_size_);
  path_ += path;
  return path_.c_str();
}

Text Files::read(std::string_view path) {
  // O_NONBLOCK, because a root of someone's making may hold a pipe nobody writes.
  const int file = ::open(below_root(path), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (file < 0) return std::nullopt;
  std::string text;
  bool failed = false;
  while (text.size() < kLargestFile) {
    const ssize_t got = ::read(file, buffer_.data(), buffer_.size());
    if (got < 0 && errno == EINTR) continue;
    // A kernel started with psi=0 lets the pressure files be opened and fails here.
    failed = got < 0;
    if (got <= 0) break;
    text.append(buffer_.data(), static_cast<std::size_t>(got));
  }
  ::close(file);
  if (failed) return std::nullopt;
  return text;
}

}  // namespace serverscore
