"""The door of field: what rooms above may call."""

from gridward.field.actions import EnrolledDevice, EnrolmentCode, device_end, device_enrol, enrolment_open
from gridward.field.duty import help_rise
from gridward.field.queries import WorkerDevice, get_devices

__all__ = [
    "EnrolledDevice",
    "EnrolmentCode",
    "WorkerDevice",
    "device_end",
    "device_enrol",
    "enrolment_open",
    "get_devices",
    "help_rise",
]
