// SPDX-License-Identifier: Apache-2.0
#include "livesonic/storage/json_columns.h"

#include "livesonic/storage/contract.h"

namespace livesonic::storage {
namespace {

TEST(JsonColumns, are_read_back_as_they_were_written) {
  std::map<std::string, std::string> tags;
  std::vector<IncidentMember> members;
  std::vector<DomainAlias> aliases;
  for (const std::string& text : hostile_texts()) {
    tags[text + "key"] = text;
    members.push_back({text, text + "l", text + "d", Time{Duration{-1}}, Time{Duration{1}}});
    members.push_back({text, text, text, Time{}, std::nullopt});
    aliases.push_back({text, text + "t", text + "d", {text, text + "c"}});
  }
  EXPECT_EQ(tags_from_json(tags_to_json(tags)), tags);
  EXPECT_EQ(names_from_json(names_to_json(hostile_texts())), hostile_texts());
  EXPECT_EQ(members_from_json(members_to_json(members)), members);
  EXPECT_EQ(aliases_from_json(aliases_to_json(aliases)), aliases);
}

TEST(JsonColumns, bytes_that_are_no_utf8_are_replaced) {
  EXPECT_EQ(names_from_json(names_to_json({"a\xff"})).value().at(0), "a\xEF\xBF\xBD");
}

TEST(JsonColumns, that_we_did_not_write_are_refused) {
  for (const char* text : {"", "x", "[1]", "{\"a\": 1}", "[{}]", "[{\"instance\": 1}]", "null",
                           "[[[[[[", "{\"a\": {}}"}) {
    EXPECT_FALSE(tags_from_json(text)) << text;
    EXPECT_FALSE(names_from_json(text)) << text;
    EXPECT_FALSE(members_from_json(text)) << text;
    EXPECT_FALSE(aliases_from_json(text)) << text;
  }
}

}  // namespace
}  // namespace livesonic::storage
