"""Drawing: the diagram of the process as SVG for a page, readable without a viewer of BPMN."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from adapters.typesetting import width
from complaints.process_diagram import NodeKind, draw, labels

if TYPE_CHECKING:
    from collections.abc import Callable
    from enum import Enum

    from complaints.process_diagram import Diagram, Flow, Node

_SVG = "http://www.w3.org/2000/svg"
_INK, _PAPER, _STAGE, _LINE, _QUIET = "#1f2933", "#ffffff", "#e8f0f7", "#52606d", "#3e4c59"
_FONT = "system-ui, 'Noto Sans', 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', sans-serif"
_COLUMNS = 14
"""Of a stage's box; a Chinese character fills two."""
_LINE_HEIGHT = 17


def process_as_svg(called: Callable[[Enum], str], *, title: str) -> str:
    """The process as one SVG element; attributes only, since pages allow no styles within."""
    ET.register_namespace("", _SVG)
    diagram = draw(called)
    wide, high = diagram.size
    root = ET.Element(_tag("svg"), {"viewBox": f"0 0 {wide} {high}", "role": "img", "font-family": _FONT})
    _add(root, "title", title)
    _add_arrowhead(root)
    _add(root, "rect", width=str(wide), height=str(high), fill=_PAPER)
    for flow in diagram.flows:
        _add_flow(root, flow)
    for node in diagram.nodes:
        _add_node(root, node)
    _add_labels(root, diagram)
    return ET.tostring(root, encoding="unicode")


def _tag(name: str) -> str:
    return f"{{{_SVG}}}{name}"


def _add(parent: ET.Element, tag: str, text: str = "", /, **attributes: str) -> ET.Element:
    child = ET.SubElement(parent, _tag(tag), {key.replace("_", "-"): value for key, value in attributes.items()})
    child.text = text or None
    return child


def _add_arrowhead(root: ET.Element) -> None:
    head = {"id": "arrowhead", "viewBox": "0 0 10 10", "refX": "10", "refY": "5", "orient": "auto-start-reverse"}
    marker = ET.SubElement(_add(root, "defs"), _tag("marker"), {**head, "markerWidth": "7", "markerHeight": "7"})
    _add(marker, "path", d="M0 0L10 5L0 10z", fill=_LINE)


def _add_flow(root: ET.Element, flow: Flow) -> None:
    path = "M" + "L".join(f"{x} {y}" for x, y in flow.points)
    _add(root, "path", d=path, fill="none", stroke=_LINE, stroke_width="1.5", marker_end="url(#arrowhead)")


def _add_node(root: ET.Element, node: Node) -> None:
    (x, y), (wide, high), (middle_x, middle_y) = node.place, node.size, node.middle
    if node.kind is NodeKind.GATEWAY:
        corners = f"{x},{middle_y} {middle_x},{y} {x + wide},{middle_y} {middle_x},{y + high}"
        _add(root, "polygon", points=corners, fill=_PAPER, stroke=_INK, stroke_width="1.5")
        cross = f"M{middle_x - 7} {middle_y - 7}l14 14m0 -14l-14 14"
        _add(root, "path", d=cross, stroke=_INK, stroke_width="2.5", fill="none")
        return
    if node.kind in {NodeKind.START, NodeKind.END}:
        thick = "4" if node.kind is NodeKind.END else "1.5"
        radius = str(wide // 2)
        circle = {"cx": str(middle_x), "cy": str(middle_y), "r": radius, "fill": _PAPER, "stroke": _INK}
        _add(root, "circle", **circle, stroke_width=thick)
        return
    box = {"x": str(x), "y": str(y), "width": str(wide), "height": str(high), "rx": "8"}
    _add(root, "rect", **box, fill=_STAGE, stroke=_INK, stroke_width="1.5")
    _add_title(root, node)


def _add_title(root: ET.Element, node: Node) -> None:
    """The name of a stage in its box, broken over lines."""
    lines = _broken(node.name)
    top = node.middle[1] + 5 - (len(lines) - 1) * _LINE_HEIGHT // 2
    for nth, line in enumerate(lines):
        at = {"x": str(node.middle[0]), "y": str(top + nth * _LINE_HEIGHT)}
        _add(root, "text", line, **at, text_anchor="middle", font_size="14", fill=_INK)


def _broken(name: str) -> list[str]:
    lines: list[str] = []
    for word in name.replace("-", "-\u200b").replace("\u200b", " ").split():
        joint = "" if lines and lines[-1].endswith("-") else " "
        if lines and width(lines[-1] + joint + word) <= _COLUMNS:
            lines[-1] += joint + word
        else:
            lines.append(word)
    return lines


def _add_labels(root: ET.Element, diagram: Diagram) -> None:
    for text, (x, y), wide in labels(diagram):
        is_towards_left = any(flow.label == (x, y) and flow.points[-1][0] < flow.points[0][0] for flow in diagram.flows)
        at = {"x": str(x + wide if is_towards_left else x), "y": str(y + 13)}
        anchor = "end" if is_towards_left else "start"
        _add(root, "text", text, **at, text_anchor=anchor, font_size="12.5", fill=_QUIET)
