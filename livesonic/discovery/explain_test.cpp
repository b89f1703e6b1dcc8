// SPDX-License-Identifier: Apache-2.0
#include "livesonic/discovery/explain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace livesonic::discovery {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using Reason = DepartureReason;

const Time kNow = Time{1'770'000'000s};

// Terminated the usual way; what else is known is for the test to say.
Evidence terminated() {
  Evidence evidence;
  evidence.ec2_state = "terminated";
  evidence.state_reason_code = "Client.UserInitiatedShutdown";
  evidence.state_reason = "Client.UserInitiatedShutdown: User initiated shutdown";
  evidence.transition_reason = "User initiated (2026-03-01 08:30:00 GMT)";
  return evidence;
}

Evidence by_group(const std::string& cause) {
  Evidence evidence = terminated();
  evidence.group = "web-asg";
  evidence.activity = "Terminating EC2 instance: i-1";
  evidence.cause = cause;
  return evidence;
}

Reason reason(const Evidence& evidence) {
  return explain(evidence, kNow).reason;
}

TEST(Explain, a_termination_that_nobody_else_claims_was_a_users) {
  const Departure why = explain(terminated(), kNow);
  EXPECT_EQ(why.reason, Reason::kTerminatedByUser);
  EXPECT_EQ(why.detail, "EC2: Client.UserInitiatedShutdown: User initiated shutdown");
  EXPECT_EQ(why.at, kNow);
  Evidence from_within = terminated();
  from_within.state_reason_code = "Client.InstanceInitiatedShutdown";
  EXPECT_EQ(reason(from_within), Reason::kTerminatedByUser);
  Evidence silent;
  silent.ec2_state = "shutting-down";
  EXPECT_EQ(reason(silent), Reason::kTerminatedByUser);
}

// The causes are AWS's own, from its documentation of scaling activities.
TEST(Explain, what_the_group_did_is_in_the_cause_of_its_activity) {
  EXPECT_EQ(reason(by_group("At 2026-03-01T08:30:00Z a user request update of AutoScalingGroup "
                            "constraints to min: 1, max: 5, desired: 2 changing the desired "
                            "capacity from 3 to 2. At 2026-03-01T08:30:10Z an instance was taken "
                            "out of service in response to a difference between desired and "
                            "actual capacity, shrinking the capacity from 3 to 2.")),
            Reason::kScaleIn);
  EXPECT_EQ(reason(by_group("At 2026-03-01T08:30:00Z a monitor alarm cpu-low in state ALARM "
                            "triggered policy down changing the desired capacity from 3 to 2. At "
                            "2026-03-01T08:30:10Z an instance was taken out of service in "
                            "response to a difference between desired and actual capacity, "
                            "shrinking the capacity from 3 to 2.")),
            Reason::kScaleIn);
  EXPECT_EQ(reason(by_group("At 2026-03-01T08:30:00Z an instance was taken out of service in "
                            "response to an instance refresh.")),
            Reason::kInstanceRefresh);
  EXPECT_EQ(reason(by_group("At 2026-03-01T08:30:00Z an instance was taken out of service in "
                            "response to an ELB system health check failure.")),
            Reason::kHealthReplaced);
  EXPECT_EQ(reason(by_group("At 2026-03-01T08:30:00Z an instance was taken out of service in "
                            "response to an EC2 instance rebalance recommendation.")),
            Reason::kRebalance);
  EXPECT_EQ(reason(by_group("At 2026-03-01T08:30:00Z an instance was taken out of service to aid "
                            "in balancing the group's zones.")),
            Reason::kRebalance);
  EXPECT_EQ(reason(by_group("At 2026-03-01T08:30:00Z an instance was taken out of service in "
                            "response to a user request.")),
            Reason::kTerminatedByUser);
}

TEST(Explain, a_group_that_only_noticed_leaves_the_word_to_ec2) {
  const std::string noticed =
      "At 2026-03-01T08:30:00Z an instance was taken out of service in response to an EC2 health "
      "check indicating it has been terminated or stopped.";
  EXPECT_EQ(reason(by_group(noticed)), Reason::kTerminatedByUser);
  Evidence spot = by_group(noticed);
  spot.state_reason_code = "Server.SpotInstanceTermination";
  EXPECT_EQ(reason(spot), Reason::kSpotInterruption);
}

TEST(Explain, spot_capacity_that_was_taken_back_is_told_by_either_source) {
  Evidence by_code = terminated();
  by_code.state_reason_code = "Server.SpotInstanceTermination";
  by_code.state_reason = "Server.SpotInstanceTermination: Spot instance termination";
  EXPECT_EQ(reason(by_code), Reason::kSpotInterruption);
  for (const char* status :
       {"instance-terminated-no-capacity", "instance-terminated-by-price", "marked-for-termination",
        "instance-stopped-capacity-oversubscribed"}) {
    Evidence by_request = terminated();
    by_request.spot_status = status;
    by_request.spot_message = "There is no capacity.";
    EXPECT_EQ(reason(by_request), Reason::kSpotInterruption) << status;
    EXPECT_THAT(explain(by_request, kNow).detail, HasSubstr("There is no capacity."));
  }
  Evidence own = terminated();
  own.spot_status = "instance-terminated-by-user";
  EXPECT_EQ(reason(own), Reason::kTerminatedByUser);
}

TEST(Explain, a_stopped_instance_was_stopped_whoever_did_it) {
  Evidence evidence = terminated();
  evidence.ec2_state = "stopping";
  EXPECT_EQ(reason(evidence), Reason::kStopped);
}

TEST(Explain, what_took_its_place_makes_a_deploy_of_what_may_be_one) {
  Evidence evidence = terminated();
  evidence.newer = "ami-2 took the place of ami-1";
  EXPECT_EQ(reason(evidence), Reason::kDeploy);
  EXPECT_THAT(explain(evidence, kNow).detail, HasSubstr("ami-2 took the place of ami-1"));
  evidence.spot_status = "instance-terminated-no-capacity";
  EXPECT_EQ(reason(evidence), Reason::kSpotInterruption);
}

TEST(Explain, one_that_runs_on_was_deregistered) {
  Evidence evidence;
  evidence.ec2_state = "running";
  evidence.left_out = true;
  EXPECT_EQ(reason(evidence), Reason::kDeregistered);
  evidence.group = "web-asg";
  evidence.group_state = "Standby";
  EXPECT_THAT(explain(evidence, kNow).detail, HasSubstr("web-asg has it on standby"));
}

TEST(Explain, tasks_tell_by_their_stop_codes) {
  Evidence task;
  task.ec2_state = "terminated";
  task.stop_code = "ServiceSchedulerInitiated";
  task.stopped_reason = "Scaling activity initiated by (deployment ecs-svc/1)";
  EXPECT_EQ(reason(task), Reason::kScaleIn);
  task.newer = "web:8 took the place of web:7";
  EXPECT_EQ(reason(task), Reason::kDeploy);
  task.stopped_reason = "Task failed ELB health checks in (target-group arn:…)";
  EXPECT_EQ(reason(task), Reason::kHealthReplaced);
  task.stop_code = "SpotInterruption";
  EXPECT_EQ(reason(task), Reason::kSpotInterruption);
  task.stop_code = "UserInitiated";
  task.newer.clear();
  EXPECT_EQ(reason(task), Reason::kTerminatedByUser);
  task.stop_code = "EssentialContainerExited";
  EXPECT_EQ(reason(task), Reason::kUnexplained);
}

TEST(Explain, an_announced_interruption_accounts_for_what_follows) {
  Evidence evidence = terminated();
  evidence.interruption = "spot interruption: terminate at 2026-03-01T08:32:00Z";
  EXPECT_EQ(reason(evidence), Reason::kSpotInterruption);
  EXPECT_EQ(explain(evidence, kNow).detail,
            "EC2: spot interruption: terminate at 2026-03-01T08:32:00Z");
  // Whoever empties it in time does so because of it.
  Evidence drained;
  drained.ec2_state = "running";
  drained.left_out = true;
  drained.interruption = evidence.interruption;
  EXPECT_EQ(reason(drained), Reason::kSpotInterruption);
  Evidence vanished;
  vanished.left_out = true;
  vanished.interruption = evidence.interruption;
  EXPECT_EQ(reason(vanished), Reason::kSpotInterruption);
}

TEST(Explain, a_recommendation_accounts_for_what_nobody_else_claims) {
  Evidence evidence = terminated();
  evidence.recommendation = "rebalance recommendation of 2026-03-01T08:00:00Z";
  EXPECT_EQ(reason(evidence), Reason::kRebalance);
  Evidence shrunk = by_group("an instance was terminated, shrinking the capacity from 2 to 1");
  shrunk.recommendation = evidence.recommendation;
  EXPECT_EQ(reason(shrunk), Reason::kScaleIn);
}

TEST(Explain, what_nothing_accounts_for_is_unexplained) {
  Evidence vanished;
  vanished.left_out = true;
  EXPECT_EQ(reason(vanished), Reason::kUnexplained);
  Evidence failed = terminated();
  failed.state_reason_code = "Server.InternalError";
  failed.state_reason = "Server.InternalError: Internal error on launch";
  EXPECT_EQ(reason(failed), Reason::kUnexplained);
  EXPECT_THAT(explain(failed, kNow).detail, HasSubstr("Internal error on launch"));
}

TEST(Explain, more_is_asked_for_only_where_it_may_tell_more) {
  EXPECT_TRUE(wants_more(terminated()));
  EXPECT_FALSE(wants_more(by_group("whatever")));
  Evidence spot = terminated();
  spot.state_reason_code = "Server.SpotInstanceTermination";
  EXPECT_FALSE(wants_more(spot));
}

TEST(Explain, hostile_words_are_shortened_and_made_printable) {
  Evidence evidence = terminated();
  evidence.state_reason = std::string(10'000, 'x') + "\x1b[2J";
  const std::string detail = explain(evidence, kNow).detail;
  EXPECT_LT(detail.size(), 500U);
  evidence.state_reason = "\x1b[2J";
  EXPECT_EQ(explain(evidence, kNow).detail.find('\x1b'), std::string::npos);
}

TEST(Explain, what_livesonic_released_was_scaled_in_unless_aws_took_it) {
  Evidence evidence;
  evidence.ec2_state = "shutting-down";
  evidence.state_reason_code = "Client.UserInitiatedShutdown";
  evidence.left_out = true;
  evidence.released = "3 are wanted, and there are 4";
  const Departure departure = explain(evidence, Time{});
  EXPECT_EQ(departure.reason, DepartureReason::kScaleIn);
  EXPECT_EQ(departure.detail, "livesonic: 3 are wanted, and there are 4");
  evidence.interruption = "spot interruption: terminate at 2026-03-01T08:32:00Z";
  EXPECT_EQ(explain(evidence, Time{}).reason, DepartureReason::kSpotInterruption);
}

}  // namespace
}  // namespace livesonic::discovery
