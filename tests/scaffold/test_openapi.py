"""What an OpenAPI document says becomes a connector; what it leaves open or says wrongly is told with its place."""

import ast
import copy
import json
import re
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from autobook_core.errors import ConfigurationError
from autobook_core.scaffold import Choices, package
from autobook_core.scaffold.openapi import Derived, Document, derive, document
from tests.scaffold.written import broken, write

HERE = Path(__file__).parent / "openapi"
NAMES = ("acmepay", "shopworks", "ledgerly", "bare")


def derived(name: str, **chosen: str | None) -> Derived:
    wanted = {"auth": None, "paging": None, **chosen}
    return derive(Document.read(HERE / f"{name}.json"), Choices(name), **wanted)


def source_of(found: Derived) -> str:
    return package(found.choices, found.api, core="0.1.0")[f"{found.choices.module}/source.py"]


def values(name: str) -> Any:
    return json.loads((HERE / f"{name}.json").read_text())


@pytest.mark.parametrize("name", NAMES)
def test_a_connector_from_a_document_keeps_every_promise(name: str, tmp_path: Path) -> None:
    found = derived(name)
    assert broken(write(tmp_path, found.choices, found.api), found.choices) == {}


def test_a_plain_document_leaves_next_to_nothing_open() -> None:
    found = derived("acmepay")
    assert (found.choices.auth, found.choices.paging) == ("bearer", "cursor")
    text = source_of(found)
    for line in (
        'PATH = "/v1/payments"', 'return "https://api.acmepay.example"', 'ctx.http.get("/v1/me")',
        '{"updated_since": mark.since, "limit": 100, "cursor": mark.token or ""}', 'body["next_cursor"] or None',
        'status: Literal["succeeded", "pending", "failed", "canceled"]', "customer: str | None = None",
        'class_: Literal["card", "transfer"] | None = msgspec.field(default=None, name="class")',
    ):  # fmt: skip
        assert line in text
    assert found.decide == (
        "What of the answer of `/v1/me` tells a sandbox from production: all counts as production.",
        "Whether `amount` counts minor units, as it is read.",
        "Which record a row is: it becomes a `Charge`.",
        "Which other listings become streams: `/v1/customers`.",
    )


def test_names_in_camels_numbered_pages_decimal_texts_and_parts_of_schemas_are_understood() -> None:
    found = derived("shopworks")
    assert (found.choices.auth, found.choices.paging, found.api.header) == ("header", "page", "X-Shop-Token")
    text = source_of(found)
    for line in (
        'return "https://eu.shopworks.example/api/v4"', 'str(body["meta"]["page"] + 1)', 'body["meta"]["totalPages"]',
        '{"modifiedAfter": mark.since, "sortBy": "createdAt", "perPage": 100, "page": mark.token or 1}',
        'STATES = {"paid": "succeeded", "void": "canceled"}', "totalAmount: str", "minor(raw.totalAmount,",
        'tax_rate: Decimal | None = msgspec.field(default=None, name="tax-rate")', "    id: int", 'str(row["id"])',
    ):  # fmt: skip
        assert line in text
    assert any("`on_hold`" in sentence for sentence in found.decide)
    assert "float" not in text


def test_a_listing_that_goes_on_from_its_last_row_is_understood() -> None:
    text = source_of(derived("ledgerly"))
    assert 'token = body["data"][-1]["id"] if body["has_more"] else None' in text
    assert '"starting_after": mark.token or ""' in text


def test_what_a_document_leaves_open_is_told_and_made_up() -> None:
    found = derived("bare")
    assert (found.choices.auth, found.choices.paging) == ("oauth2", "none")
    assert '"https://login.bare.example/token"' in source_of(found)
    open_ones = [sentence.partition(":")[0] for sentence in found.decide if "made up" in sentence]
    assert open_ones == [
        "Where the API lives", "Which request says whose key it is", "How to ask for what changed",
        "Which field holds the instant of its last change", "Which field holds the amount",
        "Which field holds the currency",
    ]  # fmt: skip
    readme = package(found.choices, found.api, core="0.1.0", decide=found.decide)["README.md"]
    assert all(f"- {sentence}\n" in readme for sentence in found.decide)


