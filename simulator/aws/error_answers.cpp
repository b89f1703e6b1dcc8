// SPDX-License-Identifier: Apache-2.0
// Errors in the shape that each service uses for them.
#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "simulator/aws/protocol.h"
#include "simulator/aws/xml_writer.h"

namespace livesonic::simulator {
namespace {

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

bool speaks_json(const std::string& service) {
  constexpr std::array<std::string_view, 8> kJson{
      "ec2-instance-connect", "ecs", "monitoring", "pricing",
      "route53domains",       "sqs", "ssm",        "sso"};
  return std::ranges::find(kJson, service) != kJson.end();
}

const char* content_type(const std::string& service) {
  if (!speaks_json(service)) return "text/xml";
  if (service == "sso") return "application/json";
  const bool first = service == "sqs" || service == "monitoring";
  return first ? "application/x-amz-json-1.0" : "application/x-amz-json-1.1";
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

}  // namespace livesonic::simulator
