// SPDX-License-Identifier: Apache-2.0
#include "livesonic/config/config.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <fstream>
#include <map>

namespace livesonic::config {
namespace {

using namespace std::chrono_literals;

Environment with(std::map<std::string, std::string> variables) {
  return [variables = std::move(variables)](const std::string& name) {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  };
}

Result<Config> parsed(std::string_view yaml, std::map<std::string, std::string> variables = {}) {
  return parse(yaml, "web.yaml", with(std::move(variables)));
}

std::string mistakes(std::string_view yaml, std::map<std::string, std::string> variables = {}) {
  const auto result = parsed(yaml, std::move(variables));
  if (result) return "(no mistake)";
  EXPECT_EQ(result.error().kind, ErrorKind::kInvalidInput);
  return result.error().message;
}

constexpr std::string_view kWhole = R"(
listen: 127.0.0.1:9000
data_dir: /srv/livesonic
poll_interval: 30s
keep_months: 24
domain_sync_interval: 6h
aws:
  region: ap-northeast-1
  access_key_id: AKIAEXAMPLE
  secret_access_key: wJalrXUtnFEMI
  session_token: token
  endpoint_url: http://127.0.0.1:5000
ssh:
  enabled: false
  user: check
  identity_file: /etc/livesonic/key
  passphrase: open sesame
  port: 2222
  address: private_ip
  connect_timeout: 2s
  host_keys: known_hosts
  known_hosts: /etc/livesonic/known_hosts
serverscore: { command: /opt/serverscore, timeout: 3s, install: false, install_path: /opt/ss }
clusters:
  - { name: web, elb: web-elb }
  - { name: db, elb: db-elb, mode: stream }
services:
  - { name: nginx, command: "systemctl is-active nginx", expect: active, clusters: [web] }
  - name: disk
    command: /usr/lib/nagios/plugins/check_disk -w 10% -c 5%
    expect_exit: 0
    expect_contains: OK
    expect_regex: ^DISK OK
    timeout: 20s
domains: { registrations: false, certificates: false, expiry_warning: 45d, certificate_warning: 0s }
alerts:
  score_below: 30
  service_down: false
  unreachable: false
  polls_to_open: 2
  polls_to_close: 5
notify:
  - { type: webhook, url: "https://example.invalid/hook", name: ops, timeout: 5s }
  - { type: webhook, url: "https://example.invalid/second" }
)";

TEST(Config, every_key_arrives) {
  const auto config = parsed(kWhole);
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->listen.address, "127.0.0.1");
  EXPECT_EQ(config->listen.port, 9000);
  EXPECT_EQ(config->data_dir, "/srv/livesonic");
  EXPECT_EQ(config->poll_interval, 30s);
  EXPECT_EQ(config->keep_months, 24);
  EXPECT_EQ(config->domain_sync_interval, 6h);
  EXPECT_EQ(config->aws.region, "ap-northeast-1");
  EXPECT_EQ(config->aws.access_key_id, "AKIAEXAMPLE");
  EXPECT_EQ(config->aws.secret_access_key, Secret("wJalrXUtnFEMI"));
  EXPECT_EQ(config->aws.session_token, Secret("token"));
  EXPECT_EQ(config->aws.endpoint_url, "http://127.0.0.1:5000");
  EXPECT_FALSE(config->ssh.enabled);
  EXPECT_EQ(config->ssh.user, "check");
  EXPECT_EQ(config->ssh.identity_file, "/etc/livesonic/key");
  EXPECT_EQ(config->ssh.passphrase, Secret("open sesame"));
  EXPECT_EQ(config->ssh.port, 2222);
  EXPECT_EQ(config->ssh.address, AddressKind::kPrivateIp);
  EXPECT_EQ(config->ssh.connect_timeout, 2s);
  EXPECT_EQ(config->ssh.host_keys, HostKeys::kKnownHosts);
  EXPECT_EQ(config->ssh.known_hosts, "/etc/livesonic/known_hosts");
  EXPECT_EQ(config->serverscore.command, "/opt/serverscore");
  EXPECT_EQ(config->serverscore.timeout, 3s);
  EXPECT_FALSE(config->serverscore.install);
  EXPECT_EQ(config->serverscore.install_path, "/opt/ss");
  ASSERT_EQ(config->clusters.size(), 2U);
  EXPECT_EQ(config->clusters[0].name, "web");
  EXPECT_EQ(config->clusters[0].resource, "web-elb");
  EXPECT_EQ(config->clusters[0].origin, Origin::kFile);
  EXPECT_EQ(config->clusters[0].mode, Mode::kPoll);
  EXPECT_EQ(config->clusters[1].mode, Mode::kStream);
  ASSERT_EQ(config->services.size(), 2U);
  const Service& nginx = config->services[0];
  EXPECT_EQ(nginx.command, "systemctl is-active nginx");
  EXPECT_EQ(nginx.expect, (Expectation{"active", {}, {}, {}}));
  EXPECT_EQ(nginx.clusters, std::vector<std::string>{"web"});
  EXPECT_EQ(nginx.timeout, 10s);
  EXPECT_EQ(nginx.origin, Origin::kFile);
  EXPECT_EQ(config->services[1].expect, (Expectation{{}, "OK", "^DISK OK", 0}));
  EXPECT_TRUE(config->services[1].clusters.empty());
  EXPECT_EQ(config->services[1].timeout, 20s);
  EXPECT_FALSE(config->domains.registrations);
  EXPECT_FALSE(config->domains.certificates);
  EXPECT_EQ(config->domains.expiry_warning, 24h * 45);
  EXPECT_EQ(config->domains.certificate_warning, 0s);
  EXPECT_EQ(config->alerts.score_below, 30);
  EXPECT_FALSE(config->alerts.service_down);
  EXPECT_FALSE(config->alerts.unreachable);
  EXPECT_EQ(config->alerts.polls_to_open, 2);
  EXPECT_EQ(config->alerts.polls_to_close, 5);
  ASSERT_EQ(config->channels.size(), 2U);
  EXPECT_EQ(config->channels[0].name, "ops");
  EXPECT_EQ(config->channels[0].url, Secret("https://example.invalid/hook"));
  EXPECT_EQ(config->channels[0].timeout, 5s);
  EXPECT_EQ(config->channels[1].name, "webhook");
  EXPECT_TRUE(config->warnings.empty());
}

