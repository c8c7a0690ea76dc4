"""A procedure as BPMN 2.0, to be opened in any modeller (OMG formal/2013-12-09; :func:`export`).

Built from viewflow's graph and layout. Its own exporter needs viewflow's screens to be installed and leaves the ways
out of a gateway without conditions; this one names the default way and says what the others ask.
"""

from xml.etree import ElementTree as ET

from django.utils.translation import gettext as _
from viewflow.workflow import chart

from cases.diagram import title_of
from cases.flow import Procedure

MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
NAMESPACES = {
    "bpmn": MODEL,
    "bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "di": "http://www.omg.org/spec/DD/20100524/DI",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
}
TARGET = "https://sugm.example/procesos"


def _tag(prefix: str, name: str) -> str:
    return f"{{{NAMESPACES[prefix]}}}{name}"


def export(flow_class: type[Procedure]) -> bytes:
    """The procedure with titles in the language in force. Not executable elsewhere: it documents what runs here."""
    grid = chart.calc_layout_data(flow_class)
    cells = [cell for cell in grid.cells if getattr(cell.node, "bpmn_element", None)]
    drawn = {cell.node for cell in cells}
    ids = {id(edge): f"flow_{number}" for number, edge in enumerate(grid.edges, 1)}
    edges = [edge for edge in grid.edges if edge.src in drawn and edge.dst in drawn]
    # the layout's edges carry the labels of the language in which the process was started
    labels = {(edge.src, edge.dst): edge.label for node in drawn for edge in node._outgoing()}
    for edge in edges:
        edge.label = labels[edge.src, edge.dst]

    for prefix, address in NAMESPACES.items():
        ET.register_namespace(prefix, address)
    root = ET.Element(_tag("bpmn", "definitions"), {"id": "definitions", "targetNamespace": TARGET})
    name = f"process_{flow_class.code}"
    process = ET.SubElement(
        root, _tag("bpmn", "process"), {"id": name, "name": str(flow_class.title), "isExecutable": "false"}
    )
    for cell in cells:
        _element(process, cell.node, [edge for edge in edges if cell.node in (edge.src, edge.dst)], ids)
    for edge in edges:
        flow = ET.SubElement(
            process,
            _tag("bpmn", "sequenceFlow"),
            {"id": ids[id(edge)], "sourceRef": f"node_{edge.src.name}", "targetRef": f"node_{edge.dst.name}"},
        )
        if edge.label:
            flow.set("name", str(edge.label))
        if _conditional(edge):
            condition = ET.SubElement(
                flow, _tag("bpmn", "conditionExpression"), {_tag("xsi", "type"): "bpmn:tExpression"}
            )
            condition.text = str(edge.label or _("condition"))
    _drawing(root, name, cells, edges, ids)
    ET.indent(root)
    return ET.tostring(root, encoding="UTF-8", xml_declaration=True)


def _conditional(edge) -> bool:
    return edge.src.bpmn_element == "exclusiveGateway" and edge.edge_class == "cond_true"


def _element(process: ET.Element, node, edges: list, ids: dict[int, str]) -> None:
    attributes = {"id": f"node_{node.name}", "name": title_of(node)}
    attributes.update(node.bpmn_attrs() or {})
    default = next((e for e in edges if e.src is node and e.edge_class == "default"), None)
    if node.bpmn_element == "exclusiveGateway" and default is not None:
        attributes["default"] = ids[id(default)]
    element = ET.SubElement(process, _tag("bpmn", node.bpmn_element), attributes)
    description = getattr(node, "task_description", "")
    if description:
        ET.SubElement(element, _tag("bpmn", "documentation")).text = str(description)
    for kind, end in (("incoming", "dst"), ("outgoing", "src")):
        for edge in edges:
            if getattr(edge, end) is node:
                ET.SubElement(element, _tag("bpmn", kind)).text = ids[id(edge)]
    if getattr(node, "_multi_instance", False):
        ET.SubElement(element, _tag("bpmn", "multiInstanceLoopCharacteristics"), {"isSequential": "false"})


def _drawing(root: ET.Element, process: str, cells: list, edges: list, ids: dict[int, str]) -> None:
    diagram = ET.SubElement(root, _tag("bpmndi", "BPMNDiagram"), {"id": "diagram"})
    plane = ET.SubElement(diagram, _tag("bpmndi", "BPMNPlane"), {"id": "plane", "bpmnElement": process})
    for cell in cells:
        shape = ET.SubElement(
            plane,
            _tag("bpmndi", "BPMNShape"),
            {"id": f"shape_{cell.node.name}", "bpmnElement": f"node_{cell.node.name}"},
        )
        bounds = {name: str(getattr(cell.shape, name)) for name in ("x", "y", "width", "height")}
        ET.SubElement(shape, _tag("dc", "Bounds"), bounds)
    for edge in edges:
        drawn = ET.SubElement(
            plane, _tag("bpmndi", "BPMNEdge"), {"id": f"edge_{ids[id(edge)]}", "bpmnElement": ids[id(edge)]}
        )
        for x, y in edge.segments:
            ET.SubElement(drawn, _tag("di", "waypoint"), {"x": str(x), "y": str(y)})
