// SPDX-License-Identifier: Apache-2.0
#include "serverscore/capture/filesystems.h"

#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>

#include <utility>

namespace serverscore {
namespace {

// Btrfs gives the files of each subvolume a device of their own, which mountinfo doesn't name.
bool is_the_one(const char* path, const Mount& mount) {
  if (mount.type == "btrfs") return true;
  struct stat status {};
  return ::stat(path, &status) == 0 && major(status.st_dev) == mount.major &&
         minor(status.st_dev) == mount.minor;
}

}  // namespace

std::vector<Filesystem> capture_filesystems(Files& files, std::string_view mountinfo,
                                            Notes& notes) {
  std::vector<Filesystem> found;
  bool remote = false;
  for (Mount& mount : parse_mountinfo(mountinfo, notes)) {
    Filesystem& filesystem = found.emplace_back();
    filesystem.mount = std::move(mount);
    if (filesystem.mount.remote) {
      remote = true;
      continue;
    }
    const char* const path = files.below_root(filesystem.mount.path);
    struct statvfs figures {};
    if (!is_the_one(path, filesystem.mount) || ::statvfs(path, &figures) != 0) continue;
    const auto block = static_cast<double>(figures.f_frsize);
    filesystem.bytes = block * static_cast<double>(figures.f_blocks);
    filesystem.bytes_available = block * static_cast<double>(figures.f_bavail);
    filesystem.inodes = static_cast<double>(figures.f_files);
    filesystem.inodes_free = static_cast<double>(figures.f_ffree);
  }
  if (remote) {
    notes.emplace_back(
        "filesystems on other hosts aren't asked how full they are, as that may hang");
  }
  return found;
}

}  // namespace serverscore
