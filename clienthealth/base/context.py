"""What every template may say about the organisation."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from clienthealth.base.organisation import organisation as the_organisation


def organisation(request: HttpRequest) -> dict[str, object]:
    return {"organisation": SimpleLazyObject(lambda: getattr(request, "organisation", None) or the_organisation())}