TEST(Config, nothing_given_means_the_defaults) {
  for (const char* yaml : {"", "# only a comment\n", "---\n", "aws:\nssh:\nclusters:\nnotify:\n"}) {
    const auto config = parsed(yaml);
    ASSERT_TRUE(config) << yaml << config.error().message;
    EXPECT_EQ(config->listen.address, "127.0.0.1");
    EXPECT_EQ(config->listen.port, 8460);
    EXPECT_EQ(config->poll_interval, 60s);
    EXPECT_EQ(config->keep_months, 13);
    EXPECT_EQ(config->alerts.score_below, 40);
    EXPECT_TRUE(config->domains.certificates);
    EXPECT_EQ(config->domains.expiry_warning, 24h * 30);
    EXPECT_EQ(config->domains.certificate_warning, 24h * 14);
    EXPECT_TRUE(config->clusters.empty());
  }
}

TEST(Config, a_home_directory_is_put_in_for_the_tilde) {
  const auto config = parsed("data_dir: ~/livesonic");
  ASSERT_TRUE(config);
  EXPECT_EQ(config->data_dir.native().find('~'), std::string::npos);
  EXPECT_EQ(config->ssh.identity_file.native().find('~'), std::string::npos);
}

TEST(Config, all_mistakes_are_told_at_once_in_the_files_order) {
  EXPECT_EQ(mistakes("poll_interval: 60\n"
                     "keep_months: many\n"
                     "alerts:\n"
                     "  score_below: 101\n"
                     "  service_down: yes\n"
                     "poll_intervall: 1s\n"),
            "web.yaml:1:16: 'poll_interval' needs a unit (ms, s, m, h or d), such as 60s\n"
            "web.yaml:2:14: 'keep_months' must be a whole number, not 'many'\n"
            "web.yaml:4:16: 'alerts.score_below' must be from 0 to 100, not 101\n"
            "web.yaml:5:17: 'alerts.service_down' must be true or false, not 'yes'\n"
            "web.yaml:6:1: unknown key 'poll_intervall'; did you mean 'poll_interval'?");
}

TEST(Config, an_unknown_key_is_refused_with_the_known_ones_when_none_is_near) {
  EXPECT_EQ(mistakes("alerts: { colour: red }"),
            "web.yaml:1:11: unknown key 'colour' in 'alerts'; known keys: score_below, "
            "service_down, unreachable, polls_to_open, polls_to_close, vanished, boot_grace, "
            "critical_below, flapping, depends_on, rules, escalate, repeat");
  EXPECT_EQ(
      mistakes("clusters:\n  - name: web\n    elbs: web-elb"),
      "web.yaml:2:5: 'clusters.elb' is missing: the name of the classic load balancer, or kind "
      "and resource\n"
      "web.yaml:3:5: unknown key 'elbs' in 'clusters'; did you mean 'elb'?");
}

TEST(Config, a_repeated_key_is_refused_beside_all_other_mistakes) {
  EXPECT_EQ(mistakes("keep_months: 1\nkeep_months: 2\nlisten: here"),
            "web.yaml:2:1: this key stands here a second time; it is also on line 1\n"
            "web.yaml:3:9: 'listen' must be an address and a port such as 127.0.0.1:8460 or "
            "[::1]:8460, not 'here'");
}

TEST(Config, a_value_of_the_wrong_shape_is_told_for_what_it_is) {
  EXPECT_EQ(mistakes("listen: [127.0.0.1]"), "web.yaml:1:9: 'listen' must be text, not a list");
  EXPECT_EQ(mistakes("aws: ap-northeast-1"),
            "web.yaml:1:6: 'aws' must be a map of keys and values, not a single value");
  EXPECT_EQ(mistakes("- a\n- b"),
            "web.yaml:1:1: the file must be a map of keys and values, not a list");
  EXPECT_EQ(mistakes("clusters: { name: web }"),
            "web.yaml:1:11: 'clusters' must be a list, each item beginning with '-', not a map of "
            "keys");
  EXPECT_EQ(mistakes("clusters: [web]"),
            "web.yaml:1:12: 'clusters' must be a list of maps; this item is a single value");
  EXPECT_EQ(mistakes("services: [{name: a, command: b, clusters: web}]"),
            "web.yaml:1:44: 'services.clusters' must be a list such as [one, two], not a single "
            "value");
  EXPECT_EQ(mistakes("data_dir:"),
            "web.yaml:1:1: 'data_dir' has no value; give it text or take the line out");
  EXPECT_EQ(mistakes("data_dir: ''"),
            "web.yaml:1:11: 'data_dir' is empty; give it a value or take the line out");
}

TEST(Config, text_that_is_no_yaml_is_refused_where_it_breaks) {
  EXPECT_TRUE(mistakes("aws:\n  region: [a\n").starts_with("web.yaml:3:1: this is not valid YAML"))
      << mistakes("aws:\n  region: [a\n");
  EXPECT_EQ(mistakes("a: \xff"), "web.yaml:1:4: this is not UTF-8 text; save the file as UTF-8");
  EXPECT_EQ(mistakes(std::string("a: b\0", 5)),
            "web.yaml:1:5: there is a control character here (0x00)");
  EXPECT_TRUE(mistakes("listen: !!int 5").starts_with("web.yaml:1:9: the tag"))
      << mistakes("listen: !!int 5");
  EXPECT_TRUE(
      mistakes("keep_months: 1\n---\nkeep_months: 2\n").find("a second document begins here") !=
      std::string::npos);
}

TEST(Config, columns_count_characters_not_bytes) {
  EXPECT_EQ(mistakes("日本: 1").substr(0, 13), "web.yaml:1:1:");
  EXPECT_NE(mistakes("{ \"日本\": 1, b: 2 }").find("web.yaml:1:12: unknown key 'b'"),
            std::string::npos);
}

