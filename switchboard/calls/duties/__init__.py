"""What is to be done at its time, whoever calls: jobs and letters."""

from switchboard.calls.duties.working import MOST_TRIES, Handler, JobWorker, Postman, pause_after

__all__ = ["MOST_TRIES", "Handler", "JobWorker", "Postman", "pause_after"]
