"""Django's entry of this room: once the ledger can be asked, the library has the saved templates too."""

from django.apps import AppConfig

from broadcaster.templating import library


class Templating(AppConfig):
    """The library of wording."""

    name = "broadcaster.templating"

    def ready(self) -> None:
        """Tell the library."""
        from broadcaster.templating import saved  # models can be imported only now

        library.add_shelf(saved.newest)
