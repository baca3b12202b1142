"""
Decides the server's settings from the machine it finds: memory, shared memory, durability.

Refuses TCP, statements and values in the log, and anything that a backup or a replica would miss later.
"""

import os
from pathlib import Path

MEGABYTE = 2**20
SMALL_SHARED_MEMORY = 256 * MEGABYTE


def settings_for(*, socket_folder: str, durable: bool) -> dict[str, str]:
    """
    Return the settings for the command line of the server.

    `durable=False` is for tests: nothing is promised after a power cut, and the server takes little memory.
    """
    settings = {**_walls(socket_folder), **_logging(), **_write_ahead()}
    settings.update(_memory(machine_memory()) if durable else _memory(MEGABYTE * 1024))
    if not durable:
        # A commit still reaches the kernel: tests that kill the server lose nothing.
        settings.update({"fsync": "off", "full_page_writes": "off"})
    if _shared_memory() < SMALL_SHARED_MEMORY:
        # Containers often have 64 MB there, and a parallel query would fail in the middle.
        settings["dynamic_shared_memory_type"] = "mmap"
    return settings


def _walls(socket_folder: str) -> dict[str, str]:
    return {
        "listen_addresses": "",
        "unix_socket_directories": socket_folder,
        "unix_socket_permissions": "0700",
        "password_encryption": "scram-sha-256",
        "max_connections": "60",
        "timezone": "UTC",
        "jit": "off",
        "random_page_cost": "1.1",
        "track_io_timing": "on",
        "idle_in_transaction_session_timeout": "15min",
    }


def _logging() -> dict[str, str]:
    # A failing statement and the detail of a violated key carry personal values: neither is ever logged.
    return {
        "logging_collector": "on",
        "log_directory": "../logs",
        "log_filename": "postgresql-%a.log",
        "log_truncate_on_rotation": "on",
        "log_rotation_age": "1d",
        "log_rotation_size": "0",
        "log_timezone": "UTC",
        "log_statement": "none",
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
        "log_parameter_max_length": "0",
        "log_parameter_max_length_on_error": "0",
        "log_checkpoints": "off",
        "track_activity_query_size": "1024",
    }


def _write_ahead() -> dict[str, str]:
    return {
        "synchronous_commit": "on",
        # The binaries have pglz only, which cost a third of building an index; what is sealed does not get smaller.
        "wal_compression": "off",
        "wal_buffers": "16MB",
        "min_wal_size": "160MB",
        "max_wal_size": "2GB",
        "checkpoint_timeout": "15min",
        "checkpoint_completion_target": "0.9",
    }


def _memory(total: int) -> dict[str, str]:
    megabytes = total // MEGABYTE
    return {
        "shared_buffers": f"{_between(128 if megabytes <= 1024 else 256, megabytes // 8, 2048)}MB",
        "effective_cache_size": f"{_between(256, megabytes // 2, 65536)}MB",
        "work_mem": f"{_between(8, megabytes // 512, 64)}MB",
        "maintenance_work_mem": f"{_between(64, megabytes // 32, 1024)}MB",
    }


def _between(low: int, value: int, high: int) -> int:
    return max(low, min(value, high))


def machine_memory() -> int:
    """
    Return the bytes of memory this process may count on: the machine's, or its container's if that is less.
    """
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    for name in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        try:
            text = Path(name).read_text(encoding="ascii").strip()
        except OSError:
            continue
        if text.isdecimal():
            total = min(total, int(text))
    return total


def _shared_memory() -> int:
    try:
        status = os.statvfs("/dev/shm")  # noqa: S108 - asked for its size only, nothing is put there
    except OSError:
        return SMALL_SHARED_MEMORY
    return status.f_frsize * status.f_blocks
