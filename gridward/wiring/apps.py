"""Plugs the rooms together once Django is ready."""

from django.apps import AppConfig


class WiringConfig(AppConfig):
    """Fills the kernel's ports and the subscriptions; decides nothing."""

    name = "gridward.wiring"

    def ready(self) -> None:
        """Plug in who acts, the gate, and who hears what."""
        # Rooms may only be imported once the app registry is ready, hence here and not at the top.
        from gridward.wiring import plugs

        plugs.plug_all()
