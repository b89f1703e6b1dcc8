// SPDX-License-Identifier: Apache-2.0
// livesonic-gate: the forced command of Livesonic's key on a watched host. sshd starts it whatever
// the client asks for, and it runs that only where an allow-list has it. So whoever steals the key
// can look at what the monitor looks at, and do nothing.
#include <fcntl.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "gate/allow_list.h"

namespace {

using livesonic::gate::allowed_command;
using livesonic::gate::for_a_log;

constexpr const char* kDefaultList = "/etc/livesonic-gate.allow";
constexpr std::size_t kLongestList = std::size_t{1} << 20;
constexpr int kRefused = 126;  // what shells say of a command that may not be run

constexpr const char* kHelp =
    "Usage: livesonic-gate [ALLOW-LIST]\n"
    "\n"
    "The forced command of Livesonic's SSH key on this host. Runs the command that the client\n"
    "asked for (SSH_ORIGINAL_COMMAND) if it is in ALLOW-LIST, /etc/livesonic-gate.allow unless\n"
    "given, and refuses everything else with exit status 126.\n"
    "\n"
    "  livesonic authorized-keys                prints the line for ~/.ssh/authorized_keys\n"
    "  livesonic authorized-keys --allow-list   prints the list\n";

int refuse(const std::string& why) {
  std::fprintf(stderr, "livesonic-gate: %s\n", why.c_str());
  openlog("livesonic-gate", LOG_PID, LOG_AUTH);
  syslog(LOG_WARNING, "refused: %s", why.c_str());
  return kRefused;
}

// False, with the reason in `list`, when it can't be read or others could have written it.
bool read_list(const char* path, std::string& list) {
  const int file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
  struct stat status {};
  if (file < 0 || fstat(file, &status) != 0) {
    // This program has one thread.
    // NOLINTNEXTLINE(concurrency-mt-unsafe)
    list = std::string("cannot read ") + path + ": " + std::strerror(errno);
    return false;
  }
  if (!S_ISREG(status.st_mode) || (status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    list = std::string(path) + " can be written by others than its owner, so nothing is allowed";
    return false;
  }
  std::array<char, 16384> chunk{};
  for (;;) {
    const ssize_t got = read(file, chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    list.append(chunk.data(), static_cast<std::size_t>(got));
    if (list.size() > kLongestList) {
      list = std::string(path) + " is larger than 1 MiB";
      return false;
    }
  }
  close(file);
  return true;
}

// Only what commands need: the client may have sent more, where sshd lets it.
bool is_kept(std::string_view variable) {
  for (const std::string_view name : {"HOME=", "USER=", "LOGNAME=", "PATH=", "SHELL=", "LANG=",
                                      "TZ=", "SSH_CONNECTION=", "SSH_CLIENT="}) {
    if (variable.substr(0, name.size()) == name) return true;
  }
  return variable.substr(0, 3) == "LC_";
}

int run(const std::string& command) {
  std::vector<char*> environment;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    if (is_kept(*variable)) environment.push_back(*variable);
  }
  environment.push_back(nullptr);
  std::string copy = command;
  std::array<char, 3> shell{"sh"};
  std::array<char, 3> option{"-c"};
  const std::array<char*, 4> arguments{shell.data(), option.data(), copy.data(), nullptr};
  execve("/bin/sh", arguments.data(), environment.data());
  // NOLINTNEXTLINE(concurrency-mt-unsafe)
  std::fprintf(stderr, "livesonic-gate: cannot run /bin/sh: %s\n", std::strerror(errno));
  return kRefused;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view first = argc > 1 ? argv[1] : kDefaultList;
  if (first == "--help" || first == "-h") {
    std::fputs(kHelp, stdout);
    return 0;
  }
  if (argc > 2 || first.empty() || first.front() == '-') {
    std::fputs(kHelp, stderr);
    return 2;
  }
  const char* const asked = std::getenv("SSH_ORIGINAL_COMMAND");  // NOLINT(concurrency-mt-unsafe)
  if (asked == nullptr || *asked == '\0') return refuse("this key gives no shell");
  std::string list;
  if (!read_list(std::string(first).c_str(), list)) return refuse(list);
  const auto command = allowed_command(list, asked);
  if (!command) {
    return refuse("'" + for_a_log(asked, 200) + "' is not in " + std::string(first));
  }
  return run(*command);
}
