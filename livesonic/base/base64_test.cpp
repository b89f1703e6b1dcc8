// SPDX-License-Identifier: Apache-2.0
#include "livesonic/base/base64.h"

#include <gtest/gtest.h>

namespace livesonic {
namespace {

// Source: RFC 4648, section 10.
TEST(Base64, reads_the_vectors_of_the_rfc) {
  EXPECT_EQ(from_base64(""), "");
  EXPECT_EQ(from_base64("Zg=="), "f");
  EXPECT_EQ(from_base64("Zm8="), "fo");
  EXPECT_EQ(from_base64("Zm9v"), "foo");
  EXPECT_EQ(from_base64("Zm9vYg=="), "foob");
  EXPECT_EQ(from_base64("Zm9vYmE="), "fooba");
  EXPECT_EQ(from_base64("Zm9vYmFy"), "foobar");
}

TEST(Base64, reads_any_byte_lines_and_missing_padding) {
  EXPECT_EQ(from_base64("AP+/"), std::string("\0\xff\xbf", 3));
  EXPECT_EQ(from_base64("Zm9v\r\nYmE\n"), "fooba");
}

TEST(Base64, what_is_written_reads_the_same) {
  std::string bytes;
  for (int i = 0; i < 40; ++i) {
    EXPECT_EQ(from_base64(to_base64(bytes)), bytes);
    bytes.push_back(static_cast<char>(i * 37));
  }
  EXPECT_EQ(to_base64("fooba"), "Zm9vYmE=");
}

TEST(Base64, refuses_what_is_none) {
  for (const char* text : {"Z", "Zm9vY", "Zg=", "Zg===", "=", "Zg==Zg==", "Zm9*", "Zm-_"}) {
    EXPECT_FALSE(from_base64(text)) << text;
  }
}

}  // namespace
}  // namespace livesonic
