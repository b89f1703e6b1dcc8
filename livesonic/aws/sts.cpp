// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/sts.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "livesonic/aws/client.h"
#include "livesonic/base/text.h"

namespace livesonic::aws {
namespace {

constexpr Service kSts{.id = "sts", .api_version = "2011-06-15"};
constexpr std::string_view kDefaultSession = "livesonic";

// Letters, digits and some signs, as the API reference restricts names and ids.
bool is_plain(std::string_view text, std::string_view signs, std::size_t least, std::size_t most) {
  return text.size() >= least && text.size() <= most && std::ranges::all_of(text, [&](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  signs.find(c) != std::string_view::npos;
         });
}

Fields role_fields(const Role& role) {
  Fields fields = {{"RoleArn", role.arn},
                   {"RoleSessionName",
                    role.session_name.empty() ? std::string(kDefaultSession) : role.session_name}};
  if (role.duration > Duration::zero()) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(role.duration);
    fields.emplace_back("DurationSeconds", std::to_string(seconds.count()));
  }
  return fields;
}

// Of "<OPERATIONResponse><OPERATIONResult><Credentials>…".
Result<Credentials> read_credentials(const Reply& reply) {
  const Result<xml::Document> document = read_document(reply, reply.operation + "Response");
  if (!document) return fail(document.error());
  const std::string result = reply.operation + "Result";
  const xml::Element element =
      document->root().required_child(result.c_str()).required_child("Credentials");
  Credentials credentials{.access_key_id = element.required_text("AccessKeyId"),
                          .secret_access_key = Secret(element.required_text("SecretAccessKey")),
                          .session_token = Secret(element.required_text("SessionToken")),
                          .expires_at = element.time("Expiration")};
  if (!credentials.expires_at) element.complain("Expiration", "is missing");
  if (Result<void> read = check_read(reply, *document); !read) return fail(read.error());
  if (Result<void> checked = check_credentials(credentials, "the answer of STS"); !checked) {
    return fail(checked.error());
  }
  return credentials;
}

}  // namespace

Result<void> check_role(const Role& role, std::string_view where) {
  const auto refuse = [&](std::string_view what) {
    return fail(ErrorKind::kInvalidInput, fmt::format("{} in {}", what, where));
  };
  if (!role.arn.starts_with("arn:") || !is_plain(role.arn, ":/+=,.@_-", 20, 2048)) {
    return refuse("role_arn is no role such as arn:aws:iam::123456789012:role/monitor");
  }
  if (!role.session_name.empty() && !is_plain(role.session_name, "+=,.@_-", 2, 64)) {
    return refuse("role_session_name must be 2 to 64 letters, digits and any of +=,.@_-");
  }
  if (!role.external_id.empty() && !is_plain(role.external_id, "+=,.@:/_-", 2, 1224)) {
    return refuse("external_id must be 2 to 1224 letters, digits and any of +=,.@:/_-");
  }
  if (role.duration != Duration::zero() &&
      (role.duration < std::chrono::minutes{15} || role.duration > std::chrono::hours{12})) {
    return refuse("a role is assumed for 15 minutes to 12 hours, unlike");
  }
  return {};
}

Result<Credentials> Sts::assume_role(const Role& role, const std::stop_token& stop) const {
  Fields fields = role_fields(role);
  if (!role.external_id.empty()) fields.emplace_back("ExternalId", role.external_id);
  return client_->query(kSts, "AssumeRole", fields, stop).and_then(read_credentials);
}

Result<Credentials> Sts::assume_role_with_web_identity(const Role& role, const Secret& token,
                                                       const std::stop_token& stop) const {
  Fields fields = role_fields(role);
  fields.emplace_back("WebIdentityToken", token.reveal());
  return client_->query(kSts, "AssumeRoleWithWebIdentity", fields, stop, Signing::kUnsigned)
      .and_then(read_credentials);
}

Result<CallerIdentity> Sts::get_caller_identity(const std::stop_token& stop) const {
  const Result<Reply> reply = client_->query(kSts, "GetCallerIdentity", {}, stop);
  if (!reply) return fail(reply.error());
  const Result<xml::Document> document = read_document(*reply, "GetCallerIdentityResponse");
  if (!document) return fail(document.error());
  const xml::Element result = document->root().required_child("GetCallerIdentityResult");
  CallerIdentity identity{.account = result.required_text("Account"),
                          .arn = result.required_text("Arn"),
                          .user_id = result.text("UserId")};
  return check_read(*reply, *document).map([&] { return std::move(identity); });
}

}  // namespace livesonic::aws
