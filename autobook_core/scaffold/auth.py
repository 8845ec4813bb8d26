"""How requests prove who we are: the settings it takes, and the method that says so."""

from dataclasses import dataclass

from autobook_core.scaffold.api import Api, repr_of
from autobook_core.scaffold.choices import Choices
from autobook_core.scaffold.layout import call
from autobook_core.scaffold.templates import filled

#: Two signing keys at once, the new one first, as during a change of keys.
HOOK_KEYS = ("canary-4712-new", "canary-4713-old")
_KEY = ("api_key", "API key with read access (Settings > API keys)", "canary-4711-key")


@dataclass(frozen=True, slots=True)
class Login:
    """The parts of a module that log in.

    Attributes:
        secrets: name, help text and made-up value of each secret setting.
        options: the same of each other setting.
        method: the body of ``auth``; empty: there is no such method.
        type: what it returns.
        helper: a class it needs.
    """

    secrets: tuple[tuple[str, str, str], ...] = ()
    options: tuple[tuple[str, str, str], ...] = ()
    method: str = ""
    type: str = "httpx.Auth"
    helper: str = ""


def login_of(choices: Choices, api: Api) -> Login:
    """Return how a connector logs in."""
    if choices.auth == "basic":
        return Login(secrets=(_KEY,), method='return httpx.BasicAuth(self.config.api_key, "")')
    if choices.auth in ("bearer", "header"):
        bearer = choices.auth == "bearer"
        helper = filled(
            "credential",
            header="Authorization" if bearer else api.header,
            sent='f"Bearer {self.value}"' if bearer else "self.value",
        )
        return Login(secrets=(_KEY,), method="return Credential(self.config.api_key)", helper=helper)
    if choices.auth == "oauth2":
        client = ("client_id", "Id of your registered application", "app_1")
        secrets = (
            ("client_secret", "Secret of your registered application", "canary-4711-client"),
            ("refresh_token", "Refresh token, as given when access was granted", "canary-4712-refresh"),
        )
        given = [_token_url(api), "known.client_id", "known.client_secret", "known.refresh_token"]
        method = f"known = self.config\n{call(8, 'return api.OAuth2', given)}"
        return Login(secrets, (client,), method, "api.OAuth2")
    return Login()


def _token_url(api: Api) -> str:
    base, path = api.base_url, api.token_url
    return f'f"{{self.base_url}}{path.removeprefix(base)}"' if path.startswith(f"{base}/") else repr_of(path)


def method_of(choices: Choices, api: Api) -> str:
    """Return the method ``auth`` with a blank line before it; nothing where there is none."""
    login = login_of(choices, api)
    return f"\n    def auth(self) -> {login.type}:\n        {login.method}\n" if login.method else ""


def base_url_of(choices: Choices, api: Api) -> str:
    """Return the expression for the address."""
    return (
        "str(self.config.address)"
        if choices.auth == "none"
        else f"{repr_of(api.base_url)}  # Your API's address."
    )


def settings_of(choices: Choices, api: Api) -> str:
    """Return the fields of the settings, one a line."""
    login = login_of(choices, api)
    lines = [f"{name}: str = api.option({repr_of(help)})" for name, help, _ in login.options]
    lines += [f"{name}: str = api.secret({repr_of(help)})" for name, help, _ in login.secrets]
    if choices.auth == "none":
        lines.append(f'address: str = api.option("Where the API lives", default={repr_of(api.base_url)})')
    if choices.webhooks:
        lines.append(
            'webhook_secret: str = api.secret("Signing secrets, separated by blanks; both during a change", default="")'
        )
    return "\n".join(f"    {line}" for line in lines)


def made_up_settings(choices: Choices, api: Api) -> dict[str, str]:
    """Return settings for the tests; the secrets are unmistakable, for they are searched for."""
    login = login_of(choices, api)
    found = {name: value for name, _, value in (*login.options, *login.secrets)}
    return found | ({"webhook_secret": " ".join(HOOK_KEYS)} if choices.webhooks else {})
