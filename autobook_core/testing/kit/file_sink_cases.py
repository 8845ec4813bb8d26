"""What happens to a sink that writes files: the process dies at any step, space and power fail, people edit."""

from autobook_core.connector import SourceError
from autobook_core.testing.kit.case import Cases, Group, NotApplicable, require
from autobook_core.testing.kit.crashes import Crash
from autobook_core.testing.kit.disk import RENAME, RENAMED, WRITE
from autobook_core.testing.kit.drive import some
from autobook_core.testing.kit.sink_bench import SinkBench

case: Cases[SinkBench] = Cases(Group.DELIVERY)
FILE_SINK_CASES = case.all
MOST_HITS = 6

#: What a customer's name or an invoice's text may hold, and a file's grammar may take for its own.
_POISON = (
    "plain",
    "quotes \" and ' and `",
    "line\nbreak\n\n2025-01-01 * looks like an entry",
    "; a comment # another // and | a bar",
    "tab\tand  two spaces at the end  ",
    "../../up/and\\away",
    "{curly} [square] (round) <angle> %41 &amp; \\n",
    "æøå 日本語 \u202e right to left",
    "x" * 3_000,
    "",
)


def story(bench: SinkBench) -> None:
    """Deliver three entries, and two more."""
    for count in (3, 2):
        bench.post(count)
        bench.survive()
        bench.clock.move(30)


_POINTS = {
    WRITE: ("crash-in-write", "half a document is taken for a document, or spoils the ones beside it"),
    RENAME: ("crash-before-rename", "what was written beside the journal counts as written into it"),
    RENAMED: ("crash-after-rename", "what is in its place already is written a second time"),
}


def _at_every_hit(point: str, name: str, bug: str) -> None:
    @case(name, bug=bug)
    def run(bench: SinkBench) -> None:
        for hit in _hits(bench, point):
            fresh = bench.another()
            fresh.points.arm(point, hit)
            story(fresh)
            fresh.settle()
            fresh.check()

    run.__doc__ = f"A process that dies at '{point}', at any of its hits, loses nothing and repeats nothing."


def _hits(bench: SinkBench, point: str) -> list[int]:
    """Return some of the times that a run comes past a point of the disk."""
    if not bench.on_disk:
        raise NotApplicable("the sink writes no files")
    clean = bench.another()
    story(clean)
    clean.check()
    seen = clean.points.seen[point]
    if not seen:
        raise NotApplicable(f"this sink never comes past '{point}'")
    return some(seen, MOST_HITS)


for _point, (_name, _bug) in _POINTS.items():
    _at_every_hit(_point, _name, _bug)


@case("power-cut", bug="what was reported as written was only in the memory of the machine")
def power_cut(bench: SinkBench) -> None:
    """A power cut takes nothing that was reported as written, and what it takes is written again."""
    disk = bench.disk
    story(bench)
    disk.lose_power()
    bench.check()
    for hit in _hits(bench, WRITE):
        fresh = bench.another()
        fresh.points.arm(WRITE, hit)
        for count in (3, 2):
            fresh.post(count)
            _deliver_until_the_power_fails(fresh)
            fresh.clock.move(30)
        fresh.settle()
        fresh.check()


def _deliver_until_the_power_fails(bench: SinkBench) -> None:
    try:
        bench.deliver()
    except Crash:
        bench.disk.lose_power()
        bench.boot()


@case(
    "disk-full",
    bug="a document for which there was no space counts as written, or its first half as all of it",
)
def disk_full(bench: SinkBench) -> None:
    """While there is no space nothing counts as written; afterwards everything stands there once."""
    bench.post(2)
    bench.deliver()
    amounts = bench.post(3)
    bench.disk.full = True
    for _ in range(2):
        bench.deliver()
        claimed = {bench.states().get(amount) for amount in amounts} & {"accepted", "verified", "rejected"}
        require(
            not claimed,
            f"without space on the disk documents count as {', '.join(sorted(map(str, claimed)))}",
        )
        bench.clock.move(600)
    require(not _all_is_well(bench), "check says that all is well where nothing can be written")
    bench.settle()
    bench.check()


def _all_is_well(bench: SinkBench) -> bool:
    try:
        with bench.watched():
            return bench.subject.make_sink().check(bench.context).ok
    except SourceError:
        return False


@case(
    "poison-text", bug="a text that looks like the format's own grammar breaks the file, or stops the others"
)
def poison_text(bench: SinkBench) -> None:
    """Whatever a text holds, it is read back as it was or refused alone, with a reason."""
    bench.post(len(_POISON), texts=_POISON)
    bench.deliver()
    bench.settle()
    states = bench.states()
    refused = frozenset(amount for amount, state in states.items() if state == "rejected")
    bench.check(refused=refused)
    why = [row.why for row in bench.store.outbox.all() if row.state == "rejected"]
    require(all(why), "a refusal without a reason leaves a person to guess")
    require(len(refused) < len(_POISON) // 2, f"{len(refused)} of {len(_POISON)} texts are refused")


def find_in_files(bench: SinkBench) -> None:
    """Looking up tells what the files say now: something else where somebody edited, nothing where they are gone."""
    one, two = bench.post(2)
    bench.deliver()
    before = bench.find(one)
    require(len(before) == 1, "what stands there is not found by a new connector object")
    both = bench.sink.find(bench.context, list(bench.keys().values()))
    alone = [key for key in bench.keys().values() if len(both.get(key, [])) != 1]
    require(not alone, "two keys at once find less than one by one")
    require(bench.disk.alter(one), "amounts in the files are in no form that the kit can alter")
    after = bench.find(one)
    require(
        [item.document for item in after] != [item.document for item in before],
        "a file was edited, and what is found under its key is still what was sent",
    )
    bench.disk.clear()
    for amount in (one, two):
        require(not bench.find(amount), "what is gone is still found")
