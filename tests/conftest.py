"""The fixtures of all tests; one file a concern in tests/harness."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

from tests.harness.passwords import spare_the_cost_of_passwords

# No test judges by the clock: a slow machine is no fault of the code.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")
spare_the_cost_of_passwords()

pytest_plugins = [
    "tests.harness.run",
    "tests.harness.network",
    "tests.harness.groups",
    "tests.harness.slowest",
    "tests.harness.schema",
    "tests.harness.postgres",
    "tests.harness.app",
    "tests.harness.mail",
    "tests.harness.outbox",
    "tests.harness.own_server",
    "tests.harness.server",
    "tests.harness.demo",
    "tests.harness.browser",
]
