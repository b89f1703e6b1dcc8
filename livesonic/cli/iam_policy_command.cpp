// SPDX-License-Identifier: Apache-2.0
#include "livesonic/cli/commands.h"

namespace livesonic::cli {
namespace {

int print_policy(Session& session, const Arguments&) {
  const auto config = session.load_config();
  if (!config) return session.fail_with(config.error());
  session.screen().raw(session.program().iam_policy(*config));
  return kDone;
}

}  // namespace

Command iam_policy_command() {
  return {
      .name = "iam-policy",
      .summary = "the least permissions on AWS that the configuration needs",
      .help =
          "Prints a policy for IAM: what discovery reads always, and what domains, the events'\n"
          "queue, Systems Manager, Instance Connect and the allowed kinds of actions need where\n"
          "the configuration asks for them. Actions that are only dry runs need nothing that\n"
          "changes anything. Contacts nothing.",
      .examples = {"livesonic iam-policy",
                   "livesonic iam-policy > policy.json && aws iam create-policy \\\n"
                   "    --policy-name livesonic --policy-document file://policy.json"},
      .parameters = {},
      .run = print_policy,
      .subcommands = {},
  };
}

}  // namespace livesonic::cli
