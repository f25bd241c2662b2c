"""What is due, kept in the database: begun at least once, by one service at a time, with effects that count once."""

from switchboard.calls.ports.duties import LeaseLost
from switchboard.db.jobs.leases import Lease, hold, take_due
from switchboard.db.jobs.queue import DatabaseJobs, hold_job, put_job, put_jobs, remove_job, reschedule

__all__ = [
    "DatabaseJobs",
    "Lease",
    "LeaseLost",
    "hold",
    "hold_job",
    "put_job",
    "put_jobs",
    "remove_job",
    "reschedule",
    "take_due",
]
