"""What agencies say, with HTTP 200 all the same, when they do not answer."""

from __future__ import annotations

from .answers import Body

# What an agency says, still with HTTP 200, when its own service is overloaded.
BUSY: dict[str, Body] = {
    "reniec": {"return": {"coResultado": "0999", "deResultado": "SERVICIO TEMPORALMENTE NO DISPONIBLE"}},
    "pnp": {"codigoMensaje": "99", "descripcionMensaje": "SERVICIO TEMPORALMENTE NO DISPONIBLE"},
    "inpe": {"resultado": "SERVICIO TEMPORALMENTE NO DISPONIBLE"},
    "interpol": {"resultCode": "SERVER_BUSY", "resultMessage": "TRY AGAIN LATER"},
    "pj": {"codigoRespuesta": "0999", "mensajeRespuesta": "SERVICIO TEMPORALMENTE NO DISPONIBLE"},
    "migraciones": {"codRespuesta": "0999", "desRespuesta": "SERVICIO TEMPORALMENTE NO DISPONIBLE"},
    "sbs": {"codigo": "99", "mensaje": "SERVICIO TEMPORALMENTE NO DISPONIBLE"},
    "sunat": {"cod": "99", "msg": "SERVICIO TEMPORALMENTE NO DISPONIBLE"},
    "mtc": {"codigo": "99", "mensaje": "SERVICIO TEMPORALMENTE NO DISPONIBLE"},
    "mtpe": {"codigo": "99", "mensaje": "SERVICIO TEMPORALMENTE NO DISPONIBLE"},
}

# The refusal of a caller that has no agreement for the service.
REFUSED: dict[str, Body] = {
    "reniec": {"return": {"coResultado": "1001", "deResultado": "USUARIO O CONTRASEÑA NO VALIDOS"}},
    "pnp": {"codigoMensaje": "97", "descripcionMensaje": "USUARIO NO AUTORIZADO"},
    "inpe": {"resultado": "USUARIO NO AUTORIZADO"},
    "interpol": {"resultCode": "ACCESS_DENIED", "resultMessage": "ACCESS DENIED"},
    "pj": {"codigoRespuesta": "0097", "mensajeRespuesta": "USUARIO NO AUTORIZADO"},
    "migraciones": {"codRespuesta": "0097", "desRespuesta": "USUARIO NO AUTORIZADO"},
    "sbs": {"codigo": "97", "mensaje": "USUARIO NO AUTORIZADO"},
    "sunat": {"cod": "97", "msg": "USUARIO NO AUTORIZADO"},
    "mtc": {"codigo": "97", "mensaje": "USUARIO NO AUTORIZADO"},
    "mtpe": {"codigo": "97", "mensaje": "USUARIO NO AUTORIZADO"},
}
