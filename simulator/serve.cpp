// SPDX-License-Identifier: Apache-2.0
#include "simulator/serve.h"

#include <fmt/format.h>
#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmath>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "livesonic/base/file.h"
#include "livesonic/base/log.h"
#include "livesonic/httpd/server.h"
#include "simulator/aws/endpoint.h"
#include "simulator/control/control.h"
#include "simulator/scaled_clock.h"
#include "simulator/scenario_player.h"
#include "simulator/ssh_hosts.h"

namespace livesonic::simulator {
namespace {

constexpr int kHttpThreads = 16;  // calls that an injected fault makes hang each hold one

// How often hosts are told of what the world did by itself.
constexpr std::chrono::milliseconds kBeat{100};
constexpr std::chrono::milliseconds kFastBeat{10};

// One port for both: /sim/ is the control API, all else is AWS.
class Entrance final : public httpd::Handler {
 public:
  Entrance(AwsEndpoint& aws, Control& control) : aws_(aws), control_(control) {}
  httpd::Response handle(const httpd::Request& request) override {
    return request.path.starts_with("/sim/") ? control_.handle(request) : aws_.handle(request);
  }

 private:
  AwsEndpoint& aws_;
  Control& control_;
};

// Removes the ready file again, whatever ends the program's work.
class ReadyFile {
 public:
  explicit ReadyFile(std::filesystem::path path) : path_(std::move(path)) {}
  ~ReadyFile() {
    std::error_code ignored;
    if (written_) std::filesystem::remove(path_, ignored);
  }
  ReadyFile(const ReadyFile&) = delete;
  ReadyFile& operator=(const ReadyFile&) = delete;

  // Appears whole or not at all.
  Result<void> write(const std::string& text) {
    if (path_.empty()) return {};
    const std::filesystem::path draft = path_.string() + ".part";
    {
      std::ofstream out(draft);
      out << text << std::flush;
      if (!out) {
        return fail(ErrorKind::kUnavailable, fmt::format("writing {} failed", draft.string()));
      }
    }
    std::error_code error;
    std::filesystem::rename(draft, path_, error);
    if (error) {
      return fail(ErrorKind::kUnavailable,
                  fmt::format("writing {}: {}", path_.string(), error.message()));
    }
    written_ = true;
    return {};
  }

 private:
  const std::filesystem::path path_;
  bool written_ = false;
};

sigset_t block_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);  // all threads to come inherit it
  std::signal(SIGPIPE, SIG_IGN);
  return signals;
}

// Each host has a listening socket of its own.
void allow_many_descriptors() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

std::string describe(const ServeOptions& options, std::uint16_t aws_port, std::uint16_t ssh_port) {
  nlohmann::json clusters = nlohmann::json::array();
  for (const ClusterPlan& cluster : options.plan.clusters) {
    nlohmann::json described{{"name", cluster.name},
                             {"kind", to_string(cluster.kind)},
                             {"load_balancer", balancer_name(cluster)},
                             {"instances", cluster.instances}};
    if (cluster.kind == ClusterKind::kAsg || cluster.kind == ClusterKind::kEcs) {
      described["auto_scaling_group"] = cluster.name + "-asg";
    }
    clusters.push_back(std::move(described));
  }
  const std::string url = fmt::format("http://127.0.0.1:{}", aws_port);
  return nlohmann::json{{"pid", getpid()},
                        {"endpoint_url", url},
                        {"control_url", url + "/sim"},
                        {"region", options.plan.region},
                        {"ssh_port", ssh_port},
                        {"seed", options.plan.seed},
                        {"clusters", std::move(clusters)}}
             .dump() +
         "\n";
}

Result<std::optional<Scenario>> load_scenario(const std::string& script) {
  if (script.empty()) return std::optional<Scenario>();
  std::string text(demo_scenario());
  if (script != "demo") {
    auto read = read_file(script);
    if (!read) return fail(read.error());
    text = std::move(*read);
  }
  auto scenario = parse_scenario(text);
  if (!scenario) return fail(scenario.error().context(script));
  return std::optional(std::move(*scenario));
}

}  // namespace

Result<void> serve_until_signal(const ServeOptions& options) {
  const sigset_t signals = block_signals();
  allow_many_descriptors();

  auto scenario = load_scenario(options.script);
  if (!scenario) return fail(scenario.error());
  SshOptions ssh_options;
  ssh_options.port = options.ssh_port;
  if (!options.authorized_key.empty()) {
    auto key = read_file(expand_home(options.authorized_key));
    if (!key) return fail(key.error());
    ssh_options.authorized_key = std::move(*key);
  }

  const ScaledClock clock(options.speed);
  auto world = build_world(options.plan, clock.now());
  if (!world) return fail(world.error());
  // Its users live in true time.
  world->pushed_keys.validity = Duration{
      std::llround(static_cast<double>(world->pushed_keys.validity.count()) * options.speed)};
  Simulation simulation(std::move(*world), clock);

  // Those who change the world end before the hosts that follow it.
  auto hosts = SshHosts::start(simulation, ssh_options);
  if (!hosts) return fail(hosts.error());
  AwsEndpoint aws(simulation, options.access_key);
  Control control(simulation);
  Entrance entrance(aws, control);
  httpd::ServerOptions http;
  http.port = options.aws_port;
  http.threads = kHttpThreads;
  auto server = httpd::serve(http, entrance);
  if (!server) return fail(server.error());

  const std::string ready = describe(options, (*server)->port(), (*hosts)->port());
  ReadyFile ready_file(options.ready_file);
  if (auto written = ready_file.write(ready); !written) return written;
  std::fputs(ready.c_str(), stdout);
  std::fflush(stdout);

  const std::jthread heart([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      simulation.follow_time();
      std::this_thread::sleep_for(options.speed > 1 ? kFastBeat : kBeat);
    }
  });
  std::optional<ScenarioPlayer> player;
  if (*scenario) {
    player.emplace(simulation, std::move(**scenario), options.plan.seed, options.speed);
  }
  int received = 0;
  sigwait(&signals, &received);
  player.reset();
  aws.stop();
  return {};
}

}  // namespace livesonic::simulator