TEST(Config, depth_and_size_are_bounded) {
  EXPECT_TRUE(mistakes(std::string(100'000, '[')).find("more than 16 deep") != std::string::npos);
  std::string flow;
  for (int i = 0; i < 10'000; ++i) flow += "{a: ";
  EXPECT_TRUE(mistakes(flow).find("more than 16 deep") != std::string::npos);
  EXPECT_TRUE(mistakes(std::string(2 << 20, ' ')).find("larger than") != std::string::npos);
}

TEST(Config, aliases_are_taken_but_not_as_a_bomb) {
  const auto config = parsed(
      "services:\n"
      "  - { name: a, command: x, clusters: &all [web, db] }\n"
      "  - { name: b, command: y, clusters: *all }\n");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->services[1].clusters, (std::vector<std::string>{"web", "db"}));

  std::string bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int k = 0; k < 10; ++k) bomb += (k == 0 ? "" : ",") + before;
    bomb += "]\n";
  }
  EXPECT_TRUE(mistakes(bomb).find("there is too much in this file") != std::string::npos);
  EXPECT_TRUE(mistakes("a: &a [*a]").find("within what it stands for") != std::string::npos);
}

TEST(Listen, other_than_loopback_is_refused_with_the_reason) {
  EXPECT_EQ(mistakes("listen: 0.0.0.0:8460"),
            "web.yaml:1:9: 'listen' must be a loopback address: there is no sign-in yet, so anyone "
            "who reaches 0.0.0.0:8460 could change what is watched; use 127.0.0.1:8460 and, from "
            "elsewhere, an SSH tunnel");
  for (const char* address : {"':8460'", "'*:8460'", "'[::]:8460'", "10.0.0.1:1", "'[::2]:80'"}) {
    EXPECT_NE(mistakes(std::string("listen: ") + address).find("must be a loopback address"),
              std::string::npos)
        << address;
  }
}

TEST(Listen, loopback_is_known_by_several_names) {
  EXPECT_EQ(parsed("listen: localhost:80")->listen.address, "127.0.0.1");
  EXPECT_EQ(parsed("listen: 127.1.2.3:80")->listen.address, "127.1.2.3");
  EXPECT_EQ(parsed("listen: '[::1]:80'")->listen.address, "::1");
  for (const char* wrong :
       {"8460", "127.0.0.1", "127.0.0.1:", "127.0.0.1:99999", "127.0.0.1:-1", "host:80"}) {
    EXPECT_FALSE(parsed(std::string("listen: '") + wrong + "'")) << wrong;
  }
}

TEST(Durations, are_kept_within_their_range) {
  EXPECT_EQ(mistakes("poll_interval: 500ms"),
            "web.yaml:1:16: 'poll_interval' must be from 1s to 1h, not 500ms");
  EXPECT_EQ(mistakes("ssh: { connect_timeout: 1d }"),
            "web.yaml:1:25: 'ssh.connect_timeout' must be from 100ms to 5m, not 1d");
  EXPECT_EQ(mistakes("poll_interval: soon"),
            "web.yaml:1:16: 'poll_interval' must be a duration such as 30s, 5m or 1h30m, not "
            "'soon'");
}

TEST(Ssh, words_that_are_no_choice_are_answered_with_the_choices) {
  EXPECT_EQ(mistakes("ssh: { address: dns, host_keys: off, port: 0 }"),
            "web.yaml:1:17: 'ssh.address' must be one of public_dns, private_dns, public_ip, "
            "private_ip, not 'dns'\n"
            "web.yaml:1:33: 'ssh.host_keys' must be one of pin, console, known_hosts, insecure, "
            "not 'off'\n"
            "web.yaml:1:44: 'ssh.port' must be from 1 to 65535, not 0");
}

TEST(Ssh, trusting_any_host_key_is_allowed_with_a_warning) {
  const auto config = parsed("ssh: { host_keys: insecure }");
  ASSERT_TRUE(config);
  ASSERT_EQ(config->warnings.size(), 1U);
  EXPECT_NE(config->warnings[0].find("insecure"), std::string::npos);
}

TEST(Clusters, need_names_that_differ_and_a_balancers_name) {
  EXPECT_EQ(mistakes("clusters:\n"
                     "  - { name: web, elb: a }\n"
                     "  - { name: web, elb: b }\n"
                     "  - { name: a b, elb: b }\n"
                     "  - { elb: web-1.ap-northeast-1.elb.amazonaws.com }\n"
                     "  - { name: x, elb: '' }\n"),
            "web.yaml:3:13: the cluster 'web' is also on line 2; names must differ\n"
            "web.yaml:4:13: 'a b' cannot be the name of a cluster: use 1 to 64 letters, digits, "
            "'.', '_' or '-', beginning with a letter or digit\n"
            "web.yaml:5:5: 'clusters.name' is missing\n"
            "web.yaml:5:12: 'clusters.elb' must be the load balancer's name, not its DNS name\n"
            "web.yaml:6:21: 'clusters.elb' is empty; give it a value or take the line out");
}

TEST(Services, take_what_is_expected_as_it_is_written) {
  const auto config = parsed(
      "services:\n"
      "  - { name: a, command: x, expect: 1 }\n"
      "  - { name: b, command: x, expect: true }\n"
      "  - { name: c, command: x, expect: 1.50 }\n"
      "  - { name: d, command: x, expect: 'null' }\n"
      "  - { name: e, command: x, expect: '' }\n"
      "  - { name: f, command: x, expect: 0x10, expect_contains: no }\n");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->services[0].expect.exact, "1");
  EXPECT_EQ(config->services[1].expect.exact, "true");
  EXPECT_EQ(config->services[2].expect.exact, "1.50");
  EXPECT_EQ(config->services[3].expect.exact, "null");
  EXPECT_EQ(config->services[4].expect.exact, "");
  EXPECT_EQ(config->services[5].expect.exact, "0x10");
  EXPECT_EQ(config->services[5].expect.contains, "no");
}

TEST(Services, say_what_must_and_what_must_not_come_back) {
  const auto config = parsed(
      "services:\n"
      "  - { name: a, command: x }\n"
      "  - { name: b, command: x, plugin: true, expect_not: down, expect_not_contains: ERR }\n"
      "  - { name: c, command: x, expect_not_regex: ^E, expect_not_exit: 3, interval: 5m }\n"
      "  - name: d\n"
      "    command: x\n"
      "    expect_json: { pointer: /status, equals: ok }\n"
      "    expect_not_json: { pointer: '', range: \"@1:2\" }\n"
      "  - { name: e, command: x, metric: load5, warning: \"10:20\", critical: \"~:5\" }\n"
      "  - { name: f, command: x, warning: 5, plugin: false }\n");
  ASSERT_TRUE(config) << config.error().message;
  const auto& services = config->services;
  EXPECT_TRUE(services[0].is_plugin());
  EXPECT_EQ(services[1].forbid, (Expectation{"down", "ERR"}));
  EXPECT_TRUE(services[1].is_plugin());
  EXPECT_EQ(services[2].forbid, (Expectation{{}, {}, "^E", 3}));
  EXPECT_FALSE(services[2].is_plugin());
  EXPECT_EQ(services[2].interval, 5min);
  EXPECT_EQ(services[3].expect.json, (JsonExpectation{"/status", "ok"}));
  EXPECT_EQ(services[3].forbid.json, (JsonExpectation{"", {}, "@1:2"}));
  EXPECT_EQ(services[4].thresholds, (Thresholds{"load5", "10:20", "~:5"}));
  EXPECT_EQ(services[5].thresholds, (Thresholds{"", "5", ""}));
  EXPECT_FALSE(services[5].is_plugin());
}

TEST(Services, whose_ranges_and_pointers_are_none_are_refused) {
  const auto message = [](const std::string& rest) {
    return mistakes("services: [{name: a, command: x, " + rest + "}]");
  };
  EXPECT_NE(message("warning: '20:10'").find("it ends before it begins; write 10"),
            std::string::npos);
  EXPECT_NE(message("metric: load1").find("give warning or critical too"), std::string::npos);
  EXPECT_NE(message("expect_json: { equals: 1 }").find("'services.expect_json.pointer' is missing"),
            std::string::npos);
  EXPECT_NE(message("expect_json: { pointer: status }").find("is no JSON pointer; write /status"),
            std::string::npos);
  EXPECT_NE(message("expect_json: { pointer: /a, value: 1 }").find("unknown key"),
            std::string::npos);
  EXPECT_NE(message("expect_json: ok").find("must be a map"), std::string::npos);
  EXPECT_NE(message("plugin: true, expect_exit: 1").find("take expect_exit"), std::string::npos);
  EXPECT_NE(message("interval: 100ms").find("'services.interval' must be from 1s to 7d"),
            std::string::npos);
  EXPECT_NE(message("expect_not_contains: ''").find("expect_not_contains' is empty"),
            std::string::npos);
}

TEST(Probes, of_each_kind_are_taken) {
  const auto config = parsed(
      "probes:\n"
      "  - { name: front, kind: http, clusters: [web] }\n"
      "  - name: site\n"
      "    kind: http\n"
      "    target: https://www.example.com/health\n"
      "    clusters: [web, api]\n"
      "    expect_status: 204\n"
      "    expect_not_contains: error\n"
      "    warning: 0.5\n"
      "    redirects: 3\n"
      "    verify: false\n"
      "    timeout: 5s\n"
      "    interval: 5m\n"
      "  - { name: db, kind: tcp, target: 'db:5432', send: \"PING\\r\\n\", expect: +PONG,\n"
      "      clusters: [web] }\n"
      "  - { name: names, kind: dns, target: a.example, addresses: [192.0.2.1], clusters: [web] }\n"
      "  - { name: cert, kind: tls, warning: '30:', clusters: [web] }\n");
  ASSERT_TRUE(config) << config.error().message;
  const auto& probes = config->probes;
  ASSERT_EQ(probes.size(), 5U);
  EXPECT_EQ(probes[0].origin, Origin::kFile);
  EXPECT_TRUE(needs_balancer(probes[0]));
  EXPECT_EQ(probes[1].expect.exit_status, 204);
  EXPECT_EQ(probes[1].forbid.contains, "error");
  EXPECT_EQ(probes[1].redirects, 3);
  EXPECT_FALSE(probes[1].verify);
  EXPECT_EQ(probes[1].interval, 5min);
  EXPECT_EQ(probes[2].send, "PING\r\n");
  EXPECT_EQ(probes[3].addresses, std::vector<std::string>{"192.0.2.1"});
  EXPECT_EQ(probes[4].thresholds.warning, "30:");
}

TEST(Probes, that_cannot_work_are_refused_at_the_key) {
  const auto message = [](const std::string& rest) {
    return mistakes("probes: [{name: a, clusters: [web], " + rest + "}]");
  };
  EXPECT_EQ(message("kind: icmp"),
            "web.yaml:1:43: 'probes.kind' must be http, tcp, dns or tls, not 'icmp'");
  EXPECT_NE(message("target: a").find("'probes.kind' is missing"), std::string::npos);
  EXPECT_EQ(message("kind: http, target: example.com"),
            "web.yaml:1:49: 'probes.target' must be a URL such as https://www.example.com/health");
  EXPECT_NE(message("kind: tcp, target: a").find("must be HOST:PORT"), std::string::npos);
  EXPECT_NE(message("kind: dns, send: x").find("'probes.send' is for tcp"), std::string::npos);
  EXPECT_NE(mistakes("probes: [{name: a, kind: http}]").find("'probes.clusters' is missing"),
            std::string::npos);
}

TEST(Services, that_cannot_work_are_refused) {
  EXPECT_EQ(mistakes("services: [{name: a}]"),
            "web.yaml:1:12: 'services.command' is missing: what to run on each instance");
  EXPECT_EQ(mistakes("services: [{name: a, command: x, expect: }]"),
            "web.yaml:1:34: 'services.expect' has no value; give it text (in quotes if it is empty "
            "or the word null) or take the line out");
  EXPECT_EQ(mistakes("services: [{name: a, command: x, expect: ' up'}]"),
            "web.yaml:1:42: 'services.expect' begins or ends with white space; what the command "
            "prints is compared without");
  EXPECT_EQ(mistakes("services: [{name: a, command: x, expect_regex: '('}]"),
            "web.yaml:1:48: 'services.expect_regex' is not a regular expression that RE2 takes: "
            "missing ): (");
  EXPECT_EQ(mistakes("services: [{name: a, command: x, expect_exit: 256}]"),
            "web.yaml:1:47: 'services.expect_exit' must be from 0 to 255, not 256");
  EXPECT_EQ(mistakes("services: [{name: a, command: x, clusters: []}]"),
            "web.yaml:1:44: 'services.clusters' is empty; name clusters, or take the line out for "
            "the service to be checked on all");
  EXPECT_EQ(mistakes("services: [{name: a, command: x, clusters: [web, web]}]"),
            "web.yaml:1:50: 'web' is in this list already");
}

TEST(Services, may_name_clusters_that_are_registered_elsewhere) {
  EXPECT_TRUE(parsed("services: [{name: a, command: x, clusters: [by-cli]}]"));
}

TEST(Aws, half_a_credential_is_no_credential) {
  EXPECT_EQ(mistakes("aws: { access_key_id: AKIA }"),
            "web.yaml:1:8: 'aws.access_key_id' needs secret_access_key beside it, or "
            "LIVESONIC_AWS_SECRET_ACCESS_KEY in the environment");
  EXPECT_EQ(mistakes("aws: { secret_access_key: s3 }"),
            "web.yaml:1:8: 'aws.secret_access_key' needs access_key_id beside it, or "
            "LIVESONIC_AWS_ACCESS_KEY_ID in the environment");
  EXPECT_EQ(
      mistakes("aws: { session_token: s3 }"),
      "web.yaml:1:8: 'aws.session_token' needs access_key_id and secret_access_key beside it");
  EXPECT_EQ(mistakes("aws:\n  profile: p\n  access_key_id: a\n  secret_access_key: b"),
            "web.yaml:2:3: 'aws.profile' and access_key_id are two ways to say the same; keep one "
            "of them");
}

TEST(Aws, addresses_and_regions_must_look_like_such) {
  EXPECT_EQ(mistakes("aws: { region: 'a/b', endpoint_url: 'ftp://x' }"),
            "web.yaml:1:16: 'aws.region' must be a region's name such as ap-northeast-1\n"
            "web.yaml:1:37: 'aws.endpoint_url' must begin with https:// or http://");
}

TEST(Ssh, has_several_ways_to_show_who_we_are_and_who_they_are) {
  const auto config = parsed(
      "ssh:\n"
      "  identity: agent\n"
      "  agent_socket: /run/agent\n"
      "  agent_key: /etc/livesonic/key.pub\n"
      "  host_keys: console\n"
      "  jump: ops@bastion:2222,inner\n"
      "  ssh_config: /etc/livesonic/ssh_config\n");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->ssh.identity, SshIdentity::kAgent);
  EXPECT_EQ(config->ssh.agent_socket, "/run/agent");
  EXPECT_EQ(config->ssh.agent_key, "/etc/livesonic/key.pub");
  EXPECT_EQ(config->ssh.host_keys, HostKeys::kConsole);
  EXPECT_EQ(config->ssh.jump, "ops@bastion:2222,inner");
  EXPECT_EQ(config->ssh.ssh_config, "/etc/livesonic/ssh_config");
  EXPECT_EQ(config->ssh.port, 0);
  EXPECT_EQ(mistakes("ssh: { agent_key: x }"),
            "web.yaml:1:8: 'ssh.agent_key' is for 'identity: agent' only");
  EXPECT_EQ(mistakes("ssh: { jump: 'a b' }"),
            "web.yaml:1:14: 'ssh.jump' 'a b' is no bastion such as user@host:22: the host's name");
}

