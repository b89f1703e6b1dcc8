// SPDX-License-Identifier: Apache-2.0
// What AWS's HTTP protocols have in common: who calls what, parameters, errors. Pure functions.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "livesonic/httpd/message.h"

namespace livesonic::simulator {

using Parameters = std::map<std::string, std::string>;

// One call as it came in, its service taken from the signature's credential scope.
struct AwsCall {
  std::string service;    // as signed: "elasticloadbalancing", "ec2", "route53"
  std::string operation;  // "DescribeInstances"
  std::string access_key;
  std::string request_id;
  std::string host;       // by which the client reached us
  std::string version;    // of the query protocol's API, as sent
  Parameters parameters;  // query string and form together
  std::string body;       // as it came: JSON for services that speak it, XML for Route 53
  std::string bearer;     // the token of a call that is not signed
};

struct AwsError {
  int status = 400;
  std::string code, message;
};

// The body of a successful answer, or the error that AWS would give.
using AwsAnswer = tl::expected<std::string, AwsError>;

inline tl::unexpected<AwsError> refuse(int status, std::string code, std::string message) {
  return tl::unexpected<AwsError>(AwsError{status, std::move(code), std::move(message)});
}

// "a=1&b=x%20y" (application/x-www-form-urlencoded). What is no valid escape is kept as it is.
Parameters parse_form(std::string_view text);

// The service, access key and operation; refused as AWS refuses what is unsigned (but for the two
// operations that get credentials for something else than a signature), malformed, or names no
// operation. `known_key` empty: any access key will do.
tl::expected<AwsCall, AwsError> read_call(const httpd::Request& request,
                                          const std::string& known_key);

// Whether the service takes and answers JSON (x-amz-target), not forms and XML.
bool speaks_json(const std::string& service);

// Of the service's answers.
const char* content_type(const std::string& service);

// In the shape that the service uses for errors.
httpd::Response error_response(const std::string& service, const AwsError& error,
                               const std::string& request_id);

// Values of "PREFIX.1", "PREFIX.2", … in the order of their numbers, gaps allowed.
std::vector<std::string> numbered(const Parameters& parameters, const std::string& prefix);

// The structures "PREFIX.1.NAME", "PREFIX.2.NAME", … as parameters of their own, in their order.
std::vector<Parameters> structures(const Parameters& parameters, const std::string& prefix);

std::string parameter(const Parameters& parameters, const std::string& name);

// A whole number within bounds, `otherwise` when absent; nullopt when it is something else.
std::optional<int> number(const Parameters& parameters, const std::string& name, int low, int high,
                          int otherwise);

// Whether `text` fits `pattern`, in which * stands for any text and ? for any character.
bool fits_pattern(std::string_view text, std::string_view pattern);

}  // namespace livesonic::simulator
