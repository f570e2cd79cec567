"""Celery's side of the work table: thin, because the rules live in `work`."""

from celery import shared_task

from clienthealth.base import work


@shared_task(name="base.sweep")
def sweep() -> None:
    work.sweep()


@shared_task(name="base.work")
def run_work(work_id: int) -> None:
    work.run(work_id)
