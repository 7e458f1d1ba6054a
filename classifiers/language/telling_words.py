"""Words that give a language or an Arabic dialect away: written by hand, function words first.

Arabic words stand folded as in ``classifiers.tidy`` (no hamza, ه for ة, ي for ى).
"""

from __future__ import annotations

from classifiers.language.foreign_words import DUTCH, HINDUSTANI, INDONESIAN, TURKISH


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


DIALECTS: dict[str, frozenset[str]] = {
    "egy": _set(
        "ده دي كده كدا ايه ليه ازاي ازيك ازيكم دلوقتي دلوقت النهارده انهارده امبارح عايز عايزه"
        " عايزين عاوز عاوزه عاوزين مفيش مافيش محدش معنديش معرفش مينفعش ماينفعش مش اوي بتاع"
        " بتاعي بتاعت بتاعتي بتوع احنا احناا برضه برضو بردو انتو فين امتي اهو اهي علشان جامد"
        " لسه بقالي بقالكم هيبقي هتبقي يبقي كويسه وحش وحشه يابني بيرد بتردوا بيشتغل مبيشتغلش"
        " ياريت هعمل هنعمل هتعملوا هيعملوا بيعمل بتعمل بنعمل عملتوا جنيه ليكو معاكو عندكو اهه"
        " اهوه ياعم يسطا ياسطا جدع معلش"
    ),
    "glf": _set(
        "وش ايش الحين ذحين هالحين ابغي ابي نبي نبغي تبغي تبون يبون ابيها شلون شلونكم مو مب مهوب"
        " ماهو ماعاد زينه واجد وايد وشو وشهو ويش وشلون ذي كذيه جذي هالشي دوك يبيله تكفي تكفون"
        " ياخي ياخوي مافي مافيه ماني ماهي محد محدن فيني سوو سويت يسوي تسوون يسوون نسوي ودي ودنا"
        " ودك شفيكم شفيها وراكم عطوني عطني ابشر ابشروا ماقصرتوا ماقصرتو صج مالت خوش شنو شكو"
        " يالغالي عساكم لاهنت لاهنتو للحين توني توه خربان خربانه حنا يمديني مايمدي مايمديني"
        " يمدي يبه"
    ),
    "lev": _set(
        "شو هيك هاد هاي هيدا هيدي هدول هلأ هلق هسا اسا هسه كتير كتيير منيح منيحه مانو منو بدي"
        " بدنا بدك بدكم بدكن بدو بدها بدهم لسا هون هونيك كيفك كيفكم حدا اشي معليش عنجد لانو"
        " لانه متل مشان منشان كرمال بعرف بعرفش مبعرف بحكي احكي بتحكي حكي ولك يلي هيي هوي نحنا"
        " انتو انتوا قديش قديه ايمتي لهيك زلمه صبيه بنوب يسلمو يسلموا فيكن عندكن معكن خدمتكن"
        " صرلي صارلي صرنا مافيش فش فشي تبعكم تبعكن تبع تبعي تبعت تبعو ضلو ضل بضل ضلينا شغلتو"
        " بيعرف بتعرف"
    ),
    "mgr": _set(
        "بزاف ديال ديالي ديالك ديالكم ديالو ديالها ديالنا ديالهم هادشي هاذ هادي هادو هدشي باش"
        " راك راني راكم واش علاش وعلاش غادي شكون شحال دابا دبا كيفاش فاش حيت بحال كاين كاينه"
        " مكاينش ماكاينش ماكاش مكانش كانش والو ماشي ملي مزيان مزيانه زوين زوينه واعر واعره خويا"
        " ختي نتا نتي نتوما حنا عندو عندها كلشي كاع بصح برشا توا يزي وعلاه شنوه شنيه اش اشنو"
        " شنوا كيما هكا هكاك نحبو بغيت بغينا باغي باغيه خاصكم خصكم خاصنا وقتاش فوقاش امتا صافي"
        " واخا زعما حتا غي مزال فيسع باهي باهيه راهو كيفاه وين شبيكم علابالي نقدرو تقدرو كنخلص"
        " كنعيط كيجاوبش مكيجاوبش مايجاوبوش حشومه لكونيكسيون الكونيكسيون ريزو الريزو طيح تخدم"
        " متخدمش كتخدم ماكتخدمش بقات مليح مليحه هاذي"
    ),
    "msa": _set(
        "الذي التي الذين اللذان اللتان لن سوف هذه هذا ذلك تلك هولا ليس ليست لست لم لماذا ماذا"
        " متي كيف حيث قد لقد انها انه انني اننا لكن لكنه كما منذ خلال يجب ينبغي يمكن يمكنني لدي"
        " لديكم لدينا نحن بل ثم عندما حينما بينما حتي اذا هل اين ايضا الي لدى سيتم يتم تم بعد"
        " قبل حول ضد غير اجل ايها لكم اود نود ارجو نرجو يرجى الرجا نامل اولا وقد وهو وهي فيها"
        " فيه الان مازالت تزال يزال"
    ),
}

