// SPDX-License-Identifier: Apache-2.0
// Counts what the threads of a cgroup do right now, as no file of a cgroup says it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "serverscore/capture/files.h"
#include "serverscore/containers/find.h"

namespace serverscore {

// The state in the text of /proc/ID/stat: 'R', 'S', 'D', ...; a blank when there is none. Pure.
char state_of_thread(std::string_view stat);

// The thread ids in the text of cgroup.threads or tasks. Pure. 0, which stands for threads that
// can't be seen from here, is left out; at most 100,000.
void add_thread_ids(std::string_view text, std::vector<long>& ids);

// Divides a look's effort among the containers.
class ThreadCounter {
 public:
  ThreadCounter(Files& files, std::size_t containers);

  // Of the cgroup and those inside it, at most 256. Nothing where threads aren't listed, or none of
  // those listed can be looked at.
  std::optional<Threads> count(const std::string& folder);

 private:
  void list(const std::string& folder);

  Files& files_;
  std::size_t most_;  // threads to look at in a container
  std::vector<long> ids_;
  bool listed_ = false;
};

}  // namespace serverscore
