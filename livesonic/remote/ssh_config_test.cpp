// SPDX-License-Identifier: Apache-2.0
#include "livesonic/remote/ssh_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <map>

#include "livesonic/base/text.h"
#include "livesonic/remote/sshd_for_test.h"

namespace livesonic::remote {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

using Files = std::map<std::string, std::string>;

Result<SshConfigFile> parse(const std::string& text, const Files& files = {}) {
  return parse_ssh_config(text, "config", [&](const std::string& pattern) {
    std::vector<std::pair<std::string, std::string>> found;
    if (const auto file = files.find(pattern); file != files.end()) found.emplace_back(*file);
    return Result<std::vector<std::pair<std::string, std::string>>>(std::move(found));
  });
}

std::string error_of(const std::string& text, const Files& files = {}) {
  const auto parsed = parse(text, files);
  return parsed ? "no error" : parsed.error().message;
}

TEST(SshConfig, the_first_word_on_a_matter_holds) {
  const auto config = parse(
      "User first\nHost web*\n  User second\n  Port 2222\nHost *\n  Port 22\n  HostName "
      "%h.internal\n");
  ASSERT_TRUE(config);
  const SshConfigAnswer web = look_up(*config, "web1");
  EXPECT_EQ(web.user, "first");
  EXPECT_EQ(web.port, 2222);
  EXPECT_EQ(web.host_name, "web1.internal");
  EXPECT_EQ(look_up(*config, "db1").port, 22);
}

TEST(SshConfig, identity_files_add_up) {
  const auto config = parse("Host web\nIdentityFile ~/.ssh/a\nHost *\nIdentityFile ~/.ssh/b\n");
  EXPECT_THAT(look_up(*config, "web").identity_files, ElementsAre("~/.ssh/a", "~/.ssh/b"));
  EXPECT_THAT(look_up(*config, "db").identity_files, ElementsAre("~/.ssh/b"));
}

TEST(SshConfig, an_include_holds_only_where_it_stands) {
  const Files files{{"more", "User inner\nHost db*\nPort 1\n"}};
  const auto config = parse("Host web* db*\nInclude more\nPort 2\nHost *\nPort 3\n", files);
  ASSERT_TRUE(config);
  EXPECT_EQ(look_up(*config, "web1").port, 2);
  EXPECT_EQ(look_up(*config, "web1").user, "inner");
  EXPECT_EQ(look_up(*config, "db1").port, 1);
  EXPECT_EQ(look_up(*config, "x").port, 3);
  EXPECT_EQ(look_up(*config, "x").user, std::nullopt);
}

TEST(SshConfig, files_that_include_each_other_for_ever_are_refused) {
  EXPECT_THAT(error_of("Include loop", {{"loop", "Include loop\n"}}), HasSubstr("too many files"));
}

TEST(SshConfig, what_is_not_heeded_leaves_a_note_with_its_place) {
  const auto config =
      parse("Compression yes\nMatch host web exec true\nPort 5\nMatch all\nPort 6\n");
  ASSERT_TRUE(config);
  EXPECT_EQ(look_up(*config, "web").port, 6);
  ASSERT_THAT(config->notes, SizeIs(2));
  EXPECT_EQ(config->notes[0], "config:1: compression is not heeded");
  EXPECT_THAT(config->notes[1], HasSubstr("config:2: only `Match all` is heeded"));
}

TEST(SshConfig, values_that_make_no_sense_are_refused_with_their_place) {
  EXPECT_THAT(error_of("\nPort 0\n"), HasSubstr("config:2: port must be 1 to 65535"));
  EXPECT_THAT(error_of("Port 22 23"), HasSubstr("takes one argument"));
  EXPECT_THAT(error_of("User"), HasSubstr("needs an argument"));
  EXPECT_THAT(error_of("User \"a b"), HasSubstr("a quote does not end"));
  EXPECT_THAT(error_of("User -oProxyCommand=x"), HasSubstr("user's name"));
  EXPECT_THAT(error_of("ProxyJump a,,b"), HasSubstr("is no bastion"));
  EXPECT_THAT(error_of("Host"), HasSubstr("needs an argument"));
}

TEST(SshConfig, tokens_stand_for_what_ssh_puts_in) {
  EXPECT_EQ(
      expand_tokens("%d/keys/%r@%h:%p-%n-%u%%", {"/home/me", "me", "web.int", "web", "ops", "22"}),
      "/home/me/keys/ops@web.int:22-web-me%");
}

// What `ssh -G` says, for the keys that we heed.
std::multimap<std::string, std::string> as_ssh_says(const std::filesystem::path& config,
                                                    const std::string& host) {
  const std::string command = "ssh -G -F '" + config.string() + "' -- '" + host + "'";
  FILE* pipe = popen(command.c_str(), "r");
  std::string text;
  for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) text += static_cast<char>(c);
  EXPECT_EQ(pclose(pipe), 0) << command;
  std::multimap<std::string, std::string> said;
  for (const std::string_view line : split(text, '\n')) {
    const std::size_t space = line.find(' ');
    if (space != std::string_view::npos) {
      said.emplace(line.substr(0, space), line.substr(space + 1));
    }
  }
  return said;
}

