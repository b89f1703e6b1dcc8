// SPDX-License-Identifier: Apache-2.0
#include "livesonic/remote/batch_text.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace livesonic::remote {
namespace {

const std::string kSecret = "0123456789abcdef0123456789abcdef";

// What a stream comes to: the texts between marks, with the status that ended each.
struct Heard {
  std::vector<std::string> texts{""};
  std::vector<int> statuses;
};

Heard hear(const std::vector<std::string>& chunks, bool has_status = true) {
  MarkedText text(kSecret, has_status);
  Heard heard;
  for (const std::string& chunk : chunks) {
    text.hear(chunk);
    while (const auto piece = text.next()) {
      heard.texts.back() += piece->text;
      if (!piece->ends) continue;
      heard.statuses.push_back(piece->status);
      heard.texts.emplace_back();
    }
  }
  heard.texts.back() += text.rest();
  return heard;
}

std::string mark(int number, int status) {
  return kSecret + " " + std::to_string(number) + " " + std::to_string(status) + "\n";
}

TEST(MarkedText, cuts_output_at_its_marks) {
  const Heard heard =
      hear({"motd\n" + mark(0, 0) + "93\n" + mark(1, 0) + "no newline" + mark(2, 127)});
  EXPECT_EQ(heard.texts, (std::vector<std::string>{"motd\n", "93\n", "no newline", ""}));
  EXPECT_EQ(heard.statuses, (std::vector<int>{0, 0, 127}));
}

TEST(MarkedText, finds_marks_however_they_are_cut_into_pieces) {
  const std::string all = mark(0, 0) + "active\n" + mark(1, 3) + "x";
  for (std::size_t size = 1; size < all.size(); ++size) {
    std::vector<std::string> chunks;
    for (std::size_t at = 0; at < all.size(); at += size) chunks.push_back(all.substr(at, size));
    const Heard heard = hear(chunks);
    EXPECT_EQ(heard.texts, (std::vector<std::string>{"", "active\n", "x"})) << size;
    EXPECT_EQ(heard.statuses, (std::vector<int>{0, 3})) << size;
  }
}

TEST(MarkedText, takes_what_only_looks_like_a_mark_for_text) {
  for (const std::string& fake :
       {kSecret, kSecret + "\n", kSecret + " 1\n", kSecret + " 1 256\n", kSecret + " 1 0 \n",
        kSecret + " 7 0\n", kSecret + " -1 0\n", kSecret + " 1 0123456789012345",
        kSecret + " 99999999999999999999 0\n"}) {
    const Heard heard = hear({mark(0, 0) + fake + mark(1, 5)});
    EXPECT_EQ(heard.texts, (std::vector<std::string>{"", fake, ""})) << fake;
  }
}

TEST(MarkedText, a_shell_that_traces_shows_a_mark_twice_and_it_counts_once) {
  const Heard heard = hear({kSecret + " 0\n" + "oops\n" + kSecret + " 1\n" + kSecret + " 1\n"},
                           /*has_status=*/false);
  EXPECT_EQ(heard.texts, (std::vector<std::string>{"", "oops\n", kSecret + " 1\n"}));
}

TEST(MarkedText, keeps_no_more_than_could_become_a_mark) {
  MarkedText text(kSecret, true);
  std::size_t seen = 0;
  for (int i = 0; i < 1000; ++i) {
    text.hear(std::string(1000, 'x'));
    while (const auto piece = text.next()) seen += piece->text.size();
  }
  EXPECT_GT(seen, 1'000'000U - kSecret.size());
  EXPECT_LT(text.rest().size(), kSecret.size());
}

TEST(BatchText, quotes_are_kept_from_ending_the_command) {
  EXPECT_EQ(batch_request(2, "echo 'it''s' $HOME"), "_r_ 2 'echo '\\''it'\\'''\\''s'\\'' $HOME'\n");
}

TEST(BatchText, what_does_not_fit_on_a_line_fits_no_batch) {
  EXPECT_TRUE(fits_batch("test -e /tmp/ä && echo\t'ok'"));
  EXPECT_FALSE(fits_batch("echo 1\necho 2"));
  EXPECT_FALSE(fits_batch(std::string("a\0b", 3)));
  EXPECT_FALSE(fits_batch(std::string(20'000, 'x')));
}

}  // namespace
}  // namespace livesonic::remote
