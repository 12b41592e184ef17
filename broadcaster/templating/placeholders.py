"""What a wording's Jinja may do: name fields, ask about them, go through lists. All else is a fault with its line.

Per-family values become the provider's substitutions, which are scalars: they can stand by themselves and nothing more.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from jinja2 import TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from broadcaster.templating.nearest import nearest
from broadcaster.templating.template import OF_THE_DISTRICT, PER_FAMILY, FieldType

#: The filters that wordings may use. `short` is ours: a date, time or number in few characters.
FILTERS = ("capitalize", "first", "join", "last", "length", "lower", "short", "upper")
_TRANSPARENT = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Const,
    nodes.If,
    nodes.CondExpr,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Compare,
    nodes.Operand,
    nodes.List,
    nodes.Tuple,
)
_CAN = "a wording can name fields, ask about them ({% if %}), and go through lists ({% for %})"


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a text. `line` counts from 1 in that text."""

    line: int
    wrong: str
    right: str


@dataclass(slots=True)
class Uses:
    """What a text names, and what is wrong with it."""

    names: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)


def inspect(source: str, fields: Mapping[str, FieldType]) -> Uses:
    """The names that a text uses of `fields`, PER_FAMILY and OF_THE_DISTRICT, and each mistake in it."""
    uses = Uses()
    try:
        tree = ImmutableSandboxedEnvironment().parse(source)
    except TemplateSyntaxError as error:
        problem = Problem(
            error.lineno,
            (error.message or "this is not Jinja").rstrip("."),
            "write {{ field }} or {% if field %} ... {% endif %}",
        )
        uses.problems.append(problem)
        return uses
    _Walk(fields, uses).visit(tree, frozenset())
    uses.problems.sort(key=lambda problem: problem.line)
    return uses


@dataclass(frozen=True, slots=True)
class _Walk:
    fields: Mapping[str, FieldType]
    uses: Uses

    def visit(self, node: nodes.Node, loop_names: frozenset[str]) -> None:
        if isinstance(node, nodes.For):
            self._loop(node, loop_names)
        elif isinstance(node, nodes.Filter):
            self._filter(node, loop_names)
        elif isinstance(node, nodes.Name):
            self._name(node, loop_names, alone=False)
        elif isinstance(node, nodes.Output):
            for shown in node.nodes:
                if isinstance(shown, nodes.Name):
                    self._name(shown, loop_names, alone=True)
                else:
                    self.visit(shown, loop_names)
        elif isinstance(node, _TRANSPARENT):
            for child in node.iter_child_nodes():
                self.visit(child, loop_names)
        elif not self._is_loop_position(node):
            self._problem(node, f"{type(node).__name__} is more than a wording can do", _CAN)

    def _loop(self, node: nodes.For, loop_names: frozenset[str]) -> None:
        source: nodes.Node = node.iter
        self.visit(source, loop_names)
        if isinstance(source, nodes.Name) and self.fields.get(source.name, FieldType.LIST) is not FieldType.LIST:
            self._problem(node, f"{source.name} is no list", "only a field of type list can be gone through")
        inside = loop_names | {name.name for name in _targets(node.target)} | {"loop"}
        for child in (*node.body, *node.else_):
            self.visit(child, inside)
        if node.test is not None:
            self.visit(node.test, inside)

    def _filter(self, node: nodes.Filter, loop_names: frozenset[str]) -> None:
        if node.name not in FILTERS:
            self._problem(node, f"there is no filter {node.name}", nearest(node.name, FILTERS))
        for child in node.iter_child_nodes():
            self.visit(child, loop_names)

    def _name(self, node: nodes.Name, loop_names: frozenset[str], *, alone: bool) -> None:
        name = node.name
        if name in loop_names:
            return
        if name in PER_FAMILY and not alone:
            right = f"it can only stand by itself, as {{{{ {name} }}}}: no condition, loop or filter can use it"
            self._problem(node, f"{name} is a per-family value in an expression", right)
        elif name not in PER_FAMILY and name not in OF_THE_DISTRICT and name not in self.fields:
            known = [*self.fields, *PER_FAMILY, *OF_THE_DISTRICT]
            self._problem(node, f"there is no field {name}", nearest(name, known))
        elif alone and self.fields.get(name) is FieldType.BOOLEAN:
            self._problem(node, f"{name} is a yes or no", f"ask for it: {{% if {name} %}} ... {{% endif %}}")
        self.uses.names.add(name)

    def _is_loop_position(self, node: nodes.Node) -> bool:
        """`loop.last` and its like."""
        return (
            isinstance(node, nodes.Getattr)
            and isinstance(node.node, nodes.Name)
            and node.node.name == "loop"
            and node.attr in ("first", "last", "index")
        )

    def _problem(self, node: nodes.Node, wrong: str, right: str) -> None:
        self.uses.problems.append(Problem(node.lineno, wrong, right))


def _targets(target: nodes.Node) -> Iterator[nodes.Name]:
    if isinstance(target, nodes.Name):
        yield target
    yield from target.find_all(nodes.Name)
