// SPDX-License-Identifier: Apache-2.0
// One function a section of the file, each in a file of its own: they take the section's part of
// the tree and fill in its values. Internal to config.
#pragma once

#include "livesonic/config/config.h"
#include "livesonic/config/yaml_reader.h"

namespace livesonic::config {

void read_listen(MapReader& top, Listen& listen, Reading& reading);
void read_aws(const YamlNode& node, AwsConfig& aws, Reading& reading);
void read_ssh(const YamlNode& node, SshConfig& ssh, Reading& reading);
void read_serverscore(const YamlNode& node, ServerscoreConfig& serverscore, Reading& reading);
void read_clusters(MapReader& top, std::vector<Cluster>& clusters, Reading& reading);
void read_services(MapReader& top, std::vector<Service>& services, Reading& reading);
void read_probes(MapReader& top, std::vector<Probe>& probes, Reading& reading);
void read_alerts(const YamlNode& node, AlertConfig& alerts, Reading& reading);
// After the channels' names are known, and what actions may name.
void read_alert_rules(const YamlNode& alerts, AlertConfig& into,
                      const std::vector<std::string>& channels, const ActionsConfig& actions,
                      Reading& reading);
void read_maintenance(MapReader& top, std::vector<MaintenanceConfig>& maintenance,
                      Reading& reading);
void read_domains(const YamlNode& node, DomainsConfig& domains, Reading& reading);
void read_notify(MapReader& top, std::vector<ChannelConfig>& channels, Reading& reading);
// What is of the channel's own type.
void read_channel(MapReader& map, ChannelConfig& channel, Reading& reading);
void read_public_url(MapReader& top, std::string& url, Reading& reading);
void read_heartbeat(const YamlNode& node, HeartbeatConfig& heartbeat, Reading& reading);
void read_actions(const YamlNode& node, ActionsConfig& actions, Reading& reading);
// After the channels are known.
void read_cost_report(const YamlNode& node, const std::vector<ChannelConfig>& channels,
                      CostReportConfig& report, Reading& reading);
void read_scaling(MapReader& top, std::map<std::string, ScalingPolicy>& scaling, Reading& reading);

}  // namespace livesonic::config
