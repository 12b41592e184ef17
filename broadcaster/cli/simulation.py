"""What `broadcaster sandbox` starts the simulated providers with: this home's keys, senders, addresses."""

from pydantic import ValidationError

from broadcaster.delivery.accounts import EVENTS_PATH, INBOUND_PATH, sandbox_keys
from broadcaster.kinds import BadInput
from broadcaster.running.part import door
from broadcaster.running.ports import split
from broadcaster.sandbox.faults import Faults
from broadcaster.sandbox.options import Options
from broadcaster.settings import Settings


class WrongFault(BadInput):
    """A `--fault` that the sandbox does not have, or not with this value."""


def options(settings: Settings, faults: list[str]) -> Options:
    """The sandbox of this home. It remembers over a restart. Raises WrongFault."""
    host, port = split(settings.broadcaster_sandbox_bind)
    keys = sandbox_keys(settings)
    return Options(
        account_sid=keys.account_sid,
        auth_token=keys.auth_token,
        api_key=keys.api_key,
        host=host,
        port=port,
        listening=door(),
        events_url=settings.public_url + EVENTS_PATH,
        inbound_url=settings.public_url + INBOUND_PATH,
        events_key=keys.events_key,
        senders=[sender.address for sender in settings.district.senders],
        faults=_faults(faults),
        journal=settings.broadcaster_home / "sandbox.journal",
    )


def _faults(given: list[str]) -> Faults:
    pairs = {}
    for one in given:
        name, sign, value = one.partition("=")
        if not sign:
            raise WrongFault(f"--fault {one}: should be name=value, for example throttled=0.1")
        pairs[name] = value.split(",") if name == "channels" else value
    try:
        return Faults.model_validate(pairs)
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        name = ".".join(str(part) for part in fault["loc"])
        if name and name not in Faults.model_fields:
            raise WrongFault(f"--fault {name}: unknown; there are {', '.join(Faults.model_fields)}") from None
        raise WrongFault(f"--fault {name or ' '.join(given)} {fault['input']!r}: {fault['msg']}") from None
