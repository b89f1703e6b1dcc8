// SPDX-License-Identifier: Apache-2.0
// For tests: a store of domains in memory, and an account that lists what a test says.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "livesonic/domains/zone_source.h"
#include "livesonic/storage/domains.h"

namespace livesonic::domains {

class FakeShelf final : public storage::Domains {
 public:
  Result<std::vector<Domain>> domains() override { return kept; }
  Result<void> put_domains(const std::vector<Domain>& changed) override {
    for (const Domain& domain : changed) {
      std::erase_if(kept, [&](const Domain& old) { return old.zone_id == domain.zone_id; });
      kept.push_back(domain);
    }
    return {};
  }
  Result<std::vector<RecordCount>> record_counts(const std::string&) override {
    return std::vector<RecordCount>{};
  }
  Result<std::vector<RegisteredDomain>> registered_domains() override {
    std::vector<RegisteredDomain> all;
    for (const auto& [name, domain] : registered) all.push_back(domain);
    return all;
  }
  Result<void> put_registered_domains(const std::vector<RegisteredDomain>& changed) override {
    for (const RegisteredDomain& domain : changed) registered[domain.name] = domain;
    return {};
  }
  Result<std::vector<ServedCertificate>> certificates() override {
    std::vector<ServedCertificate> all;
    for (const auto& [host, certificate] : served) all.push_back(certificate);
    return all;
  }
  Result<void> put_certificates(const std::vector<ServedCertificate>& changed) override {
    for (const ServedCertificate& certificate : changed) served[certificate.host] = certificate;
    return {};
  }

  std::vector<Domain> kept;
  std::map<std::string, RegisteredDomain> registered;
  std::map<std::string, ServedCertificate> served;
};

class FakeSource final : public ZoneSource {
 public:
  explicit FakeSource(std::string account = "default") : account_(std::move(account)) {}
  [[nodiscard]] const std::string& account() const override { return account_; }
  Result<std::vector<Domain>> zones(const std::stop_token&) override { return listed; }
  Result<std::map<std::string, Tags>> tags(const std::vector<std::string>&,
                                           const std::stop_token&) override {
    return tagged;
  }
  Result<std::vector<Record>> records(const std::string& zone_id, const std::stop_token&) override {
    if (records_failure) return fail(*records_failure);
    return recorded[zone_id];
  }
  Result<std::vector<RegisteredDomain>> registered_domains(const std::stop_token&) override {
    return registered;
  }

  Result<std::vector<Domain>> listed;
  Result<std::map<std::string, Tags>> tagged;
  std::map<std::string, std::vector<Record>> recorded;
  std::optional<Error> records_failure;
  Result<std::vector<RegisteredDomain>> registered;

 private:
  const std::string account_;
};

}  // namespace livesonic::domains
