// SPDX-License-Identifier: Apache-2.0
#include "simulator/aws/protocol.h"

#include "livesonic/base/text.h"

namespace livesonic::simulator {
namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";
constexpr std::string_view kRoute53Path = "/2013-04-01/";
constexpr std::string_view kSsoPath = "/federation/credentials";

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

}  // namespace

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

}  // namespace livesonic::simulator
