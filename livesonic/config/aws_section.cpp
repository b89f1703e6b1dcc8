// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "livesonic/config/sections.h"
#include "livesonic/config/unique_names.h"
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

// The services that an endpoint of their own can be given for, called as in AWS_ENDPOINT_URL_….
constexpr std::array<const char*, 16> kServices = {
    "auto_scaling",
    "cloudwatch",
    "ec2",
    "ec2_instance_connect",
    "ecs",
    "elastic_load_balancing",
    "elastic_load_balancing_v2",
    "eventbridge",
    "pricing",
    "route_53",
    "route_53_domains",
    "sns",
    "sqs",
    "ssm",
    "sso",
    "sts",
};

void read_endpoint(MapReader& map, const char* key, std::string& into) {
  const auto url = map.text(key);
  if (!url) return;
  into = url->text;
  if (const auto checked = check_url(url->text); !checked) {
    map.mistake(url->at, key, checked.error().message);
  } else if (url->text.find_first_of("@?#") != std::string::npos) {
    map.mistake(url->at, key, "must have neither a user, a query nor a fragment");
  }
}

// `overriding` is what the variables that go before the keys begin with; empty: there are none.
void read_keys(MapReader& map, const std::string& overriding, AwsAccount& account) {
  const auto variable = [&](const char* name) {
    return overriding.empty() ? std::string() : overriding + name;
  };
  Secret key_id;
  map.secret("access_key_id", variable("ACCESS_KEY_ID"), key_id);
  account.access_key_id = key_id.reveal();
  map.secret("secret_access_key", variable("SECRET_ACCESS_KEY"), account.secret_access_key);
  map.secret("session_token", variable("SESSION_TOKEN"), account.session_token);
  map.text("profile", account.profile);

  // A key that was refused is not also missing.
  const auto given = [&](const char* key, bool has_value) { return has_value || map.has(key); };
  const bool has_id = given("access_key_id", !account.access_key_id.empty());
  const bool has_secret = given("secret_access_key", !account.secret_access_key.empty());
  const bool has_token = given("session_token", !account.session_token.empty());
  const auto or_variable = [&](const char* name) {
    return overriding.empty() ? std::string() : ", or " + overriding + name + " in the environment";
  };
  if (has_id && !has_secret) {
    map.mistake(map.position_of("access_key_id"), "access_key_id",
                "needs secret_access_key beside it" + or_variable("SECRET_ACCESS_KEY"));
  }
  if (has_secret && !has_id) {
    map.mistake(map.position_of("secret_access_key"), "secret_access_key",
                "needs access_key_id beside it" + or_variable("ACCESS_KEY_ID"));
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
       {std::pair<const char*, const std::string*>("access_key_id", &account.access_key_id),
        std::pair<const char*, const std::string*>("secret_access_key",
                                                   &account.secret_access_key.reveal()),
        std::pair<const char*, const std::string*>("session_token",
                                                   &account.session_token.reveal())}) {
    if (!is_header_value(*value)) {
      map.mistake(map.position_of(key), key,
                  "has white space or another character that no AWS key has");
    }
  }
}

void read_role(MapReader& map, AwsRole& role) {
  if (const auto arn = map.text("role_arn")) {
    role.arn = arn->text;
    if (!role.arn.starts_with("arn:") || role.arn.find(":role/") == std::string::npos ||
        !is_header_value(role.arn)) {
      map.mistake(arn->at, "role_arn",
                  "must be a role such as arn:aws:iam::123456789012:role/monitor");
    }
  }
  map.text("external_id", role.external_id);
  map.text("role_session_name", role.session_name);
  map.duration("role_duration", role.duration, std::chrono::minutes{15}, std::chrono::hours{12});
  if (map.has("role_arn")) return;
  for (const char* key : {"external_id", "role_session_name", "role_duration"}) {
    if (map.has(key)) map.mistake(map.position_of(key), key, "needs role_arn beside it");
  }
}

// "https://sqs.ap-northeast-1.amazonaws.com/123456789012/livesonic-events"
bool is_queue_url(std::string_view url) {
  if (!check_url(url) || url.find_first_of("@?#") != std::string_view::npos) return false;
  const std::string_view rest = url.substr(url.find("://") + 3);
  const auto path = rest.find('/');
  if (path == std::string_view::npos || !is_header_value(url)) return false;
  const auto name = rest.rfind('/');
  return name > path + 1 && name + 1 < rest.size();
}

