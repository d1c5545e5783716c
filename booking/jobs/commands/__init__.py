"""Shell commands, one a file, each with a click `command`."""

from booking.jobs.commands import backup, jobs, month, park, rate, restore, triggers, version, worker

EVERY = tuple(
    module.command for module in (jobs, month, rate, backup, restore, triggers, park, worker, version)
)
FORMER = {"guards": triggers.command}
"""Commands by names they had before; scripts of installations may still call them so."""
