// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/sigv4.h"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <map>
#include <vector>

#include "livesonic/base/text.h"

namespace livesonic::aws {
namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";

using Digest = std::array<unsigned char, 32>;

std::string hex(const Digest& digest) {
  std::string text;
  for (const unsigned byte : digest) text += fmt::format("{:02x}", byte);
  return text;
}

Digest sha256(std::string_view text) {
  Digest digest{};
  EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
  return digest;
}

Digest hmac(std::string_view key, std::string_view text) {
  Digest digest{};
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), nullptr);
  return digest;
}

Digest hmac(const Digest& key, std::string_view text) {
  return hmac(std::string_view(reinterpret_cast<const char*>(key.data()), key.size()), text);
}

void append_encoded(std::string& to, std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  for (const char c : text) {
    const bool literal = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                         (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
    if (literal) {
      to += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      to += '%';
      to += kHex[byte >> 4U];
      to += kHex[byte & 0xFU];
    }
  }
}

// Without empty and "." segments, and with ".." resolved (RFC 3986, 5.2.4), then encoded once more
// than it is on the wire, as all services but S3 want it.
std::string canonical_path(std::string_view path) {
  std::vector<std::string_view> kept;
  for (const std::string_view segment : split(path, '/')) {
    if (segment.empty() || segment == ".") continue;
    if (segment == "..") {
      if (!kept.empty()) kept.pop_back();
      continue;
    }
    kept.push_back(segment);
  }
  std::string canonical;
  for (const std::string_view segment : kept) {
    canonical += '/';
    append_encoded(canonical, segment);
  }
  if (canonical.empty() || path.ends_with('/')) canonical += '/';
  return canonical;
}

std::string canonical_query(const Fields& query) {
  Fields encoded;
  for (const auto& [name, value] : query) encoded.emplace_back(uri_encode(name), uri_encode(value));
  std::ranges::sort(encoded);
  std::string canonical;
  for (const auto& [name, value] : encoded) {
    if (!canonical.empty()) canonical += '&';
    canonical += name + '=' + value;
  }
  return canonical;
}

// Trimmed, and each run of white space one space.
std::string collapse(std::string_view value) {
  std::string collapsed;
  for (const char c : trim(value)) {
    const bool space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (!space) {
      collapsed += c;
    } else if (collapsed.back() != ' ') {
      collapsed += ' ';
    }
  }
  return collapsed;
}

// Lower-case names in order, the values of a repeated one joined in the order they were given.
std::map<std::string, std::string> canonical_headers(const Fields& headers) {
  std::map<std::string, std::string> canonical;
  for (const auto& [name, value] : headers) {
    std::string lower = name;
    for (char& c : lower) {
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    const auto [at, first] = canonical.try_emplace(std::move(lower));
    if (!first) at->second += ',';
    at->second += collapse(value);
  }
  return canonical;
}

std::string signed_names(const std::map<std::string, std::string>& headers) {
  std::string names;
  for (const auto& [name, value] : headers) {
    if (!names.empty()) names += ';';
    names += name;
  }
  return names;
}

// "20150830T123600Z"
std::string amz_date(Time now) {
  const auto day = std::chrono::floor<std::chrono::days>(now);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(now - day));
  return fmt::format("{:04}{:02}{:02}T{:02}{:02}{:02}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

}  // namespace

std::string uri_encode(std::string_view text) {
  std::string encoded;
  append_encoded(encoded, text);
  return encoded;
}

std::string encode_fields(const Fields& fields) {
  std::string encoded;
  for (const auto& [name, value] : fields) {
    if (!encoded.empty()) encoded += '&';
    append_encoded(encoded, name);
    encoded += '=';
    append_encoded(encoded, value);
  }
  return encoded;
}

std::string canonical_request(const Signable& request) {
  const auto headers = canonical_headers(request.headers);
  std::string canonical = fmt::format("{}\n{}\n{}\n", request.method, canonical_path(request.path),
                                      canonical_query(request.query));
  for (const auto& [name, value] : headers) canonical += name + ':' + value + '\n';
  canonical += '\n' + signed_names(headers) + '\n' + hex(sha256(request.body));
  return canonical;
}

Fields sign(const Signable& request, const Credentials& credentials, const SigningScope& scope,
            Time now) {
  const std::string date_time = amz_date(now);
  const std::string date = date_time.substr(0, 8);
  const std::string& token = credentials.session_token.reveal();

  Fields added = {{"X-Amz-Date", date_time}};
  if (!token.empty()) added.emplace_back("X-Amz-Security-Token", token);
  Signable whole = request;
  whole.headers.insert(whole.headers.end(), added.begin(), added.end());

  const std::string scope_text =
      fmt::format("{}/{}/{}/aws4_request", date, scope.region, scope.service);
  const std::string to_sign = fmt::format("{}\n{}\n{}\n{}", kAlgorithm, date_time, scope_text,
                                          hex(sha256(canonical_request(whole))));
  const Digest by_date = hmac("AWS4" + credentials.secret_access_key.reveal(), date);
  const Digest by_region = hmac(by_date, scope.region);
  const Digest by_service = hmac(by_region, scope.service);
  const Digest key = hmac(by_service, "aws4_request");

  added.emplace_back(
      "Authorization",
      fmt::format("{} Credential={}/{}, SignedHeaders={}, Signature={}", kAlgorithm,
                  credentials.access_key_id, scope_text,
                  signed_names(canonical_headers(whole.headers)), hex(hmac(key, to_sign))));
  return added;
}

}  // namespace livesonic::aws
