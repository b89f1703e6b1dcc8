// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/ec2_launch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "livesonic/aws/fake_transport.h"

namespace livesonic::aws {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;

using Answers = std::vector<Result<HttpResponse>>;

FleetRequest request() {
  return {.client_token = "token-1",
          .launch_template_id = "lt-1",
          .launch_template_version = "$Default",
          .overrides = {{.instance_type = "c6i.large", .subnet_id = "subnet-1", .weight = 1.0},
                        {.instance_type = "c6a.large", .max_price = 0.0321, .priority = 2.0}},
          .spot_capacity = 3,
          .on_demand_capacity = 1,
          .spot_strategy = "price-capacity-optimized",
          .spot_max_total_price = 0.5,
          .instance_tags = {{"team", "shop"}}};
}

TEST(Ec2Launch, describes_templates) {
  TestBench bench(Answers{
      http(200,
           "<DescribeLaunchTemplatesResponse><launchTemplates><item>"
           "<createTime>2026-03-01T08:30:00.000Z</createTime>"
           "<defaultVersionNumber>3</defaultVersionNumber>"
           "<latestVersionNumber>8</latestVersionNumber>"
           "<launchTemplateId>lt-1</launchTemplateId><launchTemplateName>web</launchTemplateName>"
           "<tagSet><item><key>team</key><value>shop</value></item></tagSet></item>"
           "</launchTemplates></DescribeLaunchTemplatesResponse>")});
  const auto found = Ec2Launch(bench.client).describe_templates({"lt-1"});
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_THAT(*found,
              ElementsAre(LaunchTemplate{.id = "lt-1",
                                         .name = "web",
                                         .default_version = 3,
                                         .latest_version = 8,
                                         .tags = {{"team", "shop"}},
                                         .created_at = *parse_iso8601("2026-03-01T08:30:00Z")}));
  EXPECT_THAT(bench.transport.requests.at(0).body, EndsWith("&LaunchTemplateId.1=lt-1"));
  ASSERT_TRUE(Ec2Launch(bench.client).find_templates({{"launch-template-name", {"web-*"}}}));
  EXPECT_THAT(bench.transport.requests.at(1).body,
              EndsWith("&MaxResults=200&Filter.1.Name=launch-template-name&"
                       "Filter.1.Value.1=web-%2A"));
}

TEST(Ec2Launch, describes_versions_with_their_image) {
  const HttpResponse answer =
      http(200,
           "<DescribeLaunchTemplateVersionsResponse><launchTemplateVersionSet><item>"
           "<launchTemplateId>lt-1</launchTemplateId><launchTemplateName>web</launchTemplateName>"
           "<versionNumber>8</versionNumber><versionDescription>new</versionDescription>"
           "<defaultVersion>false</defaultVersion><launchTemplateData><imageId>ami-8</imageId>"
           "<instanceType>c6i.large</instanceType></launchTemplateData></item>"
           "</launchTemplateVersionSet></DescribeLaunchTemplateVersionsResponse>");
  TestBench bench(Answers{answer});
  const auto found = Ec2Launch(bench.client).describe_versions("lt-1", {"$Latest"});
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_THAT(*found, ElementsAre(LaunchTemplateVersion{.template_id = "lt-1",
                                                        .template_name = "web",
                                                        .version = 8,
                                                        .is_default = false,
                                                        .description = "new",
                                                        .image_id = "ami-8",
                                                        .instance_type = "c6i.large",
                                                        .created_at = std::nullopt}));
  EXPECT_THAT(bench.transport.requests.at(0).body,
              EndsWith("&LaunchTemplateId=lt-1&LaunchTemplateVersion.1=%24Latest"));
  ASSERT_TRUE(Ec2Launch(bench.client).describe_versions("lt-1", {}));
  EXPECT_THAT(bench.transport.requests.at(1).body,
              EndsWith("&LaunchTemplateId=lt-1&MaxResults=200"));
  TestBench unknown(Answers{refusal(400, "InvalidLaunchTemplateId.NotFound")});
  EXPECT_EQ(Ec2Launch(unknown.client).describe_versions("lt-2", {}).error().kind,
            ErrorKind::kNotFound);
}

TEST(Ec2Launch, launches_a_fleet_at_once_and_says_what_could_not_be) {
  TestBench bench(Answers{http(
      200,
      "<CreateFleetResponse><requestId>r</requestId><fleetId>fleet-1</fleetId>"
      "<fleetInstanceSet><item><launchTemplateAndOverrides><overrides>"
      "<instanceType>c6i.large</instanceType><availabilityZone>ap-northeast-1a</availabilityZone>"
      "</overrides></launchTemplateAndOverrides><lifecycle>spot</lifecycle>"
      "<instanceIds><item>i-12345678</item><item>i-87654321</item></instanceIds>"
      "<instanceType>c6i.large</instanceType></item></fleetInstanceSet>"
      "<errorSet><item><launchTemplateAndOverrides><overrides>"
      "<instanceType>c6a.large</instanceType></overrides></launchTemplateAndOverrides>"
      "<lifecycle>spot</lifecycle><errorCode>InsufficientInstanceCapacity</errorCode>"
      "<errorMessage>There is no Spot capacity available.</errorMessage></item></errorSet>"
      "</CreateFleetResponse>")});
  const auto fleet = Ec2Launch(bench.client).create_fleet(request());
  ASSERT_TRUE(fleet) << fleet.error().message;
  EXPECT_EQ(*fleet, (FleetResult{.id = "fleet-1",
                                 .instances = {{.ids = {"i-12345678", "i-87654321"},
                                                .instance_type = "c6i.large",
                                                .availability_zone = "ap-northeast-1a",
                                                .lifecycle = "spot"}},
                                 .errors = {{.code = "InsufficientInstanceCapacity",
                                             .message = "There is no Spot capacity available.",
                                             .instance_type = "c6a.large",
                                             .availability_zone = "",
                                             .lifecycle = "spot"}}}));
  EXPECT_EQ(bench.transport.requests.at(0).body,
            "Action=CreateFleet&Version=2016-11-15&Type=instant&ClientToken=token-1&"
            "LaunchTemplateConfigs.1.LaunchTemplateSpecification.LaunchTemplateId=lt-1&"
            "LaunchTemplateConfigs.1.LaunchTemplateSpecification.Version=%24Default&"
            "LaunchTemplateConfigs.1.Overrides.1.InstanceType=c6i.large&"
            "LaunchTemplateConfigs.1.Overrides.1.SubnetId=subnet-1&"
            "LaunchTemplateConfigs.1.Overrides.1.WeightedCapacity=1&"
            "LaunchTemplateConfigs.1.Overrides.2.InstanceType=c6a.large&"
            "LaunchTemplateConfigs.1.Overrides.2.MaxPrice=0.0321&"
            "LaunchTemplateConfigs.1.Overrides.2.Priority=2&"
            "TargetCapacitySpecification.TotalTargetCapacity=4&"
            "TargetCapacitySpecification.SpotTargetCapacity=3&"
            "TargetCapacitySpecification.OnDemandTargetCapacity=1&"
            "TargetCapacitySpecification.DefaultTargetCapacityType=spot&"
            "SpotOptions.AllocationStrategy=price-capacity-optimized&"
            "SpotOptions.MaxTotalPrice=0.5&"
            "TagSpecification.1.ResourceType=instance&TagSpecification.1.Tag.1.Key=team&"
            "TagSpecification.1.Tag.1.Value=shop");
}

TEST(Ec2Launch, asks_for_no_fleet_that_could_be_launched_twice_or_is_empty) {
  TestBench bench(Answers{http(500, "")});
  FleetRequest nameless = request();
  nameless.client_token.clear();
  EXPECT_THAT(Ec2Launch(bench.client).create_fleet(nameless).error().message,
              HasSubstr("client token"));
  FleetRequest empty = request();
  empty.spot_capacity = empty.on_demand_capacity = 0;
  EXPECT_FALSE(Ec2Launch(bench.client).create_fleet(empty));
  FleetRequest negative = request();
  negative.on_demand_capacity = -1;
  EXPECT_FALSE(Ec2Launch(bench.client).create_fleet(negative));
  EXPECT_TRUE(bench.transport.requests.empty());
}

TEST(Ec2Launch, refuses_a_fleet_of_what_are_no_instances) {
  TestBench bench(Answers{
      http(200,
           "<CreateFleetResponse><fleetId>fleet-1</fleetId><fleetInstanceSet><item><instanceIds>"
           "<item>rm -rf /</item></instanceIds></item></fleetInstanceSet></CreateFleetResponse>")});
  EXPECT_FALSE(Ec2Launch(bench.client).create_fleet(request()));
}

}  // namespace
}  // namespace livesonic::aws
