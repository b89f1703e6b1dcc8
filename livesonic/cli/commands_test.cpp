// SPDX-License-Identifier: Apache-2.0
// Each command against an API with canned answers: what it asks, and what it prints.
#include "livesonic/cli/commands.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "livesonic/cli/fake_program_test.h"

namespace livesonic::cli {
namespace {

constexpr const char* kWeb = R"({
  "name":"web","kind":"elb","resource":"web-elb","origin":"file",
  "registered_at":"2026-02-01T00:00:00Z",
  "discovery":{"last_attempt":"2026-03-01T11:59:30Z","last_success":null,
               "error":"Throttling: slow down","warning":""},
  "score":{"at":"2026-03-01T11:59:30Z","mean":61.6,"min":20,"max":93,"spread":8.25,
           "count":2,"members":3},
  "instances":{"watched":3,"in_service":2,"scored":2,"failing":1,"unreachable":0,"retired":4},
  "open_incidents":1,
  "trend":[null,10,50,100]})";

constexpr const char* kIncident = R"({
  "id":"abc","cluster":"web","cause":"service:nginx","summary":"nginx is down on 1 of 3",
  "opened_at":"2026-03-01T11:30:00Z","closed_at":null,
  "members":[{"instance":"i-1","label":"web-1","detail":"exit 3","since":"2026-03-01T11:28:00Z",
              "until":null}]})";

std::string status_json() {
  return std::string(R"({"clusters":[)") + kWeb + R"(],"incidents":[)" + kIncident +
         R"(],"domains":{"live":12,"gone":1},)" +
         R"("outbox":{"undelivered":2,"oldest":"2026-03-01T11:50:00Z","last_error":"refused"},)" +
         R"("now":"2026-03-01T12:00:00Z"})";
}

using Commands = CommandTest;

TEST_F(Commands, status_shows_all_at_a_glance) {
  program.answer("GET /api/v1/status", status_json());
  EXPECT_EQ(run({"status"}), 0);
  EXPECT_EQ(out,
            "CLUSTER  SCORE  LAST 24 HOURS         INSTANCES  FAILING  UNREACHABLE  INCIDENTS  "
            "POLLED\n"
            "web         62       ▁▁▁▁▁▄▄▄▄▄█████          3        1            0          1  "
            "30s ago\n"
            "web: AWS: Throttling: slow down\n"
            "\n"
            "CLUSTER  CAUSE          SEVERITY  OPENED (UTC)         LASTED  STATE  SUMMARY       "
            "           ID\n"
            "web      service:nginx  -         2026-03-01 11:30:00  30m 0s  open   nginx is down "
            "on 1 of 3  abc\n"
            "2 notifications are not delivered yet, the oldest from 10m 0s ago: refused\n"
            "12 domains live, 1 gone.\n");
  EXPECT_EQ(err, "");
}

TEST_F(Commands, status_says_that_awss_events_are_not_heard) {
  program.answer("GET /api/v1/status",
                 R"({"clusters":[{"name":"web"}],"incidents":[],"event_queues":[{"error":""},)"
                 R"({"error":"ReceiveMessage: AccessDenied"}],"now":"2026-03-01T12:00:00Z"})");
  EXPECT_EQ(run({"status"}), 0);
  EXPECT_NE(out.find("\nAWS's events can't be heard: ReceiveMessage: AccessDenied\n"),
            std::string::npos)
      << out;
}

TEST_F(Commands, status_with_colours_fits_the_terminal) {
  program.answer("GET /api/v1/status", status_json());
  colours = true;
  width = 80;
  EXPECT_EQ(run({"status"}), 0);
  EXPECT_NE(out.find("\x1b[33m62\x1b[0m"), std::string::npos);
  EXPECT_NE(out.find("…"), std::string::npos);
}

TEST_F(Commands, json_is_the_apis_own_in_its_order) {
  program.answer("GET /api/v1/status", R"({"z":1,"a":"é"})");
  EXPECT_EQ(run({"status", "--json"}), 0);
  EXPECT_EQ(out, "{\n  \"z\": 1,\n  \"a\": \"é\"\n}\n");
}

TEST_F(Commands, status_of_nothing_says_how_to_begin) {
  program.answer("GET /api/v1/status", R"({"clusters":[],"incidents":[]})");
  EXPECT_EQ(run({"status"}), 0);
  EXPECT_NE(out.find("livesonic cluster add"), std::string::npos);
}

