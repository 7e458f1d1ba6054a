"""Who writes in the demo's world: invented people with handles, servers and followers."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from random import Random

_ARABIC = (
    ("نورة", "noura"), ("سارة", "sara"), ("هند", "hind"), ("ريم", "reem"), ("لمى", "lama"),
    ("فيصل", "faisal"), ("تركي", "turki"), ("عبدالله", "abdullah"), ("ماجد", "majed"),
    ("أحمد", "ahmad"), ("محمود", "mahmoud"), ("منة", "menna"), ("شيماء", "shaimaa"),
    ("كريم", "kareem"), ("رامي", "rami"), ("لين", "leen"), ("جود", "joud"), ("يزن", "yazan"),
    ("سلمى", "salma"), ("إدريس", "driss"), ("زينب", "zineb"), ("ياسين", "yassine"),
)  # fmt: skip
_FAMILIES = (
    ("الدوسري", "dosari"), ("القرني", "qarni"), ("السبيعي", "subaie"), ("المرسي", "morsi"),
    ("الخطيب", "khatib"), ("حداد", "haddad"), ("العلمي", "alami"), ("بنعلي", "benali"),
    ("الشامي", "shami"), ("منصور", "mansour"), ("عون", "oun"),
)  # fmt: skip
_LATIN = (
    "Maya Stone", "Omar Reyes", "Lena Fox", "Dan Whitlock", "Priya Nair", "Tom Barrow",
    "Ines Duarte", "Karl Brandt", "Aisha Bell", "Noah Finch", "Rana Cole", "Jo Marsh",
)  # fmt: skip
BRAND_HANDLE, BRAND_DID = "rashfan.example", "did:plc:rashfan2kahwa3demo4world"
SERVERS = ("waha.example", "diwan.example", "majlis.example")


@dataclass(frozen=True, slots=True)
class Person:
    """One author, with an account on either network."""

    handle: str
    name: str
    server: str
    followers: int
    latin: bool

    @property
    def did(self) -> str:
        """A plc DID: 24 characters of base 32."""
        alphabet = "abcdefghijklmnopqrstuvwxyz234567"
        digest = sha256(self.handle.encode()).digest()
        return "did:plc:" + "".join(alphabet[byte % 32] for byte in digest[:24])


def crowd(rng: Random) -> list[Person]:
    """About a hundred people; followers from a dozen to some ten thousand, a few far more."""
    named = [
        (f"{first} {family}", f"{handle}_{end}", False)
        for first, handle in _ARABIC
        for family, end in rng.sample(_FAMILIES, 4)
    ]
    named += [(name, name.lower().replace(" ", "_"), True) for name in _LATIN]
    rng.shuffle(named)
    return [
        Person(handle, name, rng.choice(SERVERS), _followers(rng, index), latin)
        for index, (name, handle, latin) in enumerate(named)
    ]


def _followers(rng: Random, index: int) -> int:
    return int(10 ** (rng.uniform(4.5, 5.4) if index % 17 == 3 else rng.uniform(1.1, 4.0)))
