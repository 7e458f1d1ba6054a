"""Words that give away languages that no model here was measured in, written by hand.

A word that other languages write as well (Turkish "da", Dutch "van", Persian "هم") stands among
the weak ones: such words add up, but none of them names a language by itself.
"""

from __future__ import annotations

import re


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


TURKISH: frozenset[str] = _set(
    "bir ve bu şu sen siz onlar değil degil yok için icin ile çok cok daha nasıl nasil neden mı"
    " mü gibi ama ki olarak oldu olan hiç hic şey sey kadar sonra bugün bugun teşekkürler"
    " tesekkurler teşekkür tesekkur ederim değilim lütfen lutfen nerede zaman hala hâlâ yarın"
    " yarin dün beri yine tekrar kimse artık artik sadece olmuyor olsun oluyor bana beni bunu"
    " bizim sizin sizden benim güzel guzel kötü rezalet kargo kargom sipariş siparis siparişim"
    " siparisim müşteri musteri hizmet hizmetleri ürün urun fiyat fiyatı fiyati almayın almayin"
    " istiyorum gelmedi geldi edin ettim etmek yeni şube şimdi simdi acaba iyi hava para paramı"
    " parami telefona kahve misiniz mısınız mi̇ diye vermiyor bakmiyor mağaza magaza arkadaşlar"
    " kuryeniz adrese yanlış yanlis ekranı ekrani kırık kirik hattım lezzetli biraz fazla tuzlu"
    " bunun nasıldı asla  gelmem kredi karti kartı havuzu kirliydi otelin otel oda odalar personel"
    " çalışanlar acik açık tatil evde taksit  yardım yardim değmez degmez bozuk pahalı pahali ucuz"
    " temiz soğuk memnun memnunum"
)
INDONESIAN: frozenset[str] = _set(
    "yang untuk dengan tidak tak saya aku kamu kami kita anda kalian adalah akan sudah belum"
    " bisa saja nya banget bgt gak nggak gk ga udah aja tapi karena kalau kalo terima kasih"
    " terimakasih makasih tolong kapan kenapa bagaimana gimana berapa dimana lagi masih sangat"
    " sekali jangan minta mohon bagus jelek mahal murah enak kecewa barang pesanan pelayanan"
    " pelayanannya harga harganya uang pulsa sinyal jaringan kemarin besok hari pagi siang malam"
    " buka dibuka tutup rusak kak bang pak bu dong sih kok deh nih sama ke dari cara bayar tagihan"
    " stok kerja cepat lambat lemot toko orang yg dgn utk sampai dikirim dibalas seperti semua"
    " kurirnya salah kirim alamat rasanya agak asin cicilan pegawai sopan layar pecah waktu"
    " kembali kotor berisik  nomor diblokir mati terus bajunya tukar ukuran ganti sedang lebih"
    " karyawan makanan makanannya minum hilang  banyak baru beli tempat tempatnya rumah aplikasi"
    " aplikasinya apakah mau tanya ada"
)
DUTCH: frozenset[str] = _set(
    "het een van niet ik je jij hij zij wij maar ook nog voor dit zijn hebben heeft waar geen"
    " deze bedankt mijn jullie wordt worden werd naar gaat gaan kan kunnen moet moeten wil willen"
    " wanneer waarom iemand niemand niets iets alle heel erg goed goede slecht slechte snel"
    " snelle veel te weer meer sinds gisteren vandaag morgen uur zo zeer leuk leuke lekker mooi"
    " prijs bestelling besteld geleverd klantenservice winkel pakket werkt nooit altijd onze ons"
    " hun zou zal hoe wie nu toch eens even graag beste fijn blij duur krijg krijgt koffie"
    " antwoord reactie kamer vies klein weken dagen betalen prima aanrader bij uit hoor ligt"
    " bezorger buren eten koud zout betalen medewerkers beleefd scherm kapot smerig kost maand"
    " sinds bereik jurk  groot wachtwoord vergeten geweldig geweldige mooie gegeten schoon vrij"
    " dicht terugkomen alweer  vriendelijk personeel helpen"
)
WEAK: frozenset[str] = _set(
    # Turkish
    "ben biz var mi mu da de her en ne ya son hale ki sen ve bu beri bana beni para hava iyi"
    " temiz  ama zaman hala ile edin sonra memnun olan"
    # Indonesian
    " dan di ini itu dia juga ke sama ada tak bang dong bu pak kami kita mau siang hari stok lagi"
    " ga  gk kok deh malam aku baru sih kak nih udah cara buka harga enak tanya aja saja toko dari"
    " masih  bisa besok minta"
    # Dutch
    " van wel met dat is op wat dank te je ons hun kan alle meer hoe wie nu zo goed beste weer"
    " even  zal bij uit over erg al wil prima waar klein heel fijn moet maar ik naar kamer onze"
    " worden  morgen lekker willen wij"
)
"""Of Turkish, Indonesian and Dutch: words of other languages as well, or of Arabizi (dari "my
house", naar "fire", zaman "time")."""
TURKISH_FORM: re.Pattern[str] = re.compile(
    r".*[şğı].*|[a-zçöüşğı]{2,}[iıuü]yor(?:um|sun|uz|sunuz|lar|du|dum|mu)?"
    r"|[a-zçöüşğı]{3,}(?:ecek|acak)(?:ler|lar|siniz|siniz|iz)?"
)
"""Letters and endings that no list can hold: they count as telling words do."""
INDONESIAN_FORM: re.Pattern[str] = re.compile(r"[a-z]{4,}[aiukngt]nya")
DUTCH_FORM: re.Pattern[str] = re.compile(r"[a-z]*[bdfghklmnprtvwz]ij(?:n|k|ke|d|f|s|gt?|zen|ven)?")

HINDUSTANI: frozenset[str] = _set(
    "hai hain ka ki ke ko se mein main aur nahi nahin nhi kya ye yeh wo woh bhi tha thi ho hoga kar"
    " karo karna raha rahe rahi ab hum tum aap ap mera meri mere tera apna apni kuch acha achi bhai"
    " sab kaise kese kyun jab tak par pe ji hoon gaya gayi diya wali wale chahiye chahye kharab yar"
    " yaar mujhe mjhe apka apki apko aapka aapki liye kab kahan kitna kitne paisa paise karta karte"
    " krna krte krta rha rhe rhi hota hoti bilkul theek thik lekin magar sirf koi"
)
"""Hindi and Urdu in Latin letters, which share most of what is written."""
NEPALI: frozenset[str] = _set(
    "छ छन् छैन छैनन् छु हुन्छ हुँदैन भयो भएको गर्न गर्नु गर्छ गरेको तपाईं तपाईंको हजुर मेरो"
    " हाम्रो पनि  लागि किन कति राम्रो नराम्रो धेरै अहिले मलाई हामी नेपाल धन्यवाद"
)
HINDI: frozenset[str] = _set(
    "है हैं में नहीं और की से यह वह था थी हूँ हूं मैं आप हम मेरा मेरी बहुत क्या कर रहा रहे रही हो गया भी ने धन्यवाद"
)
