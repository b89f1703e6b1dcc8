// SPDX-License-Identifier: Apache-2.0
// The parsers of single files: the first byte chooses one.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "serverscore/parse/cgroup.h"
#include "serverscore/parse/filesystems.h"
#include "serverscore/parse/limits.h"
#include "serverscore/parse/pressure.h"
#include "serverscore/parse/proc.h"

namespace {

using namespace serverscore;

void require(bool holds) {
  if (!holds) std::abort();
}

void parse_one(std::uint8_t which, std::string_view text, Notes& notes) {
  constexpr std::string_view kFile = "file";
  switch (which % 9) {
    case 0:
      for (const Mount& mount : parse_mountinfo(text, notes)) {
        require(mount.path.starts_with('/') && mount.path.find('\0') == std::string::npos);
      }
      break;
    case 1:
      if (const auto files = parse_file_nr(text, notes)) require(files->most > 0);
      break;
    case 2:
      parse_diskstats(text, notes);
      parse_oom_kills(text);
      parse_reclaim_stalls(text);
      break;
    case 3:
      if (const auto cpus = parse_cpu_max(text, kFile, notes)) require(*cpus > 0);
      require(parse_cpu_list(text) >= 0);
      break;
    case 4: {
      const auto limit = parse_limit(text, kFile, notes);
      require(!limit || *limit >= 0);
      break;
    }
    case 5: {
      const std::string_view current = take_line(text);
      const auto memory = parse_cgroup_memory(1e9, current, text, kFile, notes);
      require(!memory || (memory->available >= 0 && memory->available <= memory->total));
      const auto pids = parse_pids(current, text, kFile, notes);
      require(!pids || pids->most > 0);
      break;
    }
    case 6:
      parse_throttled_us(text);
      parse_cgroup_oom_kills(text);
      break;
    case 7:
      if (const auto pressure = parse_pressure(text, kFile, notes)) {
        require(pressure->recent.full >= 0 && pressure->recent.full <= pressure->recent.some &&
                pressure->recent.some <= 1);
      }
      break;
    default:
      parse_stat(text, notes);
      parse_loadavg(text, notes);
      parse_meminfo(text, notes);
      break;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  Notes notes;
  parse_one(data[0], {reinterpret_cast<const char*>(data) + 1, size - 1}, notes);
  require(notes.size() <= 8);
  return 0;
}
