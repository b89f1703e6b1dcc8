// SPDX-License-Identifier: Apache-2.0
#include "livesonic/web/router.h"

#include <gtest/gtest.h>

namespace livesonic::web {
namespace {

httpd::Request post(const std::string& path) {
  httpd::Request request;
  request.method = "POST";
  request.path = path;
  return request;
}

TEST(Slots, who_comes_when_all_are_taken_is_told_at_once_and_may_come_back) {
  Router router;
  int status_meanwhile = 0;
  router.add("POST", "/slow",
             while_slots_last(std::make_shared<Slots>(1), [&](const Call& call) -> Answer {
               status_meanwhile = router.route(call.request).status;
               return json_response({});
             }));
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(router.route(post("/slow")).status, 200);
    EXPECT_EQ(status_meanwhile, 503);
  }
}

TEST(Slots, an_action_that_fails_gives_its_slot_back) {
  Router router;
  router.add("POST", "/slow", while_slots_last(std::make_shared<Slots>(1), [](const Call&) {
               return Answer(fail(ErrorKind::kUnavailable, "no"));
             }));
  EXPECT_EQ(router.route(post("/slow")).status, 502);
  EXPECT_EQ(router.route(post("/slow")).status, 502);
}

}  // namespace
}  // namespace livesonic::web
