"""What a text from a family asks for: keywords in the languages we write in, and wishes in free words.

The English keywords are those that carriers and vendors act on by themselves (CTIA, "Messaging Principles and Best
Practices"; Twilio, "Support for opt-out keywords"). The words of other languages are drafts: no native speaker has
read them yet.
"""

import re
import unicodedata
from dataclasses import dataclass

from broadcaster.replies.models import ReplyKind

#: what the carrier acts on, as the whole text: it has blocked or unblocked us before we hear of it
CARRIER: dict[ReplyKind, frozenset[str]] = {
    ReplyKind.STOP: frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"}),
    ReplyKind.START: frozenset({"START", "UNSTOP", "YES"}),
    ReplyKind.HELP: frozenset({"HELP", "INFO"}),
}

#: the same in other languages, which only we understand
OURS: dict[str, dict[ReplyKind, tuple[str, ...]]] = {
    "es": {
        ReplyKind.STOP: ("alto", "parar", "pare", "basta", "cancelar", "terminar", "detener", "baja", "no más"),
        ReplyKind.START: ("iniciar", "comenzar", "empezar", "alta"),
        ReplyKind.HELP: ("ayuda", "información"),
    },
    "so": {
        ReplyKind.STOP: ("jooji", "joojiya", "joogso", "daa", "daaya"),
        ReplyKind.START: ("bilow", "billow"),
        ReplyKind.HELP: ("caawi", "caawimo", "caawimaad"),
    },
    "hmn": {
        ReplyKind.STOP: ("tsum", "nres", "txhob xa"),
        ReplyKind.START: ("pib",),
        ReplyKind.HELP: ("pab",),
    },
    "om": {
        ReplyKind.STOP: ("dhaabi", "dhaabaa"),
        ReplyKind.START: ("jalqabi", "eegali"),
        ReplyKind.HELP: ("gargaarsa",),
    },
    "am": {
        ReplyKind.STOP: ("አቁም", "አቁሙ"),
        ReplyKind.START: ("ጀምር",),
        ReplyKind.HELP: ("እርዳታ",),
    },
    "ar": {
        ReplyKind.STOP: ("توقف", "توقفوا", "إيقاف", "إلغاء"),
        ReplyKind.START: ("ابدأ",),
        ReplyKind.HELP: ("مساعدة",),
    },
}

#: free words that read as a wish to stop. They rather catch too much: a person decides, and a wish that is missed
#: breaks a rule (47 CFR 64.1200).
_WISHES = (
    r"(?<!bus )\bstop\b(?! sign)",
    r"\bunsubscribe\b|\bopt(ing)?[ -]?out\b",
    r"\bno more (\w+ ){0,3}(texts?|messages?|alerts?|notifications?|texting|messaging)\b",
    r"\b(don'?t|do not|quit|never) (\w+ ){0,2}(text|message|messag|contact|send|writ)(e|ing)?\b",
    r"\b(remove|delete) (me|my|this|us)\b|\btake (me|my number|us|this number) off\b|\bleave (me|us) alone\b",
    r"\bwrong (number|person|phone)\b|\bnot my (child|kid|son|daughter|school)\b",
    r"\bno mas (mensajes|textos|avisos)\b|\bno (me |nos )?(mand|envi|escrib)\w+\b|\bno quiero (mas |recibir)",
    r"\bdej(a|e|en) de (mandar|enviar|escribir)\w*\b|\bquit(a|e|en)(me|nos)\b|\bnumero equivocado\b|\balto\b|\bbasta\b",
    r"\bjooji\w*\b|\bha (ii|noo) soo (dir|qor)\w*\b|\blambarka? (waa )?khalda\w*\b",
    r"\btxhob xa\b|\btsis xav tau\b|\btsum\b",
    r"\bdhaab\w*\b|\bhin ergin\w*\b",
    r"አቁ[ሙም]|አትላኩ|አትላክ",
    r"توقف|لا ترسل|رقم خاطي|الغا",
)


@dataclass(frozen=True, slots=True)
class Heard:
    """What was asked, whether the carrier has acted on it already, and the language of the word, "" where that is not
    told by it.
    """

    kind: ReplyKind
    at_carrier: bool = False
    language: str = ""


def hear(body: str, opt_out_type: str = "") -> Heard:
    """What a text asks for. The vendor's own `opt_out_type` (STOP, START, HELP) goes before our reading."""
    told = {"STOP": ReplyKind.STOP, "START": ReplyKind.START, "HELP": ReplyKind.HELP}.get(opt_out_type.strip().upper())
    if told:
        return Heard(told, at_carrier=True)
    whole = body.strip().upper()
    for kind, words in CARRIER.items():
        if whole in words:
            return Heard(kind, at_carrier=True)
    bare = _bare(body)
    if bare == _READ:
        return Heard(ReplyKind.READ)
    if bare in _KEYWORDS:
        return Heard(*_KEYWORDS[bare])
    return Heard(ReplyKind.WISH if _WISH.search(_folded(body)) else ReplyKind.OTHER)


def _folded(text: str) -> str:
    """Lower case without accents, with single spaces and straight apostrophes."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    return " ".join(plain.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").casefold().split())


def _bare(text: str) -> str:
    """Letters and digits only: `Opt-out!` and `STOP ALL.` are keywords too."""
    return "".join(char for char in _folded(text) if char.isalnum())


#: "I have read it"
_READ = "1"
_KEYWORDS = {_bare(word): (kind, False, "") for kind, words in CARRIER.items() for word in words} | {
    _bare(word): (kind, False, tag)
    for tag, words_of in OURS.items()
    for kind, words in words_of.items()
    for word in words
}
_WISH = re.compile("|".join(f"(?:{wish})" for wish in _WISHES))
