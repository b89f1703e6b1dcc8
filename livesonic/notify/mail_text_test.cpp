// SPDX-License-Identifier: Apache-2.0
#include "livesonic/notify/mail_text.h"

#include <gtest/gtest.h>

#include "livesonic/base/base64.h"
#include "livesonic/base/text.h"
#include "livesonic/notify/mail_chart.h"
#include "livesonic/notify/message_for_test.h"

namespace livesonic::notify {
namespace {

const Wording kEnglish;

Envelope envelope() {
  return {"monitor@example.com",
          {"ops@example.com", "boss@example.com"},
          "mail",
          parse_iso8601("2026-03-01T08:30:05Z").value()};
}

std::string headers(const Message& message, const Wording& wording = kEnglish) {
  const std::string mail = mail_text(message, wording, envelope());
  return mail.substr(0, mail.find("\r\n\r\n") + 2);
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(MailText, has_the_headers_of_a_mail_that_a_program_sends) {
  EXPECT_EQ(headers(a_message()),
            "Date: Sun, 01 Mar 2026 08:30:05 +0000\r\n"
            "From: Livesonic <monitor@example.com>\r\n"
            "To: ops@example.com,\r\n boss@example.com\r\n"
            "Subject: [CRITICAL] web: low score on 1 of 3 instances\r\n"
            "Message-ID: <d1@example.com>\r\n"
            "Auto-Submitted: auto-generated\r\n"
            "X-Livesonic-Incident: n1\r\n"
            "X-Livesonic-Delivery: d1\r\n"
            "MIME-Version: 1.0\r\n"
            "Content-Type: multipart/alternative; boundary=\"livesonic-d1\"\r\n");
}

TEST(MailText, what_follows_an_opening_refers_to_it) {
  const std::string closing = headers(a_message(DeliveryKind::kClosing));
  EXPECT_TRUE(has(closing, "In-Reply-To: <d0@example.com>\r\nReferences: <d0@example.com>\r\n"));
}

TEST(MailText, no_text_adds_a_header_or_mark_up) {
  const std::string mail = mail_text(a_hostile_message(), kEnglish, envelope());
  EXPECT_FALSE(has(mail, "\r\nBcc"));
  for (const auto line : split(mail, '\n')) {
    EXPECT_LE(line.size(), 100U) << line;
    EXPECT_TRUE(line.empty() || line.ends_with('\r'));
  }
  const std::string html = mail_html(a_hostile_message(), kEnglish, "mail");
  EXPECT_FALSE(has(html, "<script>"));
  EXPECT_FALSE(has(html, "\x1b"));
}

TEST(MailText, both_parts_are_base64_of_the_texts) {
  const std::string mail = mail_text(a_message(), kEnglish, envelope());
  const auto part = [&](const std::string& type) {
    const std::size_t at = mail.find("\r\n\r\n", mail.find("Content-Type: " + type)) + 4;
    return from_base64(mail.substr(at, mail.find("\r\n--", at) - at)).value_or("(no base64)");
  };
  EXPECT_TRUE(part("text/plain").starts_with("web: low score on 1 of 3 instances\r\n\r\n"));
  EXPECT_TRUE(part("text/html").ends_with("</html>\r\n"));
  EXPECT_TRUE(mail.ends_with("--livesonic-d1--\r\n"));
}

TEST(MailChart, has_a_bar_for_each_point_in_the_colour_of_the_score) {
  const std::string html = mail_html(a_message(), kEnglish, "mail");
  std::size_t bars = 0;
  for (std::size_t at = 0; (at = html.find("bgcolor=", at)) != std::string::npos; ++at) ++bars;
  EXPECT_EQ(bars, 5U);
  EXPECT_TRUE(has(html, R"(height="90" bgcolor="#2e7d32")"));
  EXPECT_TRUE(has(html, R"(height="18" bgcolor="#c62828")"));
  EXPECT_EQ(chart_html({}, kEnglish), "");
}

TEST(HeaderText, what_is_no_short_ascii_is_encoded_in_words_of_whole_characters) {
  EXPECT_EQ(header_text("plain", 9), "plain");
  EXPECT_EQ(header_text("日本", 9), "=?UTF-8?B?5pel5pys?=");
  EXPECT_NE(header_text("=?UTF-8?B?eA==?=", 9), "=?UTF-8?B?eA==?=");
  std::string text;
  for (int i = 0; i < 100; ++i) text += "日本語";
  std::string decoded;
  const std::string header = header_text(text, 9);
  for (const std::string_view line : split(header, '\n')) {
    EXPECT_LE(line.size(), 77U);
    const std::string_view word = trim(line);
    ASSERT_TRUE(word.starts_with("=?UTF-8?B?") && word.ends_with("?="));
    const auto bytes = from_base64(word.substr(10, word.size() - 12));
    ASSERT_TRUE(bytes);
    EXPECT_EQ(to_valid_utf8(*bytes), *bytes);
    decoded += *bytes;
  }
  EXPECT_EQ(decoded, text);
}

}  // namespace
}  // namespace livesonic::notify
