// SPDX-License-Identifier: Apache-2.0
#include "livesonic/config/config.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cstdlib>
#include <utility>

#include "livesonic/base/file.h"
#include "livesonic/base/text.h"
#include "livesonic/config/sections.h"
#include "livesonic/config/yaml_reader.h"
#include "livesonic/config/yaml_tree.h"

namespace livesonic::config {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kLargestFile = std::size_t{1} << 20;

std::vector<std::filesystem::path*> paths_of(Config& config) {
  SshConfig& ssh = config.ssh;
  std::vector<std::filesystem::path*> paths{
      &config.data_dir, &ssh.identity_file, &ssh.known_hosts,         &ssh.agent_socket,
      &ssh.agent_key,   &ssh.ssh_config,    &config.heartbeat.ca_file};
  for (ChannelConfig& channel : config.channels) paths.push_back(&channel.ca_file);
  return paths;
}

Config read_sections(const YamlNode& root, Reading& reading) {
  Config config;
  MapReader top(root, "", reading);
  read_listen(top, config.listen, reading);
  top.path("data_dir", config.data_dir);
  top.duration("poll_interval", config.poll_interval, 1s, 1h);
  top.integer("keep_months", config.keep_months, 1, 1200);
  top.duration("domain_sync_interval", config.domain_sync_interval, 1min, 24h * 7);
  read_aws(top.section("aws"), config.aws, reading);
  read_ssh(top.section("ssh"), config.ssh, reading);
  read_serverscore(top.section("serverscore"), config.serverscore, reading);
  read_clusters(top, config.clusters, reading);
  read_services(top, config.services, reading);
  read_probes(top, config.probes, reading);
  read_alerts(top.section("alerts"), config.alerts, reading);
  read_domains(top.section("domains"), config.domains, reading);
  read_notify(top, config.channels, reading);
  read_public_url(top, config.public_url, reading);
  read_heartbeat(top.section("heartbeat"), config.heartbeat, reading);
  read_actions(top.section("actions"), config.actions, reading);
  read_alert_rules(top.section("alerts"), config.alerts, names_of(config.channels), config.actions,
                   reading);
  read_maintenance(top, config.maintenance, reading);
  read_scaling(top, config.scaling, reading);
  read_cost_report(top.section("cost_report"), config.channels, config.cost_report, reading);
  top.refuse_unknown_keys();
  for (std::filesystem::path* path : paths_of(config)) *path = expand_home(*path);
  return config;
}

struct Parsed {
  Config config;
  bool holds_secrets = false;
};

Result<Parsed> parse_text(std::string_view yaml, std::string_view file_name,
                          const Environment& environment) {
  Reading reading{{}, environment, {}, false};
  if (yaml.size() > kLargestFile) {
    reading.mistakes.add({}, fmt::format("the file is larger than {} bytes", kLargestFile));
    return fail(reading.mistakes.error(file_name));
  }
  Parsed parsed;
  if (const auto root = parse_yaml(yaml, reading.mistakes)) {
    parsed.config = read_sections(*root, reading);
  }
  if (reading.mistakes.any()) return fail(reading.mistakes.error(file_name));
  parsed.config.warnings = std::move(reading.warnings);
  parsed.holds_secrets = reading.holds_secrets;
  return parsed;
}

// Others than the owner may read it.
bool is_open_to_others(const std::filesystem::path& file) {
  struct stat status {};
  return stat(file.c_str(), &status) == 0 && (status.st_mode & (S_IRGRP | S_IROTH)) != 0;
}

}  // namespace

Environment process_environment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe): none sets it
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  };
}

std::vector<std::string> names_of(const std::vector<ChannelConfig>& channels) {
  std::vector<std::string> names;
  for (const ChannelConfig& channel : channels) names.push_back(channel.name);
  return names;
}

Result<Config> parse(std::string_view yaml, std::string_view file_name,
                     const Environment& environment) {
  auto parsed = parse_text(yaml, file_name, environment);
  if (!parsed) return fail(parsed.error());
  return std::move(parsed->config);
}

Result<Config> load(const std::filesystem::path& file, const Environment& environment) {
  const auto yaml = read_file(file, kLargestFile);
  if (!yaml) return fail(yaml.error());
  auto parsed = parse_text(*yaml, file.string(), environment);
  if (!parsed) return fail(parsed.error());
  Config& config = parsed->config;
  const auto folder = std::filesystem::path(file).parent_path();
  for (std::filesystem::path* path : paths_of(config)) {
    std::error_code ignored;
    if (!path->empty() && path->is_relative())
      *path = std::filesystem::absolute(folder / *path, ignored);
  }
  if (parsed->holds_secrets && is_open_to_others(file)) {
    config.warnings.push_back(fmt::format(
        "{0} holds secrets and others may read it; run: chmod 600 {0}", printable(file.string())));
  }
  return std::move(config);
}

}  // namespace livesonic::config