SHARED: frozenset[str] = frozenset(
    word
    for name, words in DIALECTS.items()
    for word in words
    if sum(word in other for key, other in DIALECTS.items() if key != name)
)
"""Words of more than one dialect weigh less."""

ARABIZI: dict[str, frozenset[str]] = {
    "egy": _set(
        "ezay ezayak 3ayez 3ayza 3awez keda kda mesh msh mafeesh mafish el7amdolellah dlwa2ty"
        " delwa2ty leh lih eh awi awy 2awy gamed gamda bta3 bta3et 7aga 7agat enta enty e7na ana"
        " ya3ni law kwayes kwayesa we7sh 3ashan 3alashan embare7 naharda bokra fein feen emta"
        " tamam gneh"
    ),
    "glf": _set(
        "wesh wsh shlon shlonkom shlonak abgha abi nabi al7een al7in alheen a7een wayed wayd"
        " marra kthir zain zein laish leish shino sheno mo mub ya5y yakhi tekfa tkfa mafi ashoof"
        " abghaa 3indkum"
    ),
    "lev": _set(
        "shu shou chou sho hayda haydi hek heik hayk kteer ktir kter mni7 mnih bade baddi badi"
        " bdna badna badkon halla2 hala2 3anjad 3njd hon hone lesh lech leish yalla 3am ra7 7ada"
        " shi she3r lal ma3kon 3ndkon yaani"
    ),
    "mgr": _set(
        "bzaf bezaf bezzaf bzzaf dyal dial dyali dyalk dyalo dyalkom hadchi hadshi had bach bash"
        " rah rak rani wach wesh 3lach 3lash 3la ghadi chkoun chkon chhal sh7al ch7al daba"
        " kifach fach 7it hit b7al bhal kayn kayen kayna makaynch makayench walo walou machi"
        " mashi mezian mezyan mzyan zwin zwina wa3er khoya khouya khti nta nti ntouma 3ndi 3ndo"
        " kolchi kolech ga3 belli barcha mouch mech tawa tw yezi yizi 3lech 3leh chnowa chneya"
        " chnia kima haka n7eb n7ebou nheb bghit bghina khas wa9tech wa9tach safi wakha yak"
        " za3ma ghir gher mazal fissa3 bark yasser bahi behi behia ya3tik sa7a saha inchallah"
        " nchallah nchalah nchlh hamdoullah rabi rabbi allah ya lah el li lli fi men mn ma3 m3a"
        " 3andou 3andha w wa hna 7na houwa hiya enti inti ena ana rabbek mliha mlih tounes"
        " maghreb dzair wlad weld bent nas enass ennas chay chi hadi hada hadak kol kif kifeh ki"
        " bien bled bladi blad 3arbi jazair dz lkol lkoul nchoufou nchouf tfarej"
    ),
}
ARABIZI_COMMON: frozenset[str] = _set(
    "elly illi elli ely wala walla wla wallah wallahi wlh mafi mafee lazem lazim momkin mumkin"
    " ams  bokra bukra khalas 5alas kaman kman hatha hathi hadha shay khedma khidma 5edma 5dma"
    " floos flous  flousi flus mandoob mandob wain wein ween mita meta gabel ba3d 2abl gabl kan"
    " kanat yom elyom  alyoum lyoum youm nafs jdeed jdid yedeed sana shahr shahar usboo3 sayara"
    " share3 mara marrat  marten ghali rkhees mashkoreen mashkour shukran shokran choukran sabah"
    " masa salam alsalam  assalam habibi habibti inshallah inshalla enshallah mashallah"
    " alhamdulillah 7lw helw 7elo  zift zeft khara ta3ban sa3b ktir kthir shwaya shway shwayya taw"
    " tawa mnih tamam mako aku chan  hwa hiya howa heya hoa entu ento intaw ehna a7na ihna hal"
    " jdida tayeb tayyeb bel lel fel bil lil  fil 3al men mn elna ilna lakom lkom 3indkom 3endko"
    " 3andkom sar saret tel3 tla3 ysir yseer  rad yrid yrod ykhdem khdem khadam makanch makanech"
    " makach elmochkil lmochkil"
)
"""Arabizi of many countries: it names the language, not the dialect."""
ARABIZI_WEAK: frozenset[str] = _set("el w fi bas bs ma la ya l wa li lal kel kol kul rah f")
"""Words that Arabizi is full of, and other languages too: each counts half a word."""
ARABIZI_ANY: frozenset[str] = (
    ARABIZI_COMMON.union(*ARABIZI.values())
    - _set(
        "ya had bent men fi el mo wa la ki li law bash hit lal sho ma mub kif ana shi eh zain leh"
        " nti mesh hone yasser bien marra nas nabi rah w tw dz she3r bark abi ena msh kima hon gher"
        " yak kol kan sar rad hal mara share3 sana meta salam masa taw fil bel bil lil fel yom tel3"
    )
) | {"msh", "mesh", "share3", "tel3"}

