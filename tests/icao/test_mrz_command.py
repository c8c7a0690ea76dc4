import io
import json

import pytest
from django.core.management.base import CommandError, OutputWrapper

from documents.management.commands.mrz import Command
from icao.cli import read_command, write_command
from icao.mrz import PartialDate
from tests.icao.vectors import PERU, TODAY, ZONES

TD3 = "\n".join(ZONES["9303-4 specimen TD3"][1])
TD1 = "\n".join(ZONES["9303-5 App. A TD1"][1])
MRV_B = "\n".join(ZONES["9303-7 App. B.2 MRV-B"][1])


def run(command, text):
    out = io.StringIO()
    code = command(io.StringIO(text), out, today=TODAY)
    return code, out.getvalue()


def test_one_zone_gives_one_object():
    code, out = run(read_command, TD3)
    answer = json.loads(out)
    assert code == 0
    assert (answer["format"], answer["valid"]) == ("TD3", True)
    assert answer["fields"]["number"] == "L898902C3"
    assert [check["field"] for check in answer["checks"]] == [
        "number",
        "birth_date",
        "expiry_date",
        "optional",
        "composite",
    ]
    assert {check["expected"] == check["found"] for check in answer["checks"]} == {True}


def test_an_invalid_zone_exits_with_1_and_says_why():
    code, out = run(read_command, TD3.replace("C36UTO", "C37UTO"))
    answer = json.loads(out)
    assert code == 1
    assert answer["valid"] is False
    number = answer["checks"][0]
    assert (number["field"], number["expected"], number["found"], number["ok"]) == ("number", "6", "7", False)


@pytest.mark.parametrize("text", ["", "nothing here"])
def test_no_zone_exits_with_1(text):
    code, out = run(read_command, text)
    assert code == 1
    assert json.loads(out)["problems"][0]["code"] == "no_zone"


def test_several_zones_parted_by_blank_lines():
    code, out = run(read_command, f"Three zones:\n\n{TD3}\n\n{TD1}\n \n\n{MRV_B}\n")
    assert code == 0
    assert [answer["format"] for answer in json.loads(out)] == ["TD3", "TD1", "MRV-B"]
    code, out = run(read_command, f"{TD3}\n\n{TD1.replace('6', '5')}")
    assert code == 1
    assert [answer["valid"] for answer in json.loads(out)] == [True, False]


def test_lines_of_one_zone_may_stand_apart():
    code, out = run(read_command, "\n\n".join((TD3 + "\n" + TD1).splitlines()))
    assert code == 0
    assert [answer["format"] for answer in json.loads(out)] == ["TD3", "TD1"]


def spec(name):
    mrz_format, lines, given = PERU[name]
    answer = json.loads(run(read_command, "\n".join(lines))[1])
    return {"format": mrz_format, **answer["fields"], **given}, "\n".join(lines)


@pytest.mark.parametrize("name", PERU)
def test_json_becomes_lines(name):
    given, lines = spec(name)
    code, out = run(write_command, json.dumps(given))
    assert (code, out) == (0, lines + "\n")


def test_what_read_prints_write_takes():
    read_out = run(read_command, f"{TD3}\n\n{TD1}")[1]
    assert run(write_command, read_out) == (0, f"{TD3}\n\n{TD1}\n")


def test_a_list_becomes_zones_parted_by_blank_lines():
    given, lines = spec("made up, PP")
    assert run(write_command, json.dumps([given, given])) == (0, f"{lines}\n\n{lines}\n")


def test_partly_unknown_birth_dates_from_json():
    given, _ = spec("made up, PP")
    out = run(write_command, json.dumps(given | {"birth_date": "1990-05-00"}))[1]
    assert "9005<<" in out
    assert json.loads(run(read_command, out)[1])["fields"]["birth_date"] == "1990-05-00"
    assert PartialDate.parse("1990-05-00").mrz() == "9005<<"


def test_errors_name_zone_and_field_and_nothing_is_written():
    given, _ = spec("made up, PP")
    code, out = run(write_command, json.dumps([given, given | {"sex": "Q", "issuer": "ZZZ"}]))
    assert code == 1
    found = {(error["zone"], error["field"], error["code"]) for error in json.loads(out)["errors"]}
    assert found == {(2, "sex", "sex_invalid"), (2, "issuer", "unknown_issuer")}


@pytest.mark.parametrize("text", ["", "{", "7", "null", '["x"]', "[[]]"])
def test_bad_json_is_an_error_and_no_traceback(text):
    code, out = run(write_command, text)
    assert code == 1
    assert json.loads(out)["errors"][0]["message"]


def command(monkeypatch, action, file, text=""):
    out = io.StringIO()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode()), encoding="ascii"))
    Command(stdout=OutputWrapper(out)).handle(action=action, file=file)
    return out.getvalue()


def test_manage_py_mrz_reads_files_and_the_standard_input(monkeypatch, tmp_path):
    given, lines = spec("made up, PP")
    (tmp_path / "zone.txt").write_text(lines, encoding="utf-8")
    from_file = command(monkeypatch, "read", str(tmp_path / "zone.txt"))
    assert json.loads(from_file)["valid"] is True
    assert command(monkeypatch, "read", "-", lines) == from_file
    given |= {"birth_date": "1985-02-28"}
    assert command(monkeypatch, "write", "-", json.dumps(given, ensure_ascii=False)) == lines + "\n"


def test_manage_py_mrz_exits_with_1(monkeypatch, tmp_path):
    with pytest.raises(SystemExit) as caught:
        command(monkeypatch, "read", "-", "nothing")
    assert caught.value.code == 1
    with pytest.raises(CommandError, match="No such file"):
        command(monkeypatch, "read", str(tmp_path / "none.txt"))
