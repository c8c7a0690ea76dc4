"""What people of the demonstration write: purposes, interviews, reasons."""

PURPOSES = {
    "turista": ("Turismo en Cusco y Machu Picchu", "Visita a familiares en Lima", "Turismo en Arequipa y el Colca"),
    "negocios": ("Reuniones con proveedores de café en Jaén", "Feria textil en Lima", "Visita a una planta en Callao"),
    "transito": ("Escala en Lima hacia otro país",),
    "humanitaria": ("Reunión con su hijo, residente en Trujillo", "Tratamiento médico en Lima"),
    "trabajador": ("Contrato de trabajo en una empresa minera", "Contrato como docente de idiomas"),
    "formacion": ("Maestría en una universidad de Lima", "Semestre de intercambio en Arequipa"),
    "familiar-residente": ("Residir con su cónyuge en el Perú", "Residir con su madre en el Perú"),
    "periodista": ("Reportaje sobre la cuenca del Amazonas",),
    "diplomatico": ("Designación en una misión acreditada en Lima",),
    "oficial": ("Comisión oficial de su Gobierno",),
    "cooperante": ("Proyecto de agua y saneamiento en Puno",),
    "religioso": ("Labor pastoral en una diócesis de la sierra",),
    "": ("Residir en el Perú según la calidad solicitada",),
}
HOSTS = (
    "Jr. Inventado 245, Cusco", "Av. Imaginaria 1180, Miraflores, Lima", "Calle Ficticia 32, Arequipa",
    "Psje. Supuesto 7, Trujillo", "Av. de la Fábula 540, San Isidro, Lima",
)  # fmt: skip
SPONSORS = (
    "Comercial Ficticia S.A.C.", "Minera Imaginaria S.A.", "Universidad de la Invención", "Rocío Muñozquiri Yañezpuma",
)  # fmt: skip
# purpose, ties, means, summary
INTERVIEWS = (
    (
        "convincing",
        "convincing",
        "convincing",
        "Responde con claridad; itinerario y medios coinciden.",
    ),
    ("convincing", "doubtful", "convincing", "Propósito claro. Los vínculos se apoyan en un empleo reciente."),
    ("convincing", "convincing", "doubtful", "Viaje pagado por un familiar; entrega la carta y sus movimientos."),
    ("doubtful", "convincing", "convincing", "Explica el motivo con vacilación; los documentos lo respaldan."),
)
BAD_INTERVIEW = ("unconvincing", "doubtful", "doubtful", "No precisa fechas ni lugares; contradice lo que presentó.")
GOOD = (
    "Expediente completo y coherente; se propone otorgar.",
    "Acredita medios, propósito y retorno; sin observaciones de las entidades consultadas.",
    "La documentación es conforme y la entrevista la respalda.",
)
BAD = "No se acreditan las condiciones que la calidad solicitada exige; se propone denegar."
APPROVED = ("", "Conforme con la propuesta.", "Conforme.")
WEIGHED = "Ponderado lo que las entidades no pudieron responder, procede otorgar."
REFUSED = "Conforme con la propuesta; se deniega."
RETURNED = "Precise la fuente de los ingresos y vuelva a proponer."
ADJUDICATED = {
    "other": "La fecha de nacimiento y la nacionalidad del registro no son las del solicitante: es otra persona.",
    "same": "Coinciden el documento y la fecha de nacimiento: es la misma persona.",
    "undetermined": "El registro no trae otros datos que el nombre; no puede establecerse si es la misma persona.",
}
SIDE_EXITS = {
    "withdrawn": "Escrito del solicitante recibido en ventanilla.",
    "abandoned": "Se le citó dos veces por correo, sin respuesta.",
    "void": "Constatado al revisar el expediente.",
}
SPOILT = "La segunda línea sale cortada."
MISSING_ANSWER = "Se llamó al solicitante; traerá lo que falta."
REASSIGNED = "Licencia del analista."
AUTHORITIES = {
    "b": ("Dirección de Privilegios e Inmunidades", "Memorándum (DPI)"),
    "c": ("Superintendencia Nacional de Migraciones", "Resolución de Gerencia"),
}