TEST_F(Commands, cluster_add_registers) {
  program.answer("POST /api/v1/clusters", kWeb, 201);
  EXPECT_EQ(run({"cluster", "add", "web", "--elb", "web-elb"}), 0);
  EXPECT_EQ(out, "Registered web: the instances behind web-elb will be watched.\n");
  ASSERT_EQ(program.requests.size(), 1U);
  EXPECT_EQ(program.requests[0].body, R"({"name":"web","elb":"web-elb"})");
  EXPECT_EQ(program.requests[0].header("content-type"), "application/json");
  program.answer("POST /api/v1/clusters", kWeb, 200);
  EXPECT_EQ(run({"cluster", "add", "web", "--elb", "web-elb"}), 0);
  EXPECT_EQ(out, "web is registered already, for web-elb.\n");
}

TEST_F(Commands, cluster_add_takes_any_kind_of_resource) {
  program.answer("POST /api/v1/clusters", R"({"name":"prod","registration":true})", 201);
  EXPECT_EQ(run({"cluster", "add", "prod", "--kind", "alb", "--resource", "prod-*", "--region",
                 "us-east-1", "--target-group", "blue"}),
            0);
  EXPECT_EQ(program.requests[0].body,
            R"({"name":"prod","kind":"alb","resource":"prod-*","region":"us-east-1",)"
            R"("target_groups":["blue"]})");
  EXPECT_EQ(out, "Registered prod: all that match prod-* will be watched.\n");
  EXPECT_EQ(run({"cluster", "add", "inner", "--elb", "e", "--remote", "ssh", "--user", "ops",
                 "--port", "2222", "--jump", "bastion"}),
            0);
  EXPECT_EQ(
      program.requests[1].body,
      R"({"name":"inner","elb":"e","remote":"ssh","user":"ops","jump":"bastion","port":2222})");
  EXPECT_EQ(run({"cluster", "add", "inner", "--elb", "e", "--port", "x"}), 2);
  EXPECT_EQ(run({"cluster", "add", "prod"}), 2);
  EXPECT_EQ(run({"cluster", "add", "prod", "--kind", "alb"}), 2);
  EXPECT_NE(err.find("--resource"), std::string::npos);
}

TEST_F(Commands, a_refusal_is_told_and_has_its_exit_status) {
  program.answer("POST /api/v1/clusters",
                 R"({"error":{"kind":"conflict","message":"web is there for another"}})", 409);
  EXPECT_EQ(run({"cluster", "add", "web", "--elb", "x"}), 1);
  EXPECT_EQ(out, "");
  EXPECT_EQ(err, "livesonic: web is there for another\n");
  program.answer("POST /api/v1/clusters",
                 R"({"error":{"kind":"invalid_input","message":"bad\u001b[2J name"}})", 400);
  EXPECT_EQ(run({"cluster", "add", "web", "--elb", "x"}), 2);
  EXPECT_EQ(err, "livesonic: bad\\x1b[2J name\n");
}

TEST_F(Commands, cluster_list_is_a_table) {
  program.answer("GET /api/v1/clusters", std::string(R"({"clusters":[)") + kWeb + "]}");
  EXPECT_EQ(run({"cluster", "list"}), 0);
  EXPECT_EQ(out,
            "CLUSTER  KIND  RESOURCE  ORIGIN  INSTANCES  SCORE  REGISTERED (UTC)\n"
            "web      elb   web-elb   file            3     62  2026-02-01 00:00:00\n");
}

TEST_F(Commands, cluster_show_tells_of_each_instance) {
  std::string cluster = kWeb;
  cluster.pop_back();
  program.answer("GET /api/v1/clusters/web", cluster + R"(,"drift":{"wanted":4,"members":3,
        "in_service":2,"reached":2,"drifting":true},"members":[
        {"id":"i-1","label":"web-1","balancer":{"state":"InService","description":"N/A"},
         "public_dns":"ec2-1.example","type":"c6i.large","availability_zone":"1a",
         "lifecycle":"spot","launched_at":"2026-02-27T10:00:00Z","ec2_state":"running",
         "standing":{"status_checks":"impaired","group_state":"Standby"},
         "score":{"outcome":"ok","score":93},
         "checks":[{"service":"nginx","outcome":"check_failed"},{"service":"disk","outcome":"ok"}]},
        {"id":"i-2","label":"i-2","balancer":{"state":"OutOfService","description":"no answer"},
         "public_dns":"","private_ip":"10.0.0.2","score":{"outcome":"unreachable","score":null},
         "checks":[{"service":"nginx","outcome":"unreachable"}]},
        {"id":"i-9","label":"old","gone_at":"2026-02-28T00:00:00Z","gone_reason":"scale_in",
         "gone_detail":"from 3 to 2"}],
        "services":[{"name":"nginx","command":"is-active","clusters":[],"timeout_ms":10000,
                     "expect":{"exact":"active","contains":null,"regex":null,"exit_status":0},
                     "origin":"file"}],
        "incidents":[]})");
  EXPECT_EQ(run({"cluster", "show", "web", "--gone"}), 0);
  EXPECT_EQ(program.requests[0].parameter("gone"), "true");
  EXPECT_EQ(out,
            "web  elb web-elb, registered by the file 2026-02-01 00:00:00\n"
            "score 62 (20 to 93, 2 of 3 answered, 30s ago)   ▁▄█\n"
            "3 instances, 2 in service\n"
            "drift: 4 wanted, 3 there, 2 in service, 2 reached over SSH\n"
            "AWS: Throttling: slow down\n"
            "\n"
            "INSTANCE  ID         SCORE  VERDICT  CHECKS                 BALANCER                 "
            "AWS       "
            "                               ADDRESS        "
            "TYPE       ZONE  LIFECYCLE  AGE\n"
            "web-1     i-1           93  -        1 of 2 failing: nginx  InService                "
            "running, "
            "checks impaired, group Standby  ec2-1.example  "
            "c6i.large  1a    spot       2d 2h\n"
            "i-2       i-2  unreachable  -        1 of 1 unknown         OutOfService: no answer  "
            "-         "
            "                               10.0.0.2       "
            "-          -     -          -\n"
            "\n"
            "RETIRED  ID   GONE (UTC)           WHY        DETAIL\n"
            "old      i-9  2026-02-28 00:00:00  scaled in  from 3 to 2\n"
            "\n"
            "SERVICE  COMMAND    EXPECT            CLUSTERS  EVERY  TIMEOUT  ORIGIN\n"
            "nginx    is-active  'active', exit 0  all       poll   10s      file\n");
}

