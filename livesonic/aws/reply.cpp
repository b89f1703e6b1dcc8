// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/reply.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "livesonic/aws/retry.h"
#include "livesonic/base/text.h"

namespace livesonic::aws {
namespace {

constexpr std::size_t kMaxMessage = 400;

ErrorKind kind_of(const Refusal& refusal) {
  constexpr std::array<std::string_view, 18> kPermission = {
      "AccessDenied",
      "AccessDeniedException",
      "AuthFailure",
      "AuthorizationError",
      "Blocked",
      "ExpiredToken",
      "ExpiredTokenException",
      "IncompleteSignature",
      "InvalidAccessKeyId",
      "InvalidClientTokenId",
      "InvalidSignatureException",
      "MissingAuthenticationToken",
      "OptInRequired",
      "RequestExpired",
      "SignatureDoesNotMatch",
      "UnauthorizedException",
      "UnauthorizedOperation",
      "UnrecognizedClientException",
  };
  switch (judge(refusal.status, refusal.code)) {
    case Verdict::kThrottled:
      return ErrorKind::kThrottled;
    case Verdict::kTransient:
    case Verdict::kTimeout:
      return ErrorKind::kUnavailable;
    case Verdict::kFinal:
      break;
  }
  const std::string_view code = refusal.code;
  if (std::ranges::find(kPermission, code) != kPermission.end()) return ErrorKind::kPermission;
  if (code.find("NotFound") != std::string_view::npos || code.starts_with("NoSuch") ||
      code.find("DoesNotExist") != std::string_view::npos ||
      code.find("NonExistent") != std::string_view::npos) {
    return ErrorKind::kNotFound;
  }
  if (code.ends_with("InProgress") || code.ends_with("InProgressFault")) {
    return ErrorKind::kConflict;
  }
  if (refusal.status == 401 || refusal.status == 403) return ErrorKind::kPermission;
  // Without a code it is something on the way, a proxy or a wrong endpoint, that answers.
  return code.empty() ? ErrorKind::kUnavailable : ErrorKind::kInvalidInput;
}

// What the operator can do about the usual suspects.
std::string_view remedy_for(std::string_view code) {
  if (code == "InvalidClientTokenId" || code == "InvalidAccessKeyId" || code == "AuthFailure" ||
      code == "UnrecognizedClientException") {
    return "; check the access key, and that it belongs to this partition and region";
  }
  if (code == "SignatureDoesNotMatch") return "; check the secret access key and the clock";
  if (code == "ExpiredToken" || code == "ExpiredTokenException" || code == "RequestExpired") {
    return "; renew the credentials and check the clock";
  }
  return "";
}

// Does AWS know who we are, and refuse what we ask for?
bool lacks_permission(std::string_view code) {
  return code == "AccessDenied" || code == "AccessDeniedException" ||
         code == "UnauthorizedOperation" || code == "AuthorizationError" ||
         code == "UnauthorizedException";
}

std::string first_line(std::string_view text) {
  text = trim(text);
  return shorten(printable(trim(text.substr(0, text.find('\n')))), kMaxMessage);
}

}  // namespace

std::string request_id_of(const HttpResponse& response) {
  std::string found;
  for (const char* name : {"x-amzn-requestid", "x-amz-request-id"}) {
    const std::string* id = response.header(name);
    if (found.empty() && id != nullptr) found = shorten(printable(*id), 100);
  }
  if (const std::string* extended = response.header("x-amz-id-2")) {
    if (!found.empty()) found += " / ";
    found += shorten(printable(*extended), 200);
  }
  return found;
}

namespace {

// "com.amazonaws.ecs#ClusterNotFoundException:http://…" is "ClusterNotFoundException".
std::string_view plain_code(std::string_view code) {
  code = code.substr(0, code.find(':'));
  const std::size_t hash = code.rfind('#');
  return hash == std::string_view::npos ? code : code.substr(hash + 1);
}

// {"__type": "…#Code", "message": "…"}, with the code perhaps in a header.
void read_json_refusal(const HttpResponse& response, Refusal& refusal) {
  if (const std::string* header = response.header("x-amzn-errortype")) {
    refusal.code = first_line(plain_code(*header));
  }
  if (const Result<json::Document> document = json::Document::parse(response.body)) {
    const json::Value root = document->root();
    for (const char* name : {"__type", "code", "Code"}) {
      if (refusal.code.empty()) refusal.code = first_line(plain_code(root.text(name)));
    }
    for (const char* name : {"message", "Message", "errorMessage"}) {
      if (refusal.message.empty()) refusal.message = first_line(root.text(name));
    }
  }
  // SQS keeps the code of its older protocol here:
  // "AWS.SimpleQueueService.NonExistentQueue;Sender".
  if (const std::string* header = response.header("x-amzn-query-error")) {
    const std::string_view code = std::string_view(*header).substr(0, header->find(';'));
    if (!code.empty()) refusal.code = first_line(code);
  }
}

}  // namespace

Refusal read_refusal(const HttpResponse& response) {
  Refusal refusal{
      .status = response.status, .code = {}, .message = {}, .request_id = request_id_of(response)};
  const bool is_json =
      trim(response.body).starts_with('{') || response.header("x-amzn-errortype") != nullptr;
  if (is_json) {
    read_json_refusal(response, refusal);
    return refusal;
  }
  const Result<xml::Document> document = xml::Document::parse_any(response.body);
  if (!document) return refusal;
  const xml::Element root = document->root();
  // <ErrorResponse><Error/><RequestId/>, or EC2's <Response><Errors><Error/></Errors><RequestID/>.
  xml::Element error = root.child("Error");
  if (!error) error = root.child("Errors").child("Error");
  refusal.code = first_line(error.text("Code"));
  refusal.message = first_line(error.text("Message"));
  for (const char* name : {"RequestId", "RequestID"}) {
    if (refusal.request_id.empty()) refusal.request_id = first_line(root.text(name));
  }
  return refusal;
}

Error explain(std::string_view operation, const Refusal& refusal, std::string_view permission) {
  std::string text(operation);
  if (refusal.code.empty()) {
    text += ": the answer is not one of AWS; is there a proxy in between, or a wrong endpoint_url?";
  } else {
    text += ": " + refusal.code;
    if (!refusal.message.empty()) text += ": " + refusal.message;
    text += remedy_for(refusal.code);
    if (!permission.empty() && lacks_permission(refusal.code)) {
      if (text.ends_with('.')) text.pop_back();
      text += fmt::format("; the role may not {}", permission);
    }
  }
  text += fmt::format(" (HTTP {}", refusal.status);
  if (!refusal.request_id.empty()) text += ", request id " + refusal.request_id;
  return {kind_of(refusal), text + ")"};
}

namespace {

tl::unexpected<Error> unintelligible(const Reply& reply, std::string_view why) {
  std::string text = fmt::format("{}: the answer can't be understood: {}", reply.operation, why);
  if (!reply.request_id.empty()) text += fmt::format(" (request id {})", reply.request_id);
  return fail(ErrorKind::kInvalidInput, std::move(text));
}

}  // namespace

Result<xml::Document> read_document(const Reply& reply, std::string_view root) {
  Result<xml::Document> document = xml::Document::parse(reply.body, root);
  if (!document) return unintelligible(reply, document.error().message);
  return document;
}

Result<void> check_read(const Reply& reply, const xml::Document& document) {
  if (document.complaint()) return unintelligible(reply, *document.complaint());
  return {};
}

Result<json::Document> read_json(const Reply& reply) {
  Result<json::Document> document = json::Document::parse(reply.body);
  if (!document) return unintelligible(reply, document.error().message);
  return document;
}

Result<void> check_read(const Reply& reply, const json::Document& document) {
  if (document.complaint()) return unintelligible(reply, *document.complaint());
  return {};
}

}  // namespace livesonic::aws
