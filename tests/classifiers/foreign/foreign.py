"""Sentences, written for this test, in languages that are written to brands in the Gulf and that
no model here was measured in: (language, text)."""

from __future__ import annotations

FOREIGN: list[tuple[str, str]] = [
    ("tl", "Bakit ang bagal ng internet ninyo dito sa Dubai?"),
    ("tl", "Salamat po, mabilis ang delivery nila"),
    ("tl", "Ang ganda ng bagong store nila sa mall"),
    ("tl", "hindi ako makapag login sa app"),
    ("tl", "magkano po ang sim card?"),
    ("tl", "walang signal dito kanina pa"),
    ("tl", "Sana naman sumagot kayo sa message ko"),
    ("ur", "yar apki service bohat kharab hai mjhe refund chahiye"),
    ("ur", "shukriya bohat acha laga"),
    ("ur", "یہ سروس اچھی نہیں ہے اور مہنگی ہے"),
    ("ur", "بہت شکریہ، بہت اچھا لگا"),
    ("ur", "میرا انٹرنیٹ کل سے بند ہے"),
    ("hi", "bhai app nahi chal raha hai, kya karu"),
    ("hi", "mera recharge abhi tak nahi hua, bahut kharab service"),
    ("hi", "यह ऐप काम नहीं कर रहा"),
    ("hi", "बहुत धन्यवाद, सेवा अच्छी है"),
    ("ne", "तपाईंको सेवा राम्रो छैन"),
    ("ne", "मेरो नेट चलेको छैन, किन?"),
    ("bn", "আপনার সেবা খুব খারাপ"),
    ("bn", "আমার ইন্টারনেট কাজ করছে না"),
    ("ta", "உங்கள் சேவை மோசமாக உள்ளது"),
    ("te", "మీ సేవ చాలా చెత్తగా ఉంది"),
    ("ml", "നിങ്ങളുടെ സേവനം മോശമാണ്"),
    ("si", "ඔබේ සේවාව ඉතා නරකයි"),
    ("am", "አገልግሎታችሁ በጣም መጥፎ ነው"),
    ("ps", "ستاسو خدمت ډېر ښه دی"),
    ("fa", "این برنامه خیلی خوب است"),
]
