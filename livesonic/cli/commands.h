// SPDX-License-Identifier: Apache-2.0
// The subcommands, each in a file of its own.
#pragma once

#include "livesonic/cli/command.h"

namespace livesonic::cli {

Command serve_command();
Command poll_command();
Command cluster_command();
Command service_command();
Command probe_command();
Command status_command();
Command history_command();
Command history_import_command();
Command incidents_command();
Command rules_command();
Command incident_command();
Command silence_command();
Command maintenance_command();
Command deploy_command();
Command notify_command();
Command domains_command();
Command action_command();
Command scale_command();
Command iam_policy_command();
Command host_key_command();
Command authorized_keys_command();
Command check_config_command();

// All of them, as the program's own "command": its name is the program's.
Command livesonic_command();

}  // namespace livesonic::cli