TEST_F(Commands, service_add_sends_what_was_given_and_nothing_else) {
  program.answer("POST /api/v1/services", R"({"name":"nginx","clusters":["web","db"]})", 201);
  EXPECT_EQ(run({"service", "add", "nginx", "--command", "x", "--expect", "", "--expect-exit", "3",
                 "--cluster", "web", "--cluster", "db", "--timeout", "5s"}),
            0);
  EXPECT_EQ(program.requests[0].body,
            R"({"name":"nginx","command":"x","expect":"","expect_exit":3,"timeout":"5s",)"
            R"("clusters":["web","db"]})");
  EXPECT_EQ(out, "Added nginx: checked from the next poll on, on clusters: web, db.\n");
  EXPECT_EQ(run({"service", "add", "nginx", "--command", "x", "--expect-exit", "many"}), 2);
  EXPECT_EQ(err, "livesonic: --expect-exit must be from 0 to 255, not 'many'\n");
}

TEST_F(Commands, service_add_takes_negations_json_and_ranges) {
  program.answer("POST /api/v1/services", R"({"name":"a","clusters":[]})", 201);
  EXPECT_EQ(run({"service",    "add",
                 "a",          "--command",
                 "x",          "--expect-not-contains",
                 "E",          "--expect-not-exit",
                 "3",          "--expect-json",
                 "/status=ok", "--expect-not-json-range",
                 "/n=1:2",     "--warning",
                 "10:20",      "--metric",
                 "load1",      "--plugin",
                 "--interval", "5m"}),
            0)
      << err;
  EXPECT_EQ(program.requests[0].body,
            R"({"name":"a","command":"x","expect_json":{"pointer":"/status","equals":"ok"},)"
            R"("expect_not_contains":"E","expect_not_exit":3,)"
            R"("expect_not_json":{"pointer":"/n","range":"1:2"},"warning":"10:20",)"
            R"("metric":"load1","interval":"5m","plugin":true})");
  EXPECT_EQ(run({"service", "add", "a", "--command", "x", "--expect-json", "/a=1",
                 "--expect-json-range", "/a=1:2"}),
            2);
}

