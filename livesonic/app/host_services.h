// SPDX-License-Identifier: Apache-2.0
// What remote needs of AWS about single hosts: their consoles, letting keys in, running commands.
#pragma once

#include <map>
#include <mutex>
#include <string>

#include "livesonic/app/instance_places.h"
#include "livesonic/remote/remote.h"
#include "livesonic/remote/ssm.h"

namespace livesonic::app {

// Thread-safe, all of them; none owns what it is given.
class Ec2Consoles final : public remote::Consoles {
 public:
  explicit Ec2Consoles(InstancePlaces& places) : places_(places) {}
  Result<std::string> read(const std::string& host_id, const std::stop_token& stop) override;

 private:
  InstancePlaces& places_;
};

class InstanceConnect final : public remote::KeyPusher {
 public:
  explicit InstanceConnect(InstancePlaces& places) : places_(places) {}
  Result<void> push(const std::string& host_id, const std::string& user,
                    const std::string& public_key, const std::stop_token& stop) override;

 private:
  InstancePlaces& places_;
};

class SystemsManager final : public remote::RunCommand {
 public:
  explicit SystemsManager(InstancePlaces& places) : places_(places) {}
  Result<std::string> send(const Order& order, const std::stop_token& stop) override;
  Result<Progress> look(const std::string& order, const std::string& host,
                        const std::stop_token& stop) override;
  Result<std::string> place(const std::string& host) override;

 private:
  Result<const aws::Account*> account_of(const std::string& host);

  InstancePlaces& places_;
};

// All of them.
struct HostServices {
  HostServices(aws::Accounts& accounts, storage::Inventory& inventory, const Clock& clock)
      : places(accounts, inventory, clock),
        consoles(places),
        instance_connect(places),
        systems_manager(places) {}

  InstancePlaces places;
  Ec2Consoles consoles;
  InstanceConnect instance_connect;
  SystemsManager systems_manager;
};

}  // namespace livesonic::app
