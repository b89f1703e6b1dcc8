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
  constexpr std::array<std::string_view, 16> kPermission = {
      "AccessDenied",
      "AccessDeniedException",
      "AuthFailure",
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
      "UnauthorizedOperation",
      "UnrecognizedClientException",
  };
  switch (judge(refusal.status, refusal.code)) {
    case Verdict::kThrottled:
      return ErrorKind::kThrottled;
    case Verdict::kTransient:
      return ErrorKind::kUnavailable;
    case Verdict::kFinal:
      break;
  }
  const std::string_view code = refusal.code;
  if (std::ranges::find(kPermission, code) != kPermission.end()) return ErrorKind::kPermission;
  if (code.find("NotFound") != std::string_view::npos || code.starts_with("NoSuch")) {
    return ErrorKind::kNotFound;
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

std::string first_line(std::string_view text) {
  text = trim(text);
  return shorten(printable(trim(text.substr(0, text.find('\n')))), kMaxMessage);
}

}  // namespace

std::string request_id_of(const HttpResponse& response) {
  for (const char* name : {"x-amzn-requestid", "x-amz-request-id"}) {
    if (const std::string* id = response.header(name)) return shorten(printable(*id), 100);
  }
  return {};
}

Refusal read_refusal(const HttpResponse& response) {
  Refusal refusal{
      .status = response.status, .code = {}, .message = {}, .request_id = request_id_of(response)};
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

Error explain(std::string_view operation, const Refusal& refusal) {
  std::string text(operation);
  if (refusal.code.empty()) {
    text += ": the answer is not one of AWS; is there a proxy in between, or a wrong endpoint_url?";
  } else {
    text += ": " + refusal.code;
    if (!refusal.message.empty()) text += ": " + refusal.message;
    text += remedy_for(refusal.code);
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

}  // namespace livesonic::aws
