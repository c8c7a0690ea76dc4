"""A process of its own that posts as anybody can, for test_shared_counts.py: KIND TIMES; prints the statuses."""

import sys

import django


def main(kind: str, times: int) -> None:
    django.setup()
    from django.test import Client
    from django.urls import reverse

    told = []
    for _ in range(times):
        client = Client(SERVER_NAME="localhost")
        if kind == "seals":
            answer = client.post("/api/v1/seals/validate/", {"text": "?"}, content_type="application/json")
            told.append(str(answer.status_code))
        else:
            values = {"login": "rquispe", "password": kind}
            answer = client.post(reverse("account_login"), values)
            locked = "Demasiados intentos" in answer.content.decode()
            told.append("locked" if locked else str(answer.status_code))
    sys.stdout.write(" ".join(told) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
