"""The fixtures of all tests; one file a concern in tests/harness."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

# No test judges by the clock: a slow machine is no fault of the code.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

pytest_plugins = [
    "tests.harness.run",
    "tests.harness.network",
    "tests.harness.groups",
    "tests.harness.slowest",
    "tests.harness.schema",
    "tests.harness.fixtures",
    "tests.harness.mail",
    "tests.harness.server",
    "tests.harness.browser",
]