TEST_F(Commands, probes_are_added_listed_and_removed) {
  program.answer("POST /api/v1/probes", R"({"kind":"http","target":"http://{balancer}/"})", 201);
  EXPECT_EQ(run({"probe", "add", "front", "--kind", "http", "--cluster", "web", "--expect-status",
                 "200", "--redirects", "2", "--no-verify", "--critical", "2"}),
            0)
      << err;
  EXPECT_EQ(out, "Added front: http of http://{balancer}/, from the next poll on.\n");
  EXPECT_EQ(program.requests[0].body,
            R"({"name":"front","kind":"http","clusters":["web"],"expect_status":200,)"
            R"("critical":"2","redirects":2,"verify":false})");
  EXPECT_EQ(run({"probe", "add", "front", "--kind", "http"}), 2);
  EXPECT_EQ(run({"probe", "add", "x", "--kind", "http", "--cluster", "w", "--redirects", "11"}), 2);
  program.answer("GET /api/v1/probes", R"({"probes":[{"name":"cert","kind":"tls",
      "target":"a.example:443","clusters":["web"],"timeout_ms":10000,"interval_ms":300000,
      "thresholds":{"metric":"days","warning":"14:","critical":"3:"},"origin":"file"}]})");
  EXPECT_EQ(run({"probe", "list"}), 0);
  EXPECT_EQ(out,
            "PROBE  KIND  TARGET         EXPECT                              CLUSTERS  EVERY  "
            "TIMEOUT  ORIGIN\n"
            "cert   tls   a.example:443  days warning 14:, days critical 3:  web       5m     "
            "10s      file\n");
  program.answer("DELETE /api/v1/probes/cert", R"({"removed":"cert"})");
  EXPECT_EQ(run({"probe", "remove", "cert"}), 0);
}

TEST_F(Commands, cluster_show_tells_what_the_probes_found) {
  std::string cluster = kWeb;
  cluster.pop_back();
  program.answer("GET /api/v1/clusters/web", cluster + R"(,"members":[],"services":[],
      "incidents":[],"probes":[{"name":"front","kind":"http","target":"http://{balancer}/",
      "reading":{"at":"2026-03-01T11:59:00Z","took_ms":120,"status":"critical",
                 "detail":"it answered with HTTP status 503"}},
      {"name":"cert","kind":"tls","target":"a:443","reading":null}]})");
  EXPECT_EQ(run({"cluster", "show", "web"}), 0);
  EXPECT_NE(out.find("critical: it answered with HTTP status 503"), std::string::npos) << out;
  EXPECT_NE(out.find("120ms"), std::string::npos) << out;
}

TEST_F(Commands, services_are_listed_and_removed) {
  program.answer("GET /api/v1/services", R"({"services":[]})");
  EXPECT_EQ(run({"service", "list"}), 0);
  EXPECT_NE(out.find("No service"), std::string::npos);
  program.answer("DELETE /api/v1/services/nginx", R"({"removed":"nginx"})");
  EXPECT_EQ(run({"service", "remove", "nginx"}), 0);
  EXPECT_EQ(out, "Removed nginx.\n");
  program.answer("DELETE /api/v1/clusters/web", R"({"removed":"web"})");
  EXPECT_EQ(run({"cluster", "remove", "web", "--json"}), 0);
  EXPECT_EQ(out, "{\n  \"removed\": \"web\"\n}\n");
}

TEST_F(Commands, poll_prints_a_line_for_each_cluster_and_fails_when_aws_did) {
  program.answer("POST /api/v1/poll", R"({"polls":[
    {"cluster":"web","instances":3,"scored":2,"failing":1,"unreachable":1,"mean":61.6,"error":""},
    {"cluster":"db","instances":0,"scored":0,"failing":0,"unreachable":0,"mean":null,
     "error":"DescribeLoadBalancers: AccessDenied"}]})");
  EXPECT_EQ(run({"poll", "--once"}), 1);
  EXPECT_EQ(out,
            "web: score 62, 2 of 3 instances scored, 1 failing, 1 unreachable\n"
            "db: score -, 0 of 0 instances scored; AWS could not be asked: DescribeLoadBalancers: "
            "AccessDenied\n");
  program.answer("POST /api/v1/clusters/web/poll",
                 R"({"cluster":"web","instances":1,"scored":1,"mean":100.0,"error":""})");
  EXPECT_EQ(run({"poll", "web"}), 0);
  EXPECT_EQ(out, "web: score 100, 1 of 1 instances scored\n");
}