TEST(Ssh, host_certificates_are_refused_with_the_reason) {
  const std::string said = mistakes("ssh: { host_keys: ca }");
  EXPECT_NE(said.find("'ssh.host_keys' can't be ca: the SSH library"), std::string::npos) << said;
}

TEST(Clusters, may_be_reached_in_a_way_of_their_own) {
  const auto config = parsed(
      "clusters:\n"
      "  - { name: a, elb: a, user: ops, port: 2222, jump: bastion }\n"
      "  - { name: b, elb: b, remote: ssm }\n"
      "  - { name: c, elb: c }\n");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->clusters[0].access, (Access{Reach::kSsh, "ops", 2222, "bastion"}));
  EXPECT_EQ(config->clusters[1].access.reach, Reach::kSsm);
  EXPECT_EQ(config->clusters[2].access, Access{});
  EXPECT_EQ(mistakes("clusters: [{ name: a, elb: b, remote: ssm, user: x }]"),
            "web.yaml:1:31: 'clusters.remote' ssm has no use for a user, a port or a jump");
  EXPECT_EQ(mistakes("clusters: [{ name: a, elb: b, jump: 'a b' }]"),
            "web.yaml:1:31: 'clusters.jump' 'a b' is no bastion such as user@host:22: the host's "
            "name");
}

