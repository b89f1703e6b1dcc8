// SPDX-License-Identifier: Apache-2.0
#include "simulator/aws/endpoint.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <vector>

#include "simulator/aws/json_answers.h"

namespace livesonic::simulator {
namespace {

// The tables in which the call's operation may be.
std::vector<std::span<const AwsOperation>> tables_of(const AwsCall& call) {
  if (call.service == "elasticloadbalancing") {
    if (call.version != "2015-12-01") return {elb_operations()};
    return {elbv2_operations(), elbv2_target_operations()};
  }
  if (call.service == "ec2") {
    return {ec2_instance_operations(), ec2_launch_operations(), ec2_spot_operations()};
  }
  if (call.service == "autoscaling") {
    return {autoscaling_operations(), autoscaling_instance_operations()};
  }
  if (call.service == "ecs") return {ecs_operations(), ecs_service_operations()};
  if (call.service == "sns") return {sns_operations()};
  if (call.service == "sqs") return {sqs_operations()};
  if (call.service == "sts") return {sts_operations()};
  if (call.service == "route53") return {route53_operations()};
  return {};
}

const AwsOperation* find_operation(const AwsCall& call) {
  for (const auto operations : tables_of(call)) {
    const auto found = std::ranges::find(operations, call.operation, &AwsOperation::name);
    if (found != operations.end()) return &*found;
  }
  return nullptr;
}

// How each service says "slower".
AwsError throttled(const std::string& service) {
  if (service == "ec2") return {503, "RequestLimitExceeded", "Request limit exceeded."};
  return {400, speaks_json(service) ? "ThrottlingException" : "Throttling", "Rate exceeded"};
}

// SQS's long polling: 20 seconds at the most.
Duration seconds_to_wait(const AwsCall& call) {
  if (call.service != "sqs" || call.operation != "ReceiveMessage") return {};
  const int seconds = json_api::whole(json_api::input_of(call), "WaitTimeSeconds").value_or(0);
  return std::chrono::seconds{std::clamp(seconds, 0, 20)};
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
  return fault ? suffer(*fault, *call) : await(*call);
}

// A receiver of messages may wait for the first one, in true time.
httpd::Response AwsEndpoint::await(const AwsCall& call) {
  constexpr Duration kLook = std::chrono::milliseconds{50};
  httpd::Response response = answer(call, false);
  for (Duration left = seconds_to_wait(call);
       left > Duration{} && response.status == 200 && response.body == "{}"; left -= kLook) {
    if (hang(kLook)) break;
    response = answer(call, false);
  }
  return response;
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
      (void)hang(fault.hang);
      return answer(call, false);
    case AwsFaultKind::kEmptyBalancer:
      return answer(call, true);
  }
  return answer(call, false);
}

httpd::Response AwsEndpoint::answer(const AwsCall& call, bool empty_balancers) {
  const AwsOperation* operation = find_operation(call);
  if (operation == nullptr) {
    return error_response(
        call.service,
        {400, speaks_json(call.service) ? "UnknownOperationException" : "InvalidAction",
         fmt::format("The action {} is not valid for this web service.", call.operation)},
        call.request_id);
  }
  const AwsAnswer body = operation->change != nullptr
                             ? simulation_.change([&](World& world, Time now) {
                                 return operation->change(world, now, call);
                               })
                             : simulation_.look([&](const World& world, Time now) {
                                 return empty_balancers
                                            ? operation->look(without_members(world), now, call)
                                            : operation->look(world, now, call);
                               });
  if (!body) return error_response(call.service, body.error(), call.request_id);
  const char* type = !speaks_json(call.service) ? "text/xml"
                     : call.service == "sqs"    ? "application/x-amz-json-1.0"
                                                : "application/x-amz-json-1.1";
  return {200, type, *body, {{"x-amzn-RequestId", call.request_id}}};
}

bool AwsEndpoint::hang(Duration lasting) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, lasting, [&] { return stopping_; });
}

void AwsEndpoint::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
}

}  // namespace livesonic::simulator
