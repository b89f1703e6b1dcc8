// SPDX-License-Identifier: Apache-2.0
#include "livesonic/app/host_services.h"

#include <utility>

#include "livesonic/aws/ec2_instance_connect.h"

namespace livesonic::app {
namespace {

Result<const aws::Account*> account_in(InstancePlaces& places, const std::string& host) {
  const auto place = places.find(host);
  if (!place) return fail(place.error());
  return places.account_of(*place);
}

}  // namespace

Result<std::string> Ec2Consoles::read(const std::string& host_id, const std::stop_token& stop) {
  const auto account = account_in(places_, host_id);
  if (!account) return fail(account.error());
  // What it says now, where the hardware can tell; else what AWS last kept of it.
  auto console = (*account)->ec2().get_console_output(host_id, true, stop);
  if (!console && console.error().kind == ErrorKind::kInvalidInput) {
    console = (*account)->ec2().get_console_output(host_id, false, stop);
  }
  if (!console) return fail(console.error());
  return std::move(console->text);
}

Result<void> InstanceConnect::push(const std::string& host_id, const std::string& user,
                                   const std::string& public_key, const std::stop_token& stop) {
  const auto place = places_.find(host_id);
  if (!place) return fail(place.error());
  const auto account = places_.account_of(*place);
  if (!account) return fail(account.error());
  return aws::Ec2InstanceConnect((*account)->client())
      .send_ssh_public_key({.instance_id = host_id,
                            .os_user = user,
                            .line = public_key,
                            .availability_zone = place->availability_zone},
                           stop);
}

Result<const aws::Account*> SystemsManager::account_of(const std::string& host) {
  return account_in(places_, host);
}

Result<std::string> SystemsManager::place(const std::string& host) {
  const auto found = places_.find(host);
  if (!found) return fail(found.error());
  return found->account + " " + found->region;
}

Result<std::string> SystemsManager::send(const Order& order, const std::stop_token& stop) {
  const auto account = account_of(order.hosts.front());
  if (!account) return fail(account.error());
  return (*account)->ssm().send_command({.instance_ids = order.hosts,
                                         .lines = {order.script},
                                         .comment = "livesonic",
                                         .begin_within = std::chrono::seconds{30},
                                         .run_within = order.run_within},
                                        stop);
}

Result<SystemsManager::Progress> SystemsManager::look(const std::string& order,
                                                      const std::string& host,
                                                      const std::stop_token& stop) {
  const auto account = account_of(host);
  if (!account) return fail(account.error());
  auto found = (*account)->ssm().get_command_invocation(order, host, stop);
  if (!found) return fail(found.error());
  Progress progress;
  const std::string& status = found->status;
  const std::string& details = found->status_details;
  progress.detail = details.empty() ? status : details;
  progress.out = std::move(found->output);
  progress.err = std::move(found->error_output);
  if (status == "Pending" || status == "Delayed") {
    progress.state = State::kPending;
  } else if (status == "InProgress" || status == "Cancelling") {
    progress.state = State::kRunning;
  } else if (details == "DeliveryTimedOut" || details == "Delivery Timed Out" ||
             details == "Undeliverable" || details == "Terminated") {
    progress.state = State::kUndelivered;
  } else if (status == "TimedOut") {
    progress.state = State::kTimedOut;
  } else if (found->exit_code && (status == "Success" || status == "Failed")) {
    progress.state = State::kEnded;
    progress.exit_status = static_cast<int>(*found->exit_code & 0xff);
  } else {
    progress.state = State::kFailed;
  }
  return progress;
}

}  // namespace livesonic::app
