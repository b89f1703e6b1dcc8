# SPDX-License-Identifier: Apache-2.0
"""Two clients that know nothing of us, boto3 and awscli, behind one way of asking; and the record
of a tour's answers."""

import contextlib
import dataclasses
import io
import json
import os
import pathlib
import re
import unittest.mock

import awscli.clidriver
import botocore.exceptions
import botocore.parsers
from botocore import xform_name

from support.aws import REGION, make_client
from support.process import wait_for
from support.tour.known import NOT_IN_MOTO

# Operations that AWS has in one region only are asked there.
REGIONS = {"route53domains": "us-east-1", "pricing": "us-east-1"}

# What is no answer of AWS's, but a page of a web server in distress.
BROKEN = "500"


@dataclasses.dataclass
class Answer:
    body: dict
    error: str = ""  # AWS's code
    status: int = 200


class Boto3:
    name = "boto3"

    def __init__(self, url):
        self._url = url
        self._clients = {}

    def ask(self, api, operation, parameters):
        if api not in self._clients:
            region = REGIONS.get(api, REGION)
            self._clients[api] = make_client(self._url, api, region=region)
        try:
            body = self._clients[api]._make_api_call(operation, parameters)
        except botocore.parsers.ResponseParserError:
            return Answer({}, BROKEN, 500)
        except botocore.exceptions.ClientError as error:
            status = error.response["ResponseMetadata"]["HTTPStatusCode"]
            return Answer({}, error.response["Error"]["Code"], status)
        body.pop("ResponseMetadata")
        return Answer(body)


class AwsCli:
    """The command line as a library: it starts a hundred times faster than as a process."""

    name = "awscli"

    def __init__(self, url):
        self._url = url
        # It announces its own data by a variable, which tests take away like all that begin so.
        data = pathlib.Path(awscli.__file__).parent / "data"
        self._environment = unittest.mock.patch.dict(os.environ, AWS_DATA_PATH=str(data))
        with self._environment:
            self._driver = awscli.clidriver.create_clidriver()

    def ask(self, api, operation, parameters):
        command = xform_name(operation, "-")
        text = json.dumps(parameters, default=lambda value: value.isoformat())
        where = ["--endpoint-url", self._url, "--region", REGIONS.get(api, REGION)]
        argv = [*where, "--output", "json", "--no-paginate", api, command, "--cli-input-json", text]
        out, err = io.StringIO(), io.StringIO()
        with self._environment, contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = self._driver.main(argv)
        if status == 0:
            return Answer(json.loads(out.getvalue() or "{}"))
        if "Unable to parse response" in err.getvalue():
            return Answer({}, BROKEN, 500)
        code = re.search(r"An error occurred \((.*?)\)", err.getvalue())
        assert code, f"{api} {command}: {err.getvalue()}"
        return Answer({}, code.group(1), 400)


@dataclasses.dataclass
class Step:
    api: str
    operation: str
    parameters: dict
    answer: Answer
    fails: str = ""  # the code that AWS gives

    def __str__(self):
        return f"{self.api} {self.operation} {self.parameters}"


class Tour:
    """`aws` is a MotoAws or a SimulatedAws. What moto hasn't is passed over there: the answer is
    empty."""

    def __init__(self, client, aws):
        self.client = client
        self.aws = aws
        self.steps = []

    @property
    def in_moto(self):
        return self.aws.name == "moto"

    def ask(self, api, operation, fails="", **parameters):
        answer = Answer({})
        if not (self.in_moto and (api, operation) in NOT_IN_MOTO):
            answer = self.client.ask(api, operation, parameters)
        self.steps.append(Step(api, operation, parameters, answer, fails))
        if not fails:
            assert not answer.error, f"{self.steps[-1]} in {self.aws.name}: {answer.error}"
        return answer.body

    def do(self, api, operation, **parameters):
        """Asks without being noted, and must succeed: for what a world needs beforehand."""
        answer = self.client.ask(api, operation, parameters)
        assert not answer.error, f"{api} {operation} in {self.aws.name}: {answer.error}"
        return answer.body

    def peek(self, api, operation, **parameters):
        """Asks without being noted: for what is to be waited for."""
        return self.client.ask(api, operation, parameters).body

    def wait(self, condition, what):
        return wait_for(condition, f"{what} ({self.client.name} on {self.aws.name})")
