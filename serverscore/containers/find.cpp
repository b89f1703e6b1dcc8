// SPDX-License-Identifier: Apache-2.0
#include "serverscore/containers/find.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <string_view>

#include "serverscore/containers/folders.h"
#include "serverscore/containers/threads.h"

namespace serverscore {
namespace {

constexpr std::size_t kMostCgroups = 4096;
constexpr std::size_t kMostContainers = 1024;
constexpr int kDeepest = 8;

// Where the hierarchies are mounted; empty where one isn't.
struct Layout {
  std::string unified;  // version 2
  std::string cpu;      // version 1
  std::string cpuacct;
  std::string memory;
  std::string pids;
  std::string cpuset;
};

bool exists(Files& files, const std::string& folder) {
  return is_folder(files.below_root(folder));
}

Layout find_layout(Files& files) {
  const std::string top = "/sys/fs/cgroup";
  const auto first = [&](std::initializer_list<const char*> names) {
    for (const char* name : names) {
      if (exists(files, top + name)) return top + name;
    }
    return std::string();
  };
  const Layout parts = {.unified = first({"/unified"}),
                        .cpu = first({"/cpu", "/cpu,cpuacct"}),
                        .cpuacct = first({"/cpuacct", "/cpu,cpuacct"}),
                        .memory = first({"/memory"}),
                        .pids = first({"/pids"}),
                        .cpuset = first({"/cpuset"})};
  // Version 1 has a folder for each controller. Version 2 begins right here; it has had this file
  // since Linux 4.5.
  const bool folders =
      !parts.unified.empty() || !parts.cpu.empty() || !parts.memory.empty() || !parts.pids.empty();
  if (folders && !files.read(top + "/cgroup.controllers")) return parts;
  return {.unified = top, .cpu = {}, .cpuacct = {}, .memory = {}, .pids = {}, .cpuset = {}};
}

// The paths of the containers of one hierarchy. What is inside a container is part of it.
void find_paths(Files& files, const std::string& hierarchy, std::vector<ContainerName>& found) {
  std::vector<std::string> folders{""};
  for (std::size_t at = 0; at < folders.size() && at < kMostCgroups; ++at) {
    const std::string folder = folders[at];
    if (std::count(folder.begin(), folder.end(), '/') >= kDeepest) continue;
    for (const std::string& name : folders_in(files.below_root(hierarchy + folder), kMostCgroups)) {
      const std::string path = folder + "/" + name;
      if (auto container = classify(path)) {
        found.push_back(std::move(*container));
      } else if (folders.size() < kMostCgroups) {
        folders.push_back(path);
      }
    }
  }
}

std::vector<ContainerName> find_names(Files& files, const Layout& layout) {
  std::vector<ContainerName> names;
  for (const std::string* hierarchy :
       {&layout.unified, &layout.cpu, &layout.memory, &layout.pids}) {
    if (!hierarchy->empty()) find_paths(files, *hierarchy, names);
  }
  std::sort(names.begin(), names.end(),
            [](const ContainerName& a, const ContainerName& b) { return a.path < b.path; });
  const auto same = [](const ContainerName& a, const ContainerName& b) { return a.path == b.path; };
  names.erase(std::unique(names.begin(), names.end(), same), names.end());
  if (names.size() > kMostContainers) names.resize(kMostContainers);
  return names;
}

// Reads `name` in a cgroup of a hierarchy, unless that isn't mounted or `text` is there already.
void read_into(Files& files, Text& text, const std::string& hierarchy, std::string_view path,
               std::string_view name) {
  if (text || hierarchy.empty()) return;
  text = files.read(std::string(hierarchy).append(path).append("/").append(name));
}

void read_limits(Files& files, const Layout& layout, std::string_view path, CgroupFiles& found) {
  const std::string& v2 = layout.unified;
  read_into(files, found.cpu_max, v2, path, "cpu.max");
  read_into(files, found.cpuset, v2, path, "cpuset.cpus.effective");
  read_into(files, found.memory_max, v2, path, "memory.max");
  read_into(files, found.memory_current, v2, path, "memory.current");
  read_into(files, found.memory_stat, v2, path, "memory.stat");
  read_into(files, found.memory_events, v2, path, "memory.events");
  read_into(files, found.swap_max, v2, path, "memory.swap.max");
  read_into(files, found.swap_current, v2, path, "memory.swap.current");
  read_into(files, found.pids_max, v2, path, "pids.max");
  read_into(files, found.pids_current, v2, path, "pids.current");
  if (!found.cpu_max) {
    Text period;
    read_into(files, found.cpu_max, layout.cpu, path, "cpu.cfs_quota_us");
    read_into(files, period, layout.cpu, path, "cpu.cfs_period_us");
    if (found.cpu_max && period) {
      found.cpu_max->resize(found.cpu_max->find_last_not_of('\n') + 1);
      found.cpu_max->append(" ").append(*period);
    }
  }
  read_into(files, found.cpuset, layout.cpuset, path, "cpuset.effective_cpus");
  read_into(files, found.memory_max, layout.memory, path, "memory.limit_in_bytes");
  read_into(files, found.memory_current, layout.memory, path, "memory.usage_in_bytes");
  read_into(files, found.memory_stat, layout.memory, path, "memory.stat");
  read_into(files, found.memory_events, layout.memory, path, "memory.oom_control");
  read_into(files, found.pids_max, layout.pids, path, "pids.max");
  read_into(files, found.pids_current, layout.pids, path, "pids.current");
}

void read_pressures(Files& files, const Layout& layout, std::string_view path, CgroupFiles& found) {
  read_into(files, found.cpu_pressure, layout.unified, path, "cpu.pressure");
  read_into(files, found.io_pressure, layout.unified, path, "io.pressure");
  read_into(files, found.memory_pressure, layout.unified, path, "memory.pressure");
}

// Version 2 says all in one file; with both versions mounted each says a part.
Text read_cpu_stat(Files& files, const Layout& layout, std::string_view path) {
  Text all;
  Text part;
  read_into(files, all, layout.unified, path, "cpu.stat");
  read_into(files, part, layout.cpu, path, "cpu.stat");
  if (part) all = all.value_or("") + *part;
  Text used;
  read_into(files, used, layout.cpuacct, path, "cpuacct.usage");
  if (used) all = all.value_or("") + "usage_ns " + *used;
  return all;
}

double seconds_now() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double>(now).count();
}

void look(Files& files, const Layout& layout, std::vector<Container>& containers) {
  // The hierarchy in which a container's threads are listed.
  const std::string& threads = layout.unified.empty() ? layout.cpu : layout.unified;
  ThreadCounter counter(files, containers.size());
  for (Container& container : containers) {
    ContainerLook seen;
    seen.at_s = seconds_now();
    seen.cpu_stat = read_cpu_stat(files, layout, container.name.path);
    if (!threads.empty()) seen.threads = counter.count(threads + container.name.path);
    // With both versions mounted a runtime may keep its containers out of version 2.
    if (!seen.threads && !layout.cpu.empty()) {
      seen.threads = counter.count(layout.cpu + container.name.path);
    }
    container.looks.push_back(std::move(seen));
  }
}

}  // namespace

std::vector<Container> find_containers(const std::string& root) {
  Files files(root);
  const Layout layout = find_layout(files);
  std::vector<Container> containers;
  for (ContainerName& name : find_names(files, layout)) {
    Container& container = containers.emplace_back();
    container.name = std::move(name);
    read_limits(files, layout, container.name.path, container.files);
    read_pressures(files, layout, container.name.path, container.files);
    const std::string_view group = group_of(container.name);
    if (!group.empty()) read_limits(files, layout, group, container.group);
  }
  look(files, layout, containers);
  return containers;
}

void look_again(const std::string& root, std::vector<Container>& containers) {
  Files files(root);
  look(files, find_layout(files), containers);
}

}  // namespace serverscore