TEST(Clusters, of_any_kind_are_a_kind_and_a_resource) {
  const auto config = parsed(
      "clusters:\n"
      "  - { name: shop, kind: alb, resource: shop-alb, target_groups: [blue], account: prod }\n"
      "  - { name: web, kind: asg, resource: web-asg, region: us-east-1 }\n"
      "  - { name: every, kind: elb, resource: 'prod-*' }\n"
      "  - { name: lab, kind: static, resource: 'lab1.example, 10.0.0.7' }\n");
  ASSERT_TRUE(config) << config.error().message;
  ASSERT_EQ(config->clusters.size(), 4U);
  EXPECT_EQ(config->clusters[0].kind, ClusterKind::kAlb);
  EXPECT_EQ(config->clusters[0].target_groups, std::vector<std::string>{"blue"});
  EXPECT_EQ(config->clusters[0].account, "prod");
  EXPECT_EQ(config->clusters[1].region, "us-east-1");
  EXPECT_TRUE(is_registration(config->clusters[2]));
  EXPECT_EQ(config->clusters[3].resource, "lab1.example, 10.0.0.7");
  EXPECT_EQ(mistakes("clusters: [{ name: a, resource: b }]"),
            "web.yaml:1:12: 'clusters.kind' is missing: what kind of resource is it?");
  EXPECT_EQ(mistakes("clusters: [{ name: a, kind: alb }]"),
            "web.yaml:1:12: 'clusters.resource' is missing");
  EXPECT_EQ(mistakes("clusters: [{ name: a, kind: ecs_service, resource: b }]"),
            "web.yaml:1:52: 'clusters.resource' must be CLUSTER/SERVICE, the names of the ECS "
            "cluster and of the service");
}

