from django.urls import path

from hubportal.accounts import views

urlpatterns = [
    path("", views.PeopleView.as_view(), name="people"),
    path("invite/", views.InviteView.as_view(), name="invite"),
    path("<int:pk>/active/", views.SetActiveView.as_view(), name="person_active"),
]
