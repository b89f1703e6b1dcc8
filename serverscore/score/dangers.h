// SPDX-License-Identifier: Apache-2.0
// What isn't slowness yet, but must not be overlooked: what is about to run out, and what is broken
// already. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "serverscore/score/inputs.h"

namespace serverscore {

// The score is at most `cap`.
struct Danger {
  std::string_view name;
  int cap = 100;     // 1..99
  std::string what;  // where, for people: a filesystem's mount, in printable ASCII; or empty
};

// At most one of each name, the worst; in this order:
//
//   memory     available memory and half of the free swap are below a reserve of 8 % of the memory,
//              or of 16 GiB on larger hosts.
//   swap       below 10 % of the swap is free and memory is below twice its reserve. Full swap
//   alone
//              is no danger: what lies there may lie there for ever.
//   disk       below 10 % of a filesystem, or 10 GiB if that is less, is free for those without
//              privileges. So a cap of 50 stands at 5 % and one of 30 at 3 %, where node_exporter's
//              mixin (NodeFilesystemAlmostOutOfSpace) warns and is critical; 10 % is where the
//              kubelet begins to evict (nodefs.available). `what` is the mount.
//   inodes     the same of inodes, or half a million if that is less.
//   files      file handles, the whole host's: below 20 % are left. Half of that, 10 %, is critical
//              to node_exporter's mixin (NodeFileDescriptorLimit).
//   tasks      processes and threads: the same.
//   conntrack  connections that netfilter tracks: the same. When none is left, packets that would
//              begin a new one are dropped.
//   oom        the kernel killed somebody for want of memory in the last ten minutes: 30 for one,
//              towards 20 for many. A service may be gone or back with nothing in its caches,
//              though all else looks well. Where a group hit a memory limit of its own while the
//              host had memory, only that group suffers: 60, fading to 100 within three minutes.
//   read_only  a filesystem that was mounted to be written to takes no writes any more, as the
//              kernel found it damaged: 10. `what` is the mount.
//   steal      the hypervisor gives above 20 % of the CPU time wanted here to others, over at least
//              5 seconds: falling to 1 at 60 %. It means that CPU credits are used up or that the
//              machine below is overcrowded, which another instance would cure.
//
// Where something runs out the cap is 100 x left / reserve: continuous, half of the reserve is 50,
// and nothing left is 1.
//
// Filesystems that aren't written to in operation are no danger however full: those mounted
// read-only, /boot and what lies below it, /efi, and any below 32 MiB (firmware, configuration).
std::vector<Danger> find_dangers(const Inputs& inputs);

// Available memory as a share of the reserve, of which swap is no part. 1 and more: enough. Pure.
double memory_left(const Memory& memory);

}  // namespace serverscore