void read_events(MapReader& map, const std::string& where, AwsAccount& account, Reading& reading) {
  if (!map.has("events")) return;
  MapReader events(map.section("events"), where + ".events", reading);
  if (const auto url = events.text("queue_url")) {
    account.event_queue_url = url->text;
    if (!is_queue_url(url->text)) {
      events.mistake(url->at, "queue_url",
                     "must be an SQS queue's URL such as "
                     "https://sqs.ap-northeast-1.amazonaws.com/123456789012/livesonic-events");
    }
  } else if (!events.has("queue_url")) {
    events.mistake(map.position_of("events"), "queue_url", "is missing");
  }
  events.refuse_unknown_keys();
}

void read_account(MapReader& map, const std::string& overriding, const std::string& where,
                  AwsAccount& account, Reading& reading) {
  if (const auto region = map.text("region")) {
    account.region = region->text;
    if (!is_region(account.region)) {
      map.mistake(region->at, "region", "must be a region's name such as ap-northeast-1");
    }
  }
  read_keys(map, overriding, account);
  read_role(map, account.role);
  read_events(map, where, account, reading);
}

void read_accounts(MapReader& aws, std::vector<AwsAccount>& accounts, Reading& reading) {
  UniqueNames names("account", reading);
  for (const YamlNode* node : aws.maps("accounts")) {
    MapReader map(*node, "aws.accounts", reading);
    AwsAccount account;
    account.name = names.read(map);
    if (account.name == "default") {
      map.mistake(map.position_of("name"), "name",
                  "must not be 'default', which is what the aws section itself is called");
    }
    read_account(map, "", "aws.accounts", account, reading);
    if (!map.has("access_key_id") && !map.has("profile") && !map.has("role_arn")) {
      map.mistake(node->at, "role_arn",
                  "is missing: an account needs role_arn, profile or access_key_id");
    }
    map.refuse_unknown_keys();
    accounts.push_back(std::move(account));
  }
}

void read_proxy(MapReader& map, AwsConfig& aws) {
  map.secret("proxy", "LIVESONIC_AWS_PROXY", aws.proxy);
  if (!aws.proxy.empty()) {
    if (const auto checked = check_url(aws.proxy.reveal()); !checked) {
      map.mistake(map.position_of("proxy"), "proxy", checked.error().message);
    }
  }
  map.text("no_proxy", aws.no_proxy);
  if (map.has("no_proxy") && aws.proxy.empty() && !map.has("proxy")) {
    map.mistake(map.position_of("no_proxy"), "no_proxy", "needs proxy beside it");
  }
}

}  // namespace

void read_aws(const YamlNode& node, AwsConfig& aws, Reading& reading) {
  MapReader map(node, "aws", reading);
  read_account(map, "LIVESONIC_AWS_", "aws", aws, reading);
  read_accounts(map, aws.accounts, reading);
  read_endpoint(map, "endpoint_url", aws.endpoint_url);
  MapReader endpoints(map.section("endpoints"), "aws.endpoints", reading);
  for (const char* service : kServices) {
    std::string url;
    read_endpoint(endpoints, service, url);
    if (!url.empty()) aws.endpoints.emplace(service, std::move(url));
  }
  endpoints.refuse_unknown_keys();
  for (const auto& [key, into] :
       {std::pair<const char*, std::optional<bool>*>("use_fips", &aws.use_fips),
        std::pair<const char*, std::optional<bool>*>("use_dual_stack", &aws.use_dual_stack)}) {
    if (!map.has(key)) continue;
    bool value = false;
    map.boolean(key, value);
    *into = value;
  }
  if (map.has("retry_mode")) {
    AwsRetryMode mode = AwsRetryMode::kStandard;
    map.choice<AwsRetryMode>(
        "retry_mode", mode,
        {{"standard", AwsRetryMode::kStandard}, {"adaptive", AwsRetryMode::kAdaptive}});
    aws.retry_mode = mode;
  }
  if (map.has("max_attempts")) {
    int attempts = 0;
    map.integer("max_attempts", attempts, 1, 20);
    aws.max_attempts = attempts;
  }
  read_proxy(map, aws);
  map.refuse_unknown_keys();
}

}  // namespace livesonic::config
