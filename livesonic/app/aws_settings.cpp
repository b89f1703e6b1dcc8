// SPDX-License-Identifier: Apache-2.0
#include "livesonic/app/aws_settings.h"

namespace livesonic::app {
namespace {

aws::AccountSettings aws_account(const config::AwsAccount& config) {
  aws::AccountSettings account;
  account.name = config.name;
  account.region = config.region;
  account.access_key_id = config.access_key_id;
  account.secret_access_key = config.secret_access_key;
  account.session_token = config.session_token;
  account.profile = config.profile;
  account.role = {.arn = config.role.arn,
                  .external_id = config.role.external_id,
                  .session_name = config.role.session_name,
                  .duration = config.role.duration};
  return account;
}

}  // namespace

aws::Settings aws_settings(const config::AwsConfig& config) {
  aws::Settings settings;
  settings.account = aws_account(config);
  for (const config::AwsAccount& account : config.accounts) {
    settings.further.push_back(aws_account(account));
  }
  aws::Preferences& preferences = settings.preferences;
  preferences.endpoint_url = config.endpoint_url;
  preferences.endpoint_urls = config.endpoints;
  preferences.fips = config.use_fips;
  preferences.dual_stack = config.use_dual_stack;
  preferences.max_attempts = config.max_attempts;
  if (config.retry_mode) {
    preferences.retry_mode = *config.retry_mode == config::AwsRetryMode::kAdaptive
                                 ? aws::RetryMode::kAdaptive
                                 : aws::RetryMode::kStandard;
  }
  settings.proxy = {.url = config.proxy, .no = config.no_proxy};
  return settings;
}

}  // namespace livesonic::app
