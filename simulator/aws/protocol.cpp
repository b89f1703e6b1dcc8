// SPDX-License-Identifier: Apache-2.0
#include "simulator/aws/protocol.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>

#include "livesonic/base/text.h"
#include "simulator/aws/xml_writer.h"

namespace livesonic::simulator {
namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";
constexpr std::string_view kRoute53Path = "/2013-04-01/";
constexpr std::string_view kSsoPath = "/federation/credentials";
constexpr std::size_t kMostParameters = 20'000;

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      out += ' ';
    } else if (text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 &&
               hex_digit(text[i + 2]) >= 0) {
      out += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

struct Scope {
  std::string access_key, service;
};

// From "AWS4-HMAC-SHA256 Credential=AKID/20260301/ap-northeast-1/ec2/aws4_request,
// SignedHeaders=…, Signature=…".
std::optional<Scope> parse_authorization(std::string_view header) {
  if (!header.starts_with(kAlgorithm)) return std::nullopt;
  header.remove_prefix(kAlgorithm.size());
  std::optional<Scope> scope;
  bool signed_headers = false;
  bool signature = false;
  for (const std::string_view raw : split(header, ',')) {
    const std::string_view part = trim(raw);
    constexpr std::string_view kCredential = "Credential=";
    if (part.starts_with(kCredential)) {
      const auto fields = split(part.substr(kCredential.size()), '/');
      if (fields.size() != 5 || fields[0].empty() || fields[4] != "aws4_request") {
        return std::nullopt;
      }
      scope = Scope{std::string(fields[0]), std::string(fields[3])};
    }
    signed_headers |= part.starts_with("SignedHeaders=");
    signature |= part.starts_with("Signature=") && part.size() == 10 + 64;
  }
  return signed_headers && signature ? scope : std::nullopt;
}

// The operations that need no signature: a web identity or a signed-in user asks for credentials.
std::optional<Scope> unsigned_scope(const httpd::Request& request) {
  if (request.path == kSsoPath && request.method == "GET") return Scope{"", "sso"};
  const Parameters form = parse_form(request.body);
  if (parameter(form, "Action") == "AssumeRoleWithWebIdentity") return Scope{"", "sts"};
  return std::nullopt;
}

// By method and path; the id of the zone that the path names becomes the parameter "Id".
std::string route53_operation(const httpd::Request& request, Parameters& parameters) {
  const auto parts = split(std::string_view(request.path).substr(kRoute53Path.size()), '/');
  const bool get = request.method == "GET";
  const bool post = request.method == "POST";
  const std::string_view kind = parts[0];
  const std::string_view id = parts.size() > 1 ? parts[1] : std::string_view();
  if (kind == "hostedzone" && id.empty()) {
    return get ? "ListHostedZones" : post ? "CreateHostedZone" : "";
  }
  parameters["Id"] = id;
  if (kind == "hostedzone" && parts.size() == 2) {
    return get ? "GetHostedZone" : request.method == "DELETE" ? "DeleteHostedZone" : "";
  }
  if (kind == "hostedzone" && parts[2] == "rrset" && get) return "ListResourceRecordSets";
  if (kind == "tags" && id == "hostedzone" && post && parts.size() == 2) {
    return "ListTagsForResources";
  }
  if (kind == "tags" && id == "hostedzone" && get && parts.size() == 3) {
    parameters["Id"] = parts[2];
    return "ListTagsForResource";
  }
  return {};
}

std::string_view name_space_of(const std::string& service) {
  if (service == "route53") return "https://route53.amazonaws.com/doc/2013-04-01/";
  if (service == "autoscaling") return "http://autoscaling.amazonaws.com/doc/2011-01-01/";
  if (service == "sns") return "http://sns.amazonaws.com/doc/2010-03-31/";
  if (service == "sts") return "https://sts.amazonaws.com/doc/2011-06-15/";
  return "http://elasticloadbalancing.amazonaws.com/doc/2012-06-01/";
}

httpd::Response json_error(const std::string& service, const AwsError& error,
                           const std::string& request_id) {
  const nlohmann::json body{{"__type", error.code}, {"message", error.message}};
  httpd::Response response{error.status,
                           content_type(service),
                           body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace),
                           {{"x-amzn-RequestId", request_id}}};
  if (service == "sso") response.headers["x-amzn-ErrorType"] = error.code;
  // SQS's older protocol had another code for it, which clients go on reading.
  if (error.code.ends_with("#QueueDoesNotExist")) {
    response.headers["x-amzn-query-error"] = "AWS.SimpleQueueService.NonExistentQueue;Sender";
  }
  return response;
}

}  // namespace

Parameters parse_form(std::string_view text) {
  Parameters parameters;
  for (const std::string_view pair : split(text, '&')) {
    if (pair.empty() || parameters.size() >= kMostParameters) continue;
    const std::size_t equals = pair.find('=');
    parameters[decode(pair.substr(0, equals))] =
        equals == std::string_view::npos ? std::string() : decode(pair.substr(equals + 1));
  }
  return parameters;
}

