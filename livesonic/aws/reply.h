// SPDX-License-Identifier: Apache-2.0
// An answer of AWS to one operation: read on success, explained on failure. Pure functions.
#pragma once

#include <string>
#include <string_view>

#include "livesonic/aws/http.h"
#include "livesonic/aws/json.h"
#include "livesonic/aws/xml.h"
#include "livesonic/base/result.h"

namespace livesonic::aws {

// The answer to a request that succeeded.
struct Reply {
  std::string operation;   // "DescribeInstances"
  std::string request_id;  // AWS's, for its support; empty when it gave none
  std::string body;
};

// What AWS says about a request that failed.
struct Refusal {
  int status = 0;
  std::string code;     // "UnauthorizedOperation"; empty when the answer isn't AWS's
  std::string message;  // the first line, shortened: AWS may quote the request below it
  std::string request_id;
};

// AWS's request id from the answer's headers, with what S3 and Route 53 give beside it
// (x-amz-id-2); empty when there is none.
std::string request_id_of(const HttpResponse& response);

// Reads the error documents of the query, EC2, REST-XML and JSON protocols; whatever the body is,
// the result says as much as can be known.
Refusal read_refusal(const HttpResponse& response);

// For the operator: "DescribeInstances: UnauthorizedOperation: … (HTTP 403, request id …)". The
// kind is kNotFound only when AWS itself says that the thing doesn't exist. `permission` is the one
// that the operation needs, to be named where it is what is missing; empty: none.
Error explain(std::string_view operation, const Refusal& refusal, std::string_view permission = {});

// The reply's document, or an error that names the operation and the request.
Result<xml::Document> read_document(const Reply& reply, std::string_view root);

// To be called when all has been read: fails when the document had something wrong.
Result<void> check_read(const Reply& reply, const xml::Document& document);

// The same for the JSON protocols.
Result<json::Document> read_json(const Reply& reply);
Result<void> check_read(const Reply& reply, const json::Document& document);

}  // namespace livesonic::aws
