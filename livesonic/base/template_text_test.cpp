// SPDX-License-Identifier: Apache-2.0
#include "livesonic/base/template_text.h"

#include <gtest/gtest.h>

#include <array>

namespace livesonic {
namespace {

constexpr std::array<std::string_view, 2> kNames{"cluster", "cause"};

std::string filled(std::string_view text) {
  return fill_template(text, [](std::string_view name) { return "<" + std::string(name) + ">"; });
}

TEST(TemplateText, puts_values_where_their_names_are) {
  EXPECT_EQ(filled("{cluster}: {cause}{cause}!"), "<cluster>: <cause><cause>!");
  EXPECT_EQ(filled("none"), "none");
  EXPECT_EQ(filled(""), "");
}

TEST(TemplateText, what_is_put_in_is_not_looked_through_again) {
  EXPECT_EQ(fill_template("{a}", [](std::string_view) { return "{b}"; }), "{b}");
}

TEST(TemplateText, doubled_braces_are_braces) {
  EXPECT_EQ(filled(R"({{"x": "{cause}"}})"), R"({"x": "<cause>"})");
  EXPECT_TRUE(check_template("{{no_name}}", kNames));
}

TEST(TemplateText, names_that_do_not_exist_and_single_braces_are_refused) {
  EXPECT_TRUE(check_template("{cluster} {cause}", kNames));
  EXPECT_EQ(check_template("{clutser}", kNames).error().message,
            "has the unknown placeholder '{clutser}'; there are cluster, cause");
  for (const char* text : {"{", "}", "a {cluster", "{clu{ster}", "{cluster}}", "{}"}) {
    EXPECT_FALSE(check_template(text, kNames)) << text;
  }
}

}  // namespace
}  // namespace livesonic
