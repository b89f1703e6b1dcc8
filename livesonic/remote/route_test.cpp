// SPDX-License-Identifier: Apache-2.0
#include "livesonic/remote/route.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace livesonic::remote {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

RouteRules rules_of(const std::string& config, const std::string& jump = "") {
  RouteRules rules;
  rules.config = parse_ssh_config(config, "config", [](const std::string&) {
                   return Result<std::vector<std::pair<std::string, std::string>>>();
                 }).value();
  rules.jump = jump;
  rules.local_user = "me";
  rules.home = "/home/me";
  return rules;
}

std::vector<std::string> hops_of(const Route& route) {
  std::vector<std::string> names;
  for (const Stop& hop : route.hops) names.push_back(name_of(hop));
  return names;
}

TEST(Route, without_anything_said_it_is_as_ssh_would_go) {
  const Route route = plan_route({"i-1", "web.internal"}, rules_of("")).value();
  EXPECT_EQ(route.target, (Stop{"web.internal", 22, "me", {}}));
  EXPECT_THAT(route.hops, IsEmpty());
}

TEST(Route, the_hosts_own_words_win_over_ssh_config) {
  const RouteRules rules =
      rules_of("Host *\nUser config\nPort 1\nIdentityFile ~/%r\nProxyJump b\n");
  const Route said = plan_route({"i-1", "web", 2, "ops", "none"}, rules).value();
  EXPECT_EQ(said.target, (Stop{"web", 2, "ops", {"~/ops"}}));
  EXPECT_THAT(said.hops, IsEmpty());
  const Route unsaid = plan_route({"i-1", "web"}, rules).value();
  EXPECT_EQ(unsaid.target, (Stop{"web", 1, "config", {"~/config"}}));
}

TEST(Route, the_settings_bastions_win_over_ssh_config) {
  const RouteRules rules = rules_of("Host web\nProxyJump from-config\n", "ops@from-settings:2222");
  EXPECT_THAT(hops_of(plan_route({"i-1", "web"}, rules).value()),
              ElementsAre("ops@from-settings:2222"));
}

TEST(Route, bastions_have_their_own_lines_in_ssh_config_and_their_own_bastions) {
  const RouteRules rules = rules_of(
      "Host web\nProxyJump inner\n"
      "Host inner\nHostName 10.0.0.1\nUser gate\nProxyJump outer\n"
      "Host outer\nHostName 192.0.2.1\nPort 2222\n");
  EXPECT_THAT(hops_of(plan_route({"i-1", "web"}, rules).value()),
              ElementsAre("me@192.0.2.1:2222", "gate@10.0.0.1:22"));
}

TEST(Route, the_bastion_itself_is_not_reached_through_itself) {
  const RouteRules rules = rules_of("Host *\nProxyJump bastion\n");
  EXPECT_THAT(hops_of(plan_route({"i-1", "bastion"}, rules).value()), IsEmpty());
  EXPECT_THAT(hops_of(plan_route({"i-1", "web"}, rules).value()), ElementsAre("me@bastion:22"));
  const RouteRules set = rules_of("", "bastion");
  EXPECT_THAT(hops_of(plan_route({"i-1", "bastion"}, set).value()), IsEmpty());
}

TEST(Route, a_circle_of_bastions_is_an_error) {
  EXPECT_FALSE(plan_route({"i-1", "web"}, rules_of("Host web\nProxyJump a\nHost a\nProxyJump b\n"
                                                   "Host b\nProxyJump a\n")));
}

}  // namespace
}  // namespace livesonic::remote
