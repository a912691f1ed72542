"""Durable runs on one machine: the registered orchestrators and activities over a SQLite file."""

from infra.local.durable.catalogue import RunFilter
from infra.local.durable.registry import Activity, Registry
from infra.local.durable.runner import DurableRunner
from infra.local.durable.runs import Run, RunStatus
from infra.local.durable.tasks import TaskFailed

__all__ = ["Activity", "DurableRunner", "Registry", "Run", "RunFilter", "RunStatus", "TaskFailed"]