TEST_F(Commands, history_is_a_sparkline_and_a_table) {
  program.answer("GET /api/v1/clusters/web/history", R"({
    "cluster":"web","from":"2026-03-01T10:00:00Z","to":"2026-03-01T12:00:00Z","points":[
    {"at":"2026-03-01T10:00:00Z","mean":20,"min":10,"max":30,"spread":10,"count":2,"members":3},
    {"at":"2026-03-01T12:00:00Z","mean":95.25,"min":90,"max":100,"spread":4.5,"count":3,
     "members":3}]})");
  width = 40;
  EXPECT_EQ(run({"history", "web", "--last", "2h"}), 0);
  EXPECT_EQ(out,
            "web  2026-03-01 10:00:00 to 2026-03-01 12:00:00 UTC\n"
            "▂                                      █\n"
            "from 20 to 95, last 95\n"
            "\n"
            "TIME (…  MEAN  MIN  MAX  SPREAD  ANSWER…\n"
            "2026-0…  20.0   10   30    10.0      2/3\n"
            "2026-0…  95.2   90  100     4.5      3/3\n");
  EXPECT_EQ(program.requests[0].parameter("last"), "2h");
  EXPECT_EQ(program.requests[0].parameter("points"), "60");
  EXPECT_EQ(program.requests[1].parameter("points"), "24");
}

TEST_F(Commands, history_of_an_instance_has_its_scores) {
  program.answer("GET /api/v1/clusters/web/instances/i-1/history", R"({
    "cluster":"web","instance":"i-1","from":"2026-03-01T10:00:00Z","to":"2026-03-01T12:00:00Z",
    "points":[{"at":"2026-03-01T11:00:00Z","score":77}]})");
  EXPECT_EQ(run({"history", "web", "i-1"}), 0);
  EXPECT_NE(out.find("TIME (UTC)           SCORE\n2026-03-01 11:00:00   77.0\n"), std::string::npos)
      << out;
  EXPECT_EQ(run({"history"}), 2);
}

TEST_F(Commands, incidents_are_open_ones_unless_told_otherwise) {
  program.answer("GET /api/v1/incidents", std::string(R"({"incidents":[)") + kIncident + "]}");
  EXPECT_EQ(run({"incidents", "--members"}), 0);
  EXPECT_EQ(out,
            "CLUSTER  CAUSE          SEVERITY  OPENED (UTC)         LASTED  STATE  SUMMARY       "
            "           ID\n"
            "web      service:nginx  -         2026-03-01 11:30:00  30m 0s  open   nginx is down "
            "on 1 of 3  abc\n"
            "\n"
            "CLUSTER  CAUSE          INSTANCE  ID   SINCE       UNTIL  DETAIL\n"
            "web      service:nginx  web-1     i-1  32m 0s ago  -      exit 3\n");
  EXPECT_EQ(program.requests[0].parameter("state"), "open");
  EXPECT_EQ(run({"incidents", "--all", "--cluster", "web", "--limit", "5"}), 0);
  EXPECT_EQ(program.requests[1].parameter("state"), "all");
  EXPECT_EQ(program.requests[1].parameter("cluster"), "web");
  EXPECT_EQ(program.requests[1].parameter("limit"), "5");
  EXPECT_EQ(run({"incidents", "--all", "--open"}), 2);
}

TEST_F(Commands, channels_are_listed_with_how_they_do) {
  program.answer("GET /api/v1/channels", R"({"channels":[
    {"name":"ops","type":"webhook","broken":true,"waiting":2,"dead":1,"last_success":null,
     "last_failure":"2026-03-01T11:59:00Z","last_error":"HTTP 404"},
    {"name":"mail","type":"mail","broken":false,"waiting":0,"dead":0,
     "last_success":"2026-03-01T11:58:00Z","last_failure":null,"last_error":null},
    {"name":"old","type":null,"waiting":1,"dead":0}]})");
  EXPECT_EQ(run({"notify", "list"}), 0);
  EXPECT_EQ(out,
            "CHANNEL  TYPE     STATE           WAITING  DEAD  LAST SUCCESS  LAST ERROR\n"
            "ops      webhook  broken                2     1  -             1m 0s ago: HTTP 404\n"
            "mail     mail     works                 0     0  2m 0s ago     -\n"
            "old      -        not configured        1     0  -             -\n");
}

