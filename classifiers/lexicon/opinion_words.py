"""Opinion words of the lexicon baseline, written by hand, folded when read; ``*`` as in phrases."""

from __future__ import annotations

POSITIVE = (
    # Arabic, then by dialect
    "ممتاز*|رائع*|روعه|جميل*|حلو*|احسن|افضل|شكرا*|مشكور*|احب*|نحب|بحب|حبيت|سعيد*|فرحان*|مبسوط*"
    "|مبروك*|مبارك|نجاح|ناجح*|فخور*|عظيم*|مذهل*|مبدع*|ابداع|احترافي*|راقي*|سريع*|سرعه|نظيف*"
    "|مرتب*|لذيذ*|طيب*|انصح|ينصح|تستاهل*|يستاهل*|تسلم*|الحمد لله|ما شاء الله|ماشاء الله"
    "|تبارك الله|اعجبني|عجبني|تحفه|كويس*|جامد*|عسل|فله|كفو|زين|يجنن|خرافي*|فخم*|خوش|يهبل|وناسه"
    "|منيح*|كتير حلو|يسلمو*|زوين*|واعر*|مزيان*|باهي*|برافو|برفو|مليح*|يعطيك الصحه|بالتوفيق|موفق*"
    "|استمتع*|متعاون*|محترم*|ودود*|مفيد*|مريح*|امان|ابتسام*|قمه|بجنن|عالمي|انيق*|يستحق|فوز"
    "|انتصار|تهانينا|خير|امل|حلال عليكم|ابدعتوا|مميز*|محظوظ*|good|great|excellent|amazing"
    "|awesome|love|loved|loving|loves|best|nice|happy|fantastic|perfect|thank*|thx|wonderful"
    "|beautiful|brilliant|cool|enjoy*|glad|fun|excited|exciting|helpful|fast|easy|friendly|win"
    "|winning|won|congrat*|recommend*|impress*|favorite|favourite|better|yay|haha|proud|lovely"
    "|smooth|superb|delicious|merci|bravo|super|j adore|mezyan|zwin|bahi|behi|kwayes|gamed|7elw"
)
NEGATIVE = (
    "سيء*|سيئ*|سئ|اسوا|زفت|زباله|خايس*|قرف*|مقرف*|فاشل*|فشل|رديء*|كارثه|كارثي*|مهزله|فضيحه|نصب"
    "|نصاب*|حرامي*|سرق*|احتيال|استغلال|بطيء*|بطيئ*|بطي|ضعيف*|مقطوع*|انقطاع|معلق|عطل|اعطال|خلل"
    "|مشكل*|مشاكل|شكوى|شكوي|تاخير|متاخر*|تاخر*|غالي*|حسبي الله|حسبنا الله|للاسف|مع الاسف|حزين*"
    "|حزن|زعلان*|غضب|غاضب*|كره|اكره|بكره|تعبت|زهقت|مليت|طفشت|ندمت|استهتار|اهمال|مستحيل|ظلم|ظالم*"
    "|كذب|كذاب*|كاذب*|فاسد*|فساد|وسخ*|قذر*|غبي*|غباء|تافه*|حقير*|خاين*|خيبه|قتل|موت|حرب|ارهاب*"
    "|دمار|الم|وجع|مرض|لعن*|تفو*|خسر*|خساره|هزيمه|عيب|حشومه|حرام عليك*|وحش*|بايظ*|بايخ*|محدش"
    "|مو زين|خربان*|خرا|مالت|ماسط*|خايب*|شفار*|مكيخدمش|ميزيريا|خرب*|مغشوش|مكسور*|عبرون*|محد يرد"
    "|ما يشتغل|مايشتغل|مش شغال*|مبيشتغلش|لا يعمل|ما وصل*|موصلش|متضايق*|مزعج*|مقهور*|قهر|ازعاج"
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
