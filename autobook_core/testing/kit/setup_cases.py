"""Setting up, and what a source may offer beside its rows."""

import dataclasses

import msgspec

from autobook_core.connector import AuthFailed, NotSupported, option_fields
from autobook_core.testing.kit import faults
from autobook_core.testing.kit.bench import Bench
from autobook_core.testing.kit.case import Cases, Group, NotApplicable, require
from autobook_core.testing.kit.drive import refused_calls
from autobook_core.testing.kit.golden import check_golden, golden_files

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
    found = list(golden_files(bench.subject.make_source(), bench.subject.golden))
    if not found:
        raise NotApplicable("there is no golden folder with rows in it")
    for item in found:
        check_golden(item)


@extra("past-cursors", bug="after an upgrade the cursor of two versions ago stops the stream")
def past_cursors(bench: Bench) -> None:
    """A cursor of every past version is brought up to date the same way each time, and can be used or starts over."""
    changed = [stream for stream in bench.source.streams if stream.cursor_version > 1]
    if not changed:
        raise NotApplicable("no stream has changed its cursor yet")
    kept = getattr(bench.api, "past_cursors", {})
    for stream in changed:
        for version in range(1, stream.cursor_version):
            cursor = kept.get(stream.name, {}).get(version)
            require(
                cursor is not None,
                f"the fake keeps no cursor of version {version} of {stream.name}: past_cursors = "
                f"{{{stream.name!r}: {{{version}: {{...}}}}}}",
            )
            one, other = (
                bench.subject.make_source().migrate_cursor(stream, version, dict(cursor)) for _ in range(2)
            )
            require(one == other, f"a cursor of version {version} of {stream.name} becomes another each time")
            if one is not None:
                bench.fetch(msgspec.json.decode(msgspec.json.encode(one)), stream)