TEST_F(Commands, a_channel_is_tested) {
  program.answer("POST /api/v1/channels/ops/test", R"({"accepted":true,"took_ms":12})");
  EXPECT_EQ(run({"notify", "test", "ops"}), 0);
  EXPECT_EQ(out, "ops accepted the test within 12 ms.\n");
  program.answer("POST /api/v1/channels/ops/test", R"({"accepted":false,"error":"HTTP 404"})");
  EXPECT_EQ(run({"notify", "test", "ops"}), 1);
  EXPECT_EQ(err, "livesonic: ops did not accept the test: HTTP 404\n");
}

TEST_F(Commands, what_was_given_up_is_retried_by_message_or_by_channel) {
  program.answer("GET /api/v1/deliveries", R"({"deliveries":[
    {"id":"d1","channel":"ops"},{"id":"d2","channel":"mail"},{"id":"d3","channel":"ops"}]})");
  for (const char* id : {"d1", "d3"}) {
    program.answer(std::string("POST /api/v1/deliveries/") + id + "/retry", "{}");
  }
  EXPECT_EQ(run({"notify", "retry", "--channel", "ops"}), 0);
  EXPECT_EQ(out, "2 messages are on their way again.\n");
  EXPECT_EQ(run({"notify", "retry", "d1"}), 0);
  EXPECT_EQ(run({"notify", "retry"}), 2);
  EXPECT_EQ(run({"notify", "retry", "d1", "--channel", "ops"}), 2);
}

TEST_F(Commands, domains_are_listed_and_synced) {
  program.answer("GET /api/v1/domains", R"({"domains":[
    {"name":"example.com.","zone_id":"Z1","record_count":12,"private_zone":false,"comment":"",
     "gone_at":null,"clusters":["api","web"],
     "registration":{"name":"example.com","expires_at":"2026-03-31T00:00:00Z"},
     "certificate":{"expires_at":"2026-05-01T00:00:00Z","problem":"self-signed","error":""}},
    {"name":"日本.example.","zone_id":"Z2","record_count":2,"private_zone":true,"comment":"old",
     "gone_at":"2026-02-01T00:00:00Z","clusters":[],"registration":null,"certificate":null}],
    "registrations":[{"name":"example.com","expires_at":"2026-03-31T00:00:00Z"},
     {"name":"spare.example","expires_at":"2027-01-01T00:00:00Z","auto_renew":true,
      "gone_at":null}]})");
  EXPECT_EQ(run({"domains", "--gone"}), 0);
  EXPECT_EQ(out,
            "DOMAIN         ZONE  RECORDS  KIND     SERVED BY  EXPIRES     CERTIFICATE         "
            "STATE                     COMMENT\n"
            "example.com.   Z1         12  public   api, web   2026-03-31  2026-05-01 invalid  "
            "live                      -\n"
            "日本.example.  Z2          2  private  -          -           -                   "
            "gone 2026-02-01 00:00:00  old\n"
            "\n"
            "REGISTERED, WITHOUT A ZONE  EXPIRES     AUTO-RENEW  STATE\n"
            "spare.example               2027-01-01  on          live\n");
  program.answer("POST /api/v1/domains/sync",
                 R"({"live":12,"added":1,"changed":2,"gone":3,"problems":["AWS says no"]})");
  EXPECT_EQ(run({"domains", "sync"}), 0);
  EXPECT_EQ(out, "12 domains live: 1 added, 2 changed, 3 gone.\nAWS says no\n");
}

TEST_F(Commands, a_domain_is_shown_by_its_name) {
  program.answer("GET /api/v1/domains", R"({"domains":[
    {"name":"example.com.","zone_id":"Z1"},{"name":"twice.example.","zone_id":"Z2"},
    {"name":"twice.example.","zone_id":"Z3"}]})");
  program.answer("GET /api/v1/domains/Z1", R"({"name":"example.com.","zone_id":"Z1",
    "private_zone":false,"account":"default","gone_at":null,"tags":{"team":"web"},
    "clusters":["web"],"registration":null,
    "certificate":{"expires_at":"2026-05-01T00:00:00Z","issuer":"Test & Co","error":"refused"},
    "aliases":[{"name":"example.com.","type":"A","target":"web-1.elb.","clusters":["web"]}],
    "record_counts":[{"at":"2026-02-01T00:00:00Z","records":4}]})");
  EXPECT_EQ(run({"domains", "show", "example.com"}), 0);
  EXPECT_EQ(out,
            "example.com.\n"
            "zone             Z1, public\n"
            "account          default\n"
            "state            live\n"
            "tag              team = web\n"
            "served by        web\n"
            "certificate      until 2026-05-01, by Test & Co\n"
            "last attempt     refused\n"
            "\n"
            "ALIAS         TYPE  LEADS TO    CLUSTERS\n"
            "example.com.  A     web-1.elb.  web\n"
            "\n"
            "SINCE (UTC)          RECORDS\n"
            "2026-02-01 00:00:00        4\n");
  EXPECT_EQ(run({"domains", "show", "none.example"}), 1);
  EXPECT_EQ(err, "livesonic: there is no domain 'none.example'\n");
  EXPECT_EQ(run({"domains", "show", "twice.example"}), 1);
  EXPECT_EQ(err, "livesonic: several zones are called twice.example: Z2, Z3\n");
}

