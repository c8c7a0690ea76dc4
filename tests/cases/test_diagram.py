"""The flow of a case: states, ways gone, outline, picture, and its export as BPMN."""

from xml.etree import ElementTree as ET

import pytest
from django.utils import translation
from viewflow import this

from cases import bpmn, services
from cases.diagram import State, links_of, outline, progress, straight_way, track
from cases.flow import End, Gateway, Procedure, Start
from cases.models import Ground, Outcome, Task
from cases.picture import picture
from tests import factories as f
from tests.flows import answer_all, assess, decide, interview, to_decision
from visas.flows import VisaFlow

FLOW = VisaFlow.instance


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def house(db):
    return f.ministry()


@pytest.fixture
def case(house):
    return f.visa_case(house)


def now(case, *, linked: bool = True):
    tasks = list(Task.objects.filter(process=case).select_related("owner").order_by("pk"))
    return progress(VisaFlow, tasks, links_of(case.pk, tasks) if linked else None), tasks


def states(case, **kwargs) -> dict[str, State]:
    return {node.name: state for node, state in now(case, **kwargs)[0].states.items()}


# --- states ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("linked", [True, False])
def test_done_active_to_come_and_passed_by(house, case, linked):
    to_decision(case, house)
    found = states(case, linked=linked)
    for name in ("register", "filed", "checks", "hits", "authorisation", "conversation", "interview", "assess"):
        assert found[name] == State.DONE, name
    assert found["decide"] == State.ACTIVE
    for name in ("decided", "assign", "issue", "quality", "deliver", "granted", "refuse", "denied"):
        assert found[name] == State.PENDING, name
    for name in ("correct", "corrected", "adjudicate", "authorise", "not_filed"):
        assert found[name] == State.SKIPPED, name


def test_a_returned_case_has_its_step_active_again_and_the_way_back_marked(house, case):
    to_decision(case, house)
    decide(case, house.consul, "return", text="Falta algo")
    found, _tasks = now(case)
    assert found.states[FLOW.node("assess")] == State.ACTIVE
    assert found.states[FLOW.node("decided")] == State.DONE
    assert (FLOW.node("decided"), FLOW.node("assess")) in found.travelled
    assert (FLOW.node("decided"), FLOW.node("refuse")) not in found.travelled


def test_a_stopped_step_is_failed_and_an_ended_case_has_nothing_to_come(house, case):
    to_decision(case, house)
    decide(case, house.consul, "grant")
    step = Task.objects.get(process=case, finished__isnull=True)
    for _attempt in range(step.flow_task.attempts):
        services.record_step_failure(step, error=OSError())
    assert states(case)["assign"] == State.FAILED
    services.close_case(case, actor=house.consul, outcome="void", ground=Ground.objects.get(code="duplicada"))
    found = states(case)
    assert found["assign"] == State.CANCELLED and State.PENDING not in found.values()


# --- in words ----------------------------------------------------------------------------------------------------


def test_the_outline_tells_who_and_when_in_order(house, case):
    to_decision(case, house)
    found, tasks = now(case)
    steps = outline(VisaFlow, tasks, found.states)
    assert [step.node for step in steps[:5]] == ["register", "checks", "interview", "assess", "recheck"]
    assert [step.who for step in steps[:4]] == ["L. Rojas", "", "R. Quispe", "R. Quispe"]
    assert steps[0].at and (steps[5].node, steps[5].state) == ("decide", State.ACTIVE)
    assert {step.node for step in steps[6:]} >= {"assign", "issue", "refuse", "quality", "recheck_delivery", "deliver"}


def test_the_strip_ends_with_the_outcome_of_an_ended_case(house, case):
    services.close_case(case, actor=house.consul, outcome="withdrawn", ground=Ground.objects.get(code="procedimiento"))
    found, _tasks = now(case)
    assert [step.label for step in track(VisaFlow, found.states, "withdrawn")] == ["Registration", "Withdrawn"]


def test_steps_that_only_some_cases_need_say_so(house, case):
    found, _tasks = now(case)
    notes = {step.node: step.note for step in track(VisaFlow, found.states)}
    assert notes["authorise"] == notes["adjudicate"] == "if needed"
    assert notes["decide"] == notes["deliver"] == ""


# --- the picture -------------------------------------------------------------------------------------------------


class Loops(Procedure):
    """Ways back from the side, two ends, no end that grants."""

    process_title = "Loops"
    begin = Start(right="register").Next(this.which)
    which = Gateway("Which?").Case(this.again, lambda a: True).Case(this.stop)
    again = Gateway("Again?").Case(this.which, lambda a: True).Case(this.other)
    stop = End(outcome=Outcome.DENIED)
    other = End(outcome=Outcome.VOID)


@pytest.mark.parametrize("flow_class", [VisaFlow, Loops])
def test_no_two_shapes_overlap_and_every_edge_is_drawn(flow_class):
    drawn = picture(flow_class, progress(flow_class, []))
    nodes = list(flow_class.instance.nodes())
    assert {shape.node for shape in drawn.shapes} == set(nodes)
    assert len(drawn.lines) == sum(len(list(node._outgoing())) for node in nodes)
    for one in drawn.shapes:
        assert one.left >= 0 and one.right <= drawn.width and one.top >= 0 and one.bottom <= drawn.height
        for two in drawn.shapes:
            apart = one.right < two.left or two.right < one.left or one.bottom < two.top or two.bottom < one.top
            assert one is two or apart, (one.node.name, two.node.name)
    for line in drawn.lines:
        for (x1, y1), (x2, y2) in zip(line.points, line.points[1:], strict=False):
            assert x1 == x2 or y1 == y2, "lines run straight"
            assert min(x1, x2) >= 0 and max(x1, x2) <= drawn.width


