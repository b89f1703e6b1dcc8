// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "livesonic/config/sections.h"
#include "livesonic/config/url.h"

namespace livesonic::config {
namespace {

// A region becomes part of host names.
bool is_region(std::string_view region) {
  return region.size() <= 64 && std::all_of(region.begin(), region.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
         });
}

bool is_header_value(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7F; });
}

}  // namespace

void read_aws(const YamlNode& node, AwsConfig& aws, Reading& reading) {
  MapReader map(node, "aws", reading);
  if (const auto region = map.text("region")) {
    aws.region = region->text;
    if (!is_region(aws.region)) {
      map.mistake(region->at, "region", "must be a region's name such as ap-northeast-1");
    }
  }
  Secret key_id;
  map.secret("access_key_id", "LIVESONIC_AWS_ACCESS_KEY_ID", key_id);
  aws.access_key_id = key_id.reveal();
  map.secret("secret_access_key", "LIVESONIC_AWS_SECRET_ACCESS_KEY", aws.secret_access_key);
  map.secret("session_token", "LIVESONIC_AWS_SESSION_TOKEN", aws.session_token);
  map.text("profile", aws.profile);
  if (const auto url = map.text("endpoint_url")) {
    aws.endpoint_url = url->text;
    if (const auto checked = check_url(url->text); !checked) {
      map.mistake(url->at, "endpoint_url", checked.error().message);
    } else if (url->text.find_first_of("@?#") != std::string::npos) {
      map.mistake(url->at, "endpoint_url", "must have neither a user, a query nor a fragment");
    }
  }

  // A key that was refused is not also missing.
  const auto given = [&](const char* key, bool has_value) { return has_value || map.has(key); };
  const bool has_id = given("access_key_id", !aws.access_key_id.empty());
  const bool has_secret = given("secret_access_key", !aws.secret_access_key.empty());
  const bool has_token = given("session_token", !aws.session_token.empty());
  if (has_id && !has_secret) {
    map.mistake(map.position_of("access_key_id"), "access_key_id",
                "needs secret_access_key beside it, or LIVESONIC_AWS_SECRET_ACCESS_KEY in the "
                "environment");
  }
  if (has_secret && !has_id) {
    map.mistake(map.position_of("secret_access_key"), "secret_access_key",
                "needs access_key_id beside it, or LIVESONIC_AWS_ACCESS_KEY_ID in the environment");
  }
  if (has_token && !has_id && !has_secret) {
    map.mistake(map.position_of("session_token"), "session_token",
                "needs access_key_id and secret_access_key beside it");
  }
  if (map.has("profile") && map.has("access_key_id")) {
    map.mistake(map.position_of("profile"), "profile",
                "and access_key_id are two ways to say the same; keep one of them");
  }
  for (const auto& [key, value] :
       {std::pair<const char*, const std::string*>("access_key_id", &aws.access_key_id),
        std::pair<const char*, const std::string*>("secret_access_key",
                                                   &aws.secret_access_key.reveal()),
        std::pair<const char*, const std::string*>("session_token", &aws.session_token.reveal())}) {
    if (!is_header_value(*value)) {
      map.mistake(map.position_of(key), key,
                  "has white space or another character that no AWS key has");
    }
  }
  map.refuse_unknown_keys();
}

}  // namespace livesonic::config
