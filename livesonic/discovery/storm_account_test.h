// SPDX-License-Identifier: Apache-2.0
// For the storm test: a small account of classic balancers, its random changes, and an AWS that
// answers for it in its own wire format, and fails, lies and lags while it is not healthy.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "livesonic/aws/fake_transport.h"
#include "livesonic/base/text.h"

namespace livesonic::discovery::storm {

using namespace std::chrono_literals;

constexpr int kBalancers = 3;
constexpr Duration kRemembered = 1h;  // how long EC2 lists a terminated instance

inline std::string balancer_name(std::size_t index) {
  return fmt::format("elb-{}", index);
}

inline std::size_t balancer_of(const std::string& name) {
  return static_cast<std::size_t>(name.back() - '0');
}

// The first value of the form's key; empty when it isn't there.
inline std::string value(const std::string& form, const std::string& key) {
  for (const std::string_view pair : split(form, '&')) {
    if (pair.starts_with(key + "=")) return std::string(pair.substr(key.size() + 1));
  }
  return "";
}

// Of all its keys that begin so.
inline std::vector<std::string> values(const std::string& form, std::string_view prefix) {
  std::vector<std::string> found;
  for (const std::string_view pair : split(form, '&')) {
    if (pair.starts_with(prefix)) found.emplace_back(pair.substr(pair.find('=') + 1));
  }
  return found;
}

struct Host {
  std::size_t balancer = 0;
  bool registered = true;
  std::string state = "running";
  std::string health = "InService";
  std::string address;
  Time known_from{};    // to EC2
  Time listed_until{};  // by the balancer, though it is terminated
  Time ended_at{};
  Time last_not_there{};  // when it last was no running member

  [[nodiscard]] bool is_there() const { return registered && state == "running"; }
};

// A small account as AWS would answer for it, wire format and all.
class Account {
 public:
  explicit Account(unsigned seed) : random_(seed) {}

  std::size_t below(std::size_t n) { return random_() % n; }
  bool chance(int percent) { return below(100) < static_cast<std::size_t>(percent); }

  // --- what happens ---
  void launch(std::size_t balancer, Time now) {
    Host host;
    host.balancer = balancer;
    // Addresses come back: there are fewer of them than hosts.
    host.address = fmt::format("10.0.0.{}", 1 + hosts.size() % 200);
    host.known_from = now + (chance(30) ? std::chrono::seconds{below(40)} : 0s);
    host.last_not_there = now;
    const std::string id = fmt::format("i-{:017x}", hosts.size());
    present_.at(balancer).push_back(&*hosts.emplace(id, host).first);
  }
  void terminate(Host& host, Time now) {
    host.state = "terminated";
    host.registered = false;
    host.ended_at = now;
    if (chance(30)) host.listed_until = now + std::chrono::seconds{below(200)};
  }
  void happen(Time now) {
    const std::size_t balancer = below(kBalancers);
    std::vector<Host*> there;
    std::vector<Host*> stopped;
    std::vector<Host*> left_out;
    std::erase_if(present_.at(balancer), [&](const auto* entry) {
      return entry->second.state == "terminated" && now >= entry->second.listed_until;
    });
    for (auto* entry : present_.at(balancer)) {
      Host& host = entry->second;
      if (now < host.known_from) continue;
      if (host.is_there()) there.push_back(&host);
      if (host.state == "stopped") stopped.push_back(&host);
      if (host.state == "running" && !host.registered) left_out.push_back(&host);
    }
    const std::size_t what = there.size() > 40 ? 30 + below(20) : below(100);
    if (there.size() < 6 || what < 30) return launch(balancer, now);
    Host& one = *there[below(there.size())];
    if (what < 50) return terminate(one, now);
    if (what < 60) return change(one.state, "stopped", one, now);
    if (what < 70 && !stopped.empty())
      return change(stopped[0]->state, "running", *stopped[0], now);
    if (what < 78) return change(one.registered, false, one, now);
    if (what < 83 && !left_out.empty())
      return change(left_out[0]->registered, true, *left_out[0], now);
    if (what == 97) {  // a deploy, by hand
      for (Host* host : there) terminate(*host, now);
      for (int i = 0; i < 8; ++i) launch(balancer, now);
    } else if (what == 98) {  // most are taken out at once, and are meant to be
      for (std::size_t i = 1; i < there.size(); ++i)
        change(there[i]->registered, false, *there[i], now);
    } else if (what == 99) {
      for (Host* host : left_out) terminate(*host, now);
    } else {
      one.health = one.health == "InService" ? "OutOfService" : "InService";
    }
  }

  // --- what goes wrong ---
  void fail(Time now) {
    if (now >= next_outage) {
      outage = below(3);
      outage_until = now + std::chrono::seconds{below(300)};
      next_outage = outage_until + std::chrono::seconds{below(1800)};
    }
    if (now >= next_lie) {
      liar = below(kBalancers);
      lists_at_most = below(2);
      lie_until = now + std::chrono::seconds{60 + below(540)};
      next_lie = lie_until + 20min;
    }
  }
  void end_of_trouble() {
    healthy = true;
    for (auto& [id, host] : hosts) host.listed_until = host.known_from = Time{};
  }

