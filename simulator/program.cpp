// SPDX-License-Identifier: Apache-2.0
#include "simulator/program.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <functional>
#include <list>

#include "livesonic/base/time_text.h"
#include "simulator/aws/catalogue.h"
#include "simulator/history_csv.h"
#include "simulator/scenario.h"
#include "simulator/serve.h"

namespace livesonic::simulator {
namespace {

constexpr int kFailed = 1;
constexpr int kWrongArguments = 2;

// Options with a grammar of their own: taken as texts, read once all are there.
class Texts {
 public:
  void add_clusters(CLI::App& command, std::vector<ClusterPlan>& target) {
    add(command, "--clusters",
        "Clusters, their sizes and kinds, such as web:20,api:14:asg,batch:6:ecs; kinds are elb "
        "(web "
        "is behind web-elb), alb, nlb, asg, ecs and fargate",
        "LIST", [&target](const std::string& text) -> Result<void> {
          return parse_clusters(text).map([&](auto clusters) { target = std::move(clusters); });
        });
  }
  void add_duration(CLI::App& command, const char* name, Duration& target, const char* help) {
    add(command, name, fmt::format("{} [{}]", help, format_duration(target)), "DURATION",
        [&target](const std::string& text) -> Result<void> {
          return parse_duration(text).map([&](Duration parsed) { target = parsed; });
        });
  }
  void add_time(CLI::App& command, const char* name, Time& target, const char* help) {
    add(command, name, help, "TIME", [&target](const std::string& text) -> Result<void> {
      return parse_iso8601(text).map([&](Time parsed) { target = parsed; });
    });
  }

  void add_throttles(CLI::App& command, ThrottleStore& target) {
    add(command, "--throttling",
        "How often AWS may be asked: off, aws for the token buckets that AWS documents, or sizes "
        "such as ec2:RunInstances=5/2,*=50/10 [off]",
        "BUCKETS", [&target](const std::string& text) -> Result<void> {
          return parse_throttles(text).map([&](ThrottleStore parsed) { target = parsed; });
        });
  }

  // The first error names its option.
  [[nodiscard]] Result<void> read() const {
    for (const Entry& entry : entries_) {
      if (entry.option->count() == 0) continue;
      if (auto done = entry.read(entry.text); !done) {
        return fail(done.error().context(entry.option->get_name()));
      }
    }
    return {};
  }

 private:
  struct Entry {
    std::string text;
    CLI::Option* option = nullptr;
    std::function<Result<void>(const std::string&)> read;
  };

  void add(CLI::App& command, const std::string& name, const std::string& help, const char* type,
           std::function<Result<void>(const std::string&)> read) {
    Entry& entry = entries_.emplace_back();
    entry.read = std::move(read);
    entry.option = command.add_option(name, entry.text, help)->type_name(type);
  }

