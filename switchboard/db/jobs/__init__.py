"""What is due, kept in the database: begun at least once, by one service at a time, with effects that count once."""

from switchboard.db.jobs.leases import Lease, LeaseLost, hold, take_due
from switchboard.db.jobs.queue import DatabaseJobs, put_job, remove_job, reschedule

__all__ = ["DatabaseJobs", "Lease", "LeaseLost", "hold", "put_job", "remove_job", "reschedule", "take_due"]
