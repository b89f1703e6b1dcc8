// SPDX-License-Identifier: Apache-2.0
#include "livesonic/monitoring/bringing.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <optional>

#include "livesonic/base/text.h"

namespace livesonic::monitoring {
namespace {

constexpr Duration kLookTimeout = std::chrono::seconds{20};
constexpr Duration kCopyTimeout = std::chrono::minutes{2};
constexpr std::size_t kKeptOutput = 4096;

using Version = std::array<int, 3>;

// Of "1.2.3", maybe followed by something.
std::optional<Version> parse_version(std::string_view text) {
  Version version{};
  for (std::size_t i = 0; i < version.size(); ++i) {
    const auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), version.at(i));
    if (error != std::errc{} || version.at(i) < 0) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (i + 1 == version.size()) break;
    if (!text.starts_with('.')) return std::nullopt;
    text.remove_prefix(1);
  }
  return version;
}

std::string first_line(std::string_view text) {
  return printable(shorten(split(trim(text), '\n').front(), 200));
}

// What went wrong, if it didn't exit with 0.
std::string trouble(const remote::CommandResult& result) {
  if (result.end != remote::End::kExited) return printable(shorten(result.detail, 200));
  const std::string said = first_line(result.err);
  return said.empty() ? fmt::format("exit status {}", result.exit_status.value_or(-1)) : said;
}

}  // namespace

bool is_plain_path(std::string_view path) {
  if (path.starts_with("~/")) path.remove_prefix(1);
  if (!path.starts_with('/') || path.ends_with('/') || path.size() > 200) return false;
  return std::all_of(path.begin(), path.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("/._-").find(c) != std::string_view::npos;
  });
}

bool is_older(std::string_view version_output, std::string_view ours) {
  constexpr std::string_view kName = "serverscore ";
  std::string_view text = trim(version_output);
  if (!text.starts_with(kName)) return false;
  const auto theirs = parse_version(text.substr(kName.size()));
  const auto own = parse_version(ours);
  return theirs && own && *theirs < *own;
}

remote::Command look_command(const std::string& path) {
  remote::Command command;
  // In sh, as the user's own shell may be no POSIX one. `:` as the file may not be there yet.
  command.line = fmt::format("sh -c 'uname -m; sha256sum <{} 2>/dev/null; :'", path);
  command.timeout = kLookTimeout;
  command.output_limit = kKeptOutput;
  return command;
}

Result<HostLook> read_look(const remote::CommandResult& result) {
  if (result.end != remote::End::kExited || result.exit_status != 0) {
    return fail(ErrorKind::kUnavailable, "asking what machine it is: " + trouble(result));
  }
  HostLook look;
  // Start-up files of the shell may have said something before.
  std::vector<std::string_view> lines = split(trim(result.out), '\n');
  const std::string_view last = trim(lines.back());
  const bool has_sum =
      lines.size() > 1 && last.size() >= 64 && last.find_first_not_of("0123456789abcdef") >= 64;
  if (has_sum) {
    look.sha256 = last.substr(0, 64);
    lines.pop_back();
  }
  look.machine = trim(lines.back());
  if (look.machine.empty()) {
    return fail(ErrorKind::kUnavailable, "it does not say what machine it is");
  }
  return look;
}

remote::Command copy_command(const std::string& path, const std::string& sha256,
                             std::shared_ptr<const std::string> bytes) {
  remote::Command command;
  command.line = fmt::format(
      "sh -c 'umask 077; f={}; n=$f.$$; mkdir -p \"${{f%/*}}\" && cat >\"$n\" && "
      "s=$(sha256sum <\"$n\") && case $s in {}*) chmod 700 \"$n\" && mv -f \"$n\" \"$f\";; "
      "*) echo the copy is damaged >&2; false;; esac && \"$f\" --version || "
      "{{ e=$?; rm -f \"$n\"; exit $e; }}'",
      path, sha256);
  command.timeout = kCopyTimeout;
  command.output_limit = kKeptOutput;
  command.input = std::move(bytes);
  return command;
}

Result<void> read_copy(const remote::CommandResult& result) {
  if (result.end == remote::End::kExited && result.exit_status == 0) return {};
  return fail(ErrorKind::kUnavailable, trouble(result));
}

}  // namespace livesonic::monitoring
