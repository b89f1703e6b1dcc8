// SPDX-License-Identifier: Apache-2.0
// The portal of IAM Identity Center (API version 2019-06-10): credentials for whoever has signed
// in.
#include <array>

#include "simulator/aws/json_answers.h"

namespace livesonic::simulator {
namespace {

using namespace json_api;

AwsAnswer get_role_credentials(const World&, Time now, const AwsCall& call) {
  if (call.bearer.empty()) {
    return refuse(401, "UnauthorizedException", "Session token not found or invalid");
  }
  for (const char* name : {"role_name", "account_id"}) {
    if (parameter(call.parameters, name).empty()) {
      return refuse(400, "InvalidRequestException", std::string(name) + " is missing");
    }
  }
  const Time expires = now + std::chrono::hours{1};
  return written({{"roleCredentials",
                   {{"accessKeyId", "ASIASIMULATED0000000"},
                    {"secretAccessKey", "simulated/simulated/simulated/simulated+"},
                    {"sessionToken", "simulated-session-token"},
                    {"expiration", expires.time_since_epoch().count()}}}});
}

constexpr std::array<AwsOperation, 1> kOperations{{
    {"GetRoleCredentials", get_role_credentials},
}};

}  // namespace

std::span<const AwsOperation> sso_operations() {
  return kOperations;
}

}  // namespace livesonic::simulator
