"""Made-up values, so that a wording can be seen and checked before there is a broadcast."""

from collections.abc import Mapping

from broadcaster.templating.template import Field, FieldType, Template

#: One family's own values.
FAMILY: Mapping[str, str] = {
    "student_names": "Amina and Yusuf",
    "school": "Lake Harriet School",
    "grade": "4",
    "absence_date": "11/24/2026",
    "data_involved": "your name, your address and your child's date of birth",
    "unsubscribe": "https://alerts.example.org/stop/sample",
    "acknowledge": "https://alerts.example.org/read/sample",
}

_BY_TYPE: Mapping[FieldType, str] = {
    FieldType.TEXT: "an example",
    FieldType.NUMBER: "15",
    FieldType.DATE: "2026-11-24",
    FieldType.TIME: "15:30",
    FieldType.DATETIME: "2026-11-24 15:30",
    FieldType.BOOLEAN: "yes",
    FieldType.LIST: "one, two",
    FieldType.URL: "https://www.example.org/page",
    FieldType.EMAIL: "office@example.org",
    FieldType.PHONE: "612-555-0100",
}


def barest(template: Template) -> dict[str, str]:
    """As a person would give them: sample values for the required fields that have no default, nothing else."""
    return {field.name: _sample(field) for field in template.fields if field.required and not field.default}


def fullest(template: Template) -> dict[str, str]:
    """A sample value for every field that has no default."""
    return {field.name: field.default or _sample(field) for field in template.fields}


def _sample(field: Field) -> str:
    return field.choices[0] if field.type is FieldType.CHOICE else _BY_TYPE[field.type]
