// SPDX-License-Identifier: Apache-2.0
// The documents are the examples of the EC2 and EC2 Auto Scaling user guides.
#include "serverscore/cloud/notices.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace serverscore {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view kMaintenance = R"([
  {
    "NotBefore" : "21 Jan 2019 09:00:43 GMT",
    "Code" : "system-reboot",
    "Description" : "scheduled reboot",
    "EventId" : "instance-event-0d59937288b749b32",
    "NotAfter" : "21 Jan 2019 09:17:23 GMT",
    "State" : "active"
  }
])";

TEST(Notices, tell_when_a_spot_instance_will_end) {
  Notices notices;
  EXPECT_TRUE(take_spot_action(R"({"action": "stop", "time": "2017-09-18T08:22:00Z"})", notices));
  ASSERT_TRUE(notices.spot_action);
  EXPECT_EQ(notices.spot_action->action, "stop");
  EXPECT_EQ(notices.spot_action->time, "2017-09-18T08:22:00Z");
}

TEST(Notices, tell_of_rebalancing_maintenance_and_the_auto_scaling_group) {
  Notices notices;
  EXPECT_TRUE(take_rebalance(R"({"noticeTime": "2020-10-27T08:22:00Z"})", notices));
  EXPECT_EQ(notices.rebalance_time, "2020-10-27T08:22:00Z");
  EXPECT_TRUE(take_maintenance(kMaintenance, notices));
  ASSERT_EQ(notices.maintenance.size(), 1U);
  EXPECT_EQ(notices.maintenance[0].code, "system-reboot");
  EXPECT_EQ(notices.maintenance[0].state, "active");
  EXPECT_EQ(notices.maintenance[0].event_id, "instance-event-0d59937288b749b32");
  EXPECT_TRUE(take_lifecycle_state("Warmed:Stopped\n", notices));
  EXPECT_EQ(notices.lifecycle_state, "Warmed:Stopped");
}

TEST(Notices, what_is_not_such_a_document_changes_nothing) {
  Notices notices;
  for (const char* text : {"", "[]", "{}", "<html>", R"({"action": 1})", R"({"action": "r m"})",
                           R"([{"action": "stop"}])"}) {
    EXPECT_FALSE(take_spot_action(text, notices)) << text;
  }
  EXPECT_FALSE(take_rebalance(R"({"noticeTime": ""})", notices));
  EXPECT_FALSE(take_maintenance("{", notices));
  EXPECT_FALSE(take_lifecycle_state("<html><body>Not Found</body></html>", notices));
  EXPECT_FALSE(take_lifecycle_state(std::string(65, 'a'), notices));
  EXPECT_THAT(describe(notices), IsEmpty());
}

TEST(Notices, are_said_in_words_the_most_urgent_first) {
  Notices notices;
  take_lifecycle_state("InService", notices);
  take_maintenance(kMaintenance, notices);
  take_rebalance(R"({"noticeTime": "2020-10-27T08:22:00Z"})", notices);
  take_spot_action(R"({"action": "terminate", "time": "2020-10-27T08:24:00Z"})", notices);
  notices.unavailable = "half of it";
  EXPECT_THAT(
      describe(notices),
      ElementsAre("spot: AWS will terminate this instance at 2020-10-27T08:24:00Z",
                  HasSubstr("recommends a replacement since 2020-10-27T08:22:00Z"),
                  "maintenance: system-reboot (active), from 21 Jan 2019 09:00:43 GMT to 21 Jan "
                  "2019 09:17:23 GMT: scheduled reboot",
                  "auto scaling: this instance is to be InService",
                  "notices of the cloud are unavailable: half of it"));
}

TEST(Notices, a_service_that_fails_once_withdraws_nothing) {
  Notices known;
  take_spot_action(R"({"action": "stop", "time": "2017-09-18T08:22:00Z"})", known);
  take_maintenance(kMaintenance, known);
  take_lifecycle_state("InService", known);
  Notices fresh;
  fresh.unavailable = "no answer in time";
  take_lifecycle_state("Terminated", fresh);
  const Notices kept = keep_known(known, fresh);
  ASSERT_TRUE(kept.spot_action);
  EXPECT_EQ(kept.spot_action->action, "stop");
  EXPECT_EQ(kept.maintenance.size(), 1U);
  EXPECT_EQ(kept.lifecycle_state, "Terminated");
  EXPECT_EQ(kept.unavailable, "no answer in time");
  EXPECT_FALSE(keep_known(kept, {}).spot_action);
}

TEST(Notices, of_endless_maintenance_the_first_events_are_kept) {
  Notices notices;
  std::string text = "[{}";
  for (int i = 0; i < 50; ++i) text += R"(,{"Code": "instance-stop"})";
  EXPECT_TRUE(take_maintenance(text + "]", notices));
  EXPECT_EQ(notices.maintenance.size(), 16U);
}

}  // namespace
}  // namespace serverscore
