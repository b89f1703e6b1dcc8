// SPDX-License-Identifier: Apache-2.0
#include "livesonic/cli/people.h"

#include <pwd.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

namespace livesonic::cli {

std::string who_am_i() {
  const char* caller = std::getenv("SUDO_USER");  // NOLINT(concurrency-mt-unsafe): none sets it
  if (caller != nullptr && *caller != '\0') return caller;
  passwd entry{};
  passwd* found = nullptr;
  std::array<char, 4096> buffer{};
  if (getpwuid_r(geteuid(), &entry, buffer.data(), buffer.size(), &found) == 0 &&
      found != nullptr) {
    return found->pw_name;
  }
  return "uid " + std::to_string(geteuid());
}

}  // namespace livesonic::cli
