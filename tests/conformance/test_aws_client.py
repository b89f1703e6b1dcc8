# SPDX-License-Identifier: Apache-2.0
"""The decisions of Livesonic's AWS client beside those of botocore, for random input."""

import datetime
import itertools
import random
import shlex
import string
import urllib.parse

import botocore.auth
import botocore.awsrequest
import botocore.credentials
import botocore.endpoint_provider
import botocore.exceptions
import botocore.retries.adaptive
import botocore.retries.bucket
import botocore.retries.standard
import botocore.retries.throttling
import botocore.session
import pytest

from support.aws_probe import AwsProbe

SEED = 20150830
REGIONS = [
    *("ap-northeast-1", "us-east-1", "eu-central-2", "cn-north-1", "cn-northwest-1"),
    *("us-gov-west-1", "us-gov-east-1", "us-iso-east-1", "us-isob-east-1", "eu-isoe-west-1"),
    *("us-isof-south-1", "eusc-de-east-1"),
]


@pytest.fixture(scope="module")
def probe(bin_dir):
    return AwsProbe(bin_dir)


# --- signing ---


def text(dice, alphabet, least, most):
    return "".join(dice.choice(alphabet) for _ in range(dice.randint(least, most)))


def random_request(dice):
    anything = string.printable[:95] + "äöü日本語€𝄞"
    names = string.ascii_letters + string.digits + "-._~ +/&=%"
    segments = string.ascii_letters + string.digits + "-._~"
    plain = string.ascii_letters + string.digits + "-_"
    service = dice.choice(["ec2", "elasticloadbalancing", "route53", "sts", "ecs", "sqs"])
    region = dice.choice(REGIONS)
    parts = [text(dice, segments, 0, 8) for _ in range(dice.randint(0, 4))]
    path = "/" + "/".join(urllib.parse.quote(part, safe="-._~") for part in parts)
    headers = [["Host", f"{service}.{region}.example"]]
    for name in {text(dice, plain, 1, 12).lower() for _ in range(dice.randint(0, 4))}:
        # botocore leaves these to others to sign.
        if name not in {"expect", "user-agent", "connection", "transfer-encoding", "host"}:
            headers.append([f"x-test-{name}", text(dice, string.printable[:95], 0, 30)])
    query = [
        [text(dice, names, 1, 8), text(dice, anything, 0, 12)] for _ in range(dice.randint(0, 5))
    ]
    body = text(dice, anything, 0, 200).encode() if dice.random() < 0.6 else b""
    return {
        "do": "sign",
        "method": "POST" if body else dice.choice(["GET", "DELETE", "PUT"]),
        "path": path,
        "query": query,
        "headers": headers,
        "body": body.hex(),
        "id": text(dice, string.ascii_uppercase + string.digits, 16, 20),
        "secret": text(dice, string.ascii_letters + string.digits + "/+", 30, 40),
        "token": text(dice, string.ascii_letters + "/+=", 20, 300) if dice.random() < 0.5 else "",
        "region": region,
        "service": service,
        "time": dice.randint(0, 4_000_000_000_000),
    }


def sign_with_botocore(question, query, monkeypatch):
    now = datetime.datetime.fromtimestamp(question["time"] // 1000, datetime.timezone.utc)
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda: now.replace(tzinfo=None))
    host = question["headers"][0][1]
    request = botocore.awsrequest.AWSRequest(
        method=question["method"],
        url=f"https://{host}{question['path']}" + (f"?{query}" if query else ""),
        headers=dict(question["headers"][1:]),
        data=bytes.fromhex(question["body"]),
    )
    credentials = botocore.credentials.Credentials(
        question["id"], question["secret"], question["token"] or None
    )
    signer = botocore.auth.SigV4Auth(credentials, question["service"], question["region"])
    signer.add_auth(request)
    return request.headers


def test_a_thousand_random_requests_are_signed_as_botocore_signs_them(probe, monkeypatch):
    dice = random.Random(SEED)
    questions = [random_request(dice) for _ in range(1000)]
    for question, ours in zip(questions, probe.ask_all(questions), strict=True):
        theirs = sign_with_botocore(question, ours["query"], monkeypatch)
        for name, value in ours["headers"].items():
            assert value == theirs[name], (question, name)
        assert ("X-Amz-Security-Token" in ours["headers"]) == bool(question["token"])


# --- endpoints ---


SERVICES = {
    "ec2": {"id": "ec2"},
    "elb": {"id": "elasticloadbalancing"},
    "autoscaling": {"id": "autoscaling"},
    "ecs": {"id": "ecs"},
    "route53": {"id": "route53", "global": True},
    "sts": {"id": "sts"},
    "sns": {"id": "sns"},
    "ssm": {"id": "ssm"},
    "sqs": {"id": "sqs"},
    "pricing": {"id": "pricing", "host": "api.pricing"},
    "cloudwatch": {"id": "monitoring"},
    "route53domains": {"id": "route53domains"},
}