LATIN: dict[str, frozenset[str]] = {
    "en": _set(
        "the a an and or but is are was were be been am i you he she it we they me my your his"
        " her our their this that these those to of in on at for with from by about as not no"
        " yes do does did dont doesnt didnt cant wont isnt its im ive youre have has had will"
        " would can could should what when where who why how which there here so if then than"
        " just like get got go going out up down all any some more most very really please"
        " thanks thank love good great bad app help new now today tomorrow time one only too"
        " back off over after before never always still again best day night happy know see want"
        " need think people work service wtf lol omg oh hey hi hello"
    ),
    "fr": _set(
        "le la les un une des du de et est sont je tu il elle nous vous ils elles ne pas que qui"
        " quoi dans pour avec sur par plus mais ou où ce cette ces mon ma mes ton ta tes son sa"
        " ses notre votre leur au aux en y a à été être avoir fait faire très tout tous toute"
        " bien merci bonjour cest jai nest quand comment pourquoi si comme aussi encore jamais"
        " rien bravo lui sans chez"
    ),
    "es": _set(
        "el la los las un una unos y o pero es son era ser está están yo tú él ella nosotros"
        " ustedes no sí que qué quien como cómo cuando donde por para con sin sobre de del en al"
        " mi mis tu tus su sus me te se le lo nos muy más ya también hoy gracias todo todos esta"
        " este eso ese hay hacer tengo tiene estoy bien porque si a jajaja día"
    ),
    "pt": _set(
        "o os a as um uma uns e ou mas é são era ser está estão eu tu você ele ela nós vocês não"
        " sim que quem como quando onde por para com sem sobre de do da dos das no na nos nas em"
        " ao à meu minha seu sua me te se lhe muito mais já também hoje obrigado obrigada tudo"
        " todos essa esse isso tem ter tenho pra vai vou foi pq vc kkk kkkk gente até ta tô bem"
        " porque só"
    ),
    "it": _set(
        "il lo la i gli le un uno una e o ma è sono era essere io tu lui lei noi voi loro non sì"
        " che chi come quando dove per con senza su di del della dei delle da dal in nel nella"
        " al alla ai mio mia tuo suo mi ti si ci vi molto più già anche oggi grazie tutto tutti"
        " questa questo quello ha ho hai abbiamo hanno se perché cosa solo bene ancora sempre"
    ),
    "de": _set(
        "der die das den dem des ein eine einen einem einer und oder aber ist sind war sein bin"
        " ich du er sie es wir ihr nicht kein keine ja nein was wer wie wann wo warum für mit"
        " ohne auf von vom zu zum zur im in am an bei aus nach über unter mein dein mich dich"
        " sich uns auch noch schon nur sehr mehr heute danke alles alle dass wenn hat habe haben"
        " wird werden kann mal so"
    ),
    "tr": TURKISH,
    "id": INDONESIAN,
    "nl": DUTCH,
    "hi": HINDUSTANI
    | _set(
        "hi toh bahut accha kyu hu jai desh dhanyavad dhanyawad kripya namaste sabse samay gadi"
    ),
    "ur": HINDUSTANI
    | _set(
        "bohat bohot boht buhat shukriya shukria meherbani mehrbani janab sahab kiun kyunke hy"
        " mujhy mjhy apky hamein krein karein zaroor intehai behtareen bakwas khuda walay khidmat"
    ),
    "tl": _set(
        "ang ng mga sa na ko mo ako ikaw siya sya kayo nyo niyo ninyo nila niya nya namin natin"
        " hindi po opo naman nman lang lng yung yun ung ito wala walang meron mayroon kasi dito"
        " doon kung para pa ba din rin nang pero bakit ano anong salamat magkano sobrang sobra"
        " maganda ganda pangit sana talaga paano pano saan nasaan kailan wag huwag gusto ayaw inyo"
        " sila kami tayo tapos bagal mabilis mabagal ulit kaya yan iyan iyon pwede puwede ngayon"
        " araw akin amin atin nung noong kahit isang maraming"
    ),
}
