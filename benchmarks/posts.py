"""Posts as customers write them, by the thousand: rows for ``rasid import``, seeded.

Sentences of the Gulf, Egypt, the Levant and the Maghreb, some Arabizi and English, with slots, so
that nearly every text is another one. A share repeats word for word, as reposts do.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

REPOSTED = 0.08
LINES = {
    "glf": """
    {brand} وش السالفة؟ {thing} واقف من {when} وأكلمكم ما أحد يرد
    والله {brand} خدمتكم {good}، {thing} وصلني في {place} خلال {n} دقيقة
    يا {brand} متى يفتح فرع {place}؟ لي {n} يوم أنتظر
    طلبت {thing} من {brand} {when} ولين الحين ما وصل، رقم الطلب {order}
    الحين {thing} حق {brand} صاير {bad} ولا أنا أتوهم؟
    شكرًا {brand} على {thing}، الموظف في {place} ما قصّر أبد
    ليش {thing} صار بـ {n} ريال يا {brand}؟ كان أرخص {when}
    عندي مشكلة في {thing} وأبغى أحد من {brand} يتواصل معي على الخاص، الطلب {order}""",
    "egy": """
    يا جماعة {brand} بقالهم {n} يوم ومفيش {thing}، ده كلام؟
    {brand} بجد حاجة {good}، {thing} جالي لحد {place} {when}
    عايز أعرف {thing} بكام دلوقتي في {brand} فرع {place}
    أنا زهقت من {brand}، {thing} {bad} وكل ما أكلمهم يقولولي استنى {n} دقيقة
    هو {thing} بتاع {brand} لسه شغال ولا إيه؟ من {when} وهو واقع
    تسلم إيديكم يا {brand}، {thing} طلع {good} أوي
    محدش يتعامل مع {brand} في {place}، دفعت {n} جنيه و{thing} طلع {bad}
    لو سمحتم يا {brand} ابعتولي تفاصيل {thing}، رقمي {order}""",
    "lev": """
    شو قصة {brand} اليوم؟ {thing} عم يطلع {bad} من {when}
    عنجد {brand} {good}، {thing} وصل على {place} بـ {n} دقيقة
    قديش صار سعر {thing} عند {brand}؟ حدا بيعرف
    صرلي {n} يوم ناطر {thing} من {brand} وما حدا عم يرد عليي، طلبية {order}
    يسلمو {brand}، البنت بفرع {place} كتير لطيفة و{thing} {good}
    ليش هيك يا {brand}؟ {thing} مو شغال بنوب بـ {place}
    بدي ألغي {thing} تبع {brand}، كيف بعمل؟ حكيت معكن {n} مرات""",
    "mgr": """
    واش {brand} كاين شي مشكل؟ {thing} ما خدامش من {when}
    برافو {brand}، {thing} {good} بزاف ووصل ل{place} في {n} دقيقة
    بشحال {thing} دابا عند {brand} ف{place}؟
    راني نستنى {thing} من {brand} {n} أيام وما جاوبني حتى واحد، {order}
    {brand} خدمة {bad}، خلصت {n} درهم و{thing} ما جاش
    علاش يا {brand} {thing} غالي هكا؟ {when} كان رخيص""",
    "msa": """
    أعلنت {brand} عن توفير {thing} في {place} ابتداءً من {when}
    تجربتي مع {brand}: {thing} {good} لكن الانتظار بلغ {n} دقيقة في فرع {place}
    نأمل من {brand} توضيح سبب تأخر {thing}، ورقم الطلب {order}
    هل يشمل ضمان {brand} استبدال {thing} بعد {n} يومًا؟
    الخدمة لدى {brand} في {place} {bad} منذ {when} ولم يردّ أحد على الشكوى {order}
    عرض خاص: خصم {n}% على {thing} من {brand} لفترة محدودة، اطلبه عبر https://t.co/{code}""",
    "latn": """
    ya {latin} el {item} wa2ef men embare7 w ma7adesh byrod 3alaya, order {order}
    {latin} shokran 3ala el {item}, wesel fi {n} de2i2a bs
    wallah {latin} 7aram 3lekom, {n} ayam w el {item} ma wesel
    emta byefta7 far3 {town} ya {latin}? {code}""",
    "en": """
    @{latin} my {item} has been down since {day}, ticket {order}, is anybody there?
    Honestly {latin} nailed it: the {item} reached {town} in {n} minutes, thank you!
    How much is the {item} at {latin} {town} these days?
    {n} days and still no {item} from {latin}. Order {order}. Unacceptable
    Anyone else's {item} from {latin} acting up in {town} today?
    Big shoutout to the {latin} team in {town}, {n}/10 service
    {latin} charged me {n} dollars twice for one {item} and support keeps closing {order}
    New {item} from {latin}, opened in {town} on {day} https://example.com/{code}""",
}
WEIGHTS = {"glf": 28, "egy": 20, "lev": 13, "mgr": 8, "msa": 13, "latn": 4, "en": 14}
SLOTS = {
    "brand": "رشفان|رشفان|رشفان|قهوة رشفان|#رشفان|تمرة|مقهى تمرة|ورد",
    "latin": "Rashfan|Rashfan|rashfan|Tamra|Wared",
    "thing": "الطلب|التطبيق|القهوة|اللاتيه|بطاقة الولاء|التوصيل|كوبون الخصم|الكيك|حبوب الإسبريسو|"
    "الاشتراك الشهري|المكينة|الكوب الحراري|حسابي|الموقع|الدفع بأبل باي|الفاتورة",
    "item": "app|loyalty card|delivery|latte|espresso machine|gift card|subscription|cold brew",
    "place": "الرياض|جدة|الدمام|دبي|الكويت|القاهرة|المعادي|الإسكندرية|عمّان|بيروت|دمشق|"
    "الدار البيضاء|تونس|وهران|مسقط|المنامة",
    "town": "Riyadh|Jeddah|Dubai|Cairo|Amman|Beirut|Casablanca|Kuwait",
    "when": "أمس|الصبح|العصر|يوم الخميس|أول أمس|بداية الشهر|البارح|ساعتين|المغرب",
    "day": "Monday|Thursday|last night|this morning|the weekend",
    "good": "ممتازة|رهيبة|توب|فوق الوصف|حلوة|راقية|سريعة",
    "bad": "سيئة|زفت|تعبانة|بطيئة|مقرفة|خايسة|مقطوعة",
}
TAILS = ("", "", "", "", " 😡", " 🙏", "!!", " ❤️", "؟؟", " 😂😂", " حسبي الله ونعم الوكيل", " ..")
NETWORKS = ("x", "x", "x", "instagram", "facebook", "google")


