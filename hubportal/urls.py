"""Every address of the portal. Each app's `urls.py` holds its own, and each view says who may open it."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from hubportal import pages
from hubportal.gallery import gallery
from hubportal.health import health

# The admin site has a sign-in of its own, which knows neither our limits nor the second factor.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("", pages.HomeView.as_view(), name="home"),
    path("accessibility/", pages.AccessibilityView.as_view(), name="accessibility"),
    path("privacy/", pages.PrivacyView.as_view(), name="privacy"),
    path("hub.css", pages.hub_stylesheet, name="hub_css"),
    path("health/", health, name="health"),
    path("account/", include("hubportal.accounts.sign_in_urls")),
    path("account/2fa/", include("allauth.mfa.urls")),
    path("staff/components/", gallery, name="components"),
    path("staff/mail/", include("hubportal.mail.urls")),
    path("staff/people/", include("hubportal.accounts.urls")),
    path("staff/admin/", admin.site.urls),
    path("", include("schools.urls")),
    path("", include("support.urls")),
    path("", include("meetings.urls")),
    path("", include("audits.urls")),
    path("", include("awards.urls")),
    path("", include("reports.urls")),
]