def test_what_the_author_chose_wins_over_the_document() -> None:
    found = derived("acmepay", auth="basic", paging="offset")
    assert (found.choices.auth, found.choices.paging) == ("basic", "offset")


def test_a_sink_takes_address_and_login_from_a_document() -> None:
    found = derive(Document.read(HERE / "shopworks.json"), Choices("shop", "sink"), auth=None, paging=None)
    text = package(found.choices, found.api, core="0.1.0")["autobook_shop/sink.py"]
    assert 'return "https://eu.shopworks.example/api/v4"' in text
    assert 'request.headers["X-Shop-Token"]' in text
    assert any("Where entries are written" in sentence for sentence in found.decide)


def _set(pointer: str, value: Any, name: str = "acmepay") -> Any:
    data = values(name)
    node = data
    *way, last = [part.replace("~1", "/") for part in pointer.split("/")[1:]]
    for part in way:
        node = node[part]
    node[last] = value
    return data


LISTING = "/paths/~1v1~1payments/get"
ANSWER = f"{LISTING}/responses/200/content/application~1json/schema"
ALONE = {"paths": {"/a": {"get": {"responses": {"200": {"$ref": "#/components/x"}}}}}, "openapi": "3.1.0"}
WRONG: dict[str, tuple[Any, str]] = {
    "an older version": ({"swagger": "2.0"}, "/openapi: this is not OpenAPI 3 (swagger 2.0)"),
    "no version": ({}, "/openapi: this is not OpenAPI 3 (openapi None)"),
    "paths that are a list": ({"openapi": "3.0.0", "paths": []}, "/paths: an object is expected here"),
    "no paths": ({"openapi": "3.0.0"}, "/paths: there is no listing"),
    "a reference to nothing": (ALONE, "/paths/~1a/get/responses/200: the reference #/components/x leads nowhere"),
    "a reference to itself": (
        {**ALONE, "components": {"x": {"$ref": "#/components/y"}, "y": {"$ref": "#/components/x"}}},
        "leads back to itself",
    ),
    "a reference to another file": (
        _set(f"{ANSWER}/properties/data/items", {"$ref": "rows.json#/Row"}),
        "the reference rows.json#/Row leads out of this file",
    ),
    "a field that refers to nothing": (
        _set("/components/schemas/Payment/properties/customer", {"$ref": "#/nope"}),
        "/components/schemas/Payment/properties/customer: the reference #/nope leads nowhere",
    ),
    "a schema that holds itself": (
        {**ALONE, "components": {"x": {"content": {"application/json": {"schema": {"$ref": "#/components/s"}}}},
                                 "s": {"allOf": [{"$ref": "#/components/s"}]}}},
        "/components/s: the schema holds itself",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("data", "message"), WRONG.values(), ids=WRONG)
def test_a_document_that_cannot_be_used_is_refused_with_file_place_and_fix(data: Any, message: str) -> None:
    for path in [path for path in data.get("paths", {}) if path == "/v1/customers"]:
        del data["paths"][path]  # the only other listing
    with pytest.raises(ConfigurationError, match=re.escape(message)) as refused:
        derive(Document("api.json", data), Choices("acmepay"), auth=None, paging=None)
    assert refused.value.file == "api.json"
    assert str(refused.value).startswith("api.json: /")
    assert refused.value.fix


def test_a_broken_part_elsewhere_does_no_harm() -> None:
    assert derived("shopworks").api.path == "/orders"  # beside a path /broken that refers to nothing
    data = _set("/paths/~1v1~1me/get/responses", [])
    found = derive(Document("api.json", data), Choices("acmepay"), auth=None, paging=None)
    assert found.api.path == "/v1/payments"
    assert "Which request says whose key it is: `/v1/account` is made up." in found.decide


@pytest.mark.parametrize(
    ("content", "message", "line"),
    [
        (b'{"openapi": "3.0.0",\n  oops}', "this is not JSON: ", 2),
        (b"openapi: 3.0.0\npaths: {}\n", "is it YAML?", 1),
        (b"\xff\xfe", "byte 0 is not UTF-8", 0),
        (b"[1]", "an object is expected here", 0),
        (b'{"a":' * 200_000, "this is not JSON", 0),
        (b"", "this is not JSON", 1),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_its_line(
    content: bytes, message: str, line: int, tmp_path: Path
) -> None:
    path = tmp_path / "api.json"
    path.write_bytes(content)
    with pytest.raises(ConfigurationError, match=re.escape(message)) as refused:
        Document.read(path)
    assert (refused.value.file, refused.value.line) == (str(path), line)
    assert refused.value.fix


def test_a_missing_file_and_one_beyond_all_measure_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ConfigurationError, match="No such file"):
        Document.read(tmp_path / "nowhere.json")
    monkeypatch.setattr(document, "LARGEST", 10)
    with pytest.raises(ConfigurationError, match="it is larger than"):
        Document.read(HERE / "bare.json")


def test_thousands_of_paths_are_read_in_a_moment() -> None:
    data = values("acmepay")
    listing = data["paths"]["/v1/payments"]
    data["paths"] |= {f"/v1/other{n}": copy.deepcopy(listing) for n in range(3_000)}
    found = derive(Document("api.json", data), Choices("acmepay"), auth=None, paging=None)
    assert found.api.path == "/v1/payments"
    assert found.decide[-1].endswith(" and 2993 more.")


JUNK: list[Any] = [
    None, 0, 1.5, "", "x", [], {}, [[]], True, 'é\n"\\', ["null"], {"$ref": "#/paths"}, {"$ref": 5},
    {"type": ["null"]}, {"type": "array"}, {"$ref": "#/components/schemas/Payment"}, "https://[x", "https://a b",
    {"type": "array", "items": {"properties": {'a"b': {"type": "string"}, "str": {}, "id": {"type": "integer"}}}},
]  # fmt: skip
KEYS = (
    "x",
    "a.b",
    "total",
    "updated_at",
    "next",
    "é",
    "class",
    "/a/b",
    '/a"\n',
    "amount",
    "__init__",
    "deleted",
)


@pytest.mark.parametrize("seed", range(4))
def test_whatever_a_document_holds_there_is_a_connector_or_an_error_with_a_fix(seed: int) -> None:
    random, made, refused = Random(seed), 0, 0
    for _ in range(150):
        data = values(random.choice(NAMES))
        for _ in range(random.choice((1, 1, 2, 4))):
            _spoil(data, random)
        role = random.choice(("source", "source", "sink"))
        choices = Choices("acmepay", role, webhooks=role == "source")
        try:
            found = derive(Document("api.json", data), choices, auth=None, paging=None)
        except ConfigurationError as error:
            refused += bool(error.fix)
            continue
        for name, text in package(found.choices, found.api, core="0.1.0", decide=found.decide).items():
            if name.endswith(".py"):
                ast.parse(text)
        made += 1
    assert refused > 10
    assert made > 50
    assert made + refused == 150


def _spoil(data: Any, random: Random) -> None:
    *way, last = random.choice([path for path in _paths(data) if path])
    node = data
    for part in way:
        node = node[part]
    if isinstance(node, dict) and random.random() < 0.3:
        node[random.choice(KEYS)] = node.pop(last)
    else:
        node[last] = copy.deepcopy(random.choice(JUNK))


def _paths(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    pairs = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in pairs:
        yield from _paths(value, (*path, key))
