"""What the page of each kind of document prints, from the document's row alone.

A procedure that issues a kind hands its fields over in ``DocumentContent.fields``; which ones, the ``…Fields`` of each
module say. Holder, number, dates and zone are the document's own.
"""

from documents.pages.booklets import passport_page, travel_document_page
from documents.pages.cards import abtc_page, applicant_page, identity_card_page
from documents.pages.safeconduct import safeconduct_page
from documents.pages.shared import Page
from documents.pages.visa import visa_page

PAGES: dict[str, Page] = {
    "visa": Page("visa", "Visa", visa_page),
    "idcard": Page("card", "Carné de identidad", identity_card_page),
    "applicant": Page("card", "Carné de solicitante", applicant_page),
    "abtc": Page("card", "Tarjeta ABTC", abtc_page),
    "passport": Page("booklet", "Pasaporte", passport_page),
    "travel": Page("booklet", "Documento de viaje", travel_document_page),
    "safeconduct": Page("safeconduct", "Salvoconducto", safeconduct_page),
}

__all__ = ["PAGES", "Page"]
