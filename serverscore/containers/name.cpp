// SPDX-License-Identifier: Apache-2.0
#include "serverscore/containers/name.h"

#include <algorithm>
#include <array>

#include "serverscore/parse/text.h"

namespace serverscore {
namespace {

constexpr std::size_t kShortId = 12;
constexpr std::size_t kLongestName = 255;  // NAME_MAX

bool is_hex(std::string_view text, std::size_t size) {
  return text.size() == size && std::all_of(text.begin(), text.end(), [](char c) {
           return is_digit(c) || (c >= 'a' && c <= 'f');
         });
}

bool is_id(std::string_view text) {
  return is_hex(text, 64);
}

bool drop_suffix(std::string_view& text, std::string_view suffix) {
  if (!text.ends_with(suffix)) return false;
  text.remove_suffix(suffix.size());
  return true;
}

// 32 hexadecimal digits, or of older ECS agents a UUID.
bool is_task(std::string_view text) {
  if (is_hex(text, 32)) return true;
  return text.size() == 36 && std::count(text.begin(), text.end(), '-') == 4 &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || c == '-'; });
}

// "0123...-1234567890": of tasks on Fargate, whose containers have no other ID.
bool is_fargate_id(std::string_view text, std::string_view task) {
  return take_prefix(text, task) && take_prefix(text, "-") && !text.empty() && text.size() <= 10 &&
         std::all_of(text.begin(), text.end(), is_digit);
}

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// systemd writes what a unit's name can't hold as \xHH.
std::string unescape_unit(std::string_view text) {
  std::string name;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i).starts_with("\\x") && i + 3 < text.size()) {
      const int high = hex_value(text[i + 2]);
      const int low = hex_value(text[i + 3]);
      if (high >= 0 && low >= 0) {
        name += static_cast<char>(16 * high + low);
        i += 3;
        continue;
      }
    }
    name += text[i];
  }
  return name;
}

// The last three parts of a path; the others tell nothing.
struct Parts {
  std::string_view last;
  std::string_view parent;
  std::string_view grandparent;
};

std::string_view take_last(std::string_view& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return {};
  const std::string_view part = path.substr(slash + 1);
  path.remove_suffix(path.size() - slash);
  return part;
}

// "pod<UID>", or "kubepods-burstable-pod<UID>.slice" with '_' for '-'; empty when it is no pod's.
std::string pod_uid(std::string_view part) {
  const bool slice = drop_suffix(part, ".slice");
  const std::size_t at = slice ? part.rfind("-pod") : 0;
  if (at == std::string_view::npos || (slice && !part.starts_with("kube"))) return {};
  part.remove_prefix(slice ? at + 1 : at);
  // Static pods have the hash of their manifest for one.
  if (!take_prefix(part, "pod") || (part.size() != 36 && part.size() != 32)) return {};
  std::string uid(part);
  std::replace(uid.begin(), uid.end(), '_', '-');
  const bool fine = std::all_of(uid.begin(), uid.end(), [](char c) {
    return is_digit(c) || c == '-' || (c >= 'a' && c <= 'f');
  });
  return fine ? uid : std::string();
}

std::string ecs_task(const Parts& parts) {
  if (parts.grandparent == "ecs" && is_task(parts.parent)) return std::string(parts.parent);
  std::string_view slice = parts.parent;
  if (take_prefix(slice, "ecstasks-") && drop_suffix(slice, ".slice") && is_task(slice)) {
    return std::string(slice);
  }
  return {};
}

struct Prefix {
  std::string_view text;
  Runtime runtime;
};

// "docker-<ID>.scope"
bool classify_scope(std::string_view unit, ContainerName& name) {
  constexpr std::array kPrefixes{
      Prefix{"docker", Runtime::kDocker},
      Prefix{"cri-containerd", Runtime::kContainerd},
      Prefix{"nerdctl", Runtime::kContainerd},
      Prefix{"containerd", Runtime::kContainerd},
      Prefix{"crio", Runtime::kCrio},
      Prefix{"libpod", Runtime::kPodman},
      Prefix{"libpod-payload", Runtime::kPodman},
  };
  drop_suffix(unit, ".scope");
  const std::size_t dash = unit.rfind('-');
  if (dash == std::string_view::npos || !is_id(unit.substr(dash + 1))) return false;
  const std::string_view prefix = unit.substr(0, dash);
  if (prefix.ends_with("conmon")) return false;
  for (const auto& [text, runtime] : kPrefixes) {
    if (text == prefix) name.runtime = runtime;
  }
  name.id = unit.substr(dash + 1);
  return true;
}

// "machine-<name>.scope" of machinectl's machines; a virtual machine's is "machine-qemu\x2d...".
bool classify_machine(std::string_view unit, ContainerName& name) {
  const bool scope = take_prefix(unit, "machine-") && drop_suffix(unit, ".scope");
  const bool service =
      !scope && take_prefix(unit, "systemd-nspawn@") && drop_suffix(unit, ".service");
  if (!(scope || service) || unit.empty() || unit.starts_with("qemu\\x2d")) return false;
  name.runtime = Runtime::kNspawn;
  name.id = unescape_unit(unit);
  return true;
}

bool classify_lxc(const Parts& parts, ContainerName& name) {
  std::string_view id = parts.last;
  const bool below =
      (parts.parent == "lxc" || parts.parent == "lxc.payload") && !id.starts_with("lxc.monitor");
  if (!below && !take_prefix(id, "lxc.payload.")) return false;
  if (id.empty()) return false;
  name.runtime = Runtime::kLxc;
  name.id = id;
  return true;
}

bool classify_bare_id(const Parts& parts, ContainerName& name) {
  if (!is_id(parts.last)) return false;
  if (parts.parent == "docker") name.runtime = Runtime::kDocker;
  if (parts.parent == "libpod_parent") name.runtime = Runtime::kPodman;
  name.id = parts.last;
  return true;
}

}  // namespace

std::string_view name_of(Runtime runtime) {
  switch (runtime) {
    case Runtime::kDocker:
      return "docker";
    case Runtime::kContainerd:
      return "containerd";
    case Runtime::kCrio:
      return "cri-o";
    case Runtime::kPodman:
      return "podman";
    case Runtime::kEcs:
      return "ecs";
    case Runtime::kNspawn:
      return "nspawn";
    case Runtime::kLxc:
      return "lxc";
    case Runtime::kOther:
      break;
  }
  return "other";
}

std::string_view ContainerName::short_id() const {
  return is_id(id) ? std::string_view(id).substr(0, kShortId) : std::string_view(id);
}

std::optional<ContainerName> classify(std::string_view path) {
  std::string_view rest = path;
  Parts parts;
  parts.last = take_last(rest);
  parts.parent = take_last(rest);
  parts.grandparent = take_last(rest);
  if (parts.last.empty() || parts.last.size() > kLongestName) return std::nullopt;

  ContainerName name;
  name.task = ecs_task(parts);
  if (!name.task.empty() && is_fargate_id(parts.last, name.task)) {
    name.id = parts.last;
  } else if (!classify_bare_id(parts, name) && !classify_scope(parts.last, name) &&
             !classify_machine(parts.last, name) && !classify_lxc(parts, name)) {
    return std::nullopt;
  }
  if (!name.task.empty()) name.runtime = Runtime::kEcs;
  name.pod = pod_uid(parts.parent);
  name.path = path;
  return name;
}

std::string_view group_of(const ContainerName& name) {
  if (name.task.empty() && name.pod.empty()) return {};
  const std::string_view path = name.path;
  return path.substr(0, path.rfind('/'));
}

}  // namespace serverscore
