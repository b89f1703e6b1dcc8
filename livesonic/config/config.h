// SPDX-License-Identifier: Apache-2.0
// The configuration as validated values. One file reads one section; unknown keys are refused.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/base/cron.h"
#include "livesonic/base/result.h"
#include "livesonic/base/secret.h"
#include "livesonic/base/time_zone.h"
#include "livesonic/model/action.h"
#include "livesonic/model/cluster.h"
#include "livesonic/model/hours.h"
#include "livesonic/model/probe.h"
#include "livesonic/model/rule.h"
#include "livesonic/model/scaling.h"
#include "livesonic/model/service.h"
#include "livesonic/model/silence.h"

namespace livesonic::config {

struct Listen {
  std::string address = "127.0.0.1";  // loopback only, as long as there is no sign-in
  std::uint16_t port = 8460;
};

// A role to be assumed with the account's other credentials.
struct AwsRole {
  std::string arn;  // empty: none
  std::string external_id;
  std::string session_name;
  Duration duration{};  // 15min..12h; zero: AWS's own
};

struct AwsAccount {
  std::string name = "default";
  std::string region;  // empty: from the environment or the profile
  std::string access_key_id;
  Secret secret_access_key;
  Secret session_token;
  std::string profile;
  AwsRole role;
  std::string event_queue_url;  // of the SQS queue that EventBridge feeds; empty: none
};

enum class AwsRetryMode { kStandard, kAdaptive };

struct AwsConfig : AwsAccount {      // what stands in the section itself is the first account
  std::vector<AwsAccount> accounts;  // the others
  std::string endpoint_url;          // empty: AWS's own endpoints
  std::map<std::string, std::string, std::less<>> endpoints;  // of single services, by their keys
  std::optional<bool> use_fips;                               // unset: as the environment says
  std::optional<bool> use_dual_stack;
  std::optional<AwsRetryMode> retry_mode;
  std::optional<int> max_attempts;  // 1..20
  Secret proxy;                     // may carry a password; empty: as the environment says
  std::string no_proxy;
};

enum class AddressKind { kPublicDns, kPrivateDns, kPublicIp, kPrivateIp };
enum class HostKeys { kPin, kConsole, kKnownHosts, kInsecure };
enum class SshIdentity { kFile, kAgent, kInstanceConnect };

struct SshConfig {
  bool enabled = true;  // false: nothing is asked of the hosts
  std::string user;     // empty: as ssh_config says, else the user livesonic runs as
  SshIdentity identity = SshIdentity::kFile;
  std::filesystem::path identity_file = "~/.ssh/id_ed25519";
  Secret passphrase;
  std::filesystem::path agent_socket;  // empty: that of SSH_AUTH_SOCK
  std::filesystem::path agent_key;     // a public key; empty: any of the agent's
  std::uint16_t port = 0;              // 0: as ssh_config says, else 22
  std::string jump;                    // as parse_jump() takes it
  std::filesystem::path ssh_config;    // empty: none
  AddressKind address = AddressKind::kPublicDns;
  Duration connect_timeout = std::chrono::seconds{5};
  HostKeys host_keys = HostKeys::kPin;
  std::filesystem::path known_hosts = "~/.ssh/known_hosts";
};

struct ServerscoreConfig {
  std::string command = "serverscore";  // how it is called on the hosts
  Duration timeout = std::chrono::seconds{10};
  bool install = true;                                          // brought to hosts that have none
  std::string install_path = "~/.cache/livesonic/serverscore";  // there; "~" is the user's home
};

struct AlertConfig {
  int score_below = 40;  // 1..100; 0: never
  bool service_down = true;
  bool unreachable = true;
  int polls_to_open = 3;   // bad polls in a row until an instance fires, 1..100
  int polls_to_close = 3;  // good polls in a row until it is well again, 1..100
  bool vanished = true;    // instances that left, and nobody can say why
  Duration boot_grace = std::chrono::minutes{5};  // 0s..1h: hosts that were not sound yet
  int critical_below = 50;    // percent of sound members; fewer make an incident critical, 0..100
  int flapping_openings = 3;  // so many incidents of one cause within …; 0: never
  Duration flapping_within = std::chrono::minutes{30};  // 1min..1d
  Duration flapping_calm = std::chrono::minutes{10};    // 1s..1d
  Duration repeat{};                                    // 1min..7d; zero: never
  std::vector<Escalation> escalate;                     // of rules that say nothing else
  std::vector<Rule> rules;
  std::map<std::string, std::vector<std::string>> depends_on;  // clusters
};

// A time in which nobody is told of what happens in some clusters.
struct MaintenanceConfig {
  std::string name;
  std::vector<std::string> clusters;  // patterns; empty: all
  std::vector<Matcher> only;          // incidents that these fit; empty: all
  std::optional<Cron> at;             // always there once it was read
  Duration lasts{};                   // 1min..7d
  std::string comment;
};

struct DomainsConfig {
  bool registrations = true;  // ask Route 53 Domains for registered names
  bool certificates = true;   // ask the public apexes for their certificates
  Duration expiry_warning = std::chrono::hours{24 * 30};       // 0..3650d; zero: never
  Duration certificate_warning = std::chrono::hours{24 * 14};  // likewise
};

enum class ChannelType { kWebhook, kSlack, kMail, kSns, kPagerduty, kAlertmanager, kCommand };
std::string_view to_string(ChannelType type);  // as in the file: "webhook"

enum class MailTls { kStartTls, kImplicit, kNone };

struct MailConfig {
  std::string host;
  std::uint16_t port = 587;
  MailTls tls = MailTls::kStartTls;
  std::string user;  // empty: no login
  Secret password;
  std::string from;             // an address
  std::vector<std::string> to;  // likewise, at least one
};

// How a channel puts things, where people read them.
struct WordingConfig {
  bool japanese = false;
  TimeZone zone;
  std::string subject;  // templates with kMessagePlaceholders; empty: the built-in texts
  std::string text;
};

// What is of no meaning for its type is empty.
struct ChannelConfig {
  ChannelType type = ChannelType::kWebhook;
  std::string name;  // "webhook", "webhook-2", … unless given
  Secret url;        // may carry a token, so it is never shown
  Duration timeout = std::chrono::seconds{10};
  std::filesystem::path ca_file;                    // empty: the system's certificates are believed
  int rate_messages = 0;                            // 0: no limit; else at most so many
  Duration rate_within = std::chrono::minutes{1};   // within this time
  Duration give_up_after = std::chrono::hours{24};  // 1min..30d
  int refusals = 8;                                 // 1..100
  WordingConfig wording;
  Secret secret;                            // webhook: signs
  Secret routing_key;                       // pagerduty
  MailConfig mail;                          // mail
  std::string topic;                        // sns: its ARN
  std::string account;                      // sns; empty: the first
  Duration hold = std::chrono::minutes{5};  // alertmanager, 3s..1h
  std::vector<std::string> command;         // command: the program and its words
};

struct HeartbeatConfig {
  Secret url;  // empty: none
  Duration interval = std::chrono::minutes{1};
  Duration timeout = std::chrono::seconds{10};
  std::filesystem::path ca_file;
};

// When people are told what the clusters cost.
struct CostReportConfig {
  std::optional<Cron> at;             // none: never
  std::vector<std::string> channels;  // names; at least one where there is a moment
};

// What may be done to a cluster; those of the section itself hold where a cluster has none.
struct ActionLimits {
  bool dry_run = true;
  std::set<ActionKind> kinds{all_action_kinds().begin(), all_action_kinds().end()};
  std::set<ActionKind> approve;  // a person must say yes to these
  int keep = 1;                  // sound members that are never gone below, 0..100'000
  int keep_percent = 50;         // likewise, 0..100
  Duration cluster_cooldown = std::chrono::minutes{1};    // 0..30d
  Duration instance_cooldown = std::chrono::minutes{15};  // 0..30d
  int per_hour = 6;                                       // 0..1000
  int per_day = 24;                                       // 0..10'000
  std::vector<HoursWindow> hours;                         // none: at any time
  TimeZone time_zone;
  int breaker = 40;                                   // per cent, 1..100
  Duration approval_expires = std::chrono::hours{1};  // 1min..7d
};

// What may be run on hosts.
struct ActionCommand {
  std::string name;
  std::string line;
  Duration timeout = std::chrono::minutes{1};  // 1s..10min
  std::vector<std::string> clusters;           // none: all
};

struct ActionWebhook {
  std::string name;
  Secret url;  // may carry a token, so it is never shown
  Duration timeout = std::chrono::seconds{10};
};

struct ActionTopic {
  std::string name;
  std::string arn;
  std::string account;  // empty: the first
};

struct ActionsConfig : ActionLimits {
  std::map<std::string, ActionLimits> clusters;  // those that differ, whole
  std::vector<ActionCommand> commands;
  std::vector<ActionWebhook> webhooks;
  std::vector<ActionTopic> topics;
};

struct Config {
  Listen listen;
  std::filesystem::path data_dir = "/var/lib/livesonic";
  Duration poll_interval = std::chrono::seconds{60};  // 1s..1h
  int keep_months = 13;  // months of history besides the current, 1..1200
  Duration domain_sync_interval = std::chrono::hours{1};
  AwsConfig aws;
  SshConfig ssh;
  ServerscoreConfig serverscore;
  std::vector<Cluster> clusters;  // origin kFile
  std::vector<Service> services;  // origin kFile
  std::vector<Probe> probes;      // origin kFile
  AlertConfig alerts;
  std::vector<MaintenanceConfig> maintenance;
  DomainsConfig domains;
  std::vector<ChannelConfig> channels;
  std::string public_url;  // where people reach the dashboard, without a final "/"; empty: unknown
  HeartbeatConfig heartbeat;
  ActionsConfig actions;
  std::map<std::string, ScalingPolicy> scaling;  // by the cluster's name
  CostReportConfig cost_report;
  std::vector<std::string> warnings;  // sentences about what is allowed but unwise
};

// Looks up an environment variable; nullopt when it isn't set.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;
Environment process_environment();

// Parses and validates. The error says "web.yaml:12:3: …" and how to put it right; with several
// mistakes it has a line for each. "~" in paths is the home directory.
Result<Config> parse(std::string_view yaml, std::string_view file_name,
                     const Environment& environment);

// The same for a file of at most 1 MiB; relative paths in it count from the folder it is in. Warns
// also when others may read the secrets that it holds.
Result<Config> load(const std::filesystem::path& file, const Environment& environment);

// A policy alone in a file, as a backtest takes it: under the key "scaling" or as the whole.
Result<ScalingPolicy> parse_scaling_policy(std::string_view yaml, std::string_view file_name,
                                           const Environment& environment);

// One rule that came in no file, in JSON (which is YAML): the keys and limits of `alerts.rules`,
// and the channels and defaults of `config`. The error has a sentence for each mistake.
Result<Rule> parse_rule(std::string_view text, const Config& config);

// Of the channels below notify.
std::vector<std::string> names_of(const std::vector<ChannelConfig>& channels);

}  // namespace livesonic::config
