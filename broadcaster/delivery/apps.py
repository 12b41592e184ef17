"""Django's entry of this room: once there are models, roster imports learn for whom they wait, and audiences
what `broadcast:17` means.
"""

from django.apps import AppConfig


class Delivery(AppConfig):
    """Planning, sending and what came of it."""

    name = "broadcaster.delivery"

    def ready(self) -> None:
        """Tell the roster and the audiences."""
        from broadcaster.delivery import getting  # models can be imported only now
        from broadcaster.delivery.plan import in_hand
        from broadcaster.roster import forward

        forward.wait_while(in_hand.is_planning)
        getting.register()
