"""What `doctor` looks at. Each check says in one line what it found, or what to do about it; none says a secret."""

import shutil
from collections.abc import Callable, Iterator
from http import HTTPStatus
from pathlib import Path

from django.db import DatabaseError, connection

from broadcaster import clock
from broadcaster.cli import outside
from broadcaster.cli.looking import CLOCK_GRAIN_SECONDS, Check, Looking
from broadcaster.delivery import epoch
from broadcaster.kinds import BadInput, Channel
from broadcaster.running import health, ledger
from broadcaster.settings import ROOT

#: a district's roster changes daily; families of a week ago are not all there
OLD_ROSTER_SECONDS = 7 * 86_400.0
#: receipts that came within so long are counted
RECEIPTS_SECONDS = 7 * 86_400.0
#: a broadcast to 50,000 families with its receipts needs about a tenth of it
LEAST_DISK_BYTES = 1_000_000_000
#: how long a worker may take to answer
WORKERS_ANSWER_SECONDS = 1.0

_SPOKEN = {Channel.SMS: "texts", Channel.EMAIL: "mail"}
_VENDOR = {Channel.SMS: "Twilio", Channel.EMAIL: "SendGrid"}


def all_checks(at: Looking) -> Iterator[Check]:
    """Every check, in the order in which a person would mend things."""
    yield Check("settings", True, f"from the environment and {at.settings.config_path}")
    database = _database()
    yield database
    yield from (_disk(at), _clock(with_database=database.ok))
    yield _templates(with_database=database.ok)
    yield _standing_lines(at)
    if database.ok:
        yield from (_roster(), _kill_switch())
    for channel in Channel:
        yield from (_senders(at, channel), _provider(at, channel))
    yield from (_receipts_of_mail(at), _public_address(at))
    yield from outside.checks(at)
    yield _backups(at)
    if database.ok:
        yield _receipts_of_nobody()
    broker = _broker(at)
    yield broker
    yield from (_web(at), _workers(at) if broker.ok else Check("workers", False, "not asked: there is no broker"))


def _database() -> Check:
    try:
        ledger.make_ready()
    except BadInput as error:
        return Check("database", False, str(error))
    try:
        epoch.touch()
    except DatabaseError as error:
        why = str(error).partition("\n")[0]
        return Check("database", False, f"takes no writes ({why}): nothing is sent, and nothing lost, until it does")
    return Check("database", True, f"{connection.vendor}, all tables there")


def _disk(at: Looking) -> Check:
    free = shutil.disk_usage(at.settings.broadcaster_home).free
    say = f"{free / 1e9:.1f} GB free in {at.settings.broadcaster_home}"
    if free < LEAST_DISK_BYTES:
        return Check("disk", False, f"{say}: make room; on a full one nothing is sent until there is some")
    return Check("disk", True, say)


def _clock(*, with_database: bool) -> Check:
    """No network is asked: a clock is wrong for certain if it is before this program was installed."""
    installed = (ROOT / "broadcaster" / "clock.py").stat().st_mtime
    if clock.now() < installed - CLOCK_GRAIN_SECONDS:
        return Check("clock", False, f"it says {clock.iso(clock.now())}, which is before this program was installed")
    if with_database and connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT extract(epoch FROM clock_timestamp())::float8")
            row = cursor.fetchone()
        apart = abs(clock.now() - float(row[0])) if row else 0.0
        if apart > CLOCK_GRAIN_SECONDS:
            return Check("clock", False, f"{apart:.0f} s apart from the database's clock: set both by NTP")
    return Check("clock", True, f"{clock.iso(clock.now())}")


def _templates(*, with_database: bool) -> Check:
    from broadcaster.templating import library

    entries = library.entries(None if with_database else library.FOLDER)
    faulty = [entry.errors[0] for entry in entries if entry.errors]
    if faulty:
        return Check("templates", False, f"{faulty[0]} ({len(faulty)} can't be used: `broadcaster templates check`)")
    return Check("templates", bool(entries), f"{len(entries)} templates, all usable" if entries else "there are none")


def _standing_lines(at: Looking) -> Check:
    from broadcaster.templating import standing
    from broadcaster.templating.faults import BadTemplate
    from broadcaster.text.languages import english_name

    try:
        waiting = standing.waiting()
    except BadTemplate as error:
        return Check("standing lines", False, str(error))
    if not waiting:
        return Check("standing lines", True, "reviewed in every language")
    policy = at.settings.district.policies.unreviewed_translations
    so = "all the same they stand over English in emergencies" if policy else "no emergency has one over its English"
    return Check("standing lines", True, f"{', '.join(map(english_name, waiting))} wait for review: {so}")


def _roster() -> Check:
    from broadcaster.roster.models import Contact, RosterImport, Student

    try:
        newest = RosterImport.objects.order_by("-id").first()
        students = Student.objects.filter(left_at=None).count()
        contacts = Contact.objects.filter(left_at=None).count()
    except DatabaseError as error:
        return Check("roster", False, str(error))
    if newest is None:
        return Check("roster", False, "there is none yet: `broadcaster import PATH`")
    age = clock.now() - newest.at
    size = f"{students} students, {contacts} guardians and staff, {age / 86_400:.1f} days old"
    old = age > OLD_ROSTER_SECONDS
    return Check("roster", not old and students > 0, f"{size}: import a newer one" if old else size)


