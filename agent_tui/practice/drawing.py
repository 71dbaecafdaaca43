"""A scenario's conversations drawn: as lines to read, for Mermaid, for Graphviz; conditions in its file's words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

from agent_tui.domain.durations import write_duration
from agent_tui.packs.scenario import START, Edge, Node, Persona, Scenario, When

_SAID = 48  # characters of what is said that a line quotes


def tree(scenario: Scenario) -> Iterator[str]:
    """For people: each customer's points from the first on, and below each its ways on in the order they are tried."""
    for persona in scenario.personas.values():
        yield f"{persona.customer.name} ({persona.id})"
        for node in _in_order(persona):
            yield f"  {node.id}{_marks(node)}"
            for place, edge in enumerate(node.edges, 1):
                sign = "└─" if place == len(node.edges) else "├─"
                yield f"    {sign} {_condition(edge.when)} → {edge.goto}{_told(edge)}"
        yield ""


def mermaid(scenario: Scenario) -> Iterator[str]:
    """For Mermaid, as GitLab and GitHub draw it."""
    yield "flowchart LR"
    for persona in scenario.personas.values():
        yield f'  subgraph {_word(persona.id)}["{_entities(persona.customer.name)}"]'
        for node in _in_order(persona):
            here = _word(f"{persona.id}_{node.id}")
            yield f'    {here}["{_entities(node.id)}"]'
            for edge in node.edges:
                label = _entities(_condition(edge.when))
                yield f'    {here} -->|"{label}"| {_word(f"{persona.id}_{edge.goto}")}'
        yield f'    {_word(f"{persona.id}_end")}(["end"])'
        yield "  end"


def dot(scenario: Scenario) -> Iterator[str]:
    """For Graphviz, a cluster a customer."""
    yield f"digraph {_quoted(scenario.id)} {{"
    yield "  rankdir=LR;"
    for persona in scenario.personas.values():
        yield f"  subgraph {_quoted(f'cluster_{persona.id}')} {{"
        yield f"    label={_quoted(persona.customer.name)};"
        for node in _in_order(persona):
            here = _quoted(f"{persona.id}.{node.id}")
            yield f"    {here} [label={_quoted(node.id)}];"
            for edge in node.edges:
                there = _quoted(f"{persona.id}.{edge.goto}")
                yield f"    {here} -> {there} [label={_quoted(_condition(edge.when))}];"
        yield f"    {_quoted(f'{persona.id}.end')} [label={_quoted('end')}];"
        yield "  }"
    yield "}"


FORMATS: dict[str, Callable[[Scenario], Iterator[str]]] = {"tree": tree, "mermaid": mermaid, "dot": dot}
"""The drawings by name, the first one where nobody asks for another."""


def _in_order(persona: Persona) -> list[Node]:
    """The nodes as they are reached from the first one on; what nothing leads to stands last."""
    ahead, seen = [START], dict[str, Node]()
    while ahead:
        name = ahead.pop(0)
        node = persona.nodes.get(name)
        if node is not None and name not in seen:
            seen[name] = node
            ahead += [edge.goto for edge in node.edges]
    return list((seen | persona.nodes).values())


def _condition(when: When) -> str:
    told = []
    for name in when.__struct_fields__:
        value = getattr(when, name)
        if value in ("", (), None):
            continue
        if isinstance(value, re.Pattern):
            text = value.pattern
        elif isinstance(value, timedelta):
            text = write_duration(value)
        else:
            text = ", ".join(value) if isinstance(value, tuple) else str(value)
        told.append(f"{name} {text}")
    return "; ".join(told) or "–"


def _told(edge: Edge) -> str:
    """What is said on the way, and what it does to the mood."""
    words = " ".join(edge.says.text.split()) if edge.says is not None else ""
    said = f"  “{words[:_SAID]}{'…' * (len(words) > _SAID)}”" if words else ""
    return said + (f"  mood {edge.mood:+}" if edge.mood else "")


def _marks(node: Node) -> str:
    marks = {None: "", True: "  accepts the plan", False: "  declines the plan"}[node.accepts]
    return marks + ("  still unsolved" if node.unsolved else "")


def _word(text: str) -> str:
    """A name that Mermaid takes: its own word `end` is none."""
    return "n_" + re.sub(r"\W", "_", text)


def _entities(text: str) -> str:
    return text.replace("&", "#amp;").replace('"', "#quot;").replace("<", "#lt;").replace(">", "#gt;")


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