def test_the_straight_way_is_what_no_granted_case_is_spared():
    names = [node.name for node in straight_way(VisaFlow)]
    assert names[0] == "register" and names[-1] == "granted"
    assert {"checks", "assess", "decide", "issue", "deliver"} <= set(names)
    assert {"correct", "adjudicate", "interview", "authorise", "refuse"}.isdisjoint(names)


def test_lines_cross_no_shape():
    drawn = picture(VisaFlow, progress(VisaFlow, []))
    for line in drawn.lines:
        for (x1, y1), (x2, y2) in zip(line.points, line.points[1:], strict=False):
            for shape in drawn.shapes:
                inside_x = min(x1, x2) < shape.right - 1 and max(x1, x2) > shape.left + 1
                inside_y = min(y1, y2) < shape.bottom - 1 and max(y1, y2) > shape.top + 1
                assert not (inside_x and inside_y), (line.path, shape.node.name)


def test_the_way_gone_is_marked(house, case):
    answer_all(case)
    interview(case, house.analyst)
    assess(case, house.analyst)
    drawn = picture(VisaFlow, now(case)[0])
    assert sum(line.travelled for line in drawn.lines) == 10
    assert next(shape for shape in drawn.shapes if shape.node.name == "decide").state == State.ACTIVE


# --- BPMN --------------------------------------------------------------------------------------------------------


@pytest.fixture
def exported():
    return ET.fromstring(bpmn.export(VisaFlow))


def tag(name: str) -> str:
    return f"{{{bpmn.MODEL}}}{name}"


def test_the_export_keeps_the_rules_of_bpmn(exported):
    process = exported.find(tag("process"))
    nodes = {each.get("id"): each for each in process if each.tag != tag("sequenceFlow")}
    flows = {each.get("id"): each for each in process.findall(tag("sequenceFlow"))}
    every = [each.get("id") for each in exported.iter() if each.get("id")]
    assert len(every) == len(set(every)), "an id names one thing"
    assert len(nodes) == len(list(FLOW.nodes())) and all(each.get("name") for each in nodes.values())
    incoming, outgoing = {}, {}
    for key, flow in flows.items():
        assert flow.get("sourceRef") in nodes and flow.get("targetRef") in nodes
        outgoing.setdefault(flow.get("sourceRef"), []).append(key)
        incoming.setdefault(flow.get("targetRef"), []).append(key)
    for key, node in nodes.items():
        assert [each.text for each in node.findall(tag("incoming"))] == incoming.get(key, [])
        assert [each.text for each in node.findall(tag("outgoing"))] == outgoing.get(key, [])
        kind = node.tag.rpartition("}")[2]
        assert (kind == "startEvent") == (key not in incoming)
        assert (kind == "endEvent") == (key not in outgoing)
    kinds = [node.tag.rpartition("}")[2] for node in nodes.values()]
    assert kinds.count("startEvent") == 1 and kinds.count("endEvent") == 3


def test_gateways_name_their_default_way_and_ask_on_the_others(exported):
    process = exported.find(tag("process"))
    flows = process.findall(tag("sequenceFlow"))
    conditional = {each.get("id") for each in flows if each.find(tag("conditionExpression")) is not None}
    gateways = process.findall(tag("exclusiveGateway"))
    assert gateways
    for gateway in gateways:
        ways = {each.text for each in gateway.findall(tag("outgoing"))}
        assert gateway.get("default") in ways
        assert ways - {gateway.get("default")} <= conditional


def test_the_checks_are_a_multi_instance_service_task(exported):
    checks = exported.find(f".//{tag('serviceTask')}[@id='node_checks']")
    loop = checks.find(tag("multiInstanceLoopCharacteristics"))
    assert loop is not None and loop.get("isSequential") == "false"
    asked = ("checks", "recheck", "recheck_delivery")
    assert len(exported.findall(f".//{tag('multiInstanceLoopCharacteristics')}")) == len(asked)


def test_everything_is_drawn(exported):
    di = bpmn.NAMESPACES["bpmndi"]
    shapes = {each.get("bpmnElement") for each in exported.iter(f"{{{di}}}BPMNShape")}
    edges = {each.get("bpmnElement"): len(list(each)) for each in exported.iter(f"{{{di}}}BPMNEdge")}
    process = exported.find(tag("process"))
    assert shapes == {each.get("id") for each in process if each.tag != tag("sequenceFlow")}
    assert set(edges) == {each.get("id") for each in process.findall(tag("sequenceFlow"))}
    assert all(points >= 2 for points in edges.values())


def test_titles_are_in_the_language_of_the_person():
    with translation.override("es-pe"):
        spanish = bpmn.export(VisaFlow).decode()
    with translation.override("en"):
        english = bpmn.export(VisaFlow).decode()
    assert 'name="Interview"' in english and 'name="observed"' in english
    assert 'name="observed"' in spanish or 'name="observada"' in spanish
