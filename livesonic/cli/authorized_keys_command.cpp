// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "livesonic/base/file.h"
#include "livesonic/base/text.h"
#include "livesonic/cli/commands.h"
#include "livesonic/cli/views.h"

namespace livesonic::cli {
namespace {

using Kind = Parameter::Kind;

constexpr const char* kGate = "/usr/local/bin/livesonic-gate";
constexpr const char* kAllowList = "/etc/livesonic-gate.allow";

// Such that neither authorized_keys nor a shell reads anything into it.
bool is_plain_path(std::string_view path) {
  return path.starts_with('/') && std::all_of(path.begin(), path.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  std::string_view("/._-+@").find(c) != std::string_view::npos;
         });
}

// As livesonic-gate reads it.
std::string escaped(std::string_view command) {
  std::string text;
  for (const char c : command) {
    if (c == '\n') {
      text += "\\n";
    } else if (c == '\t') {
      text += "\\t";
    } else if (c == '\\') {
      text += "\\\\";
    } else {
      text += c;
    }
  }
  return text;
}

std::filesystem::path public_key_file(const config::Config& config, const Arguments& arguments) {
  if (const auto given = arguments.value("--key")) return *given;
  if (config.ssh.identity == config::SshIdentity::kAgent) return config.ssh.agent_key;
  return config.ssh.identity_file.string() + ".pub";
}

// "ssh-ed25519 AAAA… comment", on one line.
Result<std::string> read_public_key(const std::filesystem::path& file) {
  const auto content = read_file(expand_home(file), std::size_t{64} << 10);
  if (!content) {
    return fail(ErrorKind::kNotFound,
                fmt::format("{}; ssh-keygen -y -f KEY prints the public half of a private key, and "
                            "--key names the file that it is in",
                            content.error().message));
  }
  const std::string key(trim(*content));
  const bool fits =
      (key.starts_with("ssh-") || key.starts_with("ecdsa-") || key.starts_with("sk-")) &&
      key.find('\n') == std::string::npos && key.find(' ') != std::string::npos;
  if (!fits) {
    return fail(ErrorKind::kInvalidInput,
                fmt::format("{} is no public key", printable(file.string())));
  }
  return key;
}

int print_line(Session& session, const config::Config& config, const Arguments& arguments) {
  if (config.ssh.identity == config::SshIdentity::kInstanceConnect && !arguments.has("--key")) {
    return session.wrong_use(
        "'ssh.identity: instance_connect' has no key that could stand in authorized_keys: AWS lets "
        "a fresh one in for each login");
  }
  const std::string gate = arguments.value("--gate").value_or(kGate);
  const std::string list = arguments.value("--list").value_or(kAllowList);
  for (const std::string& path : {gate, list}) {
    if (!is_plain_path(path)) {
      return session.wrong_use(
          fmt::format("'{}' must be an absolute path of letters, digits and "
                      "/ . _ - + @",
                      path));
    }
  }
  const auto file = public_key_file(config, arguments);
  if (file.empty()) {
    return session.wrong_use("name the public key: --key FILE.pub, or ssh.agent_key");
  }
  const auto key = read_public_key(file);
  if (!key) return session.fail_with(key.error());
  const std::string line = fmt::format("restrict,command=\"{} {}\" {}", gate, list, *key);
  if (session.json()) return session.print_json({{"line", line}});
  session.screen().line({line});
  return kDone;
}

int print_list(Session& session, const config::Config& config, const Arguments& arguments) {
  int status = kDone;
  auto api = session.connect(status);
  if (!api) return status;
  const auto answer = api->get("/services");
  if (!answer) return session.fail_with(answer.error());
  const auto cluster = arguments.value("--cluster");
  const std::string& score = config.serverscore.command;
  std::vector<std::pair<std::string, std::string>> commands{
      {"serverscore", score},
      {"serverscore-stream", score + " --stream 1s"},
      {"serverscore-brief", score + " --brief"},
      {"serverscore-brief-stream", score + " --brief --stream 1s"},
      {"serverscore-cloud", score + " --brief --cloud"},
      {"serverscore-cloud-stream", score + " --brief --cloud --stream 1s"}};
  for (const Json& service : list_of(answer->body, "services")) {
    const auto clusters = list_of(service, "clusters");
    const bool applies = !cluster || clusters.empty() ||
                         std::any_of(clusters.begin(), clusters.end(), [&](const Json& name) {
                           return name.is_string() && name.get<std::string>() == *cluster;
                         });
    if (applies) commands.emplace_back(text_of(service, "name"), text_of(service, "command"));
  }
  if (session.json()) {
    Json list = Json::array();
    for (const auto& [id, command] : commands) list.push_back({{"id", id}, {"command", command}});
    return session.print_json({{"commands", list}});
  }
  session.screen().raw("# What Livesonic's key may run on this host: livesonic-gate reads this.\n");
  for (const auto& [id, command] : commands) {
    session.screen().raw(fmt::format("{}\t{}\n", id, escaped(command)));
  }
  return kDone;
}

int print_either(Session& session, const Arguments& arguments) {
  const auto config = session.load_config();
  if (!config) return session.wrong_use(config.error().message);
  return arguments.has("--allow-list") ? print_list(session, *config, arguments)
                                       : print_line(session, *config, arguments);
}

}  // namespace

Command authorized_keys_command() {
  return {
      .name = "authorized-keys",
      .summary = "let our SSH key run the checks on a host, and nothing else",
      .help =
          "Prints a line for ~/.ssh/authorized_keys on the hosts. With it our key can only start\n"
          "livesonic-gate, a small program that runs what its allow-list has and refuses\n"
          "everything else; so a stolen key opens nothing. --allow-list prints that list: the\n"
          "registered checks and serverscore. It must belong to root, and be renewed when the\n"
          "checks change.",
      .examples = {"livesonic authorized-keys",
                   "livesonic authorized-keys --allow-list --cluster web"},
      .parameters = {{Kind::kFlag, "--allow-list", "", "print the list of what may be run", false},
                     {Kind::kOption, "--cluster", "NAME",
                      "with --allow-list: only this cluster's checks", false},
                     {Kind::kOption, "--key", "FILE",
                      "the public key; that of ssh.identity_file unless given", false},
                     {Kind::kOption, "--gate", "PATH",
                      "where livesonic-gate is on the hosts (/usr/local/bin/livesonic-gate)",
                      false},
                     {Kind::kOption, "--list", "PATH",
                      "where its list is there (/etc/livesonic-gate.allow)", false}},
      .run = print_either,
      .subcommands = {},
  };
}

}  // namespace livesonic::cli
