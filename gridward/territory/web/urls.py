"""Owns the addresses of the territory's URLs."""

from django.urls import path, register_converter

from gridward.territory.web import plates, tiles


class VersionConverter:
    """
    The name of a geometry version in a URL: hexadecimal digits only, so that it cannot lead out of its place.
    """

    regex = "[0-9a-f]{8,64}"

    def to_python(self, value: str) -> str:
        """Return the version as it stands in the URL."""
        return value

    def to_url(self, value: str) -> str:
        """Return the version as it goes into the URL."""
        return value


register_converter(VersionConverter, "geometry_version")

app_name = "territory"
urlpatterns = [
    path("areas/<str:code>/plates", plates.plates, name="plates"),
    path("areas/<str:code>/plates/make", plates.make, name="plates_make"),
    path("tiles/<geometry_version:version>/<int:z>/<int:x>/<int:y>.mvt", tiles.tile, name="tile"),
]