  // --- what AWS says ---
  Result<aws::HttpResponse> answer(const aws::HttpRequest& request, Time now) {
    const std::string& form = request.body;
    const std::string operation = value(form, "Action");
    const std::array<std::string, 3> of{"DescribeInstances", "DescribeLoadBalancers",
                                        "DescribeInstanceHealth"};
    if (!healthy && ((now < outage_until && operation == of.at(outage)) || chance(4))) {
      switch (below(4)) {
        case 0:
          return aws::refusal(400, "Throttling");
        case 1:
          return aws::http(503, "Service Unavailable");
        case 2:
          return livesonic::fail(ErrorKind::kUnavailable, "connection reset");
        default:
          break;
      }
      std::string body = document(operation, form, now);
      return aws::http(200, body.substr(0, body.size() * (1 + below(9)) / 10));
    }
    if (operation == "DescribeInstances") {
      for (const std::string& id : values(form, "InstanceId.")) {
        if (is_known(hosts.at(id), now)) continue;
        return aws::http(400,
                         "<Response><Errors><Error><Code>InvalidInstanceID.NotFound</Code><Message>"
                         "The instance ID does not exist</Message></Error></Errors></Response>");
      }
    }
    return aws::http(200, document(operation, form, now));
  }

  std::map<std::string, Host> hosts;  // all that ever were, by id
  bool healthy = false;

 private:
  template <typename T, typename U>
  void change(T& what, const U& to, Host& host, Time now) {
    what = to;
    host.last_not_there = now;
  }
  static bool is_known(const Host& host, Time now) {
    return now >= host.known_from &&
           (host.state != "terminated" || now - host.ended_at < kRemembered);
  }

  std::vector<std::string> listed(std::size_t balancer, Time now) const {
    std::vector<std::string> ids;
    for (const auto* entry : present_.at(balancer)) {
      const Host& host = entry->second;
      if (host.registered || now < host.listed_until) ids.push_back(entry->first);
    }
    const bool lies = !healthy && now < lie_until && balancer == liar;
    if (lies) ids.resize(std::min(ids.size(), lists_at_most));
    return ids;
  }

  std::string document(const std::string& operation, const std::string& form, Time now) const {
    std::string list;
    if (operation == "DescribeLoadBalancers") {
      for (const std::string& name : values(form, "LoadBalancerNames.member.")) {
        list += "<member><LoadBalancerName>" + name + "</LoadBalancerName><Instances>";
        for (const std::string& id : listed(balancer_of(name), now)) {
          list += "<member><InstanceId>" + id + "</InstanceId></member>";
        }
        list += "</Instances></member>";
      }
      list = "<LoadBalancerDescriptions>" + list + "</LoadBalancerDescriptions>";
    } else if (operation == "DescribeInstanceHealth") {
      for (const std::string& id : listed(balancer_of(value(form, "LoadBalancerName")), now)) {
        list += "<member><InstanceId>" + id + "</InstanceId><State>" + hosts.at(id).health +
                "</State></member>";
      }
      list = "<InstanceStates>" + list + "</InstanceStates>";
    } else if (operation == "DescribeAutoScalingGroups") {
      list = "<AutoScalingGroups/>";
    } else if (operation == "DescribeInstanceStatus") {
      return "<DescribeInstanceStatusResponse><instanceStatusSet/></"
             "DescribeInstanceStatusResponse>";
    } else {
      std::vector<std::string> ids = values(form, "InstanceId.");
      if (ids.empty()) ids = values(form, "Filter.1.Value.");
      for (const std::string& id : ids) {
        const Host& host = hosts.at(id);
        if (!is_known(host, now)) continue;
        list += "<item><instanceId>" + id + "</instanceId><instanceState><name>" + host.state +
                "</name></instanceState><privateIpAddress>" + host.address +
                "</privateIpAddress></item>";
      }
      return "<DescribeInstancesResponse><reservationSet><item><instancesSet>" + list +
             "</instancesSet></item></reservationSet></DescribeInstancesResponse>";
    }
    return fmt::format("<{0}Response><{0}Result>{1}</{0}Result></{0}Response>", operation, list);
  }

  std::mt19937 random_;
  // Those of each balancer that aren't over, in the order of their launch.
  std::array<std::vector<std::pair<const std::string, Host>*>, kBalancers> present_;
  std::size_t outage = 0;  // which operation fails until then
  Time outage_until{};
  Time next_outage{};
  std::size_t liar = 0;  // which balancer lists at most so many until then
  std::size_t lists_at_most = 0;
  Time lie_until{};
  Time next_lie{};
};

}  // namespace livesonic::discovery::storm
