"""Phrases that show what a writer wants, by dialect: written by hand, folded when read.

Whole words, with و or ف before them allowed; ``*`` at the end lets the last word go on.
"""

from __future__ import annotations

QUESTION = (
    "هل|متى|كيف|وين|فين|اين|كم|بكم|بكام|وش|ايش|ويش|شو|شنو|اشنو|شنوة|ليش|ليه|لماذا|علاش|وعلاش"
    "|علاه|شلون|ازاي|إزاي|كيفاش|كيفاه|امتى|إيمتى|وقتاش|فوقاش|شحال|قداش|قديش|واش|منو|مين|شكون|ايه"
    "|إيه|ما هو|ما هي|ماهو|ماهي|ما هذا|هو فيه|فيه حد|حد يعرف|احد يعرف|حدا بيعرف|في حدا|يا ترى"
    "|ممكن اعرف|حد جرب|احد جرب|وش افضل|ايه افضل|لو سمحت سؤال|عندي سؤال|استفسار|استفسر"
    "|عندي استفسار|what|when|where|why|how|which|who|is there|are there|do you|does it|can i"
    "|could i|is it|are you|any idea|anyone know|does anyone|will you|will there|wondering if"
    "|how much|how do|feen|fein|emta|wesh|kifach|kifesh|9adech|ch7al|3lach|wa9tech|win el|win rah"
    "|win rahi|win rakom|winek|shu|shou"
    "|lesh|leish|ezay"
)
OPENING = (
    "هل|متى|كيف|وين|فين|اين|كم|بكم|بكام|وش|ايش|شو|شنو|اشنو|ليش|ليه|لماذا|علاش|علاه|شلون|ازاي"
    "|كيفاش|امتى|وقتاش|فوقاش|شحال|قداش|قديش|واش|عندي سؤال|استفسار|عندي استفسار|what|when|where"
    "|why|how|which|who|is|are|do|does|can i|could i|will|any idea"
)
REQUEST = (
    "ممكن|لو سمحت*|لو سمحتم|لو تكرمت*|من فضلك*|من فضلكم|ارجو|نرجو|أرجو|الرجاء|رجاء|يرجى|ياريت"
    "|يا ريت|اتمنى تضيفوا|نتمنى توفر*|أتمنى أن|ابغى|ابغي|ابي|أبي|نبي|نبغى|ودي|بدي|بدنا|عايز"
    "|عايزة|عاوز|عاوزة|محتاج|محتاجه|بغيت|نحب|حاب|حابة|اريد|أريد|نريد|اود|أود|شوفوا الخاص"
    "|تشوفوا الخاص|ردوا على الخاص|شيكوا الخاص|تواصلوا معي|تواصلو معي|كلموني|راسلوني|عطوني|اعطوني"
    "|ابعتولي|ابعثوا لي|ارسلوا لي|ضيفوا|وفروا|افتحوا|تكفون|تكفى|عفاك|عافاك|عافاكم|الله يخليك*"
    "|بليز|بغيت نعرف|احتاج|حابين|please|pls|plz|could you|can you|would you|i need|i want"
    "|i would like|id like|kindly|check your dm|check my dm|dm me|dm sent|send me|help me|add"
    "|bring back|look into|s'il vous plait|svp|stp|3afak"
)
COMPLAINT = (
    "ما حليتوا|ما انحلت|لم يتم حل|لم تحل|متحلتش|اتحرق*|t5demch|ma5damch|not solved|not fixed|"
    "مقطوع*|مقطوعه|قاطع|انقطع*|انقطاع*|ينقطع|يقطع|بيقطع|فاصل|يفصل|بيفصل|معلق|يعلق|بيعلق"
    "|تعليق التطبيق|طافي|ما يشتغل|مايشتغل|ما تشتغل|ما اشتغل|مش شغال*|مو شغال*|ما عم يشتغل"
    "|ما بيشتغل|مبيشتغلش|مش بيشتغل|ماكيخدمش|مكيخدمش|ما يخدمش|مايخدمش|ما كيخدمش|متخدمش|لا يعمل"
    "|لا تعمل|عطلان*|خربان*|ما يفتح|مايفتح|مش بيفتح|مبيفتحش|ما بيفتح|عطل|اعطال|خلل|مشكله|مشكلتي"
    "|مشاكل|شكوى|شكوي|بشتكي|اشتكي|اشتكيت|محدش بيرد|محدش رد|محدش بيعبر*|ولا عبرون*|ولا معبر*"
    "|ما عبرون*|ما حد يرد|ماحد يرد|محد يرد|محد رد|ما احد رد|ولا احد يرد|ولا حد بيرد|ما حدا بيرد"
    "|ما حدا رد|حتى واحد ما|ما كيجاوب*|مكيجاوب*|ما يجاوب*|ما تردون|ماتردون|ما ترد|ما يردون"
    "|مايردون|لا يوجد رد|لا رد|لم يرد|لم يتم الرد|بدون رد|مش بتردوا|مبتردوش|زفت|سيء|سئ|سيئ|سيئه"
    "|سيئا|سيئات|السيئ|السيئه"
    "|اسوا|أسوأ|زباله|خايس*|قرف|مقرف*|تعبان*|فاشل*|فشله|رديء|رديئ|رديئه|رديئا|الرديء|الرديئه"
    "|كارثه|كارثي*|مهزله|فضيحه|نصب"
    "|نصاب*|نصبتوا|حراميه|سرقه|سرقتوني|تسرق*|سرقتو|بتسرق*|شفار*|الشفاره|استغلال|احتيال|خصمتوا"
    "|خصموا|انخصم|انسحب مني|سحبتوا|خصم مني|لم يصل|ما وصل*|ما وصلني|موصلش|ماوصلش|مجاش|ما اجا"
    "|متاخر*|تاخر*|تأخير|بطيء|بطيئ|بطيئه|بطيئا|البطيء|البطيئ|البطيئه|ضعيف*|ثقيل*"
    "|بزاف ديال المشاكل|حسبي الله|حسبنا الله"
    "|لا انصح|ما انصح*|مانصح*|ما بنصح|ندمت|استهتار|اهمال|قله احترام|قلة ادب|قله ذوق|وين الرد"
    "|فين الرد|وين طلبي|فين طلبي|فين الاوردر|زهقنا|زهقت|طفشت|طفشتون*|تعبنا|تعبت من|خذلتون*"
    "|استرجاع فلوسي|رجعوا فلوسي|رجعولي فلوسي|ابي فلوسي|رجعوا لي|مغشوش|مضروب|منتهي الصلاحيه"
    "|مكسور*|ناقص*|غالي|غاليه|غالين|غاليين|اسعاركم نار|حشومه عليكم|عيب عليكم|طايح*|طايحه|كتقطع"
    "|كيقطع|تقطع"
    "|ماكاينش|مكاينش ريزو|ماكاش|crash*|not working|doesnt work|does not work|isnt working"
    "|stopped working|not loading|wont load|wont open|broken|bug|buggy|error|down again|is down"
    "|outage|no response|no reply|no one answers|no one answer*|nobody answers|nobody replies"
    "|still waiting|worst|terrible|horrible|awful|useless|rubbish|garbage|scam*|fraud|stole"
    "|stolen|overcharged|charged twice|double charged|refund|never arrived|hasnt arrived"
    "|not arrived|delayed|cancelled my|lost my|damaged|unacceptable|disappoint*|ridiculous"
    "|pathetic|rip off|ripoff|complaint|keeps failing|doesnt connect|cant log|cannot log"
    "|cant login|slow|disgusting|ignored|ignoring|rude|ma y5demch|makhdamch|ma5damch|mat9ta3"
    "|khayeb|5ayeb|zeft|zft|mesh sha8al*|mish shaghal"
)
SOLVED = "حليتوا|حليتو|حليتولي|انحلت|اتحلت|تم حل|solved|fixed my|sorted my"
PROBLEM = frozenset(("مشكلتي", "مشكله", "مشاكل", "error", "bug"))
"""Complaints that a word of SOLVED takes back."""
PRAISE = (
    "شكرا*|شكراً|مشكور*|يعطيكم العافيه|يعطيك العافيه|الله يعطيكم العافيه|تسلم|تسلمي|تسلموا|تسلمون"
    "|تسلملي|تسلمولي|يسلمو*|الف شكر"
    "|كل الشكر|نشكركم|اشكركم|مبدعين|ابدعتوا|كفو|بيض الله وجهك*|بيض الله وجيهكم|ما قصرتوا"
    "|ماقصرتوا|ما قصرت|ممتاز*|رائع*|روعه|خدمه راقيه|تعامل راقي|احسنتم|احلى|افضل خدمه|احسن خدمه"
    "|احسن شركه|افضل شركه|تحفه|جامد*|حلو|حلوه|حلوو|حلووه|حلوين|حلوات|جميل*|يجنن|خرافي*|فخم*"
    "|بنصح فيه*|انصح فيه*|انصح به|انصح بها|انصح بهم"
    "|بنصح الكل|برافو|برفو|تبارك الله|زوين*|واعر|واعره|واعرين|مزيان*|نشكر*|عاشت ايديكم|يهبل"
    "|ابهرتوني|حليتوا"
    "|حليتوا مشكلتي|حليتو مشكلتي|حلوا مشكلتي|حليتولي|عظيم*|تستاهلون|سعيد جدا|مبسوط*|فنان*"
    "|قمه في الذوق|قمه الذوق"
    "|قمه الاحترام|قمه في الاحترام|قمه الروعه|قمه في الروعه|قمه الاحترافيه|قمه في الاحترافيه"
    "|خوش|thank|thanks|thankyou|thanku|thankful|thankfully|thx|great|excellent|amazing|awesome"
    "|love|loved|best|fantastic|brilliant"
    "|wonderful|perfect|well done|good job|impressed|kudos|solved my|fixed my|recommend|merci"
    "|bravo|shukran|chokran|barakallah|tabarkallah|ta7fa"
)
SPAM = (
    "للتواصل واتس*|للتواصل خاص|واتساب|واتس اب|للطلب|للحجز والاستفسار|اطلب الان|متابعين"
    "|زياده متابعين|زود متابعينك|رتويت|ريتويت|خصم|خصومات|كود خصم|كوبون|كود|عروض|لفتره محدوده"
    "|توصيل مجاني|شحن مجاني|اربح|ربح|الربح من|دخل يومي|فلوس من النت|استثمر|فوركس|تداول العملات"
    "|قروض|سداد مديونيات|سداد قروض|تخسيس|تنحيف|كلين ناين|جلب الحبيب|الشيخ الروحاني|روحاني|سكس"
    "|بنات للتعارف|تعارف|زواج مسيار|اضغط الرابط|الرابط في البايو|رابط البايو|ادخل الرابط"
    "|حسابات للبيع|للبيع|اشتراكات|اشتراك iptv|iptv|تزويد|مضمونه|بسعر|باسعار|عملات رقميه"
    "|بيع متابعين|follow for follow|follow back|f4f|whatsapp|promo code|discount code|click here"
    "|click the link|link in bio|earn money|make money|work from home|crypto|forex|giveaway"
    "|buy followers|free followers|limited offer|order now|dm for promo|onlyfans|casino|bitcoin"
    "|airdrop"
)
CUSTOMER = (
    "خصمتوا|خصموا مني|انخصم|خصم مني|عندكم|خدمتكم|خدمه العملاء|طلبي|حسابي|اشتراكي|رصيدي|باقتي"
    "|فاتورتي|شكوى|your app|my account|my order|customer service|my code|كود التفعيل|كود التحقق"
    "|رمز التحقق|الكود ما|الكود مش|الكود مو"
)
URGENT = (
    "طايح|هادي يومين|منذ الصباح|منذ يومين|على النار|ولع|"
    "خطر*|حريق|حرق|احترق*|انفجر*|انفجار|دخان|اصاب|اصابه|اصابات|اصابني|اصابك|اصابها|اصابهم|اصابت"
    "|اصابتني|اصابتك|اصابته|اصابتها|اصابتهم|تسمم*|تسمم|مستشفى|اسعاف|نزيف|وفاه|مات"
    "|كهربني|كهربتني|صعق*|محامي*|محكمه|قضيه|مقاضا*|بقاضيكم|برفع قضيه|هارفع قضيه|ارفع قضيه|القضاء"
    "|النيابه|الشرطه|بلاغ|حمايه المستهلك|هيئه الاتصالات|البنك المركزي|ساما|وزاره التجاره"
    "|جهاز حمايه المستهلك|تقدمت بشكوى|برفع شكوى|هشتكيكم|احتيال|اختراق|اخترق*|مخترق|تهكر*|هكر*"
    "|سرقه|انسرق*|سرقوا|سرقتوا|سرقوني|سحبوا|انسحب من حسابي|سحب من حسابي|تسريب|بياناتي|نصب|نصبتوا"
    "|نصابين|حراميه|شفاره|مقطوع*|مقطوعه|انقطاع|انقطع*|الخدمه طايحه|طايحه|الشبكه طايحه"
    "|طاح السيستم|السيستم واقع|واقع من|كل المنطقه|كل المدينه|من امبارح|من الصبح|من يومين"
    "|من ثلاث ايام|من اسبوع|صارله اسبوع|بلغي اشتراكي|الغي اشتراكي|بلغي الاشتراك|ابي الغي"
    "|ابغى الغي|هلغي|هكنسل|بحول لشركه|احول لشركه|بنقل لشركه|انقل رقمي|بنقل رقمي|اخر مره"
    "|اخر تعامل|ما راح اتعامل|مش هتعامل|لن اتعامل|غادي نبدل|نبدل الشركه|رح بدل|رح غير|danger*"
    "|fire|smoke|burn*|explod*|injur*|hospital|poison*|unsafe|electrocut*|lawyer|lawsuit|sue"
    "|legal action|court|police|consumer protection|regulator|fraud|scam*|hacked|stolen|stole"
    "|unauthori*|data breach|leaked|outage|service is down|whole city|nothing works"
    "|no service since|cancelling my|canceling my|cancel my|switching to|leaving you|last time i"
    "|never again|never using|closing my account"
)

ALL = {
    "question": QUESTION,
    "request": REQUEST,
    "complaint": COMPLAINT,
    "praise": PRAISE,
    "solved": SOLVED,
    "spam": SPAM,
    "customer": CUSTOMER,
    "urgent": URGENT,
}
