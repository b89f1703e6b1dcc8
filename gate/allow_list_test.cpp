// SPDX-License-Identifier: Apache-2.0
#include "gate/allow_list.h"

#include <gtest/gtest.h>

namespace livesonic::gate {
namespace {

const std::string kList =
    "# from Livesonic\n"
    "\n"
    "serverscore\tserverscore\n"
    "nginx\tsystemctl is-active nginx\n"
    "script\tset -e\\ncat /etc/issue\\t\\\\\n"
    "broken\techo \\x\n"
    "no tab here\n"
    "\tid\n"
    "empty\t\n"
    "last\tuptime";

TEST(AllowList, a_command_that_is_in_it_is_allowed_to_the_letter) {
  EXPECT_EQ(allowed_command(kList, "systemctl is-active nginx"), "systemctl is-active nginx");
  EXPECT_EQ(allowed_command(kList, "set -e\ncat /etc/issue\t\\"), "set -e\ncat /etc/issue\t\\");
  EXPECT_EQ(allowed_command(kList, "uptime"), "uptime");
}

TEST(AllowList, an_id_stands_for_its_command) {
  EXPECT_EQ(allowed_command(kList, "nginx"), "systemctl is-active nginx");
  EXPECT_EQ(allowed_command(kList, "last"), "uptime");
}

TEST(AllowList, nothing_else_is_allowed) {
  for (const char* asked : {"",
                            " ",
                            "id",
                            "sh",
                            "uptime ",
                            " uptime",
                            "uptime; id",
                            "uptime\nid",
                            "uptime && id",
                            "systemctl is-active nginx; id",
                            "nginx id",
                            "nginx\tsystemctl is-active nginx",
                            "# from Livesonic",
                            "no tab here",
                            "empty",
                            "broken",
                            "echo \\x",
                            "serverscore --state /x",
                            "$(id)",
                            "/usr/lib/openssh/sftp-server"}) {
    EXPECT_EQ(allowed_command(kList, asked), std::nullopt) << asked;
  }
  EXPECT_EQ(allowed_command("", "id"), std::nullopt);
}

TEST(AllowList, nothing_that_a_client_says_forges_a_line_of_a_log) {
  EXPECT_EQ(for_a_log("id\nMar 1 sshd: Accepted\x1b[31m\xff", 100),
            "id?Mar 1 sshd: Accepted?[31m?");
  EXPECT_EQ(for_a_log("abcdef", 3), "abc...");
}

}  // namespace
}  // namespace livesonic::gate
