from django.urls import path

from support import views

urlpatterns = [
    path("support/", views.OfferListView.as_view(), name="support"),
    path("support/new/", views.OfferNewView.as_view(), name="offer_new"),
    path("support/<int:pk>/", views.OfferDetailView.as_view(), name="offer_detail"),
    path("support/<int:pk>/change/", views.OfferChangeView.as_view(), name="offer_change"),
    path("support/<int:pk>/withdraw/", views.OfferWithdrawView.as_view(), name="offer_withdraw"),
    path("support/<int:pk>/again/", views.OfferAgainView.as_view(), name="offer_again"),
    path("support/providers/", views.ProviderListView.as_view(), name="provider_list"),
    path("support/providers/new/", views.ProviderNewView.as_view(), name="provider_new"),
    path("support/providers/<int:pk>/", views.ProviderChangeView.as_view(), name="provider_change"),
    path("support/gaps/", views.GapsView.as_view(), name="support_gaps"),
    path("support/suggestions/", views.SuggestionsView.as_view(), name="support_suggestions"),
]
