"""Whose account it is, what the key may read, and what Stripe says stands on it."""

from collections.abc import Sequence
from typing import TypeVar

import httpx
import msgspec
from msgspec import Struct

from autobook_core.connector import AuthFailed, Balance, Context, Health, Money, Unavailable
from autobook_stripe.config import Config
from autobook_stripe.currencies import CODES, to_minor, unknown_currency
from autobook_stripe.listing import LISTINGS
from autobook_stripe.pages import ask

_T = TypeVar("_T")


class _Profile(Struct, gc=False):
    name: str | None = None


class _Dashboard(Struct, gc=False):
    display_name: str | None = None


class _Settings(Struct, gc=False):
    dashboard: _Dashboard | None = None


class _Account(Struct, gc=False):
    id: str
    business_profile: _Profile | None = None
    email: str | None = None
    settings: _Settings | None = None


class _Amount(Struct, gc=False):
    amount: int
    currency: str


class _Balance(Struct, gc=False):
    available: list[_Amount] | _Amount
    pending: list[_Amount] | _Amount
    livemode: bool = True


def health(ctx: Context, config: Config) -> Health:
    """Return whose account the key opens, and the lists it may not read.

    Raises:
        AuthFailed: the key opens nothing at all.
    """
    try:
        account = _account(ctx, config)
        refused = None
    except AuthFailed as error:
        # A restricted key may read everything the books need, and not the account itself.
        account, refused = None, error
    wanted = [name for name, listing in LISTINGS.items() if config.modern or not listing.modern]
    missing = tuple(name for name in wanted if not _may_read(ctx, config, name))
    if refused is not None and len(missing) == len(wanted):
        raise refused
    return Health(
        ok=not missing,
        account_id=account.id if account else config.account,
        label=_label(account) if account else "",
        live=_live(ctx, config),
        missing=missing,
        message=f"the key may not read: {', '.join(missing)}" if missing else "",
    )


def _account(ctx: Context, config: Config) -> _Account | None:
    try:
        response = ctx.http.get("/v1/account", headers=config.headers)
    except httpx.HTTPStatusError as error:
        if error.response.status_code == 404:
            return None
        raise
    return _read(response.content, _Account)


def _may_read(ctx: Context, config: Config, stream: str) -> bool:
    try:
        ask(ctx, LISTINGS[stream].paths[0], {"limit": 1}, config.headers)
    except AuthFailed:
        return False
    return True


def _label(account: _Account) -> str:
    dashboard = account.settings.dashboard if account.settings else None
    profile = account.business_profile
    return (
        (dashboard.display_name if dashboard else None)
        or (profile.name if profile else None)
        or account.email
        or account.id
    )


def _live(ctx: Context, config: Config) -> bool:
    if config.live is not None:
        return config.live
    try:
        return _read(ctx.http.get("/v1/balance", headers=config.headers).content, _Balance).livemode
    except AuthFailed:
        return True


def balances(ctx: Context, config: Config) -> Sequence[Balance]:
    """Return available plus pending money by currency, as Stripe states it now.

    Raises:
        Malformed: an unknown currency.
        Unavailable: the answer is no balance.
    """
    told = _read(ctx.http.get("/v1/balance", headers=config.headers).content, _Balance)
    sums: dict[str, int] = {}
    for part in (told.available, told.pending):
        for amount in part if isinstance(part, list) else [part]:
            code = CODES.get(amount.currency)
            if code is None:
                raise unknown_currency("balance", amount.currency)
            sums[code] = sums.get(code, 0) + amount.amount
    at = ctx.now()
    return [
        Balance("stripe", Money(to_minor("balance", total, code), code), at) for code, total in sums.items()
    ]


def _read(body: bytes, shape: type[_T]) -> _T:
    try:
        return msgspec.json.decode(body, type=shape)
    except msgspec.DecodeError as error:
        raise Unavailable(f"the answer cannot be read: {error}") from None
