// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/sso_credentials.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>

#include "livesonic/aws/credential_json.h"
#include "livesonic/aws/endpoint.h"
#include "livesonic/aws/reply.h"
#include "livesonic/aws/sigv4.h"
#include "livesonic/base/file.h"
#include "livesonic/base/text.h"

namespace livesonic::aws {
namespace {

constexpr Service kPortal{
    .id = "awsssoportal", .api_version = {}, .host = "portal.sso", .key = "sso"};

std::string login_command(const SsoProfile& sso) {
  return sso.profile == "default" ? "aws sso login" : "aws sso login --profile " + sso.profile;
}

tl::unexpected<Error> sign_in_again(const SsoProfile& sso, std::string_view why) {
  return fail(ErrorKind::kPermission,
              fmt::format("the SSO sign-in of the profile '{}' {}; run: {}", printable(sso.profile),
                          why, printable(login_command(sso))));
}

Result<SsoToken> cached_token(const SsoProfile& sso, const Surroundings& around) {
  const auto file = sso_cache_file(home_directory(around.environment), sso.cache_key);
  const Result<std::string> text = read_file(file);
  if (!text) {
    if (text.error().kind == ErrorKind::kNotFound) return sign_in_again(sso, "is missing");
    return fail(text.error());
  }
  Result<SsoToken> token = parse_sso_token(*text);
  if (!token) return fail(token.error().context(file.string()));
  if (token->expires_at <= around.clock.now()) return sign_in_again(sso, "has expired");
  return token;
}

}  // namespace

bool uses_sso(const Profile& profile) {
  return profile.contains("sso_session") || profile.contains("sso_start_url") ||
         profile.contains("sso_account_id") || profile.contains("sso_role_name");
}

Result<SsoProfile> read_sso_profile(const std::string& name, const Profile& profile,
                                    const Profiles& sso_sessions) {
  SsoProfile sso{.profile = name,
                 .cache_key = setting(profile, "sso_session"),
                 .region = setting(profile, "sso_region"),
                 .account_id = setting(profile, "sso_account_id"),
                 .role_name = setting(profile, "sso_role_name")};
  if (sso.cache_key.empty()) {
    sso.cache_key = setting(profile, "sso_start_url");
  } else {
    const auto session = sso_sessions.find(sso.cache_key);
    if (session == sso_sessions.end()) {
      return fail(ErrorKind::kInvalidInput,
                  fmt::format("the profile '{}' names an sso_session '{}' that is not there",
                              printable(name), printable(sso.cache_key)));
    }
    sso.region = setting(session->second, "sso_region");
  }
  for (const auto& [what, value] :
       {std::pair<const char*, const std::string*>("sso_session or sso_start_url", &sso.cache_key),
        std::pair<const char*, const std::string*>("sso_region", &sso.region),
        std::pair<const char*, const std::string*>("sso_account_id", &sso.account_id),
        std::pair<const char*, const std::string*>("sso_role_name", &sso.role_name)}) {
    if (!value->empty()) continue;
    return fail(ErrorKind::kInvalidInput,
                fmt::format("the profile '{}' uses SSO but has no {}", printable(name), what));
  }
  if (Result<void> checked = check_region(sso.region); !checked) return fail(checked.error());
  return sso;
}

std::filesystem::path sso_cache_file(const std::filesystem::path& home, const std::string& key) {
  std::array<unsigned char, 20> digest{};
  EVP_Digest(key.data(), key.size(), digest.data(), nullptr, EVP_sha1(), nullptr);
  std::string name;
  for (const unsigned byte : digest) name += fmt::format("{:02x}", byte);
  return home / ".aws/sso/cache" / (name + ".json");
}

Result<Credentials> sso_credentials(const SsoProfile& sso, const Surroundings& around,
                                    const std::stop_token& stop) {
  const Result<SsoToken> token = cached_token(sso, around);
  if (!token) return fail(token.error());

  const Endpoint endpoint = resolve_endpoint(kPortal, sso.region, around.settings.endpoints);
  HttpRequest request;
  request.url = endpoint.base_url + "/federation/credentials?" +
                encode_fields({{"role_name", sso.role_name}, {"account_id", sso.account_id}});
  request.headers = {{"Host", endpoint.host},
                     {"x-amz-sso_bearer_token", token->access_token.reveal()}};
  request.body_limit = 65536;
  const Result<HttpResponse> response = around.transport.send(request, stop);
  if (!response) return fail(response.error().context("GetRoleCredentials"));
  if (response->status == 200) return parse_sso_role_credentials(response->body);
  if (response->status == 401) return sign_in_again(sso, "is no longer accepted");
  return fail(explain("GetRoleCredentials", read_refusal(*response)));
}

}  // namespace livesonic::aws
