// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/web_identity.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "livesonic/aws/client.h"
#include "livesonic/base/file.h"
#include "livesonic/base/text.h"

namespace livesonic::aws {

Result<std::optional<WebIdentity>> web_identity_of_environment(const Environment& environment) {
  WebIdentity identity{.token_file = environment("AWS_WEB_IDENTITY_TOKEN_FILE").value_or(""),
                       .role = {.arn = environment("AWS_ROLE_ARN").value_or(""),
                                .external_id = {},
                                .session_name = environment("AWS_ROLE_SESSION_NAME").value_or(""),
                                .duration = {}}};
  if (identity.token_file.empty()) return std::nullopt;
  return check_role(identity.role, "the environment (AWS_ROLE_ARN, AWS_ROLE_SESSION_NAME)")
      .map([&] { return std::optional(std::move(identity)); });
}

Result<Credentials> web_identity_credentials(const WebIdentity& identity,
                                             const Surroundings& around,
                                             const std::stop_token& stop) {
  const Result<std::string> text = read_file(expand_home(identity.token_file), 65536);
  if (!text) return fail(text.error().context("the web identity's token"));
  const std::string_view token = trim(*text);
  const bool fits = token.size() >= 4 && token.size() <= 20000 &&
                    std::ranges::all_of(token, [](char c) { return c > ' ' && c < 0x7F; });
  if (!fits) {
    return fail(ErrorKind::kInvalidInput,
                fmt::format("{} holds no web identity token", printable(identity.token_file)));
  }
  const Client client(around.settings, {.transport = around.transport,
                                        .credentials = nullptr,
                                        .clock = around.clock,
                                        .statistics = around.statistics,
                                        .states = around.states});
  return Sts(client).assume_role_with_web_identity(identity.role, Secret(std::string(token)), stop);
}

}  // namespace livesonic::aws
