// SPDX-License-Identifier: Apache-2.0
#include "simulator/aws_endpoint.h"

#include <fmt/format.h>

#include <algorithm>

namespace livesonic::simulator {
namespace {

std::span<const AwsOperation> operations_of(const std::string& service) {
  if (service == "elasticloadbalancing") return elb_operations();
  if (service == "ec2") return ec2_operations();
  if (service == "route53") return route53_operations();
  return {};
}

// How each service says "slower".
AwsError throttled(const std::string& service) {
  if (service == "ec2") return {503, "RequestLimitExceeded", "Request limit exceeded."};
  return {400, "Throttling", "Rate exceeded"};
}

// A world in which the balancers have lost sight of their instances.
World without_members(const World& world) {
  World emptied = world;
  emptied.forget_members();
  return emptied;
}

}  // namespace

httpd::Response AwsEndpoint::handle(const httpd::Request& request) {
  const auto call = read_call(request, known_key_);
  if (!call) {
    const std::string service = request.path.starts_with("/2013-04-01/") ? "route53" : "";
    return error_response(service, call.error(), "00000000-0000-0000-0000-000000000000");
  }
  const auto fault = simulation_.change_quietly(
      [&](World& world, Time) { return world.take_aws_fault(call->service, call->operation); });
  return fault ? suffer(*fault, *call) : answer(*call, false);
}

httpd::Response AwsEndpoint::suffer(const AwsFault& fault, const AwsCall& call) {
  switch (fault.kind) {
    case AwsFaultKind::kThrottle:
      return error_response(call.service, throttled(call.service), call.request_id);
    case AwsFaultKind::kServerError:
      return error_response(
          call.service,
          {500, call.service == "ec2" ? "InternalError" : "InternalFailure",
           "The request processing has failed because of an unknown error, exception or failure."},
          call.request_id);
    case AwsFaultKind::kTruncate: {
      httpd::Response response = answer(call, false);
      response.body.resize(response.body.size() / 2);
      return response;
    }
    case AwsFaultKind::kHang:
      hang(fault.hang);
      return answer(call, false);
    case AwsFaultKind::kEmptyBalancer:
      return answer(call, true);
  }
  return answer(call, false);
}

httpd::Response AwsEndpoint::answer(const AwsCall& call, bool empty_balancers) {
  const auto operations = operations_of(call.service);
  const auto found = std::ranges::find(operations, call.operation, &AwsOperation::name);
  if (found == operations.end()) {
    return error_response(
        call.service,
        {400, "InvalidAction",
         fmt::format("The action {} is not valid for this web service.", call.operation)},
        call.request_id);
  }
  const AwsAnswer body = simulation_.look([&](const World& world, Time now) {
    return empty_balancers ? found->answer(without_members(world), now, call)
                           : found->answer(world, now, call);
  });
  if (!body) return error_response(call.service, body.error(), call.request_id);
  return {200, "text/xml", *body, {{"x-amzn-RequestId", call.request_id}}};
}

void AwsEndpoint::hang(Duration lasting) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, lasting, [&] { return stopping_; });
}

void AwsEndpoint::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
}

}  // namespace livesonic::simulator
