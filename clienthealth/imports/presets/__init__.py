"""The exports of other programs that are recognised by their headers."""

from django.utils.translation import gettext_lazy as _

from clienthealth.imports.headers import Signature
from clienthealth.imports.presets.base import Preset
from clienthealth.imports.presets.harvest import HARVEST_INVOICES, HARVEST_TIME

PRESETS: dict[str, Preset] = {preset.name: preset for preset in (HARVEST_TIME,)}

NOT_READ_YET: tuple[tuple[Signature, object], ...] = (
    (HARVEST_INVOICES, _("a Harvest invoice report; of Harvest's reports, the detailed time report can be imported")),
)
"""Files that are recognised, so that the refusal can say what they are."""
