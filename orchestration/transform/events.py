"""dbt's events, without those that nobody listens to."""

from __future__ import annotations

from typing import Any

from dbt_common.events.base_types import EventLevel
from dbt_common.events.event_manager import EventManager

# Of the events of level debug, the one that tells that a node has ended.
_WANTED = ("NodeFinished",)


class RelevantEvents(EventManager):
    """Passes on what is said at level info and above, and the end of each node.

    A model alone has some thirty events of level debug; giving each its message takes a twelfth of a run.
    """

    def fire_event(self, e: Any, level: EventLevel | None = None, *arguments: Any, **options: Any) -> None:
        """Pass an event on to the callbacks, or drop it."""
        if (level or e.level_tag()) is EventLevel.DEBUG and type(e).__name__ not in _WANTED:
            return
        super().fire_event(e, level, *arguments, **options)
