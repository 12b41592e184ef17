"""The words that arrive are those of the library, in each family's language."""

import time

from tests.whole.conftest import Told
from tests.whole.families import LANGUAGES


def test_every_family_reads_it_in_its_language(town: Told) -> None:
    house, since = town.house, time.time()
    said = {}
    for language in sorted(set(LANGUAGES.values())):
        shown = house.ask("preview", "clever-issues", "--set", "programs=Lexia, Seesaw", "--language", language)
        said[language] = (shown["sms"]["text"], shown["email"]["subject"])
    assert len(set(said.values())) == len(said) > 1

    house.tell('school:"Cedar School"', "--set", "programs=Lexia, Seesaw", template="clever-issues")
    got = {one["to"]: one.get("subject") or one["text"] for one in house.sandbox.messages(since=since)}
    for family in town.schools["Cedar School"]:
        text, subject = said[family.language]
        assert {got[phone] for phone in family.phones} == {text}
        assert {got[email] for email in family.emails} == {subject}
