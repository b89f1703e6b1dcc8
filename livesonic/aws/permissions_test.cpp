// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/permissions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>
#include <utility>

#include "livesonic/aws/fake_transport.h"
#include "livesonic/aws/query_calls.h"
#include "livesonic/aws/reply.h"

namespace livesonic::aws {
namespace {

using testing::HasSubstr;
using testing::Not;

// What looks like an operation's name in the room's sources, but isn't one.
const std::set<std::string> kOtherWords{"CreatedTime", "StartTime", "SetIdentifier"};

std::set<std::string> operations_in_the_sources() {
  const std::regex literal(
      R"re("((Describe|List|Get|Set|Put|Create|Terminate|Start|Stop|Reboot|Register|Deregister|)re"
      R"re(Enter|Exit|Detach|Attach|Update|Send|Receive|Delete|Publish|Assume|Cancel|Change|)re"
      R"re(Rollback)[A-Za-z0-9]*)")re");
  std::set<std::string> found;
  const auto folder = std::filesystem::path(LIVESONIC_SOURCE_DIR) / "livesonic" / "aws";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (!name.ends_with(".cpp") || name.ends_with("_test.cpp") || name.ends_with("_fuzz.cpp") ||
        name == "permissions.cpp") {
      continue;
    }
    std::ifstream file(entry.path());
    const std::string text(std::istreambuf_iterator<char>(file), {});
    for (std::sregex_iterator match(text.begin(), text.end(), literal), end; match != end;
         ++match) {
      const std::string word = (*match)[1];
      if (word.ends_with("Response") || word.ends_with("Result") || kOtherWords.contains(word)) {
        continue;
      }
      found.insert(word);
    }
  }
  return found;
}

TEST(Permissions, every_operation_that_the_room_asks_for_has_its_line) {
  std::set<std::string> known;
  for (const OperationPermission& one : operation_permissions()) known.emplace(one.operation);
  const auto asked = operations_in_the_sources();
  EXPECT_GT(asked.size(), 50U);
  for (const std::string& operation : asked) {
    EXPECT_TRUE(known.contains(operation)) << operation << " has no line in permissions.cpp";
  }
  for (const std::string& operation : known) {
    EXPECT_TRUE(asked.contains(operation)) << operation << " is asked for nowhere";
  }
}

TEST(Permissions, are_in_order_and_each_is_there_once) {
  const auto table = operation_permissions();
  EXPECT_TRUE(std::ranges::is_sorted(table, {}, [](const OperationPermission& one) {
    return std::pair(one.service, one.operation);
  }));
  EXPECT_EQ(permission_of("autoscaling", "SetDesiredCapacity"), "autoscaling:SetDesiredCapacity");
  EXPECT_EQ(permission_of("sqs", "DeleteMessageBatch"), "sqs:DeleteMessage");
  EXPECT_EQ(permission_of("sts", "GetCallerIdentity"), "");
  EXPECT_EQ(permission_of("ec2", "MakeCoffee"), "");
}

TEST(Permissions, a_refusal_names_the_one_that_is_missing) {
  constexpr Service kScaling{.id = "autoscaling", .api_version = "2011-01-01"};
  TestBench bench(std::vector<Result<HttpResponse>>{refusal(403, "AccessDenied"),
                                                    refusal(403, "InvalidClientTokenId"),
                                                    refusal(403, "AccessDenied")});
  const auto refused = tell(bench.client, {.service = kScaling, .operation = "EnterStandby"}, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kPermission);
  EXPECT_THAT(refused.error().message, HasSubstr("the role may not autoscaling:EnterStandby"));
  // Whose key isn't known lacks no permission.
  const auto unknown = tell(bench.client, {.service = kScaling, .operation = "EnterStandby"}, {});
  EXPECT_THAT(unknown.error().message, Not(HasSubstr("may not")));
  const auto odd = tell(bench.client, {.service = kScaling, .operation = "MakeCoffee"}, {});
  EXPECT_THAT(odd.error().message, Not(HasSubstr("may not")));
}

}  // namespace
}  // namespace livesonic::aws
