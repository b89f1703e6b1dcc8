// SPDX-License-Identifier: Apache-2.0
// STS (API version 2011-06-15): who somebody is, and roles taken on.
#include <fmt/format.h>

#include <array>

#include "livesonic/base/time_text.h"
#include "simulator/aws/operations.h"
#include "simulator/aws/query.h"

namespace livesonic::simulator {
namespace {

constexpr std::string_view kNameSpace = "https://sts.amazonaws.com/doc/2011-06-15/";
constexpr int kLongestSession = 43'200;  // seconds

AwsAnswer get_caller_identity(const World&, Time, const AwsCall& call) {
  return query_response(kNameSpace, call, [](XmlWriter& xml) {
    xml.text("Arn", "arn:aws:iam::123456789012:user/simulated");
    xml.text("UserId", "AIDASIMULATEDUSER0000");
    xml.text("Account", "123456789012");
  });
}

// The key is of the form that temporary ones have; the role's name can be read from nothing else.
AwsAnswer give_credentials(const AwsCall& call, Time now, bool by_web_identity) {
  const std::string role = parameter(call.parameters, "RoleArn");
  const std::string session = parameter(call.parameters, "RoleSessionName");
  const auto seconds = number(call.parameters, "DurationSeconds", 900, kLongestSession, 3600);
  const std::size_t name = role.find(":role/");
  if (!role.starts_with("arn:") || name == std::string::npos || session.empty() || !seconds) {
    return refuse(400, "ValidationError",
                  "RoleArn, RoleSessionName or DurationSeconds can't be what they are");
  }
  return query_response(kNameSpace, call, [&](XmlWriter& xml) {
    xml.element("Credentials", [&] {
      xml.text("AccessKeyId", "ASIASIMULATED0000000");
      xml.text("SecretAccessKey", "simulated/simulated/simulated/simulated+");
      xml.text("SessionToken", "simulated-session-token");
      xml.text("Expiration", to_iso8601(std::chrono::floor<std::chrono::seconds>(now) +
                                        std::chrono::seconds{*seconds}));
    });
    if (by_web_identity) xml.text("SubjectFromWebIdentityToken", "simulated");
    xml.element("AssumedRoleUser", [&] {
      xml.text("AssumedRoleId", "AROASIMULATEDROLE0000:" + session);
      xml.text("Arn", fmt::format("arn:aws:sts::123456789012:assumed-role/{}/{}",
                                  role.substr(name + 6), session));
    });
    xml.number("PackedPolicySize", 6);
    if (by_web_identity) {
      xml.text("Provider", "arn:aws:iam::123456789012:oidc-provider/simulated");
      xml.text("Audience", "sts.amazonaws.com");
    }
  });
}

AwsAnswer assume_role(const World&, Time now, const AwsCall& call) {
  return give_credentials(call, now, false);
}

AwsAnswer assume_role_with_web_identity(const World&, Time now, const AwsCall& call) {
  if (parameter(call.parameters, "WebIdentityToken").size() < 4) {
    return refuse(400, "InvalidIdentityToken", "The ID Token provided is not a valid JWT");
  }
  return give_credentials(call, now, true);
}

constexpr std::array<AwsOperation, 3> kOperations{{
    {"GetCallerIdentity", get_caller_identity},
    {"AssumeRole", assume_role},
    {"AssumeRoleWithWebIdentity", assume_role_with_web_identity},
}};

}  // namespace

std::span<const AwsOperation> sts_operations() {
  return kOperations;
}

}  // namespace livesonic::simulator
