// SPDX-License-Identifier: Apache-2.0
#include "serverscore/capture/files.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace serverscore {
namespace {

constexpr std::size_t kLargestFile = std::size_t{4} << 20;

int open_to_read(const char* path) {
  // O_NONBLOCK, because a root of someone's making may hold a pipe nobody writes.
  return ::open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
}

// Adds the file, from its beginning, to `text`. Reads until nothing more comes: what the kernel
// makes record by record, like diskstats, it gives in pieces of less than a page.
bool read_whole(int file, std::string& text) {
  std::array<char, 16384> buffer;  // what isn't written to costs no memory
  while (text.size() < kLargestFile) {
    const ssize_t got =
        ::pread(file, buffer.data(), buffer.size(), static_cast<off_t>(text.size()));
    if (got < 0 && errno == EINTR) continue;
    // A kernel started with psi=0 lets the pressure files be opened and fails here.
    if (got < 0) return false;
    if (got == 0) break;
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return true;
}

}  // namespace

const char* Files::below_root(std::string_view path) {
  path_.resize(root_size_);
  path_ += path;
  return path_.c_str();
}

Text Files::read(std::string_view path) {
  const int file = open_to_read(below_root(path));
  if (file < 0) return std::nullopt;
  Text text(std::in_place);
  if (!read_whole(file, *text)) text.reset();
  ::close(file);
  return text;
}

KeptFile::~KeptFile() {
  if (file_ >= 0) ::close(file_);
}

void KeptFile::read(Text& text) {
  if (file_ < 0) file_ = open_to_read(path_.c_str());
  if (file_ < 0) return text.reset();
  if (!text) text.emplace();
  text->clear();
  if (read_whole(file_, *text)) return;
  ::close(file_);
  file_ = -1;
  text.reset();
}

}  // namespace serverscore
