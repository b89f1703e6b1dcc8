// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/xml.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "livesonic/base/time_text.h"

namespace livesonic::aws::xml {
namespace {

using testing::HasSubstr;

std::string why_refused(std::string_view body) {
  const Result<Document> document = Document::parse(body, "r");
  return document ? "accepted" : document.error().message;
}

std::string nested(int depth) {
  std::string text;
  for (int i = 0; i < depth; ++i) text += "<r>";
  for (int i = 0; i < depth; ++i) text += "</r>";
  return text;
}

TEST(Xml, gives_typed_values) {
  const auto document = Document::parse(
      "<?xml version='1.0'?>\n<r xmlns='http://x/'><a>1 &lt; 2 &#x3042;</a><n>42</n><b>true</b>"
      "<t>2026-03-01T08:30:00.000Z</t><l><i>x</i><i> </i></l></r>",
      "r");
  ASSERT_TRUE(document) << document.error().message;
  const Element root = document->root();
  EXPECT_EQ(root.text("a"), "1 < 2 \xE3\x81\x82");
  EXPECT_EQ(root.count("n", 0), 42);
  EXPECT_TRUE(root.boolean("b", false));
  EXPECT_EQ(root.time("t"), *parse_iso8601("2026-03-01T08:30:00Z"));
  ASSERT_EQ(root.list("l", "i").size(), 2U);
  EXPECT_EQ(root.list("l", "i")[1].value(), " ");
  EXPECT_EQ(root.text("missing"), "");
  EXPECT_FALSE(root.child("missing").child("too").time("t"));
  EXPECT_FALSE(document->complaint());
}

TEST(Xml, refuses_what_is_not_one_whole_document) {
  EXPECT_THAT(why_refused(""), HasSubstr("empty"));
  EXPECT_THAT(why_refused("<r><a>1</a>"), HasSubstr("no whole XML document"));
  EXPECT_THAT(why_refused("<r><a>1</"), HasSubstr("no whole XML document"));
  EXPECT_THAT(why_refused("<html>\n</html>"), HasSubstr("it is a 'html' and not a 'r'"));
  EXPECT_THAT(why_refused("{\"json\": true}"), HasSubstr("no whole XML document"));
  EXPECT_THAT(why_refused("<r/><r/>"), HasSubstr("more than one"));
  EXPECT_THAT(why_refused(std::string_view("<r/>\0<x>", 8)), HasSubstr("NUL"));
}

TEST(Xml, refuses_bombs) {
  EXPECT_THAT(why_refused("<!DOCTYPE r [<!ENTITY a 'aaaa'>]><r>&a;&a;</r>"),
              HasSubstr("document type"));
  EXPECT_EQ(why_refused(nested(kMaxDepth)), "accepted");
  EXPECT_THAT(why_refused(nested(kMaxDepth + 1)), HasSubstr("too deep"));
  EXPECT_THAT(why_refused(nested(300000)), HasSubstr("too deep"));
  std::string wide = "<r>";
  for (std::size_t i = 0; i < kMaxMarkup; ++i) wide += "<a/>";
  EXPECT_THAT(why_refused(wide + "</r>"), HasSubstr("too many"));
}

TEST(Xml, complains_of_the_first_thing_that_is_wrong_and_says_where) {
  const auto document = Document::parse("<r><s><i><t>soon</t><n>-1</n></i></s></r>", "r");
  ASSERT_TRUE(document);
  const Element item = document->root().list("s", "i").at(0);
  EXPECT_FALSE(item.time("t"));
  EXPECT_EQ(item.count("n", 7), 7);
  EXPECT_EQ(document->complaint(), "s/i/t: 'soon' is no time");
}

// What one access to an otherwise good document makes it complain of.
std::string complaint_of(std::string_view body, void (*access)(const Element&)) {
  const auto document = Document::parse(body, "r");
  if (!document) return document.error().message;
  access(document->root());
  return document->complaint().value_or("nothing");
}

TEST(Xml, complains_of_missing_and_misshapen_values) {
  EXPECT_EQ(complaint_of("<r/>", [](const Element& r) { (void)r.required_text("a"); }),
            "a: is missing or empty");
  EXPECT_EQ(complaint_of("<r/>", [](const Element& r) { (void)r.required_list("l", "i"); }),
            "l: is missing");
  EXPECT_EQ(complaint_of("<r><l/></r>", [](const Element& r) { (void)r.required_list("l", "i"); }),
            "nothing");
  EXPECT_EQ(complaint_of("<r><l><x/></l></r>", [](const Element& r) { (void)r.list("l", "i"); }),
            "l: has something else than 'i' in it");
  EXPECT_EQ(complaint_of("<r><a><b/></a></r>", [](const Element& r) { (void)r.text("a"); }),
            "a: is not plain text");
  EXPECT_EQ(complaint_of("<r><a>&#1;</a></r>", [](const Element& r) { (void)r.text("a"); }),
            "a: has control characters");
  EXPECT_EQ(complaint_of("<r><a>maybe</a></r>", [](const Element& r) { (void)r.boolean("a", 0); }),
            "a: 'maybe' is neither true nor false");
  EXPECT_EQ(complaint_of("<r><a>9999999999999999999</a></r>",
                         [](const Element& r) { (void)r.count("a", 0); }),
            "a: '9999999999999999999' is no count");
  EXPECT_EQ(complaint_of("<r><a>" + std::string(kMaxText + 1, 'x') + "</a></r>",
                         [](const Element& r) { (void)r.text("a"); }),
            "a: is too long");
  EXPECT_EQ(
      complaint_of("<r><a>" + std::string(kMaxText + 1, 'x') + "</a></r>",
                   [](const Element& r) { EXPECT_EQ(r.long_text("a").size(), kMaxText + 1); }),
      "nothing");
  EXPECT_EQ(complaint_of("<r><a>" + std::string(kMaxLongText + 1, 'x') + "</a></r>",
                         [](const Element& r) { (void)r.long_text("a"); }),
            "a: is too long");
}

TEST(Xml, replaces_what_is_not_utf8) {
  const auto document = Document::parse("<r><a>x\xFF</a></r>", "r");
  ASSERT_TRUE(document);
  EXPECT_EQ(document->root().text("a"), "x\xEF\xBF\xBD");
}

}  // namespace
}  // namespace livesonic::aws::xml
