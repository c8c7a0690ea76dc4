"""Names to be put together at random for people who do not exist: few very common ones, many rare ones, as in life."""

GIVEN = """
María José Luis Rosa Carlos Ana Juan Carmen Jorge Luz Miguel Elena Pedro Julia Víctor Silvia Manuel Norma Ángel Irma
César Gladys Raúl Flor Hugo Nelly Walter Dora Óscar Edith Percy Yolanda Wilmer Zoila Félix Noemí Edgar Olga Darío Inés
""".split()  # noqa: SIM905

COMMON = """
Quispe Flores Sánchez García Rodríguez Rojas Mamani Díaz Ramos Chávez Torres Huamán López Castillo Vargas Vásquez
Mendoza Gutiérrez Cruz Núñez Condori Salazar Ríos Paredes Guerrero Espinoza Müller Nguyễn Åkerström Kowalczyk
""".split()  # noqa: SIM905

_FIRST = "Bal Cor Dal Fer Gar Hol Jar Lam Mar Nov Pel Qui Ros Sal Tar Urb Val Yap Zam Bren Chon Drag Esk Fri".split()  # noqa: SIM905
_LAST = "anda ezco iño orrea uente avirri odaro ilvane osaka entsky areno upanqui olloma etegui astrup".split()  # noqa: SIM905

SURNAMES = [*COMMON, *(first + last for last in _LAST for first in _FIRST)]
