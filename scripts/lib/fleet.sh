# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# A watched, simulated fleet: livesonic-sim with three clusters and 40 instances, and livesonic serve
# on it. For scripts/demo and the browser tests; sourced, not run.
#
#   start_fleet BIN WORK PORT [SIMULATOR_FLAG...]
#     keeps everything below the folder WORK; sets dashboard_url, control_url and fleet_pids
#   stop_fleet
#     ends what was started, by pid
# shellcheck disable=SC2034  # what is set here is for the caller

fleet_pids=()

fleet_fact() { sed -E "s/.*\"$1\":\"?([^\",}]*).*/\1/" "$fleet_work/simulator.json"; }

# Waits until the file has the text in it; fails when the process ends before.
fleet_await() {
  local file="$1" text="$2" pid="$3"
  until grep -qs "$text" "$file"; do
    kill -0 "$pid" 2>/dev/null || return 1
    sleep 0.05
  done
}

start_fleet() {
  local bin="$1" port="$3"
  fleet_work="$2"
  shift 3
  local fleet=(--clusters "web:20,api:14,batch:6" --seed 7)

  # In sessions of their own, so that Ctrl-C reaches only the script, which ends them in order.
  setsid "$bin/livesonic-sim" serve "${fleet[@]}" --zones 5 --ready-file "$fleet_work/simulator.json" \
    "$@" >"$fleet_work/simulator.log" 2>&1 &
  fleet_pids=($!)
  fleet_await "$fleet_work/simulator.json" ssh_port "$!" || {
    cat "$fleet_work/simulator.log" >&2
    return 1
  }
  control_url="$(fleet_fact control_url)"

  ssh-keygen -q -t ed25519 -N '' -C simulated -f "$fleet_work/key"
  (umask 077 && cat >"$fleet_work/livesonic.yaml") <<YAML
listen: 127.0.0.1:$port
data_dir: $fleet_work/data
poll_interval: 2s
aws:
  region: $(fleet_fact region)
  access_key_id: AKIASIMULATED
  secret_access_key: simulated
  endpoint_url: $(fleet_fact endpoint_url)
ssh: { user: check, identity_file: $fleet_work/key, port: $(fleet_fact ssh_port), address: private_ip }
clusters:
  - { name: web, elb: web-elb }
  - { name: api, elb: api-elb }
  - { name: batch, elb: batch-elb }
services:
  - { name: nginx, command: "systemctl is-active nginx", expect: active, clusters: [web, api] }
alerts: { score_below: 40, service_down: true }
# A dry run: it says what it would buy and end.
scaling:
  - name: web
    through: fleet
    min: 8
    max: 40
    on_demand: { base: 2, percent: 10 }
    spot: { types: [c6i.large, m6i.large, c7g.large], pool_share_at_most: 35% }
    budget: { per_hour: 3, per_month: 1500 }
    launch: { template: web, zones: [ap-northeast-1a, ap-northeast-1c, ap-northeast-1d] }
# The simulated zones are no real names.
domains: { certificates: false }
YAML

  "$bin/livesonic-sim" history "${fleet[@]}" --last 48h --step 60s >"$fleet_work/history.csv"
  "$bin/livesonic" --config "$fleet_work/livesonic.yaml" history import "$fleet_work/history.csv" \
    >/dev/null

  setsid "$bin/livesonic" --config "$fleet_work/livesonic.yaml" serve &
  fleet_pids=("$!" "${fleet_pids[@]}")
  fleet_await "$fleet_work/data/livesonic.lock" : "$!" || return 1
  dashboard_url="http://$(cat "$fleet_work/data/livesonic.lock")"
}

stop_fleet() {
  local pid
  for pid in "${fleet_pids[@]}"; do
    kill "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  fleet_pids=()
}
