"""BPMN 2.0: the diagram of the process as a file that any viewer of that standard opens."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from complaints.process_diagram import NodeKind, draw

if TYPE_CHECKING:
    from collections.abc import Callable
    from enum import Enum

    from complaints.process_diagram import Diagram, Flow, Node

_MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
_SPACES = {
    "bpmn": _MODEL,
    "bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "di": "http://www.omg.org/spec/DD/20100524/DI",
}
_PROCESS = "complaint"
_LABEL_HEIGHT = 16


def process_as_bpmn(called: Callable[[Enum], str], *, title: str, about: str) -> bytes:
    """The process as an XML file; `called` names stages, exits and outcomes, `about` says where it comes from."""
    for prefix, space in _SPACES.items():
        ET.register_namespace(prefix, space)
    diagram = draw(called)
    root = ET.Element(
        _tag("bpmn:definitions"),
        {"id": "redress", "targetNamespace": "https://redress.example/bpmn", "exporter": "Redress"},
    )
    _add_process(root, diagram, title=title, about=about)
    _add_drawing(root, diagram)
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def _tag(name: str) -> str:
    prefix, _, local = name.partition(":")
    return f"{{{_SPACES[prefix]}}}{local}"


def _add(parent: ET.Element, tag: str, text: str = "", /, **attributes: str) -> ET.Element:
    child = ET.SubElement(parent, _tag(tag), attributes)
    child.text = text or None
    return child


def _add_process(root: ET.Element, diagram: Diagram, *, title: str, about: str) -> None:
    process = _add(root, "bpmn:process", id=_PROCESS, name=title, isExecutable="false")
    _add(process, "bpmn:documentation", about)
    for node in diagram.nodes:
        named = {"name": node.name} if node.name else {}
        shape = _add(process, f"bpmn:{node.kind}", id=node.id, **named)
        incoming = [flow for flow in diagram.flows if flow.target == node.id]
        outgoing = [flow for flow in diagram.flows if flow.source == node.id]
        for flow in incoming:
            _add(shape, "bpmn:incoming", flow.id)
        for flow in outgoing:
            _add(shape, "bpmn:outgoing", flow.id)
        if node.kind is NodeKind.GATEWAY:
            shape.set("gatewayDirection", "Diverging" if len(outgoing) > 1 else "Converging")
    for flow in diagram.flows:
        named = {"name": flow.name} if flow.name else {}
        _add(process, "bpmn:sequenceFlow", id=flow.id, **named, sourceRef=flow.source, targetRef=flow.target)


def _add_drawing(root: ET.Element, diagram: Diagram) -> None:
    drawing = _add(root, "bpmndi:BPMNDiagram", id="drawing")
    plane = _add(drawing, "bpmndi:BPMNPlane", id="plane", bpmnElement=_PROCESS)
    for node in diagram.nodes:
        _add_shape(plane, node)
    for flow in diagram.flows:
        _add_edge(plane, flow)


def _add_shape(plane: ET.Element, node: Node) -> None:
    marked = {"isMarkerVisible": "true"} if node.kind is NodeKind.GATEWAY else {}
    shape = _add(plane, "bpmndi:BPMNShape", id=f"{node.id}_shape", bpmnElement=node.id, **marked)
    _add_bounds(shape, node.place, node.size)
    if node.kind is NodeKind.END:
        label = _add(shape, "bpmndi:BPMNLabel")
        _add_bounds(label, (node.right[0] + 8, node.middle[1] - _LABEL_HEIGHT // 2), (150, _LABEL_HEIGHT))


def _add_edge(plane: ET.Element, flow: Flow) -> None:
    edge = _add(plane, "bpmndi:BPMNEdge", id=f"{flow.id}_edge", bpmnElement=flow.id)
    for x, y in flow.points:
        _add(edge, "di:waypoint", x=str(x), y=str(y))
    if flow.label:
        _add_bounds(_add(edge, "bpmndi:BPMNLabel"), flow.label, (flow.label_width, _LABEL_HEIGHT))


def _add_bounds(parent: ET.Element, place: tuple[int, int], size: tuple[int, int]) -> None:
    (x, y), (width, height) = place, size
    _add(parent, "dc:Bounds", x=str(x), y=str(y), width=str(width), height=str(height))
