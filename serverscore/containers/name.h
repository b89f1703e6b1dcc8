// SPDX-License-Identifier: Apache-2.0
// Which cgroups are containers, told from their paths alone, as the runtimes name them. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace serverscore {

enum class Runtime {
  kDocker,      // /docker/ID, docker-ID.scope
  kContainerd,  // cri-containerd-ID.scope, nerdctl-ID.scope
  kCrio,        // crio-ID.scope
  kPodman,      // libpod-ID.scope
  kEcs,         // /ecs/TASK/ID, ecstasks-TASK.slice/docker-ID.scope
  kNspawn,      // machine-NAME.scope, systemd-nspawn@NAME.service
  kLxc,         // /lxc/NAME, /lxc.payload.NAME
  kOther,       // a container by its ID of 64 hexadecimal digits, of a runtime we don't know
};

std::string_view name_of(Runtime runtime);  // "docker", "containerd", "cri-o", "podman", "ecs", ...

struct ContainerName {
  Runtime runtime = Runtime::kOther;
  std::string id;    // whole; for systemd-nspawn and LXC its name. Any bytes
  std::string task;  // the ECS task's id; empty outside ECS
  std::string pod;   // the Kubernetes pod's UID, with dashes; empty outside Kubernetes
  std::string path;  // of the cgroup, below the root of its hierarchy: "/docker/0123..."

  // As the runtimes' own tools show it: the first 12 digits of an ID, and names as they are.
  [[nodiscard]] std::string_view short_id() const;
};

// `path` from the root of the cgroup hierarchy, beginning with '/'. Nothing when the cgroup isn't
// a container: the monitors that runtimes keep beside them (conmon, lxc.monitor) aren't, and
// neither are virtual machines nor what is inside a container.
std::optional<ContainerName> classify(std::string_view path);

// The path of the ECS task or the Kubernetes pod a container is part of, whose limits bind it too;
// empty when it is part of none.
std::string_view group_of(const ContainerName& name);

}  // namespace serverscore
