// SPDX-License-Identifier: Apache-2.0
// Asks the real filesystems how full they are. Never hangs: those on other hosts, and those that a
// process of this one serves, aren't asked.
#pragma once

#include <string_view>
#include <vector>

#include "serverscore/capture/files.h"
#include "serverscore/parse/filesystems.h"

namespace serverscore {

// The mounts of `mountinfo`, each reached through the root of `files`. Figures are left at 0 where
// nothing answers, or what answers is another filesystem: below a root that holds no more than a
// host's /proc there are the paths of that host, but not its disks.
std::vector<Filesystem> capture_filesystems(Files& files, std::string_view mountinfo, Notes& notes);

}  // namespace serverscore
