"""Words that are names of brands and words of every day: ``rasid check`` warns of them."""

from __future__ import annotations

from typing import Final

from classifiers.arabic import fold, words
from listener.matching.signs import pattern

_COMMON: Final = frozenset(
    word
    for line in (
        # given names and words of praise
        "زين سلام نون نور أمل وفاء هدى سعد فرح نجاح كريم جميل سعيد أمان أمين مي ريم لين لجين جود",
        "جوري رنا سارة وليد فريد كمال بلال خالد ماجد راشد راجح فهد نجلاء هيا هنا شهد غيث سيف مهند",
        # goods, places, services
        "بنك شركة متجر سوق بيت دار باب طريق مدينة وطن بلد قهوة شاي بن هيل تمر عسل لبن حليب خبز لحم",
        "دجاج سمك رز فول مطعم طعم ذوق كيف مزاج طلب طلبات مرسول توصيل سفر طيران قطار سيارة نقد دفع",
        "تحويل راتب اتصال اتصالات نت شبكة موبايل جوال هاتف برق سرعة تواصل رسالة بريد خدمة عرض باقة",
        "صحة حياة دنيا عالم نجد حجاز شام مصر قطر لبنان تونس عمان رياض جزيرة راية حدث عربية أهلي",
        "هلال نصر اتحاد شباب اتفاق فيصل إنماء بلاد وطنية متحدة فجر صفوة قمة تعاون رائد فتح وحدة",
        # nature and everyday words
        "يوم ليل صباح مساء قمر شمس نجم سما بحر نهر ورد زهرة ذهب فضة ماس لؤلؤ تاج ملك أمير سيد أهل",
        "ناس حب قلب روح عين يد راس نفس خير فضل بركة رزق عافية سلامة هلا مرحبا أهلا طيب حلو كويس",
        "تمام ممتاز جديد قديم كبير صغير أول ثاني واحد كل بعض هناك أمس بكرة الآن دائما معا سوا وصل",
        "apple amazon orange target gap shell visa meta alphabet oracle snap square stripe slack",
        "box next boots subway dove tide gain ford focus golf polo puma jaguar delta united virgin",
        "three one two first prime max plus pro go now live home work life time people us we on in",
        "it me my be do ok yes no good best new old big little happy smart fast easy simple fresh",
        "clear bright light dark red blue green black white gold silver sun moon star sea fire",
        "rock stone river mountain forest garden rose lily noon nice core arena court house bank",
        "shop store market city viva global general national international standard discover mint",
        "express forever fortune wired vogue medium monster signal line chat match flow echo pulse",
        "pure wind sky up coach zoom",
    )
    for word in words(fold(line))
)


def is_common_word(keyword: str) -> bool:
    """Whether ``keyword`` alone would find much that is not about a brand.

    True for one everyday Arabic or English word and for anything of one letter; such a keyword
    wants ``context``. A phrase, #hashtag or @handle is never common, nor a name with signs (e&).
    """
    if keyword.strip()[:1] in ("#", "@") or pattern(keyword) is not None:
        return False
    folded = words(fold(keyword))
    if len(folded) != 1:
        return False
    word = folded[0]
    bare = word[2:] if word.startswith("ال") and len(word) > 4 else word
    return len(word) == 1 or word in _COMMON or bare in _COMMON
