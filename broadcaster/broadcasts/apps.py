"""Django's entry of this room: once there are models, the audit log hears of what people change in the roster."""

from collections.abc import Mapping
from typing import Any

from django.apps import AppConfig


class Broadcasts(AppConfig):
    """Drafting, approval, control, audit."""

    name = "broadcaster.broadcasts"

    def ready(self) -> None:
        """Tell the roster."""
        from broadcaster.broadcasts import audit, unused_lists  # models can be imported only now
        from broadcaster.roster import acts, leavers

        def keep(by: str, act: str, detail: Mapping[str, Any]) -> None:
            audit.write(by, act, detail=detail)

        acts.tell(keep)
        leavers.forget_too(unused_lists.forget)
