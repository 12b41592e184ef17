"""Django's entry of this room: once there are models, the expression knows the terms that need them."""

from django.apps import AppConfig


class Audiences(AppConfig):
    """Who a broadcast is for."""

    name = "broadcaster.audiences"

    def ready(self) -> None:
        """Register the terms."""
        from broadcaster.audiences import one_by_one  # models can be imported only now

        one_by_one.ready()
