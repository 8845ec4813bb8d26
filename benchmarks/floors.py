"""G4 and G11: the import beside what cannot be saved, and the part that keeping reports fresh takes of it."""

from collections.abc import Iterator
from statistics import median

from benchmarks.measuring import Usage, ask, contest, median_cpu
from benchmarks.results import Result
from benchmarks.session import LAST_DAY, Session, size_name


def measure(session: Session) -> Iterator[Result]:
    """Give the results of the goals that were asked for, at the peers' largest size."""
    if not session.wants("G4", "G11"):
        return
    size = session.peer_size
    session.say(f"floors at {size_name(size)} charges")
    imports = contest({"import": lambda: session.imported(size)[1]}, 1 if size > 20_000 else 3)["import"]
    session.keep(f"import for floors {size_name(size)}", imports)
    if session.wants("G4"):
        yield from _floors(session, size, imports)
    if session.wants("G11"):
        yield _rollups(session, size, imports)


def _floors(session: Session, size: int, imports: list[Usage]) -> list[Result]:
    finished, work = session.finished(size) / "books.db", session.books / "floor.db"
    rounds = range(session.rounds(size))
    decode = median(ask("decode_floor", session.envelopes(size))["cpu"] for _ in rounds)
    plain = median(ask("store_floor", finished, work, "no")["cpu"] for _ in rounds)
    guarded = median(ask("store_floor", finished, work, "yes")["cpu"] for _ in rounds)
    whole = median_cpu(imports)
    detail = {"decode_cpu": decode, "store_cpu": plain, "store_guarded_cpu": guarded, "import_cpu": whole}
    what = f"decode floor + store floor over the import, {size_name(size)} charges"
    return [
        Result("G4", what, 25.0, 40.0, "higher", 100 * (decode + plain) / whole, " %", detail=detail),
        Result("G4", f"{what}, with the triggers that guard the books", None, None, "higher",
               100 * (decode + guarded) / whole, " %"),
    ]  # fmt: skip


def _rollups(session: Session, size: int, imports: list[Usage]) -> Result:
    book, _ = session.new_book(f"rollups-{size}")
    took = ask("rollups", book, session.envelopes(size), LAST_DAY.isoformat())
    whole = median_cpu(imports)
    spent = took["adding"] + took["upserting"]
    what = f"import with roll-ups over without, {size_name(size)} charges"
    note = "the roll-ups of the import were done again by themselves, and their CPU taken off"
    return Result(
        "G11", what, 1.15, 1.08, "lower", whole / (whole - spent), "x", note, {**took, "import_cpu": whole}
    )
