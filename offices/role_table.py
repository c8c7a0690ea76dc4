"""Role × act × procedure in plain words: for the page of roles and for the generated docs/roles.md."""

from dataclasses import dataclass

from django.utils import translation

from offices.roles import ROLES, Act, ProcedureCode, Role

DOCUMENT = "docs/roles.md"


@dataclass(frozen=True)
class RoleLine:
    """What one role may do: acts with the procedures in which it may, in the order of the acts."""

    code: str
    label: str
    acts: list[tuple[str, list[str]]]
    configures: bool
    reads: str


def role_lines() -> list[RoleLine]:
    """Every role, in the language in force."""
    lines = []
    for code in Role:
        role = ROLES[code]
        procedures = [str(each.label) for each in ProcedureCode if each.value in role.procedures]
        acts = [(str(act.label), procedures) for act in Act if act in role.acts]
        lines.append(RoleLine(code.value, str(code.label), acts, role.configures, str(role.reads.label)))
    return lines


def document() -> str:
    """``docs/roles.md``: in Spanish, for whoever has to check that the system gives what the norm gives."""
    with translation.override("es-pe"):
        lines = role_lines()
        acts = [(act, str(act.label)) for act in Act]
        text = [
            "# Funciones y permisos",
            "",
            "Documento generado por `manage.py roles` a partir de `offices/roles.py`; no se edita a mano.",
            "Un permiso vale en la oficina de la destinación y en las que dependen de ella, mientras dure aquella.",
            "Nadie obtiene un permiso de otra manera: ni por ser superusuario ni por pertenecer a un grupo.",
            "",
            "## Qué puede hacer cada función",
            "",
            "| Acto | " + " | ".join(line.label for line in lines) + " |",
            "|---|" + "---|" * len(lines),
        ]
        for act, label in acts:
            cells = ["sí" if act in ROLES[code].acts else "" for code in Role]
            text.append(f"| {label} | " + " | ".join(cells) + " |")
        text += ["", "## En qué trámites", ""]
        for line in lines:
            text += [f"### {line.label} (`{line.code}`)", ""]
            if line.configures:
                text.append("Configura el sistema en la administración. No ve el contenido de ningún expediente.")
            for act_label, procedures in line.acts:
                text.append(f"- {act_label}: {', '.join(procedures)}.")
            if line.acts:
                text.append(f"- Lectura de expedientes fuera de sus tareas: {line.reads[:1].lower()}{line.reads[1:]}.")
            text.append("")
        return "\n".join(text)
