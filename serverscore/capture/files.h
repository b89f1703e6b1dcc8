// SPDX-License-Identifier: Apache-2.0
// Reads the small files the kernel makes, many of them one after the other, cheaply.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace serverscore {

// The text of one file; nothing when it isn't there or can't be read.
using Text = std::optional<std::string>;

// Files below one root. Owns a path that all readings share: one thread at a time.
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
};

// A file that is read again and again: stays open in between, as finding it costs more than reading
// it does.
class KeptFile {
 public:
  // Not opened until it is read; tried again each time as long as it can't be.
  explicit KeptFile(std::string path) : path_(std::move(path)) {}
  ~KeptFile();
  KeptFile(const KeptFile&) = delete;
  KeptFile& operator=(const KeptFile&) = delete;

  // Its text now, or the first 4 MiB; nothing when it can't be read.
  void read(Text& text);

 private:
  std::string path_;
  int file_ = -1;
};

}  // namespace serverscore