def _kill_switch() -> Check:
    from broadcaster.broadcasts import kill_switch

    stop = kill_switch.present()
    if stop is None:
        return Check("kill switch", True, "off")
    return Check("kill switch", False, f"thrown by {stop.by}: nothing leaves until `broadcaster kill-switch off`")


def _senders(at: Looking, channel: Channel) -> Check:
    senders = at.settings.district.senders_on(channel)
    if not senders:
        return Check(
            f"senders {channel}", False, f"{at.settings.config_path} has no [[senders]] for {_SPOKEN[channel]}"
        )
    unit = "segments" if channel is Channel.SMS else "messages"
    rate = sum(sender.rate for sender in senders)
    return Check(f"senders {channel}", True, f"{len(senders)} for {_SPOKEN[channel]}, {rate:g} {unit}/s in all")


def _provider(at: Looking, channel: Channel) -> Check:
    if at.settings.live(channel):
        return Check(f"provider {channel}", True, f"live: {_SPOKEN[channel]} go to families through {_VENDOR[channel]}")
    say = f"simulated: there is no key of {_VENDOR[channel]}, so no family gets {_SPOKEN[channel]}"
    return Check(f"provider {channel}", True, say)


def _receipts_of_mail(at: Looking) -> Check:
    if at.settings.live(Channel.EMAIL) and not at.settings.sendgrid_webhook_public_key:
        return Check(
            "mail receipts", False, "SENDGRID_WEBHOOK_PUBLIC_KEY is not set: no receipt of mail can be believed"
        )
    return Check("mail receipts", True, "their signatures can be checked")


def _receipts_of_nobody() -> Check:
    from broadcaster.webhooks.unmatched import unmatched

    found = unmatched(since=clock.now() - RECEIPTS_SECONDS)
    aside = sum(one.receipts for one in found if one.fault)
    if aside:
        return Check("receipts", False, f"{aside} of this week could not be written down: `broadcaster receipts`")
    strange = sum(one.receipts for one in found)
    if strange:
        return Check("receipts", True, f"{strange} of this week are of no message of ours: `broadcaster receipts`")
    return Check("receipts", True, "all of this week are of messages of ours")


def _public_address(at: Looking) -> Check:
    live = any(at.settings.live(channel) for channel in Channel)
    if live and not at.settings.public_base_url:
        return Check("public address", False, "PUBLIC_BASE_URL is not set: vendors can't say what was delivered")
    if live and outside.in_the_clear(at.settings.public_url):
        return Check("public address", False, f"{at.settings.public_url}: passwords and opt-outs need https")
    return Check("public address", True, at.settings.public_url)


def _backups(at: Looking) -> Check:
    from broadcaster.backups import scheduled

    wanted = at.settings.district.backups
    if not wanted.folder:
        return Check("backups", True, "none are made by themselves: district.toml has no backups.folder")
    if at.settings.broadcaster_backup_passphrase is None:
        return Check("backups", False, "BROADCASTER_BACKUP_PASSPHRASE is not set: none can be made")
    last = scheduled.newest(Path(wanted.folder))
    if last is None:
        return Check("backups", False, f"there is none in {wanted.folder} yet: `broadcaster serve` makes one")
    hours = (clock.now() - last[1]) / 3600
    say = f"the newest in {wanted.folder} is {hours:.1f} hours old"
    return Check("backups", hours < 2 * wanted.every_hours, say)


def _broker(at: Looking) -> Check:
    import redis

    if at.broker is None:
        return Check("broker", False, "none: start `broadcaster serve`, or set BROKER_URL")
    try:
        with redis.Redis.from_url(at.broker, socket_connect_timeout=1, socket_timeout=1) as client:
            client.ping()
    except redis.RedisError as error:
        return Check("broker", False, f"does not answer ({type(error).__name__})")
    return Check("broker", True, "answers; the embedded one" if at.serving else "answers")


def _web(at: Looking) -> Check:
    bind = at.serving.bind if at.serving else at.settings.broadcaster_bind
    status = health.status(bind)
    if status is None:
        return Check("web", False, f"nobody answers on {bind}: start `broadcaster serve` or `broadcaster web`")
    return Check("web", status == HTTPStatus.OK, f"/health on {bind} answers {status}")


def _workers(_: Looking) -> Check:
    from broadcaster.celery import app

    ask: Callable[..., list[dict[str, str]]] = app.control.broadcast
    try:
        replies = ask("ledger", reply=True, timeout=WORKERS_ANSWER_SECONDS)
    except OSError as error:
        return Check("workers", False, f"can't be asked ({type(error).__name__})")
    answers = {name: why for reply in replies or [] for name, why in reply.items()}
    if unfit := {name: why for name, why in answers.items() if why}:
        name, why = next(iter(unfit.items()))
        return Check("workers", False, f"{len(unfit)} of {len(answers)} can't write to the database: {name}: {why}")
    return Check("workers", bool(answers), f"{len(answers)} answer" if answers else "none: start `broadcaster worker`")
