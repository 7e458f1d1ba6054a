"""Opinion words of the lexicon baseline, written by hand, folded when read; ``*`` as in phrases."""

from __future__ import annotations

POSITIVE = (
    # Arabic, then by dialect
    "ممتاز*|رائع*|روعه|جميل*|حلو|حلوه|حلوو|حلووه|حلوين|حلوات|احسن|افضل|شكرا*|مشكور*|احب|احبك|احبه"
    "|احبها|احبكم|احبهم|احببت|احببته|احببتها|احببتك|احببنا|نحب|بحب|حبيت|سعيد*|فرحان*|مبسوط*"
    "|مبروك*|مبارك|نجاح|ناجح*|فخور*|عظيم*|مذهل*|مبدع*|ابداع|احترافي*|راقي*|سريع*|سرعه|نظيف*"
    "|مرتب|مرتبه|مرتبين|لذيذ*|طيب*|انصح|ينصح|تستاهل*|يستاهل*|تسلم|تسلمي|تسلموا|تسلمون|تسلملي"
    "|تسلمولي|الحمد لله|ما شاء الله|ماشاء الله"
    "|تبارك الله|اعجبني|عجبني|تحفه|كويس*|جامد*|عسل|فله|كفو|زين|يجنن|خرافي*|فخم*|خوش|يهبل|وناسه"
    "|منيح*|كتير حلو|يسلمو*|زوين*|واعر|واعره|واعرين|مزيان*|باهي*|برافو|برفو|مليح*|يعطيك الصحه"
    "|بالتوفيق|موفق*"
    "|استمتع*|متعاون*|محترم*|ودود*|مفيد*|مريح*|امان|ابتسام*|بجنن|عالمي|انيق*|يستحق|فوز"
    "|انتصار|تهانينا|خير|امل|حلال عليكم|ابدعتوا|مميز*|محظوظ*|good|great|excellent|amazing"
    "|awesome|love|loved|loving|loves|best|nice|happy|fantastic|perfect|thank|thanks|thankyou"
    "|thanku|thankful|thankfully|thx|wonderful"
    "|beautiful|brilliant|cool|enjoy*|glad|fun|excited|exciting|helpful|fast|easy|friendly|win"
    "|winning|won|congrat*|recommend*|impress*|favorite|favourite|better|yay|haha|proud|lovely"
    "|smooth|superb|delicious|merci|bravo|super|j adore|mezyan|zwin|bahi|behi|kwayes|gamed|7elw"
)
NEGATIVE = (
    "سيء|سئ|سيئ*|اسوا|زفت|زباله|خايس*|قرف*|مقرف*|فاشل*|فشل|رديء|رديئ*|كارثه|كارثي*|مهزله|فضيحه|نصب"
    "|نصاب*|حرامي*|سرق*|احتيال|استغلال|بطيء|بطيئ*|ضعيف*|مقطوع*|انقطاع|معلق|عطل|اعطال|خلل"
    "|مشكل*|مشاكل|شكوى|شكوي|تاخير|متاخر*|تاخر*|غالي|غاليه|غالين|غاليين|حسبي الله|حسبنا الله|للاسف"
    "|مع الاسف|حزين*"
    "|حزن|زعلان*|غضب|غاضب*|الكره|كراهيه|اكره|يكره|تكره|تعبت|زهقت|مليت|طفشت|ندمت|استهتار|اهمال"
    "|مستحيل|ظلم|ظالم*"
    "|كذب|كذاب*|كاذب*|فاسد*|فساد|وسخ|وسخه|وسخين|قذر*|غبي*|غباء|الغباء|تافه*|حقير*|خاين*|خيبه|قتل|موت|حرب"
    "|ارهاب*"
    "|دمار|الم|وجع|مرض|لعنه|لعنك|لعنكم|لعنهم|لعنتكم|ملعون*|تفو|تفوه|خسر*|خساره|هزيمه|عيب|حشومه"
    "|حرام عليك|حرام عليكم|وحش|وحشه|وحشين|وحشي|وحشيه|بايظ*|بايخ*|محدش"
    "|مو زين|خربان*|خرا عليك|خرا عليكم|زي الخرا|مالت|ماسط*|خايب*|شفار*|مكيخدمش|ميزيريا|خرب*|مغشوش"
    "|مكسور*|عبرون*|محد يرد"
    "|ما يشتغل|مايشتغل|مش شغال|مش شغاله|مبيشتغلش|لا يعمل|ما وصل|ما وصلت|ما وصلني|موصلش|متضايق*"
    "|مزعج*|مقهور*|قهر|ازعاج"
    "|bad|worst|worse|terrible|horrible|awful|hate|hated|hates|sad|angry|broken|crash*|bug|bugs"
    "|slow|useless|poor|disappoint*|annoy*|fail*|sucks|suck|stupid|rubbish|trash|garbage|scam*"
    "|fraud|wrong|problem*|issue*|error*|delay*|cancelled|late|lost|waste|rude|never|ridiculous"
    "|pathetic|unacceptable|disgust*|ugh|wtf|damn|shit*|fuck*|sorry|miss|sick|tired|boring|cry"
    "|kill*|dead|death|war|nul|nulle|honte|khayb|khayeb|zeft|5ra"
)
NEGATIONS = (
    "لا|ما|مش|مو|مب|مهو|ليس|ليست|لم|لن|غير|مانو|موش|ماشي|ولا|بدون|بلا|عمري ما|not|no|never|dont"
    "|doesnt|didnt|isnt|wasnt|arent|cant|couldnt|wont|without|hardly|nor|pas|mesh|mish|mouch"
    "|machi"
)
STRONG = (
    "جدا|مره|مرا|اوي|قوي|خالص|حيل|وايد|كتير|بزاف|برشا|للغايه|very|so|really|extremely|too|totally"
)

HAPPY = "😍🥰😘❤💖💕💙💚💛💜🧡💗💓💞💘😊☺🙂😀😃😄😁🤩😎👍👏🙌💪🎉🎊🥳✨🌹🌸💐👌🔥🏆🤗😻♥✌🌟⭐💯🤍😇"
UNHAPPY = "😡😠🤬😤😢😭😞😔😟😕🙁☹😣😖😫😩💔👎🤮🤢😒🙄😑😓😰😨😱🤦😿🖕😾😥"
