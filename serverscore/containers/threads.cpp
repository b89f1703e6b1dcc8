// SPDX-License-Identifier: Apache-2.0
#include "serverscore/containers/threads.h"

#include <unistd.h>

#include <algorithm>
#include <array>

#include "serverscore/containers/folders.h"
#include "serverscore/parse/text.h"

namespace serverscore {
namespace {

constexpr std::size_t kMostIds = 100'000;
constexpr std::size_t kMostInside = 256;
constexpr std::size_t kMostLookedAt = 4096;
constexpr std::size_t kMostInContainer = 256;
constexpr std::size_t kLeastInContainer = 16;
constexpr double kLargestId = 4'194'304;  // PID_MAX_LIMIT of the kernel

// Our own number, as the processes below the root are numbered: in a container that looks at its
// host's /proc, getpid() is another one. 0 when it can't be said.
long own_id(Files& files) {
  std::array<char, 24> digits{};
  const ssize_t size = ::readlink(files.below_root("/proc/self"), digits.data(), digits.size());
  if (size <= 0) return 0;
  const auto id = to_count({digits.data(), static_cast<std::size_t>(size)}, kLargestId);
  return static_cast<long>(id.value_or(0));
}

}  // namespace

char state_of_thread(std::string_view stat) {
  // "1234 (name) S ...": the name may hold anything, and nothing after it holds a ')'.
  const std::size_t end = stat.rfind(')');
  if (end == std::string_view::npos || stat.size() < end + 3) return ' ';
  return stat[end + 2];
}

void add_thread_ids(std::string_view text, std::vector<long>& ids) {
  while (!text.empty() && ids.size() < kMostIds) {
    const auto id = to_count(take_line(text), kLargestId);
    if (id && *id > 0) ids.push_back(static_cast<long>(*id));
  }
}

ThreadCounter::ThreadCounter(Files& files, std::size_t containers)
    : files_(files),
      most_(std::clamp(kMostLookedAt / std::max<std::size_t>(containers, 1), kLeastInContainer,
                       kMostInContainer)) {}

void ThreadCounter::list(const std::string& folder) {
  Text text = files_.read(folder + "/cgroup.threads");
  if (!text) text = files_.read(folder + "/tasks");
  if (!text) return;
  listed_ = true;
  add_thread_ids(*text, ids_);
}

std::optional<Threads> ThreadCounter::count(const std::string& folder) {
  ids_.clear();
  listed_ = false;
  std::vector<std::string> folders{folder};
  for (std::size_t at = 0; at < folders.size(); ++at) {
    const std::string here = folders[at];
    list(here);
    const std::size_t more = kMostInside - std::min(kMostInside, folders.size());
    if (more == 0) continue;
    for (const std::string& name : folders_in(files_.below_root(here), more)) {
      folders.push_back(here + "/" + name);
    }
  }
  if (!listed_) return std::nullopt;

  const long self = own_id(files_);
  const std::size_t step = ids_.size() / most_ + 1;
  double seen = 0;
  Threads threads;
  for (std::size_t i = 0; i < ids_.size(); i += step) {
    const std::string id = std::to_string(ids_[i]);
    if (ids_[i] == self) continue;
    // Not /proc/ID/stat, for which the kernel visits all threads of the process.
    const Text stat = files_.read("/proc/" + id + "/task/" + id + "/stat");
    if (!stat) continue;
    const char state = state_of_thread(*stat);
    seen += 1;
    threads.running += state == 'R' ? 1 : 0;
    threads.blocked += state == 'D' ? 1 : 0;
  }
  if (seen == 0 && !ids_.empty() && !(ids_.size() == 1 && ids_.front() == self)) {
    return std::nullopt;
  }
  threads.running *= static_cast<double>(step);
  threads.blocked *= static_cast<double>(step);
  return threads;
}

}  // namespace serverscore
