// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "livesonic/config/config.h"

namespace livesonic::config {
namespace {

Result<Config> parsed(const std::string& text) {
  return parse(text, "web.yaml", [](const std::string&) { return std::optional<std::string>(); });
}

TEST(MaintenanceSection, may_be_about_some_instances_only) {
  const auto config = parsed(R"(
maintenance:
  - { name: backup, at: "0 3 * * *", for: 30m, clusters: [db-*], only: ["tag:role=batch"] }
)");
  ASSERT_TRUE(config) << config.error().message;
  ASSERT_EQ(config->maintenance.size(), 1U);
  ASSERT_EQ(config->maintenance[0].only.size(), 1U);
  EXPECT_EQ(to_string(config->maintenance[0].only[0]), "tag:role=\"batch\"");
  const auto wrong =
      parsed(R"(maintenance: [{name: a, at: "0 3 * * *", for: 1h, only: [role=batch]}])");
  ASSERT_FALSE(wrong);
  EXPECT_NE(wrong.error().message.find("'maintenance.only'"), std::string::npos);
}

}  // namespace
}  // namespace livesonic::config
