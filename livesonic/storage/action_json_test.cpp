// SPDX-License-Identifier: Apache-2.0
#include "livesonic/storage/action_json.h"

#include <gtest/gtest.h>

namespace livesonic::storage {
namespace {

TEST(ActionJson, says_only_what_there_is_to_say) {
  ActionRequest request;
  EXPECT_EQ(request_to_json(request), "{}");
  request.by = "user:alice";
  request.capacity = 0;
  request.healthy = false;
  EXPECT_EQ(request_to_json(request), R"({"by":"user:alice","capacity":0,"healthy":false})");
  ActionRequest read;
  ASSERT_TRUE(request_from_json(request_to_json(request), read));
  EXPECT_EQ(read, request);
}

TEST(ActionJson, that_we_did_not_write_is_refused) {
  for (const char* text :
       {"", "x", "[]", "null", R"({"by": 1})", R"({"capacity": -1})", R"({"capacity": 1.5})",
        R"({"capacity": 99999999999})", R"({"healthy": "yes"})", R"({"override_breaker": 1})"}) {
    ActionRequest request;
    EXPECT_FALSE(request_from_json(text, request)) << text;
  }
}

}  // namespace
}  // namespace livesonic::storage
