# SPDX-License-Identifier: Apache-2.0
"""Livesonic's AWS client without Livesonic: one function at a time, by livesonic-aws-probe."""

import json
import os
import subprocess

SECONDS = 120


class AwsProbe:
    def __init__(self, bin_dir):
        self._program = bin_dir / "livesonic-aws-probe"

    def ask_all(self, questions, env=None):
        """An answer for each question; `env` are variables to add, or with None to take away."""
        merged = {**os.environ, **(env or {})}
        answer = subprocess.run(
            [str(self._program)],
            input="".join(json.dumps(question) + "\n" for question in questions),
            env={name: value for name, value in merged.items() if value is not None},
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )
        assert answer.returncode == 0, answer.stderr
        lines = answer.stdout.split("\n")[:-1]
        assert len(lines) == len(questions)
        return [json.loads(line) for line in lines]

    def ask(self, question, env=None):
        (answer,) = self.ask_all([question], env)
        return answer
