"""Every reason why a message did not arrive is explained to staff, in sentences and in our own words."""

import re

import pytest

from broadcaster.delivery.status import DeliveryStatus
from broadcaster.providers.reasons import EXPLANATIONS, Explanation, Reason
from broadcaster.providers.sendgrid import errors as sendgrid_errors
from broadcaster.providers.twilio import errors as twilio_errors
from broadcaster.reports.said import explain

#: capital letter, one or two sentences, full stop
A_SENTENCE = re.compile(r"[A-Z](?:[^\s.]|\.(?=\S)| (?=\S)|\. (?=[A-Z]))*\.")
VENDORS = re.compile(r"twilio|sendgrid|\d{5}", re.IGNORECASE)
ALL = {
    **{reason.name: explanation for reason, explanation in EXPLANATIONS.items()},
    **{f"Twilio {code}": explanation for code, explanation in twilio_errors.WORDS.items()},
    **{f"SendGrid {code}": explanation for code, explanation in sendgrid_errors.WORDS.items()},
}


def test_every_reason_has_an_explanation() -> None:
    assert set(EXPLANATIONS) == set(Reason)


@pytest.mark.parametrize("explanation", ALL.values(), ids=ALL)
def test_an_explanation_reads_as_a_sentence_for_staff(explanation: Explanation) -> None:
    for sentence in (explanation.happened, explanation.do):
        assert A_SENTENCE.fullmatch(sentence), sentence
        assert len(sentence) <= 100, sentence
    assert not VENDORS.search(explanation.happened), "staff know no vendor"


@pytest.mark.parametrize("status", DeliveryStatus)
def test_every_status_of_a_delivery_says_what_happened(status: DeliveryStatus) -> None:
    happened, do = explain("sms", status, "")
    assert A_SENTENCE.fullmatch(happened)
    assert not do or A_SENTENCE.fullmatch(do)


@pytest.mark.parametrize("text", ["no capital.", "No stop", "Two  blanks.", "Ends. lower.", " Blank first.", ""])
def test_what_is_no_sentence_is_found(text: str) -> None:
    assert not A_SENTENCE.fullmatch(text)
