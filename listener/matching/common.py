"""Words that are names of brands and words of every day: ``rasid check`` warns of them."""

from __future__ import annotations

from typing import Final

from classifiers.arabic import fold, words

_COMMON: Final = frozenset(
    word
    for line in (
        "زين سلام نون نور أمل وفاء هدى سعد فرح نجاح كريم جميل سعيد أمان أمين صحة حياة دنيا عالم",
        "بنك شركة متجر سوق بيت دار باب طريق مدينة وطن بلد يوم ليل صباح مساء قمر شمس نجم سما بحر",
        "نهر ورد زهرة ذهب فضة ماس لؤلؤ تاج ملك أمير سيد شباب أهل ناس حب قلب روح عين يد راس نفس",
        "خير فضل بركة رزق عافية سلامة هلا مرحبا أهلا طيب حلو كويس تمام ممتاز جديد قديم كبير صغير",
        "أول ثاني واحد ثلاثة عشرة كل بعض هنا هناك اليوم أمس بكرة الآن دائما معا سوا وصل جاهز حالا",
        "طلب طلبات هنقرستيشن مرسول توصيل سفر طيران قطار سيارة تاكسي كريم جيب نقد دفع تحويل راتب",
        "اتصال اتصالات نت شبكة موبايل جوال هاتف تلفون برق سرعة تواصل رسالة بريد خدمة عرض باقة",
        "قهوة شاي بن هيل تمر عسل لبن حليب خبز لحم دجاج سمك رز فول مطعم طعم ذوق كيف مزاج بيك",
        "الراية الجزيرة العربية الحدث الوطن الرياض الأهلي الهلال النصر الاتحاد الشباب الاتفاق",
        "الإنماء البلاد الأول الأهلية الوطنية المتحدة السلام الأمل النور الفجر الصفوة القمة",
        "مي ريم لين سما لجين ليان جود جوري رنا سارة نجد حجاز شام مصر قطر لبنان تونس عمان",
        "apple amazon orange target gap shell visa meta alphabet oracle snap square stripe slack",
        "zoom box next boots subway dove tide gain ford focus fiesta golf polo puma jaguar delta",
        "united virgin sky three one two first prime max plus pro go now live home work life time",
        "people us we on in up it me my be do ok yes no good best best new old big little happy",
        "smart fast easy simple fresh pure clear bright light dark red blue green black white gold",
        "silver sun moon star sea wave wind fire rock stone river mountain forest garden rose lily",
        "noon careem zain salam nice moose core arena court house bank store shop market city",
        "stc du viva ooredoo mobily express global general national international standard",
        "discover mint uber guess fossil coach express forever time fortune wired vogue medium",
        "reddit indeed monster signal line chat match bumble hinge tinder spark pulse flow echo",
    )
    for word in words(fold(line))
)
_NAMES: Final = frozenset("stc ooredoo mobily careem هنقرستيشن reddit tinder hinge".split())


def is_common_word(keyword: str) -> bool:
    """Whether ``keyword`` alone would find much that is not about a brand.

    True for one everyday Arabic or English word and for anything of one letter ("e&"); such a
    keyword wants ``context``. A phrase, #hashtag or @handle is never common.
    """
    if keyword.strip()[:1] in ("#", "@"):
        return False
    folded = words(fold(keyword))
    if len(folded) != 1:
        return False
    word = folded[0]
    bare = word[2:] if word.startswith("ال") and len(word) > 4 else word
    return len(word) == 1 or ({word, bare} & _COMMON != set() and word not in _NAMES)
