"""The pages of visas. Registration is the engine's, given the visa form."""

from cases.views import registration
from visas.registration import VisaRegistrationForm

start_registration = registration.start
registration_routes = registration.routes("visa", VisaRegistrationForm)