TEST(AwsAccounts, each_have_their_own_identity) {
  const auto config = parsed(
      "aws:\n"
      "  region: ap-northeast-1\n"
      "  use_fips: true\n"
      "  retry_mode: adaptive\n"
      "  max_attempts: 5\n"
      "  proxy: 'http://user:pass@proxy.example:3128'\n"
      "  no_proxy: .internal.example\n"
      "  endpoints: { route_53: 'http://127.0.0.1:5000' }\n"
      "  accounts:\n"
      "    - name: prod\n"
      "      role_arn: arn:aws:iam::123456789012:role/monitor\n"
      "      external_id: x\n"
      "      role_duration: 1h\n"
      "    - { name: dev, profile: dev, region: us-east-1 }\n");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->aws.use_fips, true);
  EXPECT_FALSE(config->aws.use_dual_stack);
  EXPECT_EQ(config->aws.retry_mode, AwsRetryMode::kAdaptive);
  EXPECT_EQ(config->aws.max_attempts, 5);
  EXPECT_EQ(config->aws.proxy, Secret("http://user:pass@proxy.example:3128"));
  EXPECT_EQ(config->aws.endpoints.at("route_53"), "http://127.0.0.1:5000");
  ASSERT_EQ(config->aws.accounts.size(), 2U);
  EXPECT_EQ(config->aws.accounts[0].role.arn, "arn:aws:iam::123456789012:role/monitor");
  EXPECT_EQ(config->aws.accounts[0].role.duration, 1h);
  EXPECT_EQ(config->aws.accounts[1].region, "us-east-1");
}

TEST(AwsAccounts, that_cannot_be_are_mistakes) {
  EXPECT_EQ(mistakes("aws: { accounts: [{ name: a }] }"),
            "web.yaml:1:19: 'aws.accounts.role_arn' is missing: an account needs role_arn, profile "
            "or access_key_id");
  EXPECT_EQ(
      mistakes("aws:\n  accounts:\n  - { name: default, profile: p }"),
      "web.yaml:3:7: 'aws.accounts.name' must not be 'default', which is what the aws section "
      "itself is called");
  EXPECT_EQ(mistakes("aws: { role_arn: monitor }"),
            "web.yaml:1:18: 'aws.role_arn' must be a role such as "
            "arn:aws:iam::123456789012:role/monitor");
  EXPECT_EQ(mistakes("aws: { external_id: x }"),
            "web.yaml:1:8: 'aws.external_id' needs role_arn beside it");
  EXPECT_EQ(mistakes("aws: { no_proxy: x }"), "web.yaml:1:8: 'aws.no_proxy' needs proxy beside it");
}

TEST(AwsEvents, come_from_a_queue_of_each_account) {
  constexpr const char* kUrl =
      "https://sqs.ap-northeast-1.amazonaws.com/123456789012/livesonic-events";
  const auto config = parsed(
      "aws:\n"
      "  events: { queue_url: 'https://sqs.ap-northeast-1.amazonaws.com/123456789012/"
      "livesonic-events' }\n"
      "  accounts:\n"
      "    - name: dev\n"
      "      profile: dev\n"
      "      events: { queue_url: 'http://127.0.0.1:5000/123456789012/dev' }\n");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->aws.event_queue_url, kUrl);
  EXPECT_EQ(config->aws.accounts.at(0).event_queue_url, "http://127.0.0.1:5000/123456789012/dev");
  EXPECT_EQ(parsed("aws: {}")->aws.event_queue_url, "");
}

TEST(AwsEvents, from_what_is_no_queue_are_a_mistake) {
  for (const char* url :
       {"livesonic-events", "https://sqs.example", "https://sqs.example/events",
        "https://sqs.example/1234/", "https://sqs.example//events", "ftp://sqs.example/1/events",
        "https://user@sqs.example/1/events", "https://sqs.example/1/events?x=y"}) {
    EXPECT_EQ(mistakes("aws: { events: { queue_url: '" + std::string(url) + "' } }"),
              "web.yaml:1:29: 'aws.events.queue_url' must be an SQS queue's URL such as "
              "https://sqs.ap-northeast-1.amazonaws.com/123456789012/livesonic-events")
        << url;
  }
  EXPECT_EQ(mistakes("aws: { events: {} }"), "web.yaml:1:8: 'aws.events.queue_url' is missing");
  EXPECT_EQ(mistakes("aws: { events: { queue_urn: x } }").find("unknown key 'queue_urn'") !=
                std::string::npos,
            true);
}

TEST(Secrets, come_from_the_environment) {
  const auto config = parsed(
      "aws:\n"
      "  access_key_id: ${KEY}\n"
      "  secret_access_key: ${SECRET}\n"
      "notify:\n"
      "  - { type: webhook, url: 'https://example.invalid/${TOKEN}/x' }\n",
      {{"KEY", "AKIA"}, {"SECRET", "s${KEY}"}, {"TOKEN", "t0k"}});
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->aws.access_key_id, "AKIA");
  EXPECT_EQ(config->aws.secret_access_key, Secret("s${KEY}"));
  EXPECT_EQ(config->channels[0].url, Secret("https://example.invalid/t0k/x"));
}

TEST(Secrets, in_the_environment_win_over_those_in_the_file) {
  const auto config = parsed(
      "aws: { access_key_id: a, secret_access_key: '${UNSET}' }\n"
      "ssh: { passphrase: file }\n"
      "notify:\n"
      "  - { type: webhook, name: ops-room.2 }\n"
      "  - { type: webhook, url: 'http://file.invalid' }\n",
      {{"LIVESONIC_AWS_ACCESS_KEY_ID", "b"},
       {"LIVESONIC_AWS_SECRET_ACCESS_KEY", "c"},
       {"LIVESONIC_AWS_SESSION_TOKEN", "d"},
       {"LIVESONIC_SSH_PASSPHRASE", "e"},
       {"LIVESONIC_NOTIFY_OPS_ROOM_2_URL", "https://one.invalid"},
       {"LIVESONIC_NOTIFY_WEBHOOK_URL", "https://two.invalid"}});
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->aws.access_key_id, "b");
  EXPECT_EQ(config->aws.secret_access_key, Secret("c"));
  EXPECT_EQ(config->aws.session_token, Secret("d"));
  EXPECT_EQ(config->ssh.passphrase, Secret("e"));
  EXPECT_EQ(config->channels[0].url, Secret("https://one.invalid"));
  EXPECT_EQ(config->channels[1].url, Secret("https://two.invalid"));
}

