// SPDX-License-Identifier: Apache-2.0
// Which mounts are of real filesystems, and how full those are.
// The format of mountinfo: proc(5).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "serverscore/parse/text.h"

namespace serverscore {

struct Mount {
  std::string path;    // where it is mounted, unescaped
  std::string type;    // "ext4"
  std::string device;  // as mountinfo has it: "/dev/nvme0n1p1", "fs-1234.efs.example:/"
  unsigned major = 0;  // of the filesystem, as stat() gives it for its files (not for btrfs)
  unsigned minor = 0;
  bool read_only = false;
  // Whether the filesystem itself is read-only, and not just this mount of it: so it is after an
  // error (errors=remount-ro), and in images that were never meant to be written to.
  bool super_read_only = false;
  // ext4 after an error, since Linux 6.15: it takes no more writes, though it isn't read-only.
  bool emergency = false;
  // On another host or served by a process of this one, or mounted below such a filesystem: asking
  // it anything may hang for ever.
  bool remote = false;
};

// A mount and what statfs says of it. All 0 where it wasn't asked or didn't answer.
struct Filesystem {
  Mount mount;
  double bytes = 0;            // of the whole filesystem
  double bytes_available = 0;  // to those without privileges
  double inodes = 0;           // 0: the filesystem makes them as it needs them (btrfs, vfat)
  double inodes_free = 0;
};

// One mount per filesystem, of those that keep data on a disk or on another host, in the file's
// order; at most 64. Of several mounts of one filesystem the first that shows the whole of it.
//
// Left out are pseudo filesystems, those in memory, images that are always full (squashfs,
// iso9660, ...), mounts that later ones hide, and overlays, as their disk is seen itself; except
// for the overlay that is a container's "/". Then it is the files that container runtimes mount
// from that disk (/etc/hosts, ...) that are left out.
std::vector<Mount> parse_mountinfo(std::string_view text, Notes& notes);

}  // namespace serverscore
