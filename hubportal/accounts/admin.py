"""The admin site shows nothing that opens an account: colleagues are kept on the page "People"."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.models import Group

for hidden in (Authenticator, EmailAddress, Group):
    if admin.site.is_registered(hidden):
        admin.site.unregister(hidden)
