"""What we say back to Twilio when it hands us a text (https://www.twilio.com/docs/messaging/twiml)."""

from twilio.twiml.messaging_response import MessagingResponse


def silence() -> str:
    """An answer that sends nothing."""
    return str(MessagingResponse())


def message(text: str) -> str:
    """An answer that sends one text back."""
    answer = MessagingResponse()
    answer.message(text)
    return str(answer)
