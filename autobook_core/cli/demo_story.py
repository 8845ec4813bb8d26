"""How the demonstration is told: step by step for people, one document for programs."""

import os
import shlex
import shutil
import sys
from datetime import date
from pathlib import Path
from typing import Any

from autobook_core.cli.console import Console
from autobook_core.cli.statements import show_report
from autobook_core.cli.text import amount, clean, counted, number


class Story:
    """Tells what happens while it happens."""

    def __init__(self, console: Console, place: Path) -> None:
        self._console = console
        self._place = place
        self._document: dict[str, Any] = {"book": str(place)}
        self._steps = 0

    def _step(self, title: str, text: str) -> None:
        if self._console.json:
            return
        self._steps += 1
        paint = self._console.looks.paint
        self._console.line(f"{paint(f'{self._steps} {title:<12}', 'bold')} {text}")
        self._console.out.flush()

    def _more(self, text: str) -> None:
        if not self._console.json:
            self._console.line(f"{'':14} {text}")

    def company(self, size: dict[str, int], start: date, last: date, seed: int) -> None:
        """Tell which company was made up."""
        self._document["company"] = {**size, "from": start.isoformat(), "to": last.isoformat(), "seed": seed}
        self._step(
            "company", f"Nordlys SaaS ApS, {counted(size['customers'], 'subscriber')}, {start} to {last}"
        )
        sold = ", ".join(f"{number(size[what])} {what}" for what in ("invoices", "charges", "payouts"))
        self._more(f"{sold},")
        self._more(f"{number(size['bank_entries'])} bank lines; made up from seed {seed}")

    def book(self) -> None:
        """Tell that the book stands."""
        self._step("book", f"a new one in {clean(self._place)}")

    def connections(self, found: list[dict[str, Any]]) -> None:
        """Tell which connections were made, and that they work."""
        self._document["connections"] = found
        what = {
            "stripe": "fake processor on this machine",
            "bank": "camt.053 files",
            "ledger": "hledger and Beancount files",
        }
        for at, item in enumerate(sorted(found, key=lambda one: list(what).index(one["name"]))):
            sign, style = self._console.looks.health("OK" if item["ok"] else "ACT")
            text = f"{self._console.looks.paint(sign, style)}  {item['name']:<7} {what[item['name']]}"
            if at:
                self._more(text)
            else:
                self._step("connections", text)

    def synced(self, result: dict[str, Any], seconds: float) -> None:
        """Tell what the first sync brought."""
        rows = sum(item["new"] for item in result["connections"])
        sent = sum(item["verified"] + item["accepted"] for item in result["deliveries"])
        self._step(
            "sync", f"{number(rows)} rows fetched, {counted(result['posted'], 'entry', 'entries')} posted,"
        )
        self._more(f"{number(sent)} delivered; {round(seconds)} s so far")
        for item in result["connections"]:
            if item["error"]:
                self._more(f"{clean(item['connection'])}: {clean(item['error'])}")

    def evidence(self, found: dict[str, Any]) -> None:
        """Tell what was proved."""
        self._document |= found
        if self._console.json:
            return
        console = self._console
        console.line()
        show_report(console, found["trial_balance"])
        matching = found["accounts"] - len(found["differences"])
        self._proof(
            not found["differences"],
            f"{matching} of {counted(found['accounts'], 'account')} as the company says, equal to the minor unit",
        )
        currency = found["trial_balance"]["currency"]
        for role, item in found["differences"].items():
            books, company = amount(item["books"], currency), amount(item["company"], currency)
            console.line(f"    {clean(role)}: books {books}, company {company}")
        posted = found["second_sync"]["posted"]
        self._proof(not posted, f"a second sync posted {'nothing' if not posted else number(posted)}")
        entries = counted(found["verify"]["entries"], "entry", "entries")
        self._proof(found["verify"]["ok"], f"{entries} verified: chain, balances, numbers and roll-ups hold")

    def _proof(self, holds: bool, text: str) -> None:
        looks = self._console.looks
        sign = looks.paint(looks.done, "good") if holds else looks.paint(looks.wrong, "bad")
        self._console.line(f"{sign} {text}")

    def end(self, found: dict[str, Any], *, seconds: float) -> None:
        """Tell what to do next."""
        console = self._console
        self._document["seconds"] = round(seconds)
        if console.json:
            console.document(self._document)
            return
        place = shlex.quote(str(self._place))
        ledger = shlex.quote(str(self._place / "files" / "ledger"))
        console.note("")
        console.note("The same books in plain text; other people's programs can check them:")
        console.note(f"  hledger -f {ledger}/hledger/main.journal balance")
        console.note(f"  bean-check {ledger}/beancount/main.beancount")
        waiting = counted(found["status"]["needs_you"], "item waits", "items wait")
        console.note(f"Look around ({waiting} for a person, as in real life):")
        for command in (
            "status",
            "exceptions",
            "journal --account receivables --limit 5",
            "report profit-loss --to 2025-12-31",
        ):
            console.note(f"  {_program()} {command} --book {place}")
        console.note("The fake processor is gone now: `autobook sync` would not reach Stripe.")


def _program() -> str:
    """Return what to type for this program: its name where the shell finds it, else its path from here."""
    if shutil.which("autobook"):
        return "autobook"
    if Path(sys.argv[0]).name != "autobook":
        return "autobook"
    return shlex.quote(os.path.relpath(sys.argv[0]))