def test_every_endpoint_is_where_botocore_has_it(probe):
    loader = botocore.session.get_session().get_component("data_loader")
    questions, expected = [], []
    for name, service in SERVICES.items():
        rules = loader.load_service_model(name, "endpoint-rule-set-1")
        theirs = botocore.endpoint_provider.EndpointProvider(rules, loader.load_data("partitions"))
        for region, fips, dual_stack in itertools.product(REGIONS, [False, True], [False, True]):
            parameters = {"Region": region, "UseFIPS": fips, "UseDualStack": dual_stack}
            if name == "sts":
                parameters["UseGlobalEndpoint"] = False
            endpoint = theirs.resolve_endpoint(**parameters)
            schemes = endpoint.properties.get("authSchemes", [{}])
            expected.append((endpoint.url, schemes[0].get("signingRegion", region)))
            questions.append(
                {
                    "do": "endpoint",
                    "global": False,
                    "region": region,
                    "fips": fips,
                    "dual_stack": dual_stack,
                    **service,
                }
            )
    answers = probe.ask_all(questions)
    wrong = [
        (question, (ours["url"], ours["signing_region"]), theirs)
        for question, ours, theirs in zip(questions, answers, expected, strict=True)
        if (ours["url"], ours["signing_region"]) != theirs
    ]
    assert wrong == []


# --- retries ---


class SteppedClock:
    def __init__(self, now):
        self.now = now

    def current_time(self):
        return self.now / 1000


class NotedDetector:
    throttled = False

    def is_throttling_error(self, **_):
        return self.throttled


def botocores_rates(start, events):
    clock = SteppedClock(start)
    detector = NotedDetector()
    bucket = botocore.retries.bucket.TokenBucket(max_rate=1, clock=clock)
    limiter = botocore.retries.adaptive.ClientRateLimiter(
        rate_adjustor=botocore.retries.throttling.CubicCalculator(0, clock.current_time()),
        rate_clocker=botocore.retries.adaptive.RateClocker(clock),
        token_bucket=bucket,
        throttling_detector=detector,
        clock=clock,
    )
    enabled = False
    for what, now in events:
        clock.now = now
        if what == "take":
            try:
                if enabled:
                    bucket.acquire(block=False)
            except botocore.exceptions.CapacityNotAvailableError:
                pass
        else:
            detector.throttled = what == "throttle"
            enabled = enabled or detector.throttled
            limiter.on_receiving_response()
        yield bucket.max_rate if enabled else None


def test_the_adaptive_rate_is_botocores_whatever_happens(probe):
    dice = random.Random(SEED)
    for _ in range(20):
        start = now = dice.randint(1_500_000_000_000, 1_800_000_000_000)
        events = []
        for _ in range(300):
            now += int(dice.expovariate(1 / dice.choice([5, 50, 500, 3000])))
            kind = dice.choices(["take", "answer", "throttle"], [5, 9, 1])[0]
            events.append([kind, now])
        ours = probe.ask({"do": "limit", "start": start, "events": events})["rates"]
        assert ours == [
            None if rate is None else pytest.approx(rate, rel=1e-6, abs=1e-6)
            for rate in botocores_rates(start, events)
        ]


def test_every_error_that_botocore_retries_is_retried_and_throttling_is_known_as_such(probe):
    throttled = botocore.retries.standard.ThrottledRetryableChecker._THROTTLED_ERROR_CODES
    transient = botocore.retries.standard.TransientRetryableChecker
    questions = [{"do": "judge", "status": 400, "code": code} for code in throttled]
    assert {answer["verdict"] for answer in probe.ask_all(questions)} == {"throttled"}
    questions = [
        {"do": "judge", "status": 400, "code": code}
        for code in transient._TRANSIENT_ERROR_CODES
    ] + [{"do": "judge", "status": s, "code": ""} for s in transient._TRANSIENT_STATUS_CODES]
    assert {answer["verdict"] for answer in probe.ask_all(questions)} <= {"transient", "throttled"}
    for code in ("ValidationError", "AccessDenied", "InvalidInstanceID.NotFound", ""):
        assert probe.ask({"do": "judge", "status": 400, "code": code})["verdict"] == "final"


# --- command lines ---


def test_command_lines_are_split_as_python_splits_them(probe):
    dice = random.Random(SEED)
    lines = [text(dice, "ab '\"\\\\#$\t日", 0, 14) for _ in range(2000)]

    def split(line):
        try:
            return shlex.split(line)
        except ValueError:
            return None

    answers = probe.ask_all([{"do": "words", "line": line} for line in lines])
    for line, answer in zip(lines, answers, strict=True):
        assert answer["words"] == split(line), line
