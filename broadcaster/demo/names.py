"""Names for made-up people and places. Nobody and no school of Minneapolis is meant.

Each home language has given names and family names of its own; the words for it are those that a roster would hold.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class People:
    """A home language: its share of families (of 1000), how rosters write it, and names."""

    share: int
    written: tuple[str, ...]
    given: tuple[str, ...]
    family: tuple[str, ...]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_ENGLISH_GIVEN = _words(
    "Ada Amos Beth Carl Cora Dale Edie Evan Faye Glen Gwen Hal Ida Ivan Jane Joel Kate Kurt Lena Luke Mae Neil Nora "
    "Opal Owen Pia Reed Rose Ruth Saul Tess Theo Uma Vera Wade Wren"
)
_ENGLISH_FAMILY = _words(
    "Abbott Barlow Bergstrom Carver Dahl Ellison Foster Granger Hale Ingram Jensen Keller Lindgren Mercer Nash Olander "
    "Porter Quist Ramsey Sand Thorne Upton Vance Whitlock Yates Booker Freeman Banks Gaines Tolliver"
)

PEOPLE: tuple[People, ...] = (
    People(600, ("English", "en", "ENG"), _ENGLISH_GIVEN, _ENGLISH_FAMILY),
    People(
        160,
        ("Spanish", "Español", "es"),
        _words("Ana Beatriz Carlos Diego Elena Fabián Inés Iván Joaquín Lucía Marisol Mateo Noemí Óscar Pilar Raúl"),
        _words("Aguilar Barrera Cárdenas Domínguez Escobar Fuentes Guzmán Herrera Ibáñez Lozano Muñoz Peña Quiroz"),
    ),
    People(
        110,
        ("Somali", "so", "Soomaali"),
        _words("Aasha Abdi Asad Bilan Cawo Deqa Faarax Hibo Hodan Idil Jaamac Khadra Liibaan Nuur Sahra Warsame"),
        _words("Axmed Cabdulle Cali Diiriye Faarax Guuleed Hirsi Ismaaciil Jibriil Maxamed Nuur Xasan Yuusuf"),
    ),
    People(
        40,
        ("Hmong", "hmn", "White Hmong"),
        _words("Bao Chue Gao Houa Kao Koua Mai Nou Pa Paj Tou Xeng Yer Ying Zoua"),
        _words("Chang Cheng Hang Her Kong Lor Moua Thao Vang Vue Xiong Yang"),
    ),
    People(
        25,
        ("Oromo", "Afaan Oromo"),
        _words("Abdii Ayyaantuu Boonsaa Caaltuu Gammachuu Ibsaa Lalisee Obsaa Qabbanee Tolaa"),
        _words("Badhaasaa Dabalaa Fayyisaa Guutaa Jaarsoo Kabbadaa Magarsaa Nagaasaa"),
    ),
    People(
        15,
        ("Amharic", "am"),
        _words("Abeba Alemu Berhanu Desta Genet Hana Kebede Lulit Selam Tesfaye"),
        _words("Assefa Bekele Demissie Getachew Haile Mekonnen Tadesse Worku"),
    ),
    People(
        15,
        ("Arabic", "ar"),
        _words("Amal Basim Farida Hasan Jamila Karim Layla Nadia Sami Yasmin"),
        _words("Abbas Darwish Haddad Khoury Mansour Nasser Saleh Tawil"),
    ),
    People(
        12,
        ("Vietnamese", "Karen"),
        _words("An Binh Eh Hoa Hser Lan Linh Minh Mu Paw"),
        _words("Bui Dang Htoo Le Moo Nguyen Tran Win"),
    ),
    # what an office writes when it does not know: these families get English
    People(23, ("", "Declined", "Not recorded", "Other"), _ENGLISH_GIVEN, _ENGLISH_FAMILY),
)

SITE_WORDS = _words(
    "Tamarack Basswood Kestrel Juniper Otter Hackberry Bluestem Plover Larch Ironwood Heron Alder Meadowlark Balsam "
    "Sumac Kingfisher Aspen Bittern Hawthorn Muskrat Catkin Sandpiper Hazel Coneflower Pickerel"
)
SITE_FEATURES = _words("Lake Creek Prairie Hill Bend Grove Bluff Landing")

RELATIONSHIPS = ("parent", "guardian", "grandparent")
STAFF_ROLES = (
    *["teacher"] * 10,
    *("education support", "education support", "special education", "office", "nurse", "custodian", "bus driver"),
    *("counselor", "principal", "nutrition services"),
)
