"""The demo's sign-ins on the sign-in page."""

from typing import Any

from django import template

from accounts.models import Person, Role
from clienthealth.base.organisation import organisation
from clienthealth.demo import SIGN_INS, fill

register = template.Library()


@register.inclusion_tag("demo/_sign_ins.html")
def demo_sign_ins() -> dict[str, Any]:
    """Who may sign in to a finished demo; nothing on any other installation."""
    if not organisation().is_demo or fill.is_half_done():
        return {"sign_ins": []}
    names = dict(Person.objects.filter(email__in=[each[0] for each in SIGN_INS]).values_list("email", "name"))
    return {
        "sign_ins": [
            {"name": names.get(email, ""), "role": Role(role).label, "email": email, "password": password}
            for email, role, password in SIGN_INS
        ]
    }
