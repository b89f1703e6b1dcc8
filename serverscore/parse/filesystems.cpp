// SPDX-License-Identifier: Apache-2.0
#include "serverscore/parse/filesystems.h"

#include <algorithm>
#include <optional>
#include <span>

namespace serverscore {
namespace {

constexpr std::size_t kMostMounts = 64;
constexpr std::string_view kFile = "/proc/self/mountinfo";

// On disks, yet without a block device's number.
constexpr std::string_view kRealWithoutDevice[] = {"btrfs", "zfs", "bcachefs", "ubifs"};
// On a block device, yet never meant to be written to.
constexpr std::string_view kImages[] = {"squashfs", "iso9660", "erofs", "cramfs", "romfs", "udf"};
constexpr std::string_view kRemote[] = {
    "nfs",      "nfs4",  "cifs",      "smb3",   "smbfs",    "ceph", "9p",
    "virtiofs", "afs",   "glusterfs", "lustre", "beegfs",   "gfs2", "ocfs2",
    "gpfs",     "pvfs2", "coda",      "ncpfs",  "orangefs", "fuse", "fuseblk"};
// Served by a process, but from memory.
constexpr std::string_view kPseudoFuse[] = {"fuse.lxcfs", "fuse.portal", "fuse.gvfsd-fuse",
                                            "fuse.snapfuse", "fuse.squashfuse"};
// What container runtimes mount into a container from the disk below its root.
constexpr std::string_view kRuntimeFiles[] = {"/etc/hosts", "/etc/hostname", "/etc/resolv.conf",
                                              "/dev/termination-log"};

bool is_one_of(std::string_view word, std::span<const std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool is_remote(std::string_view type) {
  return is_one_of(type, kRemote) || (type.starts_with("fuse.") && !is_one_of(type, kPseudoFuse));
}

// A line of mountinfo; the views are into it.
struct Line {
  unsigned major = 0;
  unsigned minor = 0;
  std::string_view root;
  std::string_view path;
  std::string_view options;
  std::string_view type;
  std::string_view device;
  std::string_view super_options;
};

// "36 35 98:0 /root /path rw,noatime master:1 - ext3 /dev/sda1 rw,errors=continue", with any number
// of optional fields before the dash.
std::optional<Line> parse_line(std::string_view text) {
  Line line;
  take_word(text);
  take_word(text);
  std::string_view device = take_word(text);
  const auto major = to_count(take_up_to(device, ':'), 0xffffffff);
  const auto minor = to_count(device, 0xffffffff);
  line.root = take_word(text);
  line.path = take_word(text);
  line.options = take_word(text);
  std::string_view field = take_word(text);
  while (!field.empty() && field != "-") field = take_word(text);
  line.type = take_word(text);
  line.device = take_word(text);
  line.super_options = take_word(text);
  if (!major || !minor || !line.path.starts_with('/') || line.type.empty()) return std::nullopt;
  line.major = static_cast<unsigned>(*major);
  line.minor = static_cast<unsigned>(*minor);
  return line;
}

bool has_option(std::string_view options, std::string_view wanted) {
  while (!options.empty()) {
    if (take_up_to(options, ',') == wanted) return true;
  }
  return false;
}

// The kernel writes blanks, newlines and backslashes as "\040" and so on.
std::string unescape(std::string_view text) {
  const auto is_octal = [](char c) { return c >= '0' && c <= '7'; };
  std::string plain;
  plain.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view escape = text.substr(i, 4);
    if (escape.size() == 4 && escape[0] == '\\' && escape[1] <= '3' && is_octal(escape[1]) &&
        is_octal(escape[2]) && is_octal(escape[3])) {
      const int value = (escape[1] - '0') * 64 + (escape[2] - '0') * 8 + (escape[3] - '0');
      // No path holds a NUL; statfs would take it for the end.
      plain += value == 0 ? '?' : static_cast<char>(value);
      i += 3;
    } else {
      plain += text[i] == '\0' ? '?' : text[i];
    }
  }
  return plain;
}

bool lies_below(std::string_view path, std::string_view folder) {
  return folder == "/" ||
         (path.starts_with(folder) && path.size() > folder.size() && path[folder.size()] == '/');
}

bool is_real(const Line& line) {
  if (is_one_of(line.type, kImages)) return false;
  if (line.type == "overlay") return line.path == "/";
  return line.major != 0 || is_one_of(line.type, kRealWithoutDevice) || is_remote(line.type);
}

Mount to_mount(const Line& line) {
  Mount mount;
  mount.path = unescape(line.path);
  mount.type = printable(line.type);
  mount.device = unescape(line.device);
  mount.major = line.major;
  mount.minor = line.minor;
  mount.read_only = has_option(line.options, "ro");
  mount.super_read_only = has_option(line.super_options, "ro");
  mount.emergency = has_option(line.super_options, "emergency_ro");
  mount.remote = is_remote(line.type);
  return mount;
}

}  // namespace

std::vector<Mount> parse_mountinfo(std::string_view text, Notes& notes) {
  std::vector<Line> found;
  std::vector<std::string_view> hanging;  // where asking may hang
  bool malformed = false;
  while (!text.empty()) {
    const auto line = parse_line(take_line(text));
    if (!line) {
      malformed = true;
      continue;
    }
    // What is mounted later at the same place hides what was there.
    std::erase_if(found, [&](const Line& other) { return other.path == line->path; });
    const bool remote = is_remote(line->type) || line->type == "autofs";
    if (remote && hanging.size() < kMostMounts) hanging.push_back(line->path);
    if (!is_real(*line)) continue;
    const auto same = std::find_if(found.begin(), found.end(), [&](const Line& other) {
      return other.major == line->major && other.minor == line->minor;
    });
    if (same == found.end()) {
      if (found.size() < kMostMounts) found.push_back(*line);
    } else if (same->root != "/" && line->root == "/") {
      *same = *line;
    }
  }
  if (malformed) note(notes, kFile, "a line that isn't a mount");

  const bool overlaid = std::any_of(found.begin(), found.end(),
                                    [](const Line& line) { return line.type == "overlay"; });
  std::vector<Mount> mounts;
  mounts.reserve(found.size());
  for (const Line& line : found) {
    if (overlaid && is_one_of(line.path, kRuntimeFiles)) continue;
    mounts.push_back(to_mount(line));
    for (const std::string_view path : hanging) {
      if (lies_below(line.path, path)) mounts.back().remote = true;
    }
  }
  return mounts;
}

}  // namespace serverscore
