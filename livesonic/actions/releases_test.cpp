// SPDX-License-Identifier: Apache-2.0
#include "livesonic/actions/releases.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "livesonic/base/time_text.h"

namespace livesonic::actions {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const Time kStart = parse_iso8601("2026-03-02T08:30:00Z").value();

// An instance of the group's, made from this at that hour; gone at the other one.
Instance made(const std::string& from, int at, std::optional<int> gone = std::nullopt) {
  Instance instance;
  instance.id = "i-1";
  instance.standing.group = "web-asg";
  instance.standing.launch_template = from;
  instance.launched_at = kStart + std::chrono::hours{at};
  instance.last_seen = kStart + 100h;
  if (gone) {
    instance.departure = {DepartureReason::kDeploy, "", kStart + std::chrono::hours{*gone}};
  }
  return instance;
}

Release seen(const std::string& release, int first, int last) {
  return {release, kStart + std::chrono::hours{first}, kStart + std::chrono::hours{last}};
}

GroupFacts group(const std::string& release, const std::vector<std::string>& members) {
  GroupFacts facts;
  facts.name = "web-asg";
  facts.release = release;
  for (const std::string& member : members)
    facts.members.push_back({"i", "InService", true, member});
  return facts;
}

std::string why_not(const Result<WayBack>& way) {
  return way ? "there is a way to " + way->to : way.error().message;
}

TEST(Releases, are_known_from_the_instances_that_there_were) {
  Instance stranger = made("lt-1 version 9", 0);
  stranger.standing.group = "db-asg";
  EXPECT_THAT(
      releases_of_group({made("lt-1 version 1", 0, 5), made("lt-1 version 1", 2, 4),
                         made("lt-1 version 2", 4), made("a launch configuration", 1), stranger},
                        "web-asg"),
      ElementsAre(seen("lt-1:1", 0, 5), seen("lt-1:2", 4, 100)));
  EXPECT_THAT(releases_of_group({}, "web-asg"), IsEmpty());
}

TEST(WayBack, leads_to_what_ran_before) {
  const auto way = way_back(group("lt-1:2", {"lt-1:2", "lt-1:2"}), {{"r1", "Successful", "lt-1:2"}},
                            {seen("lt-1:1", 0, 5), seen("lt-1:2", 4, 100)}, "");
  ASSERT_TRUE(way) << way.error().message;
  EXPECT_EQ(*way, (WayBack{"lt-1:2", "lt-1:1", ""}));
}

TEST(WayBack, does_not_lead_to_what_an_earlier_one_has_left_behind) {
  // 1, then 2, then 3, which was rolled back to 2, then 4.
  const std::vector<Release> all{seen("lt-1:1", 0, 10), seen("lt-1:2", 9, 41),
                                 seen("lt-1:3", 20, 22), seen("lt-1:4", 40, 100)};
  EXPECT_EQ(way_back(group("lt-1:4", {"lt-1:4"}), {}, all, "")->to, "lt-1:2");
  // And after that roll-back the next one goes on into the past, and not forth again.
  EXPECT_EQ(way_back(group("lt-1:2", {"lt-1:2"}), {}, all, "")->to, "lt-1:1");
  EXPECT_THAT(why_not(way_back(group("lt-1:1", {"lt-1:1"}), {}, all, "")),
              HasSubstr("nothing is known of what web-asg ran before lt-1:1"));
}

TEST(WayBack, undoes_a_refresh_that_is_under_way) {
  const std::vector<Release> both{seen("lt-1:1", 0, 5), seen("lt-1:2", 4, 100)};
  const GroupFacts half = group("lt-1:1", {"lt-1:1", "lt-1:2"});
  EXPECT_EQ(*way_back(half, {{"r2", "InProgress", "lt-1:2"}, {"r1", "Successful", ""}}, both, ""),
            (WayBack{"lt-1:2", "lt-1:1", "r2"}));
  EXPECT_EQ(way_back(half, {{"r2", "Pending", "lt-1:2"}}, {}, "1")->refresh, "r2");
  EXPECT_THAT(why_not(way_back(half, {{"r2", "InProgress", "lt-1:2"}}, both, "lt-1:7")),
              HasSubstr("to lt-1:1 only, not to lt-1:7"));
  EXPECT_THAT(why_not(way_back(half, {{"r2", "RollbackInProgress", "lt-1:2"}}, both, "")),
              HasSubstr("already"));
  EXPECT_THAT(why_not(way_back(half, {{"r2", "Cancelling", "lt-1:2"}}, both, "")),
              HasSubstr("ask again"));
  EXPECT_THAT(why_not(way_back(half, {{"r2", "InProgress", ""}}, both, "")),
              HasSubstr("without a launch template of its own; cancel it"));
  EXPECT_THAT(why_not(way_back(group("lt-1:$Latest", {"lt-1:1"}), {{"r2", "InProgress", "lt-1:2"}},
                               both, "")),
              HasSubstr("no fixed version; cancel it"));
}

TEST(WayBack, leaves_a_refresh_alone_that_goes_back_itself) {
  const GroupFacts bad = group("lt-1:2", {"lt-1:2", "lt-1:1"});
  EXPECT_THAT(why_not(way_back(bad, {{"r2", "InProgress", "lt-1:1"}},
                               {seen("lt-1:1", 0, 5), seen("lt-1:2", 4, 100)}, "")),
              HasSubstr("goes back to lt-1:1 already"));
  EXPECT_THAT(why_not(way_back(bad, {{"r2", "InProgress", "lt-1:1"}}, {}, "")),
              HasSubstr("goes back to lt-1:1 already"));
}

TEST(WayBack, begins_with_what_runs_when_a_refresh_was_given_up) {
  const std::vector<Release> both{seen("lt-1:1", 0, 5), seen("lt-1:2", 4, 100)};
  for (const char* launched : {"lt-1:1", "lt-1:2", "lt-1:$Latest"}) {
    EXPECT_EQ(
        *way_back(group(launched, {"lt-1:1", "lt-1:2"}), {{"r2", "Cancelled", "lt-1:2"}}, both, ""),
        (WayBack{"lt-1:2", "lt-1:1", ""}))
        << launched;
  }
}

TEST(WayBack, of_a_version_that_nobody_is_made_of_yet_leads_to_those_that_are_there) {
  EXPECT_EQ(*way_back(group("lt-1:3", {"lt-1:2"}), {},
                      {seen("lt-1:1", 0, 5), seen("lt-1:2", 4, 100)}, ""),
            (WayBack{"lt-1:3", "lt-1:2", ""}));
}

TEST(WayBack, may_be_named) {
  const GroupFacts bad = group("lt-1:4", {"lt-1:4"});
  EXPECT_EQ(way_back(bad, {}, {}, "2")->to, "lt-1:2");
  EXPECT_EQ(way_back(bad, {}, {}, "lt-0:3")->to, "lt-0:3");
  EXPECT_EQ(why_not(way_back(bad, {}, {}, "4")), "web-asg runs lt-1:4 already");
  EXPECT_THAT(why_not(way_back(bad, {}, {}, "$Latest")), HasSubstr("no version of a launch"));
  EXPECT_THAT(why_not(way_back(bad, {}, {}, "")), HasSubstr("name it as target"));
}

TEST(WayBack, is_none_for_groups_that_cannot_be_refreshed_to_a_version) {
  EXPECT_THAT(why_not(way_back(group("", {""}), {}, {}, "")), HasSubstr("no launch template"));
  GroupFacts mixed = group("lt-1:2", {"lt-1:2"});
  mixed.mixed_instances = true;
  EXPECT_THAT(why_not(way_back(mixed, {}, {seen("lt-1:1", 0, 5)}, "")),
              HasSubstr("mixed instances"));
  mixed.release = "lt-1:1";
  EXPECT_EQ(way_back(mixed, {{"r2", "InProgress", "lt-1:2"}}, {}, "")->refresh, "r2");
}

TEST(WayBack, of_a_service_leads_to_its_earlier_task_definition) {
  ServiceFacts service;
  service.definition = "web:3";
  const std::vector<Release> known{seen("web:1", 0, 5), seen("web:2", 4, 9), seen("web:3", 8, 100)};
  EXPECT_EQ(*way_back(service, known, ""), (WayBack{"web:3", "web:2", ""}));
  EXPECT_EQ(way_back(service, {}, "web:1")->to, "web:1");
  EXPECT_THAT(why_not(way_back(service, {}, "")), HasSubstr("name it as target, such as web:41"));
  EXPECT_THAT(why_not(way_back(service, {}, "web")), HasSubstr("FAMILY:REVISION"));
  EXPECT_THAT(why_not(way_back(service, {}, "web:3")), HasSubstr("runs web:3 already"));
  // Both run while one takes the other's place.
  service.replaced = "web:2";
  EXPECT_EQ(way_back(service, {}, "")->to, "web:2");
  service.replaced = "web:4";
  EXPECT_THAT(why_not(way_back(service, {}, "")),
              HasSubstr("goes back from web:4 to web:3 already"));
}

}  // namespace
}  // namespace livesonic::actions
