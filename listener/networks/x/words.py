"""What somebody has to get at X where a probe is refused, in Arabic and English."""

from __future__ import annotations

PROBES: dict[str, tuple[str, str]] = {
    "search": (
        "فعّل تطبيقك في لوحة مطوري إكس (console.x.com) ضمن مشروع، واشحن رصيده، ثم ضع رمزه"
        " (Bearer Token) حيث يشير networks.x.token",
        "attach your app to a project in X's developer console (console.x.com), buy credits, and"
        " put its bearer token where networks.x.token points",
    ),
    "archive": (
        "البحث في الأرشيف كله غير متاح لهذا التطبيق: اطلب إتاحته من لوحة مطوري إكس، أو اضبط"
        " networks.x.archive على false للاكتفاء بآخر سبعة أيام",
        "this app may not search the whole archive: ask for it in X's developer console, or set"
        " networks.x.archive to false and read the last seven days",
    ),
    "figures": (
        "تحقق من اسم الحساب أو معرّفه في الإعدادات، ومن أن الحساب عام وغير موقوف",
        "check the account's name or id in the settings, and that the account is public and not"
        " suspended",
    ),
    "mentions": (
        "لقراءة من يذكرون الحساب، استخدم رمز تطبيق مضاف إلى مشروع، أو رمز الحساب نفسه بصلاحيتي"
        " tweet.read وusers.read",
        "to read who mentions the account, use the token of an app that is in a project, or the"
        " account's own token with the scopes tweet.read and users.read",
    ),
}
