// SPDX-License-Identifier: Apache-2.0
// Instances, their status and their types (Amazon EC2, API version 2016-11-15). Spot requests and
// prices are in ec2_spot.h, launch templates and fleets in ec2_launch.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "livesonic/aws/tags.h"
#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"

namespace livesonic::aws {

class Client;

struct Ec2Instance {
  std::string id;     // "i-0123456789abcdef0"
  std::string state;  // "pending", "running", "stopping", "stopped", "shutting-down", …
  Tags tags;
  std::string public_dns;
  std::string private_dns;
  std::string public_ip;
  std::string private_ip;
  std::string availability_zone;
  std::string type;       // "c6i.large"
  std::string image_id;   // "ami-…"
  std::string lifecycle;  // empty for on-demand, else "spot", "scheduled" or "capacity-block"
  std::optional<Time> launch_time;
  // Why it is in its state; empty for a running one. "Server.SpotInstanceTermination" with a
  // sentence, and "User initiated (2026-03-01 08:30:00 GMT)".
  std::string state_reason_code = {};
  std::string state_reason = {};
  std::string transition_reason = {};
  std::string spot_request_id = {};  // "sir-…"
  std::string vpc_id = {};
  std::string subnet_id = {};
  std::string architecture = {};  // "x86_64", "arm64", …
  std::string key_name = {};      // of the SSH key pair
  std::string platform = {};      // "windows", or empty
  friend bool operator==(const Ec2Instance&, const Ec2Instance&) = default;

  // What AWS itself notes in the tags; empty when it had no part in it.
  [[nodiscard]] std::string auto_scaling_group() const { return tag("aws:autoscaling:groupName"); }
  [[nodiscard]] std::string launch_template_id() const { return tag("aws:ec2launchtemplate:id"); }
  [[nodiscard]] std::string launch_template_version() const {  // a number
    return tag("aws:ec2launchtemplate:version");
  }

  [[nodiscard]] std::string tag(const std::string& key) const {
    const auto found = tags.find(key);
    return found == tags.end() ? std::string() : found->second;
  }
};

// Something that AWS is going to do to an instance.
struct ScheduledEvent {
  std::string id;           // "instance-event-…"
  std::string code;         // "instance-reboot", "system-reboot", "system-maintenance",
                            // "instance-retirement" or "instance-stop"
  std::string description;  // begins with "[Completed]" or "[Canceled]" when it is over
  std::optional<Time> not_before;
  std::optional<Time> not_after;
  std::optional<Time> deadline;  // the latest to which it can be put off
  friend bool operator==(const ScheduledEvent&, const ScheduledEvent&) = default;
};

// The checks say "ok", "impaired", "initializing", "insufficient-data" or "not-applicable"; one
// that AWS says nothing about is empty.
struct Ec2InstanceStatus {
  std::string id;
  std::string state;  // "running", …
  std::string availability_zone;
  std::string instance_check;
  std::string system_check;
  std::string ebs_check;
  std::optional<Time> impaired_since;  // the earliest of the failed ones
  std::vector<ScheduledEvent> events;
  friend bool operator==(const Ec2InstanceStatus&, const Ec2InstanceStatus&) = default;
};

struct InstanceType {
  std::string name;  // "c6i.large"
  std::int64_t vcpus = 0;
  std::int64_t memory_mib = 0;
  std::vector<std::string> architectures;  // "x86_64", "arm64", …
  std::vector<std::string> usage_classes;  // "on-demand", "spot", …
  bool bare_metal = false;
  bool burstable = false;
  bool current_generation = false;
  std::string network_performance;  // "Up to 12.5 Gigabit"
  friend bool operator==(const InstanceType&, const InstanceType&) = default;
};

struct StateChange {
  std::string id;
  std::string previous;
  std::string current;
  friend bool operator==(const StateChange&, const StateChange&) = default;
};

struct ConsoleOutput {
  std::string text;        // what the console said, with its control characters; at most 64 KiB
  std::optional<Time> at;  // when it was last updated
};

// Thread-safe. Borrows the client. An answer is whole or an error, never a part of a list.
class Ec2 {
 public:
  explicit Ec2(const Client& client) : client_(&client) {}

  // Those of `ids` that EC2 knows, in no particular order; an id it doesn't know (yet, or any more)
  // is left out and harms no other. Asks for 1,000 ids a call, and for what is left, or where some
  // of a thousand are unknown, by 200; no call is made for no ids.
  Result<std::vector<Ec2Instance>> describe_instances(const std::vector<std::string>& ids,
                                                      const std::stop_token& stop = {}) const;
  // All that pass the filters ("tag:NAME", "instance-state-name", "vpc-id", …).
  Result<std::vector<Ec2Instance>> find_instances(const Filters& filters,
                                                  const std::stop_token& stop = {}) const;

  // Of those of `ids` that EC2 knows, running or not. Asks for 100 a call, as AWS has it.
  Result<std::vector<Ec2InstanceStatus>> describe_instance_status(
      const std::vector<std::string>& ids, const std::stop_token& stop = {}) const;
  // Of all running instances that pass the filters ("event.code", "instance-status.status", …).
  Result<std::vector<Ec2InstanceStatus>> find_instance_status(
      const Filters& filters, const std::stop_token& stop = {}) const;

  // Those of these names; one that the region doesn't have makes the call fail with kInvalidInput.
  // Asks for 100 a call; no call is made for no names.
  Result<std::vector<InstanceType>> describe_instance_types(const std::vector<std::string>& names,
                                                            const std::stop_token& stop = {}) const;
  // All that pass the filters ("current-generation", "processor-info.supported-architecture", …).
  Result<std::vector<InstanceType>> find_instance_types(const Filters& filters,
                                                        const std::stop_token& stop = {}) const;

  // kNotFound when there is no such instance; empty when it hasn't said anything yet.
  Result<ConsoleOutput> get_console_output(const std::string& id, bool latest = false,
                                           const std::stop_token& stop = {}) const;

  // All or none of at most kMaxChanged ids; kNotFound when one is unknown. Repeating any harms
  // nothing that the first time didn't.
  static constexpr std::size_t kMaxChanged = 1000;
  Result<std::vector<StateChange>> terminate_instances(const std::vector<std::string>& ids,
                                                       const std::stop_token& stop = {}) const;
  Result<std::vector<StateChange>> stop_instances(const std::vector<std::string>& ids,
                                                  const std::stop_token& stop = {}) const;
  Result<std::vector<StateChange>> start_instances(const std::vector<std::string>& ids,
                                                   const std::stop_token& stop = {}) const;
  Result<void> reboot_instances(const std::vector<std::string>& ids,
                                const std::stop_token& stop = {}) const;

 private:
  const Client* client_;
};

}  // namespace livesonic::aws
