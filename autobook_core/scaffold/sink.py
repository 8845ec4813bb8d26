"""The module of a sink and the fake of what it writes to."""

from autobook_core.scaffold.api import Api, repr_of
from autobook_core.scaffold.auth import base_url_of, login_of, method_of, settings_of
from autobook_core.scaffold.choices import Choices
from autobook_core.scaffold.fake import token_answer
from autobook_core.scaffold.templates import module_text


def sink_module(choices: Choices, api: Api) -> str:
    """Return the text of ``sink.py``."""
    return module_text(
        "sink/sink.py",
        title=choices.title,
        settings=settings_of(choices, api),
        login=login_of(choices, api).helper,
        name=choices.class_name(),
        base_url=base_url_of(choices, api),
        auth=method_of(choices, api),
        account_path=repr_of(api.account_path),
        account='account_id=company["id"], live=company["live"]'
        if api.tells_live
        else 'account_id=str(company["id"])',
        path=repr_of(api.path),
    )


def fake_remote(choices: Choices, api: Api) -> str:
    """Return the text of the sink's ``fake_api.py``."""
    return module_text(
        "sink/fake_api.py",
        title=choices.title,
        name=choices.class_name(),
        token=token_answer(choices, api),
        account_path=repr_of(api.below(api.account_path)),
    )
