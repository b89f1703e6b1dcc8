// SPDX-License-Identifier: Apache-2.0
#include "simulator/aws/endpoint.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "simulator/aws/catalogue.h"
#include "simulator/aws/json_answers.h"

namespace livesonic::simulator {
namespace {

// What the call takes of the tokens of its operation.
ChargedCall charge_of(const AwsCall& call) {
  const AwsApi* api = find_api(call);
  ChargedCall charge{std::string(api == nullptr ? call.service : api->name), call.operation};
  for (const char* name : {"MaxResults", "NextToken", "Filter.1.Name", "InstanceId.1"}) {
    charge.narrowed |= call.parameters.contains(name);
  }
  charge.resources = static_cast<int>(numbered(call.parameters, "InstanceId").size());
  if (call.operation == "RunInstances") {
    charge.resources = number(call.parameters, "MaxCount", 1, 1000, 1).value_or(1);
  }
  return charge;
}

// How each service says "slower".
AwsError throttled(const std::string& service) {
  if (service == "ec2") return {503, "RequestLimitExceeded", "Request limit exceeded."};
  if (service == "sso") return {429, "TooManyRequestsException", "Rate exceeded"};
  return {400, speaks_json(service) ? "ThrottlingException" : "Throttling", "Rate exceeded"};
}

// How each service says that the caller's policies don't allow it.
AwsError denied(const AwsCall& call) {
  if (call.service == "ec2") {
    return {403, "UnauthorizedOperation", "You are not authorized to perform this operation."};
  }
  return {
      speaks_json(call.service) ? 400 : 403,
      speaks_json(call.service) ? "AccessDeniedException" : "AccessDenied",
      fmt::format("User: arn:aws:iam::123456789012:user/livesonic is not authorized to perform: "
                  "{}:{}",
                  call.service, call.operation)};
}

// Where a new zone is, as the header says it.
std::string location_of(std::string_view answer) {
  constexpr std::string_view kId = "<Id>";
  const std::size_t from = answer.find(kId) + kId.size();
  return fmt::format("https://route53.amazonaws.com/2013-04-01{}",
                     answer.substr(from, answer.find('<', from) - from));
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
  AwsFault slower;  // what comes over a client that asks too often
  slower.kind = AwsFaultKind::kThrottle;
  const auto fault = simulation_.change_quietly([&](World& world, Time now) {
    auto injected = world.take_aws_fault(call->service, call->operation, now);
    const bool passes = take_tokens(world.throttles, charge_of(*call), now);
    return injected || passes ? injected : std::optional(slower);
  });
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
    case AwsFaultKind::kDeny:
      return error_response(call.service, denied(call), call.request_id);
    case AwsFaultKind::kEmptyBalancer:
      return answer(call, true);
  }
  return answer(call, false);
}

httpd::Response AwsEndpoint::answer(const AwsCall& call, bool empty_balancers) {
  const AwsApi* api = find_api(call);
  const AwsOperation* operation = api == nullptr ? nullptr : find_operation(*api, call.operation);
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
  httpd::Response response{
      200, content_type(call.service), *body, {{"x-amzn-RequestId", call.request_id}}};
  if (call.operation == "CreateHostedZone") response.headers["Location"] = location_of(*body);
  return response;
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
