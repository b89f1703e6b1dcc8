// SPDX-License-Identifier: Apache-2.0
// Reads the small files the kernel makes, many of them one after the other, cheaply.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace serverscore {

// The text of one file; nothing when it isn't there or can't be read.
using Text = std::optional<std::string>;

// Files below one root. Owns a path and a buffer that all readings share: one thread at a time.
class Files {
 public:
  // `root` is put in front of "/proc/..."; empty for the host itself.
  explicit Files(std::string_view root) : path_(root), root_size_(root.size()) {}

  // The whole file, or its first 4 MiB. `path` begins with '/', like "/proc/stat". Never waits: a
  // pipe that nobody writes counts as unreadable.
  Text read(std::string_view path);

  // `path` below the root, with a NUL at its end; good until the next call of anything here.
  const char* below_root(std::string_view path);

 private:
  std::string path_;
  std::size_t root_size_;
  std::array<char, 16384> buffer_;  // what isn't written to costs no memory
};

}  // namespace serverscore