TEST(SshConfig, it_is_read_as_openssh_reads_it) {
  TempDir dir;
  std::ofstream(dir / "included")
      << "User from-include\nHost *.db\n  Port 5432\n  ProxyJump none\n";
  std::ofstream(dir / "config") << "# a comment\n"
                                   "   HOST   web1.example   web2.example # both\n"
                                   "  HostName=10.0.0.%%\n"
                                   "\tPort = 2201\n"
                                   "  User \"ops\"\n"
                                   "  IdentityFile \"/keys/a b\"\n"
                                   "  ProxyJump gate@bastion:2222,[2001:db8::1]\n"
                                   "Host *.example !secret.example\n"
                                   "  User=example\n"
                                   "  IdentityFile /keys/example-%h\n"
                                   "  ProxyJump bastion.example\n"
                                   "Host ??.short\n"
                                   "  Port 3\n"
                                   "Host inc*\n"
                                   "  Include "
                                << (dir / "included").string()
                                << "\n"
                                   "  Port 7\n"
                                   "Host *.db\n"
                                   "  Port 8\n"
                                   "Match all\n"
                                   "  User fallback\n"
                                   "  Port 9\n"
                                   "  IdentityFile /keys/fallback\n";
  const auto config = load_ssh_config(dir / "config");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_THAT(config->notes, IsEmpty());
  for (const char* host :
       {"web1.example", "web2.example", "web3.example", "secret.example", "ab.short", "abc.short",
        "inc.db", "incx", "other.db", "WEB1.EXAMPLE", "10.0.0.7", "2001:db8::7"}) {
    const auto said = as_ssh_says(dir / "config", host);
    const SshConfigAnswer ours = look_up(*config, host);
    const auto one = [&](const char* key) {
      const auto found = said.find(key);
      return found == said.end() ? std::string() : found->second;
    };
    EXPECT_EQ(ours.host_name, one("hostname")) << host;
    EXPECT_EQ(std::to_string(ours.port.value_or(22)), one("port")) << host;
    EXPECT_EQ(ours.user, one("user")) << host;
    const std::string jump = ours.proxy_jump.value_or("none");
    EXPECT_EQ(jump == "none" ? "" : jump, one("proxyjump")) << host;
    std::vector<std::string> files;
    const auto [begin, end] = said.equal_range("identityfile");
    for (auto entry = begin; entry != end; ++entry) files.push_back(entry->second);
    std::vector<std::string> expanded;
    for (const std::string& file : ours.identity_files) expanded.push_back(file);
    EXPECT_EQ(expanded, files) << host;
  }
}

}  // namespace
}  // namespace livesonic::remote