  std::list<Entry> entries_;  // CLI11 keeps references to the texts
};

// What both serve and history take, so that they mean the same fleet.
void add_fleet_options(CLI::App& command, Texts& texts, FleetPlan& plan) {
  texts.add_clusters(command, plan.clusters);
  command.add_option("--seed", plan.seed, "The same seed and flags give the same fleet")
      ->capture_default_str();
  command.add_option("--zones", plan.zones, "How many Route 53 zones there are")
      ->check(CLI::Range(0, 10'000))
      ->capture_default_str();
  command.add_option("--region", plan.region, "The AWS region")->capture_default_str();
}

int report(const Result<void>& outcome) {
  if (outcome) return 0;
  fmt::print(stderr, "livesonic-sim: {}\n", outcome.error().message);
  return outcome.error().kind == ErrorKind::kInvalidInput ? kWrongArguments : kFailed;
}

void print_operations() {
  for (const AwsApi& api : aws_apis()) {
    for (const auto table : api.tables) {
      for (const AwsOperation& operation : table) fmt::print("{} {}\n", api.name, operation.name);
    }
  }
}

}  // namespace

int run_program(int argc, char** argv) {
  CLI::App app{"A simulated AWS, and the hosts behind its load balancers, on loopback."};
  app.set_version_flag("--version", LIVESONIC_VERSION);
  app.require_subcommand(1);

  Texts texts;
  ServeOptions serve;
  CLI::App* serve_command = app.add_subcommand(
      "serve", "Serve until interrupted; prints the addresses as JSON once ready");
  add_fleet_options(*serve_command, texts, serve.plan);
  serve_command->add_option("--aws-port", serve.aws_port, "For AWS and /sim; 0: any free one")
      ->capture_default_str();
  serve_command->add_option("--ssh-port", serve.ssh_port, "Of all hosts; 0: any free one")
      ->capture_default_str();
  serve_command->add_option("--script", serve.script, "A scenario: demo, or a YAML file");
  serve_command->add_option("--speed", serve.speed, "How much faster than true its time runs")
      ->check(CLI::Range(1.0, 1000.0))
      ->capture_default_str();
  serve_command->add_option("--ready-file", serve.ready_file,
                            "Gets the addresses once ready; removed at the end");
  serve_command->add_option("--access-key", serve.access_key,
                            "The only AWS access key id accepted; any when left out");
  serve_command->add_option("--authorized-key", serve.authorized_key,
                            "A .pub file: the only SSH key accepted; any when left out");
  texts.add_duration(*serve_command, "--pending", serve.plan.pace.pending,
                     "How long a new instance is pending");
  texts.add_duration(*serve_command, "--registering", serve.plan.pace.registering,
                     "How long it runs before it is in service");
  texts.add_duration(*serve_command, "--shutting-down", serve.plan.pace.shutting_down,
                     "How long an instance takes to terminate");
  texts.add_duration(*serve_command, "--remembered", serve.plan.pace.remembered,
                     "How long EC2 lists a terminated instance");
  serve_command->add_option("--event-queue", serve.plan.event_queue,
                            "An SQS queue that gets EventBridge's events; none when left out");
  texts.add_duration(*serve_command, "--hidden", serve.plan.pace.hidden,
                     "How long EC2 doesn't know a new instance yet");
  texts.add_duration(*serve_command, "--lingering", serve.plan.pace.lingering,
                     "How long balancers still list a terminated instance");
  texts.add_duration(*serve_command, "--draining", serve.plan.pace.draining,
                     "How long a deregistered target drains");
  texts.add_duration(*serve_command, "--console", serve.plan.pace.console,
                     "How long after its boot EC2 has an instance's console output");
  texts.add_throttles(*serve_command, serve.plan.throttles);
  texts.add_duration(*serve_command, "--step", serve.plan.pace.step,
                     "How often Auto Scaling and ECS look while they have something to do");
  texts.add_duration(*serve_command, "--health-check", serve.plan.pace.health_check,
                     "How often they look while they haven't");

  HistoryOptions history;
  history.now = SystemClock().now();
  CLI::App* history_command = app.add_subcommand(
      "history", "Print the scores the fleet would have had: time,cluster,instance,score");
  add_fleet_options(*history_command, texts, history.plan);
  texts.add_duration(*history_command, "--last", history.last, "How far back");
  texts.add_duration(*history_command, "--step", history.step, "From one point to the next");
  texts.add_time(*history_command, "--until", history.now,
                 "The end, such as 2026-03-01T00:00:00Z [now]");

  CLI::App* demo_command =
      app.add_subcommand("scenario", "Print the built-in scenario, to write one's own from");

  CLI::App* operations_command =
      app.add_subcommand("operations", "Print what the simulated AWS answers: API and operation");

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kWrongArguments;
  }
  if (auto read = texts.read(); !read) return report(read);
  if (*serve_command) return report(serve_until_signal(serve));
  if (*demo_command) {
    fmt::print("{}", demo_scenario());
    return 0;
  }
  if (*operations_command) {
    print_operations();
    return 0;
  }
  return report(write_history(history, [](std::string_view text) {
    return std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  }));
}

}  // namespace livesonic::simulator
