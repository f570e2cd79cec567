"""Whether somebody gets the digest, and the signed address by which its reader changes that without signing in."""

from typing import cast

from django.core.signing import BadSignature, Signer

from accounts.models import User
from clienthealth.base.links import absolute

KIND = "digest"
_signer = Signer(salt="mails.off")


def address_of(user: User) -> str:
    """Where this user switches the digest off; nobody can make the address of another. It never runs out."""
    return absolute("digest:unsubscribe", _signer.sign(f"{KIND}:{user.pk}"))


def user_of(token: str) -> User | None:
    """Whose address it is; None for one we never made, of another kind of mail, or of somebody who is gone."""
    try:
        name, _colon, number = _signer.unsign(token).partition(":")
    except BadSignature:
        return None
    return User.objects.filter(pk=int(number)).first() if name == KIND else None


def choose(user: User, choice: str) -> None:
    """Store the choice; doing it twice changes nothing."""
    User.objects.filter(pk=user.pk).update(digest=choice)


def wants_digest(user: object) -> bool:
    return cast(User, user).digest == User.Digest.WEEKLY


def masked(email: str) -> str:
    """Enough for its owner to know the address, too little for anybody else: a…@agency.example."""
    local, _at, domain = email.rpartition("@")
    return f"{local[:1]}…@{domain}"
