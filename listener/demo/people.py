"""Who writes in the demo's world: invented people with handles, servers and followers."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from random import Random

_AT_HOME = {  # where a dialect is spoken: first names and families of there
    "glf": (
        (("نورة", "noura"), ("سارة", "sara"), ("هند", "hind"), ("ريم", "reem"), ("لمى", "lama"),
         ("فيصل", "faisal"), ("تركي", "turki"), ("عبدالله", "abdullah"), ("ماجد", "majed")),
        (("الدوسري", "dosari"), ("القرني", "qarni"), ("السبيعي", "subaie"), ("الشمري", "shammari"),
         ("الحربي", "harbi")),
    ),
    "egy": (
        (("أحمد", "ahmad"), ("محمود", "mahmoud"), ("منة", "menna"), ("شيماء", "shaimaa"),
         ("كريم", "kareem"), ("مي", "mai")),
        (("المرسي", "morsi"), ("منصور", "mansour"), ("الشناوي", "shennawy"), ("فتحي", "fathy")),
    ),
    "lev": (
        (("رامي", "rami"), ("لين", "leen"), ("جود", "joud"), ("يزن", "yazan"), ("تالا", "tala")),
        (("الخطيب", "khatib"), ("حداد", "haddad"), ("الشامي", "shami"), ("عون", "oun")),
    ),
    "mgr": (
        (("سلمى", "salma"), ("إدريس", "driss"), ("زينب", "zineb"), ("ياسين", "yassine")),
        (("العلمي", "alami"), ("بنعلي", "benali"), ("التازي", "tazi"), ("بنجلون", "benjelloun")),
    ),
}  # fmt: skip
_LATIN = (
    "Maya Stone", "Omar Reyes", "Lena Fox", "Dan Whitlock", "Priya Nair", "Tom Barrow",
    "Ines Duarte", "Karl Brandt", "Aisha Bell", "Noah Finch", "Rana Cole", "Jo Marsh",
)  # fmt: skip
BRAND, BRAND_HANDLE = "rashfan", "rashfan.example"
BRAND_DID = "did:plc:rashfan2kahwa3demo4world"
SERVERS = ("waha.example", "diwan.example", "majlis.example")


@dataclass(frozen=True, slots=True)
class Person:
    """One author, with an account on either network; ``home``: the dialect spoken there, ``en``
    where no Arabic is."""

    handle: str
    name: str
    server: str
    followers: int
    home: str

    def writes(self, dialect: str) -> bool:
        """Egypt writes Arabizi here; what is nobody's dialect is written by everybody."""
        if dialect == "msa":
            return self.home != "en"
        return self.home == ("egy" if dialect == "latn" else dialect)

    @property
    def did(self) -> str:
        """A plc DID: 24 characters of base 32."""
        if self.handle == BRAND:
            return BRAND_DID
        alphabet = "abcdefghijklmnopqrstuvwxyz234567"
        digest = sha256(self.handle.encode()).digest()
        return "did:plc:" + "".join(alphabet[byte % 32] for byte in digest[:24])


def crowd(rng: Random) -> list[Person]:
    """About a hundred people; followers from a dozen to some ten thousand, a few far more."""
    named = [
        (f"{first} {family}", f"{handle}_{end}", home)
        for home, (firsts, families) in _AT_HOME.items()
        for first, handle in firsts
        for family, end in rng.sample(families, 4)
    ]
    named += [(name, name.lower().replace(" ", "_"), "en") for name in _LATIN]
    rng.shuffle(named)
    return [
        Person(handle, name, rng.choice(SERVERS), _followers(rng, index), home)
        for index, (name, handle, home) in enumerate(named)
    ]


def _followers(rng: Random, index: int) -> int:
    return int(10 ** (rng.uniform(4.5, 5.4) if index % 17 == 3 else rng.uniform(1.1, 4.0)))
