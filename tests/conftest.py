"""The fixtures of all tests; one file a concern in tests/harness."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

# No test judges by the clock: a slow machine is no fault of the code.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

pytest_plugins = [
    "tests.harness.run",
    "tests.harness.slowest",
    "tests.harness.schema",
    "tests.harness.postgres",
    "tests.harness.app",
    "tests.harness.mail",
    "tests.harness.outbox",
    "tests.harness.own_server",
    "tests.harness.server",
    "tests.harness.browser",
]
