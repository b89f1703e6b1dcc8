// SPDX-License-Identifier: Apache-2.0
#include "livesonic/storage/contract.h"

namespace livesonic::storage {
namespace {

using namespace std::chrono_literals;

class InventoryContract : public ContractTest {};
INSTANTIATE_TEST_SUITE_P(Stores, InventoryContract, testing::ValuesIn(backends()), backend_name);

// Every field has a value of its own, so that two that are mixed up show.
Instance an_instance(const std::string& id, const std::string& text = "") {
  Instance instance;
  instance.cluster = "web";
  instance.id = id;
  instance.name = "name" + text;
  instance.tags = {{"Name", "name" + text}, {"key" + text, text}, {"", "empty key"}};
  instance.balancer_state = "InService" + text;
  instance.balancer_reason = "N/A" + text;
  instance.balancer_description = "description" + text;
  instance.ec2_state = "running" + text;
  instance.public_dns = "public.example" + text;
  instance.private_dns = "private.example" + text;
  instance.public_ip = "192.0.2.1" + text;
  instance.private_ip = "10.0.0.1" + text;
  instance.availability_zone = "ap-northeast-1a" + text;
  instance.type = "c6i.large" + text;
  instance.image_id = "ami-1" + text;
  instance.lifecycle = Lifecycle::kSpot;
  instance.launched_at = Time{1'000ms};
  instance.first_seen = Time{2'000ms};
  instance.last_seen = Time{3'000ms};
  instance.missing_since = Time{4'000ms};
  instance.departure = {DepartureReason::kScaleIn, "from 3 to 2" + text, Time{5'000ms}};
  instance.standing.status_checks = "ok" + text;
  instance.standing.events = {"system-reboot" + text, text};
  instance.standing.group = "web-asg" + text;
  instance.standing.group_state = "Standby" + text;
  instance.standing.group_health = "Healthy" + text;
  instance.standing.protected_from_scale_in = true;
  instance.standing.launch_template = "web version 7" + text;
  instance.standing.ports = "80, 443" + text;
  instance.standing.notice = Notice{.interruption = true,
                                    .action = "terminate" + text,
                                    .at = Time(Duration(1'772'353'800'000)),
                                    .deadline = Time(Duration(1'772'353'920'000))};
  return instance;
}

Instance a_watched_instance(const std::string& id) {
  Instance instance = an_instance(id);
  instance.missing_since.reset();
  instance.departure.reset();
  return instance;
}

TEST_P(InventoryContract, a_cluster_is_read_back_as_it_was_registered_also_after_a_restart) {
  std::vector<Cluster> expected;
  for (const std::string& text : hostile_texts()) {
    Cluster cluster;
    cluster.name = "c" + std::to_string(expected.size()) + text;
    cluster.resource = text;
    cluster.kind = ClusterKind::kAlb;
    cluster.account = "account" + text;
    cluster.region = "region" + text;
    cluster.target_groups = {text, "blue"};
    cluster.access = {Reach::kSsm, "user" + text, 2222, "jump" + text};
    cluster.mode = Mode::kStream;
    cluster.parent = "parent" + text;
    cluster.origin = expected.size() % 2 == 0 ? Origin::kDiscovered : Origin::kOperator;
    cluster.registered_at = Time{1ms};
    cluster.discovery = {Time{2ms}, std::nullopt, text + "e", text + "w", 6};
    ASSERT_TRUE(store().put_cluster(cluster));
    EXPECT_EQ(store().cluster(cluster.name), cluster);
    expected.push_back(cluster);
  }
  reopen();
  EXPECT_EQ(store().clusters(), expected);
}

TEST_P(InventoryContract, registering_again_replaces_the_resource_and_keeps_what_is_known) {
  register_cluster("web");
  const DiscoveryStatus status{Time{1ms}, Time{2ms}, "", "odd", 6};
  ASSERT_TRUE(store().update_membership("web", status, {}));
  Cluster again = store().cluster("web").value();
  const Time registered_at = again.registered_at;
  again.resource = "other-elb";
  again.origin = Origin::kFile;
  again.registered_at = registered_at + 1h;
  again.discovery = {};
  ASSERT_TRUE(store().put_cluster(again));
  const Cluster now = store().cluster("web").value();
  EXPECT_EQ(now.resource, "other-elb");
  EXPECT_EQ(now.origin, Origin::kFile);
  EXPECT_EQ(now.registered_at, registered_at);
  EXPECT_EQ(now.discovery, status);
}

TEST_P(InventoryContract, every_field_of_an_instance_is_read_back_also_after_a_restart) {
  register_cluster("web");
  std::vector<Instance> expected;
  for (const std::string& text : hostile_texts()) {
    expected.push_back(an_instance("i-" + std::to_string(expected.size()), text));
  }
  Instance plain;
  plain.cluster = "web";
  plain.id = "i-plain";
  expected.push_back(plain);
  ASSERT_TRUE(store().update_membership("web", {}, expected));
  reopen();
  EXPECT_EQ(store().instances("web", Which::kAll), expected);
}

TEST_P(InventoryContract, an_instance_is_replaced_by_cluster_and_id) {
  register_cluster("web");
  register_cluster("db");
  ASSERT_TRUE(store().update_membership("web", {}, {a_watched_instance("i-1")}));
  Instance other = a_watched_instance("i-1");
  other.cluster = "db";
  other.name = "behind both";
  ASSERT_TRUE(store().update_membership("db", {}, {other}));
  Instance changed = an_instance("i-1", " changed");
  ASSERT_TRUE(store().update_membership("web", {}, {changed}));
  EXPECT_EQ(store().instances("web", Which::kAll), std::vector{changed});
  EXPECT_EQ(store().instances("db", Which::kAll), std::vector{other});
}

TEST_P(InventoryContract, tags_are_told_of_those_asked_for_also_of_those_that_are_gone) {
  register_cluster("web");
  ASSERT_TRUE(
      store().update_membership("web", {}, {a_watched_instance("i-1"), an_instance("i-2")}));
  const auto tags = store().tags_of("web", {"i-1", "i-2", "i-3"});
  ASSERT_TRUE(tags);
  EXPECT_EQ(tags->size(), 2U);
  EXPECT_EQ(tags->at("i-1"), a_watched_instance("i-1").tags);
  EXPECT_EQ(tags->at("i-2"), an_instance("i-2").tags);
  EXPECT_TRUE(store().tags_of("web", {})->empty());
  EXPECT_TRUE(store().tags_of("db", {"i-1"})->empty());
}

TEST_P(InventoryContract, releases_are_kept_from_the_first_look_to_the_last) {
  register_cluster("web");
  register_cluster("db");
  for (const int ms : {1, 2, 5}) {
    ASSERT_TRUE(store().note_release("web", ms == 5 ? "web:2" : "web:1", Time{Duration{ms}}));
  }
  ASSERT_TRUE(store().note_release("web", "web:1", Time{1ms}));  // a look that came late
  reopen();
  EXPECT_EQ(store().releases("web"), (std::vector<Release>{{"web:1", Time{1ms}, Time{2ms}},
                                                           {"web:2", Time{5ms}, Time{5ms}}}));
  EXPECT_TRUE(store().releases("db")->empty());
  EXPECT_EQ(store().note_release("nowhere", "web:1", Time{1ms}).error().kind, ErrorKind::kNotFound);
}

TEST_P(InventoryContract, only_instances_that_are_not_gone_are_watched) {
  register_cluster("web");
  const Instance watched = a_watched_instance("i-2");
  ASSERT_TRUE(store().update_membership("web", {}, {an_instance("i-1"), watched}));
  EXPECT_EQ(store().instances("web", Which::kWatched), std::vector{watched});
  EXPECT_EQ(store().instances("web", Which::kAll).value().size(), 2U);
}

TEST_P(InventoryContract, membership_of_a_cluster_that_was_removed_meanwhile_is_not_written) {
  register_cluster("web");
  ASSERT_TRUE(store().remove_cluster("web", Time{1ms}, "cluster removed"));
  const Result<void> written = store().update_membership("web", {}, {a_watched_instance("i-1")});
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(store().instances("web", Which::kAll), std::vector<Instance>{});
}

TEST_P(InventoryContract, a_removed_cluster_is_listed_no_more_and_its_instances_are_retired) {
  register_cluster("web");
  register_cluster("db");
  const Instance gone_before = an_instance("i-1");
  ASSERT_TRUE(store().update_membership("web", {}, {gone_before, a_watched_instance("i-2")}));
  ASSERT_TRUE(store().remove_cluster("web", Time{9ms}, "cluster removed"));
  EXPECT_EQ(store().cluster("web").error().kind, ErrorKind::kNotFound);
  ASSERT_EQ(store().clusters().value().size(), 1U);
  EXPECT_EQ(store().clusters().value().front().name, "db");
  const std::vector<Instance> instances = store().instances("web", Which::kAll).value();
  ASSERT_EQ(instances.size(), 2U);
  EXPECT_EQ(instances[0], gone_before);
  EXPECT_EQ(instances[1].departure,
            (Departure{DepartureReason::kClusterRemoved, "cluster removed", Time{9ms}}));
}

TEST_P(InventoryContract, a_removed_cluster_comes_back_with_its_instances_and_a_new_registration) {
  register_cluster("web");
  ASSERT_TRUE(store().update_membership("web", {Time{1ms}, Time{1ms}, "e", "w", 3},
                                        {a_watched_instance("i-1")}));
  ASSERT_TRUE(store().remove_cluster("web", Time{9ms}, "cluster removed"));
  Cluster again;
  again.name = "web";
  again.resource = "new-elb";
  again.registered_at = at("2026-05-05T00:00:00Z");
  ASSERT_TRUE(store().put_cluster(again));
  EXPECT_EQ(store().cluster("web"), again);
  EXPECT_EQ(store().instances("web", Which::kAll).value().size(), 1U);
  EXPECT_TRUE(store().instances("web", Which::kWatched).value().empty());
}

TEST_P(InventoryContract, what_is_not_there_cannot_be_removed) {
  EXPECT_EQ(store().remove_cluster("web", Time{}, "").error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(store().remove_service("nginx").error().kind, ErrorKind::kNotFound);
  register_cluster("web");
  ASSERT_TRUE(store().remove_cluster("web", Time{}, ""));
  EXPECT_EQ(store().remove_cluster("web", Time{}, "").error().kind, ErrorKind::kNotFound);
}

TEST_P(InventoryContract, services_are_read_back_by_name_also_after_a_restart) {
  std::vector<Service> expected;
  for (const std::string& text : hostile_texts()) {
    Service service;
    service.name = "s" + std::to_string(expected.size()) + text;
    service.command = text;
    service.expect = {text + "1", text + "2", text + "3", 255, JsonExpectation{"/" + text, text}};
    service.forbid.json = JsonExpectation{"", std::nullopt, "@1:2"};
    service.thresholds = {text + "m", "1:", text};
    service.plugin = expected.size() % 2 == 0;
    service.interval = 5min;
    service.clusters = {"web", text};
    service.timeout = 1'234ms;
    service.origin = Origin::kFile;
    ASSERT_TRUE(store().put_service(service));
    expected.push_back(service);
  }
  Service plain;
  plain.name = "t";
  plain.command = "true";
  ASSERT_TRUE(store().put_service(plain));
  expected.push_back(plain);
  reopen();
  EXPECT_EQ(store().services(), expected);
}

TEST_P(InventoryContract, a_service_is_replaced_by_name_and_can_be_removed) {
  Service service;
  service.name = "nginx";
  service.command = "false";
  service.expect.exact = "active";
  ASSERT_TRUE(store().put_service(service));
  service.command = "true";
  service.expect = {};
  ASSERT_TRUE(store().put_service(service));
  EXPECT_EQ(store().services(), std::vector{service});
  ASSERT_TRUE(store().remove_service("nginx"));
  EXPECT_EQ(store().services(), std::vector<Service>{});
}

}  // namespace
}  // namespace livesonic::storage
