// SPDX-License-Identifier: Apache-2.0
#include "livesonic/discovery/diff.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

namespace livesonic::discovery {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const Time kNow = Time{1'770'000'000s};

std::string id(int i) {
  return "i-000000000000000" + std::to_string(i);
}

Member member(int i) {
  return {id(i), "InService", "N/A", "N/A"};
}

Facts facts(int i, const std::string& state = "running") {
  Facts of;
  of.id = id(i);
  of.name = "web-" + std::to_string(i);
  of.tags = {{"Name", of.name}};
  of.ec2_state = state;
  of.private_ip = "10.0.0." + std::to_string(i);
  return of;
}

Sighting seen(std::vector<Member> members, std::vector<Facts> facts_now, bool known = true) {
  Sighting sighting;
  sighting.membership.members = std::move(members);
  sighting.facts = std::move(facts_now);
  sighting.facts_known = known;
  return sighting;
}

std::vector<std::string> ids(const std::vector<Leaving>& leaving) {
  std::vector<std::string> found;
  for (const Leaving& one : leaving) found.push_back(one.id);
  return found;
}

Instance watched(int i) {
  Instance instance = facts(i);
  instance.cluster = "web";
  instance.balancer_state = "InService";
  instance.balancer_reason = instance.balancer_description = "N/A";
  instance.first_seen = kNow - 1h;
  instance.last_seen = kNow - 1min;
  return instance;
}

const Instance& find(const Changes& changes, int i) {
  const auto found = std::find_if(changes.instances.begin(), changes.instances.end(),
                                  [&](const Instance& instance) { return instance.id == id(i); });
  if (found == changes.instances.end()) throw std::runtime_error("no change for " + id(i));
  return *found;
}

TEST(Diff, a_new_member_is_watched_at_once_with_all_that_ec2_tells) {
  const Changes changes = diff("web", {}, seen({member(1)}, {facts(1)}), kNow);
  EXPECT_THAT(changes.added, ElementsAre(id(1)));
  const Instance& one = find(changes, 1);
  EXPECT_TRUE(one.watched());
  EXPECT_EQ(one.cluster, "web");
  EXPECT_EQ(one.name, "web-1");
  EXPECT_EQ(one.balancer_state, "InService");
  EXPECT_EQ(one.first_seen, kNow);
}

TEST(Diff, a_member_that_ec2_does_not_know_yet_is_added_all_the_same) {
  const Changes changes = diff("web", {}, seen({member(1)}, {}), kNow);
  EXPECT_THAT(changes.added, ElementsAre(id(1)));
  EXPECT_EQ(find(changes, 1).ec2_state, "");
}

TEST(Diff, a_quiet_fleet_changes_nothing_but_when_it_was_seen) {
  const Changes changes = diff("web", {watched(1)}, seen({member(1)}, {facts(1)}), kNow);
  EXPECT_FALSE(changes.details_changed);
  EXPECT_EQ(find(changes, 1).last_seen, kNow);
  EXPECT_EQ(find(changes, 1).first_seen, kNow - 1h);
}

TEST(Diff, a_terminated_instance_is_retired_whatever_the_balancer_says) {
  const Changes listed =
      diff("web", {watched(1)}, seen({member(1)}, {facts(1, "shutting-down")}), kNow);
  const Changes unlisted = diff("web", {watched(1)}, seen({}, {facts(1, "terminated")}), kNow);
  for (const Changes& changes : {listed, unlisted}) {
    EXPECT_THAT(ids(changes.retired), ElementsAre(id(1)));
    ASSERT_TRUE(find(changes, 1).departure);
    EXPECT_EQ(find(changes, 1).departure->at, kNow);
    EXPECT_EQ(find(changes, 1).departure->reason, DepartureReason::kTerminatedByUser);
    EXPECT_EQ(changes.warning, "");
  }
}

TEST(Diff, a_terminated_instance_that_was_never_watched_is_not_taken_up) {
  EXPECT_THAT(diff("web", {}, seen({member(1)}, {facts(1, "terminated")}), kNow).instances,
              IsEmpty());
}

TEST(Diff, an_instance_the_balancer_dropped_is_retired_without_an_alarm) {
  const Changes changes = diff("web", {watched(1), watched(2), watched(3)},
                               seen({member(1), member(2)}, {facts(1), facts(2), facts(3)}), kNow);
  EXPECT_THAT(ids(changes.retired), ElementsAre(id(3)));
  EXPECT_EQ(find(changes, 3).departure->reason, DepartureReason::kDeregistered);
}

TEST(Diff, what_took_the_place_of_the_others_lately_is_a_deploy) {
  Instance old = watched(1);
  old.image_id = "ami-old";
  Facts gone = facts(1, "terminated");
  gone.image_id = "ami-old";
  Facts fresh = facts(2);
  fresh.image_id = "ami-new";
  const Changes changes = diff("web", {old}, seen({member(2)}, {gone, fresh}), kNow);
  ASSERT_TRUE(find(changes, 1).departure);
  EXPECT_EQ(find(changes, 1).departure->reason, DepartureReason::kDeploy);
  EXPECT_THAT(find(changes, 1).departure->detail, HasSubstr("ami-new took the place of ami-old"));
}

TEST(Diff, what_is_gone_from_the_balancer_and_from_ec2_is_unexplained) {
  const Changes changes =
      diff("web", {watched(1), watched(2)}, seen({member(1)}, {facts(1)}), kNow);
  EXPECT_EQ(find(changes, 2).departure->reason, DepartureReason::kUnexplained);
}

TEST(Diff, an_address_that_is_left_out_has_only_its_balancer_to_speak_for_it) {
  Instance first = watched(1);
  first.id = "ip-10.0.0.1";
  Instance second = watched(2);
  second.id = "ip-10.0.0.2";
  const Member still{"ip-10.0.0.1", "healthy", "", ""};
  const Changes one = diff("web", {first, second}, seen({still}, {}), kNow);
  EXPECT_THAT(ids(one.retired), ElementsAre("ip-10.0.0.2"));
  EXPECT_EQ(one.instances.back().departure->reason, DepartureReason::kDeregistered);
  Instance third = second;
  third.id = "ip-10.0.0.3";
  const Changes most = diff("web", {first, second, third}, seen({still}, {}), kNow);
  EXPECT_THAT(ids(most.retired), IsEmpty());
  EXPECT_THAT(most.warning, HasSubstr("2 of 3"));
}

TEST(Diff, an_operators_own_list_is_believed_at_once) {
  Instance first = watched(1);
  first.id = "lab1";
  Sighting nothing = seen({}, {});
  nothing.membership.final = true;
  EXPECT_THAT(ids(diff("web", {first}, nothing, kNow).retired), ElementsAre("lab1"));
}

TEST(Diff, an_empty_answer_deletes_nothing_however_often_it_comes) {
  Instance held = watched(1);
  held.missing_since = kNow - 24h;
  for (const Instance& known : {watched(1), held}) {
    // Still running in EC2, or unknown there too (the wrong region or account).
    for (const std::vector<Facts>& facts_now :
         {std::vector<Facts>{facts(1)}, std::vector<Facts>{}}) {
      const Changes changes = diff("web", {known}, seen({}, facts_now), kNow);
      EXPECT_THAT(ids(changes.retired), IsEmpty());
      EXPECT_TRUE(find(changes, 1).watched());
      EXPECT_THAT(changes.warning, HasSubstr("lists no instances"));
    }
  }
}

TEST(Diff, losing_more_than_half_of_a_running_fleet_is_doubted_for_a_while) {
  std::vector<Instance> known{watched(1), watched(2), watched(3)};
  const Sighting one_left = seen({member(1)}, {facts(1), facts(2), facts(3)});

  const Changes first = diff("web", known, one_left, kNow);
  EXPECT_THAT(ids(first.retired), IsEmpty());
  EXPECT_EQ(find(first, 2).missing_since, kNow);
  EXPECT_THAT(first.warning, HasSubstr("2 of 3"));

  const Changes later = diff("web", first.instances, one_left, kNow + kDoubtfulFor - 1s);
  EXPECT_THAT(ids(later.retired), IsEmpty());
  const Changes believed = diff("web", later.instances, one_left, kNow + kDoubtfulFor);
  EXPECT_THAT(ids(believed.retired), ElementsAre(id(2), id(3)));
}

TEST(Diff, instances_that_have_ended_make_the_loss_of_the_others_no_more_plausible) {
  const Changes changes =
      diff("web", {watched(1), watched(2), watched(3), watched(4), watched(5)},
           seen({member(1)}, {facts(1), facts(2), facts(3), facts(4, "terminated")}), kNow);
  EXPECT_THAT(ids(changes.retired), ElementsAre(id(4), id(5)));  // 5 is forgotten by EC2
  EXPECT_THAT(changes.warning, HasSubstr("2 of 3"));
}

TEST(Diff, a_deploy_that_replaces_the_whole_fleet_is_believed_because_ec2_confirms_it) {
  const Changes changes =
      diff("web", {watched(1), watched(2)},
           seen({member(3), member(4)}, {facts(1, "terminated"), facts(3), facts(4)}), kNow);
  EXPECT_THAT(ids(changes.retired), ElementsAre(id(1), id(2)));  // 2 is already forgotten by EC2
  EXPECT_THAT(changes.added, ElementsAre(id(3), id(4)));
  EXPECT_EQ(changes.warning, "");
}

TEST(Diff, an_instance_that_comes_back_is_the_same_instance) {
  Instance gone = watched(1);
  gone.departure = {DepartureReason::kStopped, "", kNow - 10min};
  const Changes changes = diff("web", {gone}, seen({member(1)}, {facts(1)}), kNow);
  EXPECT_THAT(changes.added, ElementsAre(id(1)));
  EXPECT_TRUE(find(changes, 1).watched());
  EXPECT_EQ(find(changes, 1).first_seen, kNow - 1h);
}

TEST(Diff, an_instance_that_was_doubted_and_is_listed_again_is_doubted_no_more) {
  Instance held = watched(1);
  held.missing_since = kNow - 1min;
  const Changes changes = diff("web", {held}, seen({member(1)}, {facts(1)}), kNow);
  EXPECT_FALSE(find(changes, 1).missing_since);
  EXPECT_TRUE(changes.details_changed);
}

TEST(Diff, nothing_is_retired_while_ec2_cannot_be_asked) {
  const Changes changes = diff("web", {watched(1), watched(2), watched(3)},
                               seen({member(1), member(2)}, {}, false), kNow);
  EXPECT_THAT(ids(changes.retired), IsEmpty());
  EXPECT_EQ(find(changes, 1).name, "web-1");  // what was known stays known
}

TEST(Diff, over_random_histories_nothing_that_runs_and_is_listed_is_ever_retired) {
  std::mt19937 random(7);  // the same histories each time
  for (int history = 0; history < 300; ++history) {
    std::vector<Instance> known;
    for (int step = 0; step < 20; ++step) {
      Sighting sighting;
      std::set<std::string> sound;
      std::set<std::string> ended_ids;
      for (int i = 0; i < 8; ++i) {
        const bool listed = random() % 3 != 0;
        const auto fate = random() % 6;
        if (listed) sighting.membership.members.push_back(member(i));
        if (fate < 4) sighting.facts.push_back(facts(i));
        if (fate == 4) sighting.facts.push_back(facts(i, "terminated"));
        if (listed && fate != 4) sound.insert(id(i));
        if (fate == 4) ended_ids.insert(id(i));
      }
      const Changes changes = diff("web", known, sighting, kNow + step * 1min);
      for (const std::string& retired : ids(changes.retired)) EXPECT_FALSE(sound.contains(retired));
      for (const Instance& changed : changes.instances) {
        EXPECT_FALSE(changed.watched() && ended_ids.contains(changed.id));
        std::erase_if(known, [&](const Instance& old) { return old.id == changed.id; });
        known.push_back(changed);
      }
      for (const std::string& one : sound) {
        EXPECT_TRUE(std::any_of(known.begin(), known.end(), [&](const Instance& instance) {
          return instance.id == one && instance.watched();
        }));
      }
    }
  }
}

}  // namespace
}  // namespace livesonic::discovery
