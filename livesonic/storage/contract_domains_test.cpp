// SPDX-License-Identifier: Apache-2.0
// Domains and pinned host keys.
#include "livesonic/storage/contract.h"

namespace livesonic::storage {
namespace {

using namespace std::chrono_literals;

class DomainsContract : public ContractTest {};
INSTANTIATE_TEST_SUITE_P(Stores, DomainsContract, testing::ValuesIn(backends()), backend_name);
class HostKeysContract : public ContractTest {};
INSTANTIATE_TEST_SUITE_P(Stores, HostKeysContract, testing::ValuesIn(backends()), backend_name);

TEST_P(DomainsContract, domains_are_read_back_by_name_also_after_a_restart) {
  std::vector<Domain> expected;
  for (const std::string& text : hostile_texts()) {
    Domain domain{"Z" + text,   std::to_string(expected.size()) + text,
                  text + "ref", text + "comment",
                  true,         1LL << 40,
                  Time{1ms},    Time{2ms},
                  std::nullopt};
    domain.account = text + "account";
    domain.tags = {{"key", "value"}, {"日本", "🚀"}};
    domain.apex_has_address = expected.size() % 3 == 1;
    domain.aliases = {{"www.example.", "A", "web-1.elb.amazonaws.com.", {"api", "web"}},
                      {"example.", "CNAME", "other.", {}}};
    if (expected.size() % 2 == 1) domain.gone_at = Time{3ms};
    expected.push_back(domain);
  }
  ASSERT_TRUE(store().put_domains({expected.rbegin(), expected.rend()}));
  reopen();
  EXPECT_EQ(store().domains(), expected);
}

TEST_P(DomainsContract, zones_of_the_same_name_are_told_apart_by_their_id) {
  const Domain first{"Z1", "example.com.", "r1", "", false, 2, Time{1ms}, Time{1ms}, std::nullopt};
  Domain second = first;
  second.zone_id = "Z2";
  second.private_zone = true;
  ASSERT_TRUE(store().put_domains({second, first}));
  Domain gone = second;
  gone.gone_at = Time{5ms};
  ASSERT_TRUE(store().put_domains({gone}));
  EXPECT_EQ(store().domains(), (std::vector{first, gone}));
}

TEST_P(DomainsContract, a_record_count_is_kept_when_it_is_another_one) {
  Domain domain{"Z1", "example.com.", "r1", "", false, 2, Time{1ms}, Time{1ms}, std::nullopt};
  const auto synced = [&](Time at, std::int64_t records) {
    domain.last_seen = at;
    domain.record_count = records;
    ASSERT_TRUE(store().put_domains({domain}));
  };
  synced(Time{1ms}, 2);
  synced(Time{2ms}, 2);
  synced(Time{3ms}, 5);
  synced(Time{4ms}, 2);
  reopen();
  EXPECT_EQ(store().record_counts("Z1"),
            (std::vector<RecordCount>{{Time{1ms}, 2}, {Time{3ms}, 5}, {Time{4ms}, 2}}));
  EXPECT_EQ(store().record_counts("Z2"), std::vector<RecordCount>{});
}

TEST_P(DomainsContract, registered_domains_are_read_back_by_name) {
  const RegisteredDomain a{"a.example", "default", true, Time{9ms}, Time{1ms}, Time{1ms}, {}};
  RegisteredDomain b{"b.example", "other", false, Time{9ms}, Time{1ms}, Time{2ms}, {}};
  ASSERT_TRUE(store().put_registered_domains({b, a}));
  b.gone_at = Time{5ms};
  b.expires_at = Time{10ms};
  ASSERT_TRUE(store().put_registered_domains({b}));
  reopen();
  EXPECT_EQ(store().registered_domains(), (std::vector{a, b}));
}

TEST_P(DomainsContract, certificates_are_read_back_by_host) {
  const ServedCertificate none{"a.example", Time{1ms}, "connection refused", {}, {}, "", ""};
  ServedCertificate seen{"b.example", Time{1ms}, "", Time{1ms}, Time{9ms}, "A & Co", "self-signed"};
  ASSERT_TRUE(store().put_certificates({seen, none}));
  seen.problem = "";
  ASSERT_TRUE(store().put_certificates({seen}));
  reopen();
  EXPECT_EQ(store().certificates(), (std::vector{none, seen}));
}

TEST_P(HostKeysContract, the_first_key_stays_until_it_is_forgotten) {
  EXPECT_EQ(store().pinned_key("i-1").value(), std::nullopt);
  EXPECT_EQ(store().pin_key("i-1", "SHA256:one", Time{1ms}), "SHA256:one");
  EXPECT_EQ(store().pin_key("i-1", "SHA256:two", Time{2ms}), "SHA256:one");
  reopen();
  EXPECT_EQ(store().pinned_key("i-1").value(), "SHA256:one");
  ASSERT_TRUE(store().forget_key("i-1"));
  EXPECT_EQ(store().forget_key("i-1").error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(store().pin_key("i-1", "SHA256:two", Time{3ms}), "SHA256:two");
}

TEST_P(HostKeysContract, any_text_may_be_pinned) {
  for (const std::string& text : hostile_texts()) {
    EXPECT_EQ(store().pin_key("i" + text, text, Time{1ms}), text);
    EXPECT_EQ(store().pinned_key("i" + text).value(), text);
  }
}

}  // namespace
}  // namespace livesonic::storage