tl::expected<AwsCall, AwsError> read_call(const httpd::Request& request,
                                          const std::string& known_key) {
  const std::string authorization = request.header("authorization");
  const std::optional<Scope> unsigned_one =
      authorization.empty() ? unsigned_scope(request) : std::nullopt;
  if (authorization.empty() && !unsigned_one) {
    return refuse(403, "MissingAuthenticationToken", "Request is missing Authentication Token");
  }
  const std::optional<Scope> scope =
      unsigned_one ? unsigned_one : parse_authorization(authorization);
  if (!scope) {
    return refuse(400, "IncompleteSignature",
                  "Authorization header does not follow AWS Signature Version 4");
  }
  AwsCall call;
  call.service = scope->service;
  call.access_key = scope->access_key;
  call.request_id = random_id().insert(20, "-").insert(16, "-").insert(12, "-").insert(8, "-");
  const std::string target = request.header("x-amz-target");
  call.host = request.header("host");
  call.body = request.body;
  if (target.empty() && !request.path.starts_with(kRoute53Path)) {
    call.parameters = parse_form(request.body);
  }
  for (const auto& [name, value] : request.query) call.parameters[name] = value;
  call.bearer = request.header("x-amz-sso_bearer_token");
  if (!unsigned_one && !known_key.empty() && call.access_key != known_key) {
    return call.service == "ec2"
               ? refuse(401, "AuthFailure",
                        "AWS was not able to validate the provided access credentials")
               : refuse(403, "InvalidClientTokenId",
                        "The security token included in the request is invalid.");
  }
  call.version = parameter(call.parameters, "Version");
  if (request.path.starts_with(kRoute53Path)) {
    call.operation = route53_operation(request, call.parameters);
  } else if (request.path == kSsoPath) {
    call.operation = "GetRoleCredentials";
  } else if (!target.empty()) {
    call.operation = target.substr(target.rfind('.') + 1);
  } else {
    call.operation = parameter(call.parameters, "Action");
  }
  if (call.operation.empty()) {
    return refuse(400, "MissingAction", "The request names no operation known here");
  }
  return call;
}

bool speaks_json(const std::string& service) {
  constexpr std::array<std::string_view, 7> kJson{
      "ec2-instance-connect", "ecs", "pricing", "route53domains", "sqs", "ssm", "sso"};
  return std::ranges::find(kJson, service) != kJson.end();
}

const char* content_type(const std::string& service) {
  if (!speaks_json(service)) return "text/xml";
  if (service == "sso") return "application/json";
  return service == "sqs" ? "application/x-amz-json-1.0" : "application/x-amz-json-1.1";
}

httpd::Response error_response(const std::string& service, const AwsError& error,
                               const std::string& request_id) {
  if (speaks_json(service)) return json_error(service, error, request_id);
  XmlWriter xml;
  const auto code_and_message = [&] {
    xml.text("Code", error.code);
    xml.text("Message", error.message);
  };
  if (service == "ec2") {
    xml.element("Response", [&] {
      xml.element("Errors", [&] { xml.element("Error", code_and_message); });
      xml.text("RequestID", request_id);
    });
  } else {
    xml.root("ErrorResponse", name_space_of(service), [&] {
      xml.element("Error", [&] {
        xml.text("Type", error.status < 500 ? "Sender" : "Receiver");
        code_and_message();
      });
      xml.text("RequestId", request_id);
    });
  }
  return {error.status, "text/xml", xml.take(), {{"x-amzn-RequestId", request_id}}};
}

std::vector<std::string> numbered(const Parameters& parameters, const std::string& prefix) {
  std::map<int, std::string> ordered;
  const std::string start = prefix + ".";
  for (auto at = parameters.lower_bound(start);
       at != parameters.end() && at->first.starts_with(start); ++at) {
    const std::string_view rest = std::string_view(at->first).substr(start.size());
    int index = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), index);
    if (error == std::errc{} && end == rest.data() + rest.size()) ordered[index] = at->second;
  }
  std::vector<std::string> values;
  values.reserve(ordered.size());
  for (auto& [index, value] : ordered) values.push_back(std::move(value));
  return values;
}

std::vector<Parameters> structures(const Parameters& parameters, const std::string& prefix) {
  std::map<int, Parameters> ordered;
  const std::string start = prefix + ".";
  for (auto at = parameters.lower_bound(start);
       at != parameters.end() && at->first.starts_with(start); ++at) {
    const std::string_view rest = std::string_view(at->first).substr(start.size());
    const std::size_t dot = rest.find('.');
    if (dot == std::string_view::npos) continue;
    int index = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + dot, index);
    if (error == std::errc{} && end == rest.data() + dot) {
      ordered[index][std::string(rest.substr(dot + 1))] = at->second;
    }
  }
  std::vector<Parameters> found;
  found.reserve(ordered.size());
  for (auto& [index, structure] : ordered) found.push_back(std::move(structure));
  return found;
}

std::string parameter(const Parameters& parameters, const std::string& name) {
  const auto found = parameters.find(name);
  return found == parameters.end() ? std::string() : found->second;
}

std::optional<int> number(const Parameters& parameters, const std::string& name, int low, int high,
                          int otherwise) {
  const auto found = parameters.find(name);
  if (found == parameters.end()) return otherwise;
  const std::string& text = found->second;
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < low || value > high) {
    return std::nullopt;
  }
  return value;
}

bool fits_pattern(std::string_view text, std::string_view pattern) {
  // On a mismatch, the last * takes one character more: linear in memory, no recursion.
  std::size_t t = 0;
  std::size_t p = 0;
  std::size_t star = std::string_view::npos;
  std::size_t taken = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      taken = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++taken;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

}  // namespace livesonic::simulator
