"""
The closed list of environment variables: every one the house reads, what it means, and what happens without it.

`docs/reference/settings.md` is written from it; a test fails when the code reads a variable that is not here.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Setting:
    """One environment variable, its value when nobody sets it, and its meaning for an operator."""

    name: str
    default: str
    meaning: str


SETTINGS = (
    Setting(
        "GRIDWARD_DATA", ".gridward", "data directory: database, secrets, key store, heads, inbox, tiles"
    ),
    Setting("GRIDWARD_PORT", "8420", "the one port of the site"),
    Setting("GRIDWARD_HOST", "127.0.0.1", "the address it listens on; behind a proxy leave it as it is"),
    Setting(
        "GRIDWARD_HOSTS", "127.0.0.1,localhost,testserver", "host names the site answers to, comma-separated"
    ),
    Setting("GRIDWARD_TLS", "", "`1` when a proxy in front speaks TLS: cookies are then sent over TLS only"),
    Setting(
        "GRIDWARD_WEBHOOK_HOSTS",
        "",
        "hosts (or host:port) of departments that outcomes may be pushed to, comma-separated; none without it",
    ),
    Setting(
        "GRIDWARD_WATCHED",
        "",
        "the folder in which each channel may have one of its own, called by its code, that lists are taken from;"
        " without it `inbox-watched` in the data directory",
    ),
    Setting("DATABASE_URL", "", "a PostgreSQL 15 or newer of your own, signing in as `gridward_app`"),
    Setting(
        "DATABASE_OWNER_URL", "the value of DATABASE_URL", "the same as `gridward_owner`, for migrations only"
    ),
    Setting("GRIDWARD_COUNTRY", "cn", "the country pack: ids, telephone numbers, names, addresses, codes"),
    Setting(
        "GRIDWARD_SUITE",
        "aes",
        "ciphers of new key domains and hash of the ledger: `aes`, or `gm` (SM4-GCM, SM3); never change it later",
    ),
    Setting(
        "GRIDWARD_HEADS_MIRROR",
        "",
        "more directories for signed ledger heads, joined like PATH; best on somebody else's machine",
    ),
    Setting(
        "GRIDWARD_DEMO", "", "`1` marks every page as a demonstration; `gridward demo` sets it by itself"
    ),
    Setting("GRIDWARD_LOG", "WARNING", "log level of site and worker; logs go to stderr"),
    Setting("GRIDWARD_DEBUG", "", "`1` lets a command that failed show its stack trace"),
)
