"""Setting up, and what a source may offer beside its rows."""

import dataclasses

import msgspec

from autobook_core.connector import AuthFailed, NotSupported, Source, option_fields
from autobook_core.intake.translation import Refusal, Translator
from autobook_core.store.rows import RawRow
from autobook_core.testing.kit import faults
from autobook_core.testing.kit.bench import Bench
from autobook_core.testing.kit.case import Cases, Group, NotApplicable, require
from autobook_core.testing.kit.drive import refused_calls

case: Cases[Bench] = Cases(Group.SETUP)
extra: Cases[Bench] = Cases(Group.EXTRAS)
SETUP_CASES = case.all
EXTRA_CASES = extra.all


@case("config-help", bug="a setting nobody can fill in without reading the code")
def config_help(bench: Bench) -> None:
    """Every setting explains itself, and the settings cannot change."""
    config = bench.source.config
    frozen = getattr(type(config), "__dataclass_params__", None)
    require(
        dataclasses.is_dataclass(config) and frozen is not None and frozen.frozen,
        "Config is no frozen dataclass",
    )
    for spec in option_fields(type(config)):
        require(spec.metadata.get("help", "").strip(), f"the setting {spec.name} has no help text")
        require(
            not spec.metadata.get("secret") or not spec.repr, f"the secret {spec.name} stands in the repr"
        )


@case(
    "check",
    bug="a key for somebody else's account, or a refused one, is found out in the middle of the first run",
)
def check(bench: Bench) -> None:
    """Checking names the account, says the same twice, and refuses credentials that are refused."""
    one, other = (bench.subject.make_source().check(bench.context) for _ in range(2))
    require(one.ok, f"check says {one}")
    require(one.account_id, "check does not say whose account it is, so it cannot be pinned")
    require(one == other, "check says something else the second time")
    bench.server.fail_all(faults.status(401))
    refused_calls(
        lambda: bench.subject.make_source().check(bench.context),
        AuthFailed,
        "check must raise AuthFailed on a 401",
    )


@case("streams", bug="two streams of one name share one cursor; a parent is read after its children")
def streams(bench: Bench) -> None:
    """Streams have names of their own, and follow only streams there are."""
    names = [stream.name for stream in bench.source.streams]
    require(names and all(names), "there is no stream, or one without a name")
    require(len(set(names)) == len(names), f"two streams have the same name: {names}")
    for stream in bench.source.streams:
        known = names[: names.index(stream.name)]
        require(
            set(stream.after) <= set(known), f"{stream.name} comes after {stream.after}, not listed before it"
        )
        require(stream.lookback >= 0 and stream.cursor_version >= 1, f"{stream.name} has a senseless number")


@extra("balance", bug="the proof compares with a balance in another unit")
def balance(bench: Bench) -> None:
    """What the other side says stands on the account is a whole number of minor units at the instant asked for."""
    at = bench.clock.now()
    try:
        found = bench.subject.make_source().balance(bench.context, at)
    except NotSupported as reason:
        raise NotApplicable(str(reason)) from None
    for item in found:
        require(type(item.amount.minor) is int, f"the balance of {item.account} is no whole number")
        require(item.at <= at, f"the balance of {item.account} is of a later instant than asked for")


@extra("golden-translate", bug="a changed translator changes the books of last year without anybody noticing")
def golden_translate(bench: Bench) -> None:
    """Kept rows give exactly the kept records."""
    folder = bench.subject.golden
    files = [] if folder is None else sorted(folder.glob("*.raw.json"))
    if not files:
        raise NotApplicable("there is no golden folder")
    for path in files:
        kept = path.with_name(path.name.replace(".raw.json", ".records.json"))
        wanted = msgspec.json.decode(kept.read_bytes())
        found = golden_records(bench.subject.make_source(), path.name.split(".")[0], path.read_bytes())
        require(found == wanted, f"{path.name} gives other records than {kept.name}")


def golden_records(source: Source, stream: str, raw: bytes) -> list[object]:
    """Return the records of a golden file's rows as JSON values, one list a row; what to write into a new file.

    Args:
        source: the connector.
        stream: the stream; golden files are called ``STREAM.NAME.raw.json`` or ``STREAM.raw.json``.
        raw: a JSON list of rows.
    """
    translator = Translator(source)
    said: list[object] = []
    for row in msgspec.json.decode(raw, type=list[msgspec.Raw]):
        found = translator.records(stream, RawRow("golden", "", 0, False, b"", bytes(row)))
        if isinstance(found, Refusal):
            said.append({"refused": found.code})
        else:
            said.append([{"kind": record.kind, **msgspec.structs.asdict(record)} for record in found])
    kept: list[object] = msgspec.json.decode(msgspec.json.encode(said))
    return kept
