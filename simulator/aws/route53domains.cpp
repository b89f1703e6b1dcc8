// SPDX-License-Identifier: Apache-2.0
// Route 53 Domains (API version 2014-05-15): what is registered, and until when.
#include <array>

#include "livesonic/base/text.h"
#include "simulator/aws/json_answers.h"

namespace livesonic::simulator {
namespace {

using namespace json_api;

constexpr int kLargestPage = 100;
constexpr int kUsualPage = 20;

AwsAnswer list_domains(const World& world, Time, const AwsCall& call) {
  const json input = input_of(call);
  const int size = whole(input, "MaxItems").value_or(kUsualPage);
  std::vector<const Registration*> listed;
  for (const auto& [name, domain] : world.registrations.domains) listed.push_back(&domain);
  std::string more;
  if (size < 1 || size > kLargestPage || !cut_page(listed, text(input, "Marker"), size, more)) {
    return refuse(400, "InvalidInput", "MaxItems must be from 1 to 100, and Marker one of ours");
  }
  json domains = json::array();
  for (const Registration* domain : listed) {
    domains.push_back({{"DomainName", domain->name},
                       {"AutoRenew", domain->auto_renew},
                       {"TransferLock", domain->transfer_lock},
                       {"Expiry", seconds(domain->expires)}});
  }
  json answer{{"Domains", std::move(domains)}};
  if (!more.empty()) answer["NextPageMarker"] = more;
  return written(answer);
}

json contact() {
  return {{"FirstName", "Hanako"},
          {"LastName", "Yamada"},
          {"ContactType", "PERSON"},
          {"AddressLine1", "1-1"},
          {"City", "Tokyo"},
          {"CountryCode", "JP"},
          {"ZipCode", "100-0001"},
          {"PhoneNumber", "+81.312345678"},
          {"Email", "hanako@shop.example"},
          {"ExtraParams", json::array()}};
}

AwsAnswer get_domain_detail(const World& world, Time, const AwsCall& call) {
  const std::string name = text(input_of(call), "DomainName");
  const auto found = world.registrations.domains.find(name);
  if (found == world.registrations.domains.end()) {
    return refuse(400, "InvalidInput", "Domain " + shorten(name, 64) + " not found in the account");
  }
  const Registration& domain = found->second;
  json statuses = json::array({"ok"});
  if (domain.transfer_lock) statuses = json::array({"clientTransferProhibited"});
  return written({{"DomainName", domain.name},
                  {"Nameservers",
                   json::array({{{"Name", "ns-1.awsdns-01.example"}, {"GlueIps", json::array()}}})},
                  {"AutoRenew", domain.auto_renew},
                  {"AdminContact", contact()},
                  {"RegistrantContact", contact()},
                  {"TechContact", contact()},
                  {"AdminPrivacy", true},
                  {"RegistrantPrivacy", true},
                  {"TechPrivacy", true},
                  {"RegistrarName", "Amazon Registrar, Inc."},
                  {"WhoIsServer", "whois.registrar.example"},
                  {"RegistrarUrl", "https://registrar.example"},
                  {"AbuseContactEmail", "abuse@registrar.example"},
                  {"AbuseContactPhone", "+1.5550100"},
                  {"CreationDate", seconds(domain.created)},
                  {"UpdatedDate", seconds(domain.created)},
                  {"ExpirationDate", seconds(domain.expires)},
                  {"StatusList", std::move(statuses)}});
}

constexpr std::array<AwsOperation, 2> kOperations{{
    {"ListDomains", list_domains},
    {"GetDomainDetail", get_domain_detail},
}};

}  // namespace

std::span<const AwsOperation> route53domains_operations() {
  return kOperations;
}

}  // namespace livesonic::simulator
