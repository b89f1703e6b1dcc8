# SPDX-License-Identifier: Apache-2.0
"""Livesonic's AWS client asks moto's STS who it is, with credentials from every place that moto can
answer for."""

import http.server
import json
import threading

import boto3
import pytest

from support.aws import REGION
from support.aws_probe import AwsProbe

FIRST = {"id": "AKIAIOSFODNN7EXAMPLE", "secret": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}
NO_KEYS = {"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None}


def role(name, account="123456789012"):
    return f"arn:aws:iam::{account}:role/{name}"


def assumed(name, session="livesonic", account="123456789012"):
    return f"arn:aws:sts::{account}:assumed-role/{name}/{session}"


@pytest.fixture
def identify(bin_dir, moto, tmp_path):
    """identify({account}, further=[…], env={…}, config=TEXT) tells who each account is."""
    probe = AwsProbe(bin_dir)

    def ask(account, further=(), env=None, config=""):
        (tmp_path / "config").write_text(config)
        return probe.ask(
            {
                "do": "identify",
                "account": {"region": REGION, **account},
                "further": list(further),
                "endpoint_url": moto.url,
            },
            {"AWS_CONFIG_FILE": str(tmp_path / "config"), "HOME": str(tmp_path), **(env or {})},
        )

    return ask


def test_each_account_acts_by_the_role_that_it_is_configured_with(identify):
    answer = identify(
        FIRST,
        [
            {"name": "prod", "role_arn": role("monitor", "111111111111"), "external_id": "x:1"},
            {
                "name": "dev",
                "role_arn": role("reader", "222222222222"),
                "session_name": "mine",
                "region": "us-east-1",
            },
        ],
    )
    found = answer["accounts"]
    assert found["prod"]["arn"] == assumed("monitor", account="111111111111")
    assert found["prod"]["account"] == "111111111111"
    assert found["prod"]["region"] == REGION
    assert found["dev"]["arn"] == assumed("reader", "mine", "222222222222")
    assert found["dev"]["region"] == "us-east-1"
    assert "assumed-role" not in found["default"]["arn"]
    assumptions = [c for c in answer["counts"] if c["operation"] == "AssumeRole"]
    assert {c["account"]: c["calls"] for c in assumptions} == {"prod": 1, "dev": 1}


def test_a_profiles_role_is_assumed_as_boto3_does_it(identify, moto, tmp_path, monkeypatch):
    config = f"""
[profile base]
aws_access_key_id = {FIRST["id"]}
aws_secret_access_key = {FIRST["secret"]}
[profile outer]
role_arn = {role("outer")}
source_profile = base
[profile inner]
role_arn = {role("inner")}
role_session_name = nightly
source_profile = outer
"""
    answer = identify({"profile": "inner"}, config=config, env=NO_KEYS)
    ours = answer["accounts"]["default"]["arn"]
    assert ours == assumed("inner", "nightly")
    for name in NO_KEYS:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_ENDPOINT_URL", moto.url)
    session = boto3.Session(profile_name="inner", region_name=REGION)
    assert ours == session.client("sts").get_caller_identity()["Arn"]


def test_a_web_identity_is_exchanged_for_the_role_of_the_environment(identify, tmp_path):
    (tmp_path / "token").write_text("eyJhbGciOiJSUzI1NiJ9.e30.c2lnbmF0dXJl\n")
    env = {
        **NO_KEYS,
        "AWS_WEB_IDENTITY_TOKEN_FILE": str(tmp_path / "token"),
        "AWS_ROLE_ARN": role("pod"),
        "AWS_ROLE_SESSION_NAME": "pod-1",
    }
    answer = identify({}, env=env)
    assert answer["accounts"]["default"]["arn"] == assumed("pod", "pod-1")


def test_a_program_may_give_the_credentials_of_a_role(identify, moto, tmp_path):
    sts = boto3.client("sts", endpoint_url=moto.url, region_name=REGION)
    given = sts.assume_role(RoleArn=role("process"), RoleSessionName="me")["Credentials"]
    (tmp_path / "print.json").write_text(
        json.dumps({"Version": 1, **given, "Expiration": given["Expiration"].isoformat()})
    )
    config = f"[default]\ncredential_process = cat '{tmp_path}/print.json'\n"
    answer = identify({}, config=config, env=NO_KEYS)
    assert answer["accounts"]["default"]["arn"] == assumed("process", "me")


class MetadataService(http.server.BaseHTTPRequestHandler):
    """Instance metadata, version 2, and the containers' endpoint; `credentials` is of the class."""

    credentials = {}

    def answer(self, body, status=200):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def do_PUT(self):
        self.answer("session" if self.path == "/latest/api/token" else "")

    def do_GET(self):
        if self.path == "/container" and self.headers["Authorization"] == "pod-token":
            return self.answer(json.dumps(self.credentials))
        if self.headers["X-aws-ec2-metadata-token"] != "session":
            return self.answer("", 401)
        role_path = "/latest/meta-data/iam/security-credentials/"
        if self.path == role_path:
            return self.answer("web")
        return self.answer(json.dumps({"Code": "Success", **self.credentials}))

    def log_message(self, *_):
        pass


@pytest.fixture
def metadata(moto):
    sts = boto3.client("sts", endpoint_url=moto.url, region_name=REGION)
    given = sts.assume_role(RoleArn=role("machine"), RoleSessionName="i-1")["Credentials"]
    MetadataService.credentials = {
        "AccessKeyId": given["AccessKeyId"],
        "SecretAccessKey": given["SecretAccessKey"],
        "Token": given["SessionToken"],
        "Expiration": given["Expiration"].strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), MetadataService) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_an_instance_and_a_container_act_by_the_role_they_were_given(identify, metadata, tmp_path):
    (tmp_path / "token").write_text("pod-token\n")
    instance = {
        **NO_KEYS,
        "AWS_EC2_METADATA_DISABLED": None,
        "AWS_EC2_METADATA_SERVICE_ENDPOINT": metadata,
    }
    container = {
        **NO_KEYS,
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{metadata}/container",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": str(tmp_path / "token"),
    }
    for env in (instance, container):
        answer = identify({}, env=env)
        assert answer["accounts"]["default"]["arn"] == assumed("machine", "i-1")
    config = f"[default]\nrole_arn={role('next')}\ncredential_source=Ec2InstanceMetadata\n"
    answer = identify({}, env=instance, config=config)
    assert answer["accounts"]["default"]["arn"] == assumed("next")