TEST(Secrets, that_are_missing_are_told_by_the_variables_name_and_place) {
  EXPECT_EQ(mistakes("ssh:\n  passphrase: ${NOT_SET}"),
            "web.yaml:2:15: 'ssh.passphrase' asks for the environment variable NOT_SET, which is "
            "not set");
  EXPECT_EQ(mistakes("ssh:\n  passphrase: 'a${'"),
            "web.yaml:2:15: 'ssh.passphrase' has '${' without the name of an environment variable "
            "and '}' after it");
}

TEST(Secrets, never_stand_in_a_message) {
  for (const char* yaml :
       {"notify: [{type: webhook, url: 'hunter2://x'}]",
        "notify: [{type: webhook, url: 'https:// hunter2'}]",
        "notify: [{type: webhook, url: 'https:///hunter2'}]",
        "notify: [{type: webhook, https://hunter2/x: y}]", "aws: {secret_access_key: 'hunter2 x'}",
        "aws: {secret_access_key: 'hunter2${'}", "aws: {secret_access_key: [hunter2]}",
        "notify: [{type: webhook, url: 'https://a:hunter2'}]", "ssh: {passphrase: {hunter2: 1}}"}) {
    EXPECT_EQ(mistakes(yaml).find("hunter2"), std::string::npos) << mistakes(yaml);
  }
}

TEST(Notify, channels_without_a_name_are_numbered_around_those_that_have_one) {
  const auto config = parsed(
      "notify:\n"
      "  - { type: webhook, url: 'http://a.invalid' }\n"
      "  - { type: webhook, url: 'http://b.invalid', name: webhook-2 }\n"
      "  - { type: webhook, url: 'http://c.invalid' }\n");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->channels[0].name, "webhook");
  EXPECT_EQ(config->channels[1].name, "webhook-2");
  EXPECT_EQ(config->channels[2].name, "webhook-3");
}

TEST(Notify, what_cannot_be_sent_to_is_refused) {
  EXPECT_EQ(mistakes("notify: [{type: pigeon, url: 'http://a.invalid'}]"),
            "web.yaml:1:17: 'notify.type' must be one of webhook, slack, mail, sns, pagerduty, "
            "alertmanager, command, not 'pigeon'");
  EXPECT_EQ(mistakes("notify: [{type: webhook, name: ops}]"),
            "web.yaml:1:10: 'notify.url' is missing: where to send to, here or in the environment "
            "variable LIVESONIC_NOTIFY_OPS_URL");
  EXPECT_EQ(mistakes("notify: [{type: webhook, name: a, url: 'http://a.invalid'},"
                     " {type: webhook, name: a, url: 'http://a.invalid'}]"),
            "web.yaml:1:83: the notification channel 'a' is also on line 1; names must differ");
  for (const char* url :
       {"http://", "https://:80/", "https://a:0/", "https://a:x/", "//a", "https://a b"}) {
    EXPECT_FALSE(parsed(std::string("notify: [{type: webhook, url: '") + url + "'}]")) << url;
  }
  for (const char* url :
       {"http://127.0.0.1:8080/x?y=z", "https://[::1]:443", "https://u:p@host/x"}) {
    EXPECT_TRUE(parsed(std::string("notify: [{type: webhook, url: '") + url + "'}]")) << url;
  }
}

constexpr std::string_view kChannels = R"(
public_url: https://monitor.example/
heartbeat: { url: "https://hc.invalid/${TOKEN}", interval: 30s }
notify:
  - { type: webhook, url: "https://a.invalid", secret: "${TOKEN}", ca_file: ca.pem,
      rate: { messages: 30, within: 2m }, give_up_after: 1h, refusals: 3 }
  - { type: slack, url: "https://b.invalid", language: ja, time_zone: Asia/Tokyo,
      subject: "{severity}: {title}", text: "{{{members}}}" }
  - { type: mail, host: smtp.invalid, from: a@b.invalid, to: [c@d.invalid, e@f.invalid],
      user: me, password: "${TOKEN}" }
  - { type: sns, topic: "arn:aws:sns:ap-northeast-1:123456789012:ops", account: second }
  - { type: pagerduty, routing_key: "${TOKEN}" }
  - { type: alertmanager, url: "http://127.0.0.1:9093", hold: 2m }
  - { type: command, command: [/bin/tell, "a b", ""], timeout: 3s }
)";

TEST(Notify, every_type_of_channel_is_read) {
  const auto config = parsed(kChannels, {{"TOKEN", "t0k"}});
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->public_url, "https://monitor.example");
  EXPECT_EQ(config->heartbeat.url, Secret("https://hc.invalid/t0k"));
  EXPECT_EQ(config->heartbeat.interval, 30s);
  const auto& channels = config->channels;
  ASSERT_EQ(channels.size(), 7U);
  for (const ChannelConfig& channel : channels) EXPECT_EQ(channel.name, to_string(channel.type));
  EXPECT_EQ(channels[0].secret, Secret("t0k"));
  EXPECT_EQ(channels[0].ca_file, "ca.pem");
  EXPECT_EQ(channels[0].rate_messages, 30);
  EXPECT_EQ(channels[0].rate_within, 2min);
  EXPECT_EQ(channels[0].give_up_after, 1h);
  EXPECT_EQ(channels[0].refusals, 3);
  EXPECT_TRUE(channels[1].wording.japanese);
  EXPECT_EQ(channels[1].wording.zone.at(Time{}).abbreviation, "JST");
  EXPECT_EQ(channels[1].wording.subject, "{severity}: {title}");
  EXPECT_EQ(channels[2].mail.port, 587);
  EXPECT_EQ(channels[2].mail.tls, MailTls::kStartTls);
  EXPECT_EQ(channels[2].mail.to, (std::vector<std::string>{"c@d.invalid", "e@f.invalid"}));
  EXPECT_EQ(channels[2].mail.password, Secret("t0k"));
  EXPECT_EQ(channels[2].timeout, 30s);
  EXPECT_EQ(channels[3].account, "second");
  EXPECT_EQ(channels[4].routing_key, Secret("t0k"));
  EXPECT_TRUE(channels[4].url.empty());
  EXPECT_EQ(channels[5].hold, 2min);
  EXPECT_EQ(channels[6].command, (std::vector<std::string>{"/bin/tell", "a b", ""}));
}

