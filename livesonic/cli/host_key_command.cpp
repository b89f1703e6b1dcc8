// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "livesonic/cli/commands.h"

namespace livesonic::cli {
namespace {

int forget(Session& session, const Arguments& arguments) {
  int status = kDone;
  auto api = session.connect(status);
  if (!api) return status;
  const std::string instance = arguments.text("INSTANCE");
  const auto answer = api->remove("/host-keys/" + instance);
  if (!answer) return session.fail_with(answer.error());
  if (session.json()) return session.print_json(answer->body);
  session.screen().line({fmt::format(
      "The host key of {} is forgotten; the one it shows at the next contact is believed.",
      instance)});
  return kDone;
}

}  // namespace

Command host_key_command() {
  return {
      .name = "host-key",
      .summary = "forget the pinned host key of an instance",
      .help =
          "With 'ssh.host_keys: pin' an instance must always show the SSH host key that it\n"
          "showed first. If it shows another, nothing is run there.",
      .examples = {"livesonic host-key forget i-0123456789abcdef0"},
      .parameters = {},
      .run = {},
      .subcommands =
          {{.name = "forget",
            .summary = "let the next contact pin anew",
            .help = "For an instance whose key was changed on purpose. If you don't know why the\n"
                    "key changed, find out first: somebody may be in between.",
            .examples = {"livesonic host-key forget i-0123456789abcdef0"},
            .parameters = {{Parameter::Kind::kPositional, "INSTANCE", "", "the instance's id",
                            true}},
            .run = forget,
            .subcommands = {}}},
  };
}

}  // namespace livesonic::cli