def _lines() -> dict[str, list[str]]:
    return {name: [line.strip() for line in text.strip().splitlines()] for name, text in
            LINES.items()}  # fmt: skip


def texts(count: int, rng: random.Random) -> Iterator[str]:
    lines, slots = _lines(), {name: words.split("|") for name, words in SLOTS.items()}
    earlier: list[str] = []
    for _ in range(count):
        if earlier and rng.random() < REPOSTED:
            yield rng.choice(earlier)
            continue
        dialect = rng.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        words = {name: rng.choice(choices) for name, choices in slots.items()}
        words |= {"n": str(rng.randint(2, 95)), "order": str(rng.randint(10**6, 10**7))}
        words["code"] = f"{rng.getrandbits(32):08x}"
        text = " ".join(rng.choice(lines[dialect]).format(**words) for _ in range(
            rng.choices((1, 2, 3), (6, 3, 1))[0]))  # fmt: skip
        earlier.append(text + rng.choice(TAILS))
        yield earlier[-1]


def write(path: Path, count: int, *, now: datetime, seed: int = 20261122, days: float = 30) -> None:
    """JSONL rows, ``now`` (aware) back to ``days`` before it, by some thousand authors."""
    rng = random.Random(seed)
    authors = max(count // 3, 1)
    with path.open("w", encoding="utf-8") as file:
        for number, text in enumerate(texts(count, rng)):
            author = rng.randrange(authors)
            row = {
                "id": str(number),
                "network": rng.choice(NETWORKS),
                "text": text,
                "created_at": (now - timedelta(days=days * rng.random())).isoformat(),
                "author": f"author{author}",
                "followers": int(10 ** (1 + author % 50 / 10)),
                "url": f"https://social.example/{author}/{number}",
                "likes": rng.randrange(50),
                "replies": rng.randrange(9),
            }
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
