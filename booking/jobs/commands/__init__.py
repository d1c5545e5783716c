"""Shell commands, by subject."""

from booking.jobs.commands import database, jobs, month, park, rate, understand

EVERY = (
    jobs.jobs_command,
    month.command,
    rate.command,
    understand.command,
    database.backup_command,
    database.restore_command,
    database.triggers_command,
    park.command,
    jobs.worker_command,
    jobs.version_command,
)
FORMER = {"guards": database.triggers_command}
"""Commands by names they had before; scripts of installations may still call them so."""
