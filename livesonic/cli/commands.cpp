// SPDX-License-Identifier: Apache-2.0
#include "livesonic/cli/commands.h"

namespace livesonic::cli {

Command livesonic_command() {
  return {
      .name = "livesonic",
      .summary = "watches the servers behind AWS load balancers",
      .help =
          "Livesonic watches fleets of servers on AWS. Register a load balancer, and the\n"
          "instances behind it are found, scored and checked over SSH.\n"
          "\n"
          "While a server runs (livesonic serve) the commands speak to it; without one they\n"
          "work on the data directory themselves.",
      .examples = {"livesonic serve", "livesonic cluster add web --elb web-elb",
                   "livesonic status"},
      .parameters = {},
      .run = {},
      .subcommands = {serve_command(),       poll_command(),
                      cluster_command(),     service_command(),
                      probe_command(),       status_command(),
                      history_command(),     incidents_command(),
                      incident_command(),    rules_command(),
                      silence_command(),     maintenance_command(),
                      deploy_command(),      action_command(),
                      notify_command(),      scale_command(),
                      domains_command(),     iam_policy_command(),
                      host_key_command(),    authorized_keys_command(),
                      check_config_command()},
  };
}

}  // namespace livesonic::cli
