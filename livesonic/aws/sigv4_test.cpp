// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/sigv4.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "livesonic/aws/sigv4_vectors.h"
#include "livesonic/base/text.h"
#include "livesonic/base/time_text.h"

namespace livesonic::aws {

void PrintTo(const SigningVector& vector, std::ostream* out) {
  *out << vector.name;
}

namespace {

std::string decode(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      decoded += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
      i += 2;
    } else {
      decoded += text[i];
    }
  }
  return decoded;
}

// The request of a vector as a value; `signed_later` are the headers that sign() adds by itself.
struct Parsed {
  Signable request;
  Fields signed_later;
  std::string body;
};

void parse_target(std::string_view target, Signable& request) {
  const std::size_t question = target.find('?');
  request.path = target.substr(0, question);
  if (question == std::string_view::npos) return;
  for (const std::string_view pair : split(target.substr(question + 1), '&')) {
    const std::size_t equals = pair.find('=');
    request.query.emplace_back(decode(pair.substr(0, equals)), decode(pair.substr(equals + 1)));
  }
}

Parsed parse(std::string_view text) {
  Parsed parsed;
  const auto lines = split(text, '\n');
  const std::size_t first = lines[0].find(' ');
  const std::size_t last = lines[0].rfind(' ');
  parsed.request.method = lines[0].substr(0, first);
  parse_target(lines[0].substr(first + 1, last - first - 1), parsed.request);
  std::size_t i = 1;
  for (; i < lines.size() && !lines[i].empty(); ++i) {
    if (lines[i].starts_with(' ')) {  // a folded line belongs to the header before
      parsed.request.headers.back().second += '\n' + std::string(lines[i]);
      continue;
    }
    const std::size_t colon = lines[i].find(':');
    const std::string name(lines[i].substr(0, colon));
    (name.starts_with("X-Amz-") ? parsed.signed_later : parsed.request.headers)
        .emplace_back(name, lines[i].substr(colon + 1));
  }
  if (i + 1 < lines.size()) parsed.body = lines[i + 1];
  return parsed;
}

Credentials credentials_for(const SigningVector& vector) {
  Credentials credentials{.access_key_id = "AKIDEXAMPLE",
                          .secret_access_key = Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
                          .session_token = {},
                          .expires_at = {}};
  // The token is in the canonical form, not in every request.
  constexpr std::string_view kToken = "x-amz-security-token:";
  for (const std::string_view line : split(vector.canonical, '\n')) {
    if (line.starts_with(kToken)) {
      credentials.session_token = Secret(std::string(line.substr(kToken.size())));
    }
  }
  return credentials;
}

class PublishedVectors : public testing::TestWithParam<SigningVector> {};

TEST_P(PublishedVectors, have_the_canonical_form_that_aws_publishes) {
  Parsed parsed = parse(GetParam().request);
  parsed.request.body = parsed.body;
  parsed.request.headers.emplace_back("X-Amz-Date", "20150830T123600Z");
  const Credentials credentials = credentials_for(GetParam());
  if (!credentials.session_token.empty()) {
    parsed.request.headers.emplace_back("X-Amz-Security-Token", credentials.session_token.reveal());
  }
  EXPECT_EQ(canonical_request(parsed.request), GetParam().canonical);
}

TEST_P(PublishedVectors, are_signed_as_aws_signs_them) {
  Parsed parsed = parse(GetParam().request);
  parsed.request.body = parsed.body;
  const Fields headers = sign(parsed.request, credentials_for(GetParam()), {"us-east-1", "service"},
                              *parse_iso8601("2015-08-30T12:36:00Z"));
  EXPECT_EQ(headers.front(),
            (std::pair<std::string, std::string>("X-Amz-Date", "20150830T123600Z")));
  EXPECT_EQ(headers.back().second,
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, " +
                std::string(GetParam().authorization));
}

INSTANTIATE_TEST_SUITE_P(Sigv4, PublishedVectors, testing::ValuesIn(kSigningVectors),
                         [](const auto& test) {
                           std::string name = test.param.name;
                           for (char& c : name) {
                             if (c == '-' || c == '/') c = '_';
                           }
                           return name;
                         });

TEST(Sigv4, encodes_a_path_twice_as_every_service_but_s3_wants_it) {
  const Signable request{
      .method = "GET", .path = "/a%20b/", .query = {}, .headers = {{"Host", "h"}}, .body = {}};
  EXPECT_TRUE(canonical_request(request).starts_with("GET\n/a%2520b/\n\n"));
}

TEST(Sigv4, encodes_form_fields_so_that_nothing_can_add_a_field) {
  EXPECT_EQ(encode_fields({{"a", "1&b=2"}, {"c", "\xE3\x81\x82 +/"}}),
            "a=1%26b%3D2&c=%E3%81%82%20%2B%2F");
}

}  // namespace
}  // namespace livesonic::aws
