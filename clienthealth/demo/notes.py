"""What people write beside their hours."""

import random

BY_TITLE = {
    "Designer": (
        "Layout, second version", "Image selection", "Banner set in five sizes", "Print files checked", "Icons",
        "Moodboard", "Feedback from the call worked in",
    ),
    "Art director": (
        "Concept review", "Photo brief", "Style frames", "Final art", "Direction for the next issue",
    ),
    "Developer": (
        "Contact form", "Template for the news page", "Update and tests", "Slow query found", "Import of product data",
        "Mobile menu", "Consent banner",
    ),
    "Senior developer": ("Interface to the stock system", "Code review", "Release", "Search", "Deployment script"),
    "Copywriter": (
        "Newsletter, first draft", "Headlines", "Corrections after proof", "Product texts", "Interview written up",
    ),
    "Strategist": ("Workshop prepared", "Audience notes", "Plan for the quarter", "Competitors looked at"),
    "Project manager": ("Schedule", "Estimate", "Stand-up and notes", "Suppliers asked"),
    "Account manager": ("Concept talked through", "Presentation prepared"),
    "Senior account manager": ("Concept talked through", "Presentation prepared"),
}  # fmt: skip
BY_ACTIVITY = {
    "rework": ("Changes after feedback", "Another round of edits", "Corrected as agreed", "Old version restored"),
    "communication": ("Call", "Mails", "Weekly call", "Feedback talked through", "Questions answered"),
    "management": ("Planning", "Status and budget", "Briefing of the team", "Invoice checked"),
}
SILENT = 0.35
"""So many entries have no note, as everywhere."""


def note(chance: random.Random, activity: str, job_title: str) -> str:
    if chance.random() < SILENT:
        return ""
    return chance.choice(BY_ACTIVITY.get(activity) or BY_TITLE[job_title])