def test_nobody_is_somebody_else_when_nothing_is_found(identify):
    error = identify({}, env=NO_KEYS)["accounts"]["default"]["error"]
    assert error.startswith("GetCallerIdentity: no AWS credentials found")
    assert "AWS_EC2_METADATA_DISABLED" in error


class Proxy(http.server.BaseHTTPRequestHandler):
    """Answers every request itself and remembers for whom it was meant, and what it was shown."""

    asked = []

    def refuse(self):
        size = int(self.headers.get("Content-Length", 0))
        self.rfile.read(size)
        shown = [name for name in ("Authorization", "Proxy-Authorization") if name in self.headers]
        self.asked.append((self.command, self.path, shown))
        body = b"<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>"
        self.send_response(403)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_CONNECT = refuse

    def log_message(self, *_):
        pass


@pytest.fixture
def proxy():
    """Its address, without the scheme."""
    Proxy.asked = []
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxy) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def identify_by(bin_dir):
    """identify_by(URL, proxy=…, env={…}) is the error of asking STS at a URL that isn't there."""

    def ask(url, proxy="", env=None):
        question = {
            "do": "identify",
            "account": {"region": REGION, **FIRST},
            "endpoint_url": url,
            "proxy": proxy,
        }
        answer = AwsProbe(bin_dir).ask(question, {"AWS_MAX_ATTEMPTS": "1", **(env or {})})
        return answer["accounts"]["default"]["error"]

    return ask


def test_requests_go_through_the_configured_proxy(identify_by, proxy):
    assert "AccessDenied" in identify_by("http://sts.example", f"http://user:pass@{proxy}")
    assert Proxy.asked == [
        ("POST", "http://sts.example/", ["Authorization", "Proxy-Authorization"])
    ]


def test_a_proxy_that_only_passes_tls_on_is_not_shown_whose_request_it_is(identify_by, proxy):
    error = identify_by("https://sts.example", f"http://user:pass@{proxy}")
    assert error.startswith("GetCallerIdentity: cannot talk to sts.example")
    assert "pass" not in error
    assert Proxy.asked == [("CONNECT", "sts.example:443", ["Proxy-Authorization"])]


def test_the_environments_proxy_is_used_but_for_those_that_it_excepts(identify_by, proxy):
    env = {"https_proxy": f"http://{proxy}", "no_proxy": "other.example,.local"}
    identify_by("https://sts.example", env=env)
    assert Proxy.asked == [("CONNECT", "sts.example:443", [])]
    identify_by("https://127.0.0.1:1", env={**env, "no_proxy": "127.0.0.1"})
    assert len(Proxy.asked) == 1
