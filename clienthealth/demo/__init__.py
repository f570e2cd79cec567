"""A believable agency for trying the application out; no other room imports this one."""

SIGN_INS = [
    ("olga.director@demo.example", "ops_director", "demo-olga-directs"),
    ("anna.nowak@demo.example", "account_manager", "demo-anna-manages"),
    ("marek.lis@demo.example", "account_manager", "demo-marek-manages"),
    ("dora.designer@demo.example", "member", "demo-dora-designs"),
    ("adam.admin@demo.example", "admin", "demo-adam-admins"),
]
"""(e-mail, role, password) of the demo's people who may sign in. Known to everybody: only for a demo on one machine."""
