// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/credential_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "livesonic/aws/json.h"
#include "livesonic/base/text.h"
#include "livesonic/base/time_text.h"

namespace livesonic::aws {
namespace {

// The four names under which the four things go.
struct Names {
  const char* id;
  const char* secret;
  const char* token;
  const char* expiry;
};

// `what` is the document, for the error: "the answer of the metadata service".
Result<json::Document> open(std::string_view text, std::string_view what) {
  Result<json::Document> document = json::Document::parse(text);
  if (document) return document;
  return fail(ErrorKind::kInvalidInput, fmt::format("{}: {}", what, document.error().message));
}

Result<void> check_read(const json::Document& document, std::string_view what) {
  if (!document.complaint()) return {};
  return fail(ErrorKind::kInvalidInput, fmt::format("{}: {}", what, *document.complaint()));
}

Result<Credentials> read_keys(const json::Document& document, const json::Value& from,
                              const Names& names, std::string_view what) {
  Credentials credentials{.access_key_id = from.text(names.id),
                          .secret_access_key = Secret(from.text(names.secret)),
                          .session_token = Secret(from.text(names.token)),
                          .expires_at = from.time(names.expiry)};
  if (Result<void> read = check_read(document, what); !read) return fail(read.error());
  if (Result<void> checked = check_credentials(credentials, what); !checked) {
    return fail(checked.error());
  }
  return credentials;
}

}  // namespace

Result<Credentials> parse_role_credentials(std::string_view json) {
  constexpr std::string_view kWhat = "the answer of the metadata service";
  const Result<json::Document> document = open(json, kWhat);
  if (!document) return fail(document.error());
  const std::string code = document->root().text("Code");
  if (!code.empty() && code != "Success") {
    return fail(ErrorKind::kUnavailable,
                fmt::format("{} is '{}'", kWhat, shorten(printable(code), 100)));
  }
  Result<Credentials> credentials =
      read_keys(*document, document->root(),
                {"AccessKeyId", "SecretAccessKey", "Token", "Expiration"}, kWhat);
  if (credentials && !credentials->expires_at) {
    return fail(ErrorKind::kInvalidInput, fmt::format("{} has no time of expiry", kWhat));
  }
  return credentials;
}

Result<Credentials> parse_process_credentials(std::string_view json) {
  constexpr std::string_view kWhat = "what credential_process printed";
  const Result<json::Document> document = open(json, kWhat);
  if (!document) return fail(document.error());
  if (document->root().count("Version", 0) != 1) {
    return fail(ErrorKind::kInvalidInput,
                fmt::format("{} has no \"Version\": 1, the only one that there is", kWhat));
  }
  return read_keys(*document, document->root(),
                   {"AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"}, kWhat);
}

Result<SsoToken> parse_sso_token(std::string_view json) {
  constexpr std::string_view kWhat = "the cached SSO token";
  const Result<json::Document> document = open(json, kWhat);
  if (!document) return fail(document.error());
  SsoToken token{.access_token = Secret(document->root().required_text("accessToken"))};
  std::string expires = document->root().required_text("expiresAt");
  if (Result<void> read = check_read(*document, kWhat); !read) return fail(read.error());
  // Old versions of the AWS CLI write "2020-06-17T10:02:08UTC".
  if (expires.ends_with("UTC")) expires.replace(expires.size() - 3, 3, "Z");
  const Result<Time> time = parse_iso8601(expires);
  const std::string& text = token.access_token.reveal();
  if (!time || text.size() > 16384 ||
      !std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7F; })) {
    return fail(ErrorKind::kInvalidInput, fmt::format("{} makes no sense", kWhat));
  }
  token.expires_at = *time;
  return token;
}

Result<Credentials> parse_sso_role_credentials(std::string_view json) {
  constexpr std::string_view kWhat = "the answer of the SSO portal";
  const Result<json::Document> document = open(json, kWhat);
  if (!document) return fail(document.error());
  const json::Value role = document->root().required_child("roleCredentials");
  // Its time is in milliseconds, not in seconds as elsewhere.
  const std::int64_t expires = role.count("expiration", 0);
  constexpr std::int64_t kYear10000 = 253402300800000;
  Result<Credentials> credentials =
      read_keys(*document, role, {"accessKeyId", "secretAccessKey", "sessionToken", "none"}, kWhat);
  if (!credentials) return credentials;
  if (expires <= 0 || expires >= kYear10000) {
    return fail(ErrorKind::kInvalidInput, fmt::format("{} has no time of expiry", kWhat));
  }
  credentials->expires_at = Time(Duration(expires));
  return credentials;
}

}  // namespace livesonic::aws