TEST_F(Commands, a_host_key_is_forgotten) {
  program.answer("DELETE /api/v1/host-keys/i-1", "", 200);
  EXPECT_EQ(run({"host-key", "forget", "i-1"}), 0);
  EXPECT_NE(out.find("The host key of i-1 is forgotten"), std::string::npos);
}

TEST_F(Commands, the_gates_list_has_the_checks_of_a_cluster_and_serverscore) {
  program.answer("GET /api/v1/services", R"({"services":[
      {"name":"nginx","command":"systemctl is-active nginx","clusters":[]},
      {"name":"lines","command":"echo a\nprintf '\\t'\t#","clusters":["web"]},
      {"name":"db","command":"pg_isready","clusters":["db"]}]})");
  EXPECT_EQ(run({"authorized-keys", "--allow-list", "--cluster", "web"}), 0) << err;
  EXPECT_EQ(out,
            "# What Livesonic's key may run on this host: livesonic-gate reads this.\n"
            "serverscore\tserverscore\n"
            "serverscore-stream\tserverscore --stream 1s\n"
            "serverscore-brief\tserverscore --brief\n"
            "serverscore-brief-stream\tserverscore --brief --stream 1s\n"
            "serverscore-cloud\tserverscore --brief --cloud\n"
            "serverscore-cloud-stream\tserverscore --brief --cloud --stream 1s\n"
            "nginx\tsystemctl is-active nginx\n"
            "lines\techo a\\nprintf '\\\\t'\\t#\n");
  EXPECT_EQ(run({"authorized-keys", "--allow-list"}), 0);
  EXPECT_NE(out.find("db\tpg_isready\n"), std::string::npos);
}

TEST_F(Commands, without_a_server_a_data_directory_that_cannot_be_opened_is_told) {
  program.local_error = "/var/lib/livesonic: permission denied";
  EXPECT_EQ(run({"status"}), 1);
  EXPECT_EQ(err, "livesonic: /var/lib/livesonic: permission denied\n");
}

TEST_F(Commands, every_one_has_help_that_teaches) {
  const Command all = livesonic_command();
  const auto check = [&](std::vector<std::string> words) {
    words.emplace_back("--help");
    EXPECT_EQ(run(words), 0);
    for (const char* part : {"Usage: livesonic", "Examples:", "Exit status:", "--json"}) {
      EXPECT_NE(out.find(part), std::string::npos) << out;
    }
    for (std::size_t at = 0, end = 0; at < out.size(); at = end + 1) {
      end = out.find('\n', at);
      EXPECT_LE(end - at, 110U) << out.substr(at, end - at);
    }
  };
  check({});
  for (const Command& command : all.subcommands) {
    check({command.name});
    for (const Command& sub : command.subcommands) check({command.name, sub.name});
  }
}

TEST_F(Commands, the_version_is_told) {
  EXPECT_EQ(run({"--version"}), 0);
  EXPECT_EQ(out, "livesonic " LIVESONIC_VERSION "\n");
}

class WithFiles : public CommandTest {
 protected:
  WithFiles() {
    std::string pattern = testing::TempDir() + "cli-XXXXXX";
    folder_ = mkdtemp(pattern.data());
  }
  ~WithFiles() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& text) {
    const auto file = folder_ / name;
    std::ofstream(file) << text;
    return file;
  }

  std::filesystem::path folder_;
};

TEST_F(WithFiles, serve_passes_the_configuration_on) {
  const auto file = write("web.yaml", "poll_interval: 5s");
  EXPECT_EQ(run({"--config", file, "serve"}), 0);
  ASSERT_TRUE(program.served);
  EXPECT_EQ(program.served->poll_interval, std::chrono::seconds{5});
  EXPECT_FALSE(program.stood_by);
  EXPECT_EQ(run({"--config", file, "serve", "--standby"}), 0);
  EXPECT_TRUE(program.stood_by);
}

