// SPDX-License-Identifier: Apache-2.0
#include "livesonic/domains/sync.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace livesonic::domains {
namespace {

using namespace std::chrono_literals;
using testing::IsEmpty;
using testing::SizeIs;

const Time kNow = Time{1'770'000'000s};

Domain zone(const std::string& id, std::int64_t records = 2) {
  Domain domain;
  domain.zone_id = id;
  domain.name = id + ".example.";
  domain.record_count = records;
  return domain;
}

class Zones final : public ZoneSource {
 public:
  Result<std::vector<Domain>> zones(const std::stop_token&) override { return answer; }
  Result<std::vector<Domain>> answer;
};

class Shelf final : public storage::Domains {
 public:
  Result<std::vector<Domain>> domains() override { return kept; }
  Result<void> put_domains(const std::vector<Domain>& changed) override {
    for (const Domain& domain : changed) {
      std::erase_if(kept, [&](const Domain& old) { return old.zone_id == domain.zone_id; });
      kept.push_back(domain);
    }
    return {};
  }
  Result<std::vector<RecordCount>> record_counts(const std::string&) override { return {}; }
  Result<std::vector<RegisteredDomain>> registered_domains() override { return registered; }
  Result<void> put_registered_domains(const std::vector<RegisteredDomain>& changed) override {
    for (const RegisteredDomain& domain : changed) {
      std::erase_if(registered,
                    [&](const RegisteredDomain& old) { return old.name == domain.name; });
      registered.push_back(domain);
    }
    return {};
  }
  Result<std::vector<ServedCertificate>> certificates() override { return {}; }
  Result<void> put_certificates(const std::vector<ServedCertificate>&) override { return {}; }
  std::vector<Domain> kept;
  std::vector<RegisteredDomain> registered;
};

class Events final : public EventSink {
 public:
  void publish(const Event& event) override { kinds.push_back(event.kind); }
  std::vector<std::string> kinds;
};

class SyncTest : public testing::Test {
 protected:
  Zones source_;
  Shelf shelf_;
  Events events_;
  FakeClock clock_{kNow};
  Sync sync_{source_, shelf_, events_, clock_};
};

TEST_F(SyncTest, what_vanished_is_marked_and_what_comes_back_is_revived) {
  source_.answer = std::vector<Domain>{zone("A"), zone("B")};
  EXPECT_EQ(sync_.run()->added, 2);

  clock_.advance(1h);
  source_.answer = std::vector<Domain>{zone("A")};
  const Changes gone = sync_.run().value();
  EXPECT_EQ(gone.gone, 1);
  EXPECT_EQ(gone.live, 1);
  ASSERT_THAT(shelf_.kept, SizeIs(2));

  clock_.advance(1h);
  source_.answer = std::vector<Domain>{zone("A"), zone("B")};
  EXPECT_EQ(sync_.run()->added, 1);
  for (const Domain& domain : shelf_.kept) {
    EXPECT_FALSE(domain.gone_at);
    EXPECT_EQ(domain.first_seen, kNow);
  }
}

TEST_F(SyncTest, a_quiet_account_is_no_news) {
  source_.answer = std::vector<Domain>{zone("A")};
  ASSERT_TRUE(sync_.run());
  EXPECT_THAT(events_.kinds, SizeIs(1));
  const Changes again = sync_.run().value();
  EXPECT_EQ(again.added + again.changed + again.gone, 0);
  EXPECT_THAT(events_.kinds, SizeIs(1));
  source_.answer->front().record_count = 3;
  EXPECT_EQ(sync_.run()->changed, 1);
}

TEST_F(SyncTest, an_error_or_a_suddenly_empty_account_changes_nothing) {
  source_.answer = std::vector<Domain>{zone("A"), zone("B")};
  ASSERT_TRUE(sync_.run());
  source_.answer = fail(ErrorKind::kThrottled, "ListHostedZones: Throttling");
  EXPECT_EQ(sync_.run().error().kind, ErrorKind::kThrottled);
  source_.answer = std::vector<Domain>{};
  EXPECT_EQ(sync_.run().error().kind, ErrorKind::kConflict);
  for (const Domain& domain : shelf_.kept) EXPECT_FALSE(domain.gone_at);
}

TEST_F(SyncTest, the_last_zone_may_go) {
  source_.answer = std::vector<Domain>{zone("A")};
  ASSERT_TRUE(sync_.run());
  source_.answer = std::vector<Domain>{};
  EXPECT_EQ(sync_.run()->gone, 1);
}

}  // namespace
}  // namespace livesonic::domains