TEST(Notify, the_secrets_of_channels_come_from_the_environment) {
  const auto config = parsed(
      "notify:\n"
      "  - { type: mail, name: m, host: h, from: a@b, to: [c@d], user: u }\n"
      "  - { type: pagerduty, name: p }\n"
      "  - { type: webhook, name: w }\n",
      {{"LIVESONIC_NOTIFY_M_PASSWORD", "one"},
       {"LIVESONIC_NOTIFY_P_ROUTING_KEY", "two"},
       {"LIVESONIC_NOTIFY_W_URL", "https://w.invalid"},
       {"LIVESONIC_NOTIFY_W_SECRET", "three"}});
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->channels[0].mail.password, Secret("one"));
  EXPECT_EQ(config->channels[1].routing_key, Secret("two"));
  EXPECT_EQ(config->channels[2].secret, Secret("three"));
}

TEST(Notify, what_is_wrong_with_a_channel_is_told) {
  const auto said = [](const std::string& channel) {
    return mistakes("notify: [" + channel + "]");
  };
  const auto says = [&](const std::string& channel, const std::string& part) {
    EXPECT_NE(said(channel).find(part), std::string::npos) << said(channel);
  };
  says("{type: slack, url: 'http://a.invalid', text: '{clutser}'}",
       "'notify.text' has the unknown placeholder '{clutser}'; there are title, kind");
  says("{type: slack, url: 'http://a.invalid', time_zone: Mars}", "is no time zone");
  says("{type: slack, url: 'http://a.invalid', language: fr}", "must be one of en, ja");
  says("{type: webhook, url: 'http://a.invalid', text: x}", "unknown key 'text'");
  says("{type: webhook, url: 'http://a.invalid', rate: {within: 1m}}",
       "'notify.rate.messages' is missing");
  says("{type: mail}", "'notify.host' is missing");
  says("{type: mail}", "'notify.from' is missing");
  says("{type: mail}", "'notify.to' is missing");
  says("{type: mail, host: h, from: a@b, to: [c@d], user: u}",
       "environment variable LIVESONIC_NOTIFY_MAIL_PASSWORD");
  for (const char* address :
       {"a", "a@", "@b", "a b@c", "a@b@c", "a@b\\r\\nBcc:x@y", "<a@b>", "-a@b", ""}) {
    says(std::string("{type: mail, host: h, from: a@b, to: [\"") + address + "\"]}",
         "must be a mail address");
  }
  says("{type: mail, host: 'h:25', from: a@b, to: [c@d]}", "without a port");
  says("{type: sns, topic: ops}", "must be a topic's ARN");
  says("{type: pagerduty}", "'notify.routing_key' is missing");
  says("{type: command}", "'notify.command' is missing");
  says("{url: 'http://a.invalid'}", "'notify.type' is missing; there are: webhook, slack");
  EXPECT_NE(mistakes("heartbeat: { interval: 1m }").find("'heartbeat.url' is missing"),
            std::string::npos);
  EXPECT_NE(mistakes("public_url: monitor").find("must begin with https://"), std::string::npos);
}

TEST(Notify, a_password_in_clear_is_warned_of) {
  const auto config = parsed(
      "notify: [{type: mail, host: h, from: a@b, to: [c@d], user: u, password: p, tls: none}]");
  ASSERT_TRUE(config) << config.error().message;
  ASSERT_EQ(config->warnings.size(), 1U);
  EXPECT_NE(config->warnings[0].find("in clear"), std::string::npos);
  EXPECT_EQ(config->channels[0].mail.port, 25);
}

class ConfigFile : public testing::Test {
 protected:
  ConfigFile() {
    std::string pattern = testing::TempDir() + "config-XXXXXX";
    folder_ = mkdtemp(pattern.data());
  }
  ~ConfigFile() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path write(const std::string& yaml, mode_t mode) {
    const auto file = folder_ / "web.yaml";
    std::ofstream(file) << yaml;
    chmod(file.c_str(), mode);
    return file;
  }

  std::filesystem::path folder_;
};

TEST_F(ConfigFile, that_is_missing_is_named) {
  const auto config = load(folder_ / "none.yaml", with({}));
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().kind, ErrorKind::kNotFound);
  EXPECT_NE(config.error().message.find("none.yaml"), std::string::npos);
}

TEST_F(ConfigFile, relative_paths_count_from_its_folder) {
  const auto config = load(write("data_dir: data\nssh: { identity_file: key }", 0644), with({}));
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->data_dir, folder_ / "data");
  EXPECT_EQ(config->ssh.identity_file, folder_ / "key");
}

TEST_F(ConfigFile, with_secrets_that_others_may_read_is_taken_with_a_warning) {
  const auto open = load(write("ssh: { passphrase: x }", 0644), with({}));
  ASSERT_TRUE(open) << open.error().message;
  ASSERT_EQ(open->warnings.size(), 1U);
  EXPECT_NE(open->warnings[0].find("chmod 600"), std::string::npos);

  EXPECT_TRUE(load(write("ssh: { passphrase: x }", 0600), with({}))->warnings.empty());
  EXPECT_TRUE(
      load(write("ssh: { passphrase: '${P}' }", 0644), with({{"P", "x"}}))->warnings.empty());
  EXPECT_TRUE(load(write("keep_months: 1", 0644), with({}))->warnings.empty());
}

TEST_F(ConfigFile, that_is_the_packaged_sample_is_taken) {
  const auto config =
      load(std::filesystem::path(LIVESONIC_SOURCE_DIR) / "packaging/livesonic.yaml", with({}));
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_TRUE(config->warnings.empty());
  ASSERT_EQ(config->clusters.size(), 1U);
  EXPECT_EQ(config->clusters[0].name, "web");
}

}  // namespace
}  // namespace livesonic::config
