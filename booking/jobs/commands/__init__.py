"""Shell commands, one a file, each with a click `command`."""

from booking.jobs.commands import backup, guards, jobs, month, park, rate, restore, version, worker

EVERY = tuple(
    module.command for module in (jobs, month, rate, backup, restore, guards, park, worker, version)
)