TEST_F(WithFiles, the_configuration_may_be_named_by_the_environment) {
  variables["LIVESONIC_CONFIG"] = write("web.yaml", "poll_interval: 7s");
  EXPECT_EQ(run({"serve"}), 0);
  EXPECT_EQ(program.served->poll_interval, std::chrono::seconds{7});
  variables["LIVESONIC_CONFIG"] = (folder_ / "none.yaml").string();
  EXPECT_EQ(run({"status"}), 2);
  EXPECT_NE(err.find("none.yaml: No such file"), std::string::npos) << err;
  EXPECT_EQ(run({"--config", "", "status"}), 2);
}

TEST_F(WithFiles, authorized_keys_prints_a_line_for_the_gate) {
  const auto config = write("web.yaml", "ssh: { identity_file: key }");
  write("key.pub", "ssh-ed25519 AAAAC3Nz livesonic\n");
  EXPECT_EQ(run({"authorized-keys", "--config", config}), 0) << err;
  EXPECT_EQ(out,
            "restrict,command=\"/usr/local/bin/livesonic-gate /etc/livesonic-gate.allow\" "
            "ssh-ed25519 AAAAC3Nz livesonic\n");
  EXPECT_EQ(run({"authorized-keys", "--config", config, "--gate", "/opt/gate", "--list", "/opt/l"}),
            0);
  EXPECT_EQ(out, "restrict,command=\"/opt/gate /opt/l\" ssh-ed25519 AAAAC3Nz livesonic\n");
  for (const char* path : {"gate", "/a b", "/a\"", "/$(id)"}) {
    EXPECT_EQ(run({"authorized-keys", "--config", config, "--gate", path}), 2) << path;
  }
  write("key.pub", "-----BEGIN OPENSSH PRIVATE KEY-----\n");
  EXPECT_EQ(run({"authorized-keys", "--config", config}), 2);
  EXPECT_EQ(out, "");
}

TEST_F(WithFiles, check_config_tells_all_mistakes) {
  const auto file = write("web.yaml", "listen: here\nclusterz: []\n");
  EXPECT_EQ(run({"check-config", "--config", file}), 2);
  EXPECT_EQ(out, "");
  EXPECT_NE(err.find("web.yaml:1:9: 'listen'"), std::string::npos) << err;
  EXPECT_NE(err.find("web.yaml:2:1: unknown key 'clusterz'; did you mean 'clusters'?"),
            std::string::npos)
      << err;
  EXPECT_EQ(run({"check-config", "--json", "--config", file}), 2);
  EXPECT_NE(out.find("\"valid\": false"), std::string::npos) << out;
}

TEST_F(WithFiles, check_config_says_when_all_is_right_and_warns) {
  const auto file =
      write("web.yaml", "ssh: { host_keys: insecure }\nclusters: [{name: a, elb: b}]");
  EXPECT_EQ(run({"check-config", "--config", file}), 0);
  EXPECT_TRUE(out.starts_with("Warning: ssh.host_keys is insecure")) << out;
  EXPECT_TRUE(out.ends_with(" is right: clusters: 1, services: 0, notification channels: 0.\n"))
      << out;
}

TEST_F(WithFiles, history_is_imported_when_all_its_clusters_are_registered) {
  program.answer("GET /api/v1/clusters", R"({"clusters":[{"name":"web"}]})");
  program.answer("POST /api/v1/clusters/web/history", R"({"imported":3})");
  const auto file = write("scores.csv", "100,web,i-1,40\n100,web,i-2,60\n");
  EXPECT_EQ(run({"history", "import", file}), 0);
  EXPECT_EQ(out, "Imported 2 scores of 2 instances into 1 clusters.\n");

  const auto other = write("other.csv", "100,web,i-1,40\n100,db,i-2,60\n");
  program.requests.clear();
  EXPECT_EQ(run({"history", "import", other}), 1);
  EXPECT_NE(err.find("there is no cluster 'db'; nothing was imported"), std::string::npos) << err;
  EXPECT_EQ(program.requests.size(), 1U);
  EXPECT_EQ(run({"history", "import", write("bad.csv", "x")}), 2);
  EXPECT_EQ(run({"history", "import", (folder_ / "none.csv").string()}), 1);
}

}  // namespace
}  // namespace livesonic::cli
