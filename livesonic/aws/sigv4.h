// SPDX-License-Identifier: Apache-2.0
// AWS Signature Version 4: what proves to AWS that a request is ours. Pure functions.
// Source: "Signature Version 4 signing process", AWS General Reference.
#pragma once

#include <string>
#include <string_view>

#include "livesonic/aws/credentials.h"
#include "livesonic/aws/http.h"
#include "livesonic/base/clock.h"

namespace livesonic::aws {

struct SigningScope {
  std::string region;   // "ap-northeast-1"; of a global service, the one it signs for
  std::string service;  // "ec2"
};

struct Signable {
  std::string method;
  std::string path;  // as on the request line, without the query
  Fields query;      // not yet encoded
  Fields headers;    // every one is signed; Host must be among them
  std::string_view body;
};

// Percent-encodes all but letters, digits, '-', '.', '_' and '~'.
std::string uri_encode(std::string_view text);

// "a=1&b=%20", in the order given: for a query string or a form.
std::string encode_fields(const Fields& fields);

// The text whose digest is signed.
std::string canonical_request(const Signable& request);

// The headers to add to the request: X-Amz-Date, X-Amz-Security-Token where there is a session
// token, and Authorization.
Fields sign(const Signable& request, const Credentials& credentials, const SigningScope& scope,
            Time now);

}  // namespace livesonic::aws
