"""A believable agency for trying the application out; no other room imports this one."""

SIGN_INS = [
    ("olga@northlight.example", "ops_director", "demo-olga-directs"),
    ("anna@northlight.example", "account_manager", "demo-anna-manages"),
    ("dora@northlight.example", "member", "demo-dora-designs"),
    ("adam@northlight.example", "admin", "demo-adam-administers"),
]
"""(e-mail, role, password) of the demo's people who may sign in. Known to everybody: only for a demo on one machine."""
AGENCY = "Northlight Studio"
IMPORT_NAME = "demo-agency"
"""The name its import is shown under, by which its clients are told from others."""
