"""
Owns what was found, in plain words, and the exit code. Refuses to guess who did it.
"""

import json
from collections import Counter
from dataclasses import dataclass, field

#: Of each kind this many are told one by one; all are counted.
MOST_TOLD = 20

MEANING = {
    "edited": "An entry is not what was sealed.",
    "deleted": "An entry is gone.",
    "reordered": "Entries do not stand in the order of the chain.",
    "broken_chain": "An entry does not follow from the one before it.",
    "truncated": "The end of the ledger is missing.",
    "rewritten": "The chain is not the one that was signed.",
    "back_dated": "An entry carries a time at which it cannot have been written.",
    "wrong_clock": "Signed heads do not follow each other in time.",
    "bad_signature": "A head was changed after it was signed.",
    "foreign_key": "A head was signed with a key that is not the pinned one.",
    "head_missing": "A head that an outside party holds is missing here.",
    "heads_disagree": "Two signed heads tell different stories.",
    "unsigned": "No valid signed head vouches for this ledger.",
    "unreadable": "A line cannot be read.",
}


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, and where."""

    kind: str
    words: str


@dataclass
class Report:
    """What a check read and found."""

    entries: int = 0
    heads: int = 0
    signed_up_to: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, kind: str, words: str) -> None:
        """Take down a finding; beyond the first twenty of a kind it is only counted."""
        self.counts[kind] += 1
        if self.counts[kind] <= MOST_TOLD:
            self.findings.append(Finding(kind, words))

    @property
    def sound(self) -> bool:
        """Tell whether nothing is wrong."""
        return not self.counts

    def as_json(self) -> str:
        """Return the report for a program."""
        told = [{"kind": finding.kind, "words": finding.words} for finding in self.findings]
        body = {
            "sound": self.sound,
            "entries": self.entries,
            "heads": self.heads,
            "signed_up_to": self.signed_up_to,
            "counts": dict(self.counts),
            "findings": told,
            "notes": self.notes,
        }
        return json.dumps(body, ensure_ascii=False, indent=2)

    def as_text(self) -> str:
        """Return the report for a person."""
        read = f"{self.entries} entries and {self.heads} signed heads were read."
        lines = [read, f"Signed heads vouch for the first {self.signed_up_to} entries.", *self.notes]
        for kind, count in self.counts.items():
            lines += ["", f"{MEANING[kind]} ({kind}, {count})"]
            lines += [f"  - {finding.words}" for finding in self.findings if finding.kind == kind]
            if count > MOST_TOLD:
                lines.append(f"  - and {count - MOST_TOLD} more")
        lines += ["", "The ledger is sound." if self.sound else "THE LEDGER IS NOT SOUND."]
        return "\n".join(lines)
