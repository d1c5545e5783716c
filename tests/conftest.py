"""The fixtures of all tests; one file a concern in tests/harness."""

from __future__ import annotations

pytest_plugins = [
    "tests.harness.run",
    "tests.harness.schema",
    "tests.harness.postgres",
    "tests.harness.app",
    "tests.harness.mail",
    "tests.harness.own_server",
    "tests.harness.server",
    "tests.harness.browser",
]
