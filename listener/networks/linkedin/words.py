"""What somebody has to get at LinkedIn where a probe is refused, in Arabic and English."""

from __future__ import annotations

from collections.abc import Mapping

from listener.networks.about import ReadKind

PROBES: Mapping[ReadKind, tuple[str, str]] = {
    "figures": (
        "اطلب لتطبيقك منتج Community Management API من بوابة مطوري لينكدإن (يلزم اعتماد الشريك)،"
        " ثم سجّل الدخول بحساب مشرف الصفحة وامنح الصلاحية rw_organization_admin",
        "apply for the Community Management API in LinkedIn's developer portal (partner approval),"
        " then sign in as an administrator of the page and grant rw_organization_admin",
    ),
    "mentions": (
        "إشعارات الصفحة لا تُقرأ إلا برمز مشرف لها دوره ADMINISTRATOR وبالصلاحية"
        " rw_organization_admin؛ تحقق أيضًا من معرّف الصفحة في الإعدادات",
        "the page's notifications are read only with the token of a member whose role is"
        " ADMINISTRATOR and with rw_organization_admin; check the page's id in the settings, too",
    ),
    "own_posts": (
        "لقراءة منشورات الصفحة وتعليقاتها امنح الصلاحية r_organization_social، وهي لا تُتاح إلا"
        " للتطبيقات المعتمدة في Community Management API",
        "to read the page's posts and their comments grant r_organization_social, which only apps"
        " approved for the Community Management API have",
    ),
}
