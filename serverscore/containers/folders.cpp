// SPDX-License-Identifier: Apache-2.0
#include "serverscore/containers/folders.h"

#include <dirent.h>
#include <sys/stat.h>

#include <string_view>

namespace serverscore {
namespace {

// A cgroup holds some hundred files. A folder of more than this is none.
constexpr int kMostEntries = 100'000;

}  // namespace

bool is_folder(const char* path) {
  struct stat status {};
  return ::stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

std::vector<std::string> folders_in(const char* path, std::size_t most) {
  std::vector<std::string> names;
  DIR* const folder = ::opendir(path);
  if (folder == nullptr) return names;
  for (int seen = 0; seen < kMostEntries && names.size() < most; ++seen) {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody else has this stream
    const dirent* const entry = ::readdir(folder);
    if (entry == nullptr) break;
    const std::string_view name = entry->d_name;
    if (entry->d_type == DT_DIR && !name.starts_with('.')) names.emplace_back(name);
  }
  ::closedir(folder);
  return names;
}

}  // namespace serverscore
