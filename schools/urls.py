from django.urls import path

from schools import views

urlpatterns = [
    # Public
    path("find-a-school/", views.SchoolSearchView.as_view(), name="school_search"),
    path("who-leads-music/", views.AreaLeadersView.as_view(), name="area_leaders"),
    # By personal link
    path("link/<str:token>/", views.PersonalLinkView.as_view(), name="personal_link"),
    path("withdraw/<str:token>/", views.WithdrawView.as_view(), name="withdraw"),
    path("my-school/link-needed/", views.LinkNeededView.as_view(), name="link_needed"),
    path("my-school/link-needed/asked/", views.LinkAskedView.as_view(), name="link_asked"),
    path("my-school/switch/<int:contact>/", views.SwitchSchoolView.as_view(), name="switch_school"),
    path("my-school/leave/", views.LeaveSchoolView.as_view(), name="leave_school"),
    path("my-school/still-you/", views.StillYouView.as_view(), name="still_you"),
    path("my-school/still-you/yes/", views.StillMeView.as_view(), name="still_you_yes"),
    path("my-school/still-you/left/", views.LeftSchoolView.as_view(), name="still_you_left"),
    path("my-school/your-data/", views.MyDataView.as_view(), name="my_data"),
    path("my-school/your-data/erase/", views.AskErasureView.as_view(), name="my_data_erase"),
    # Staff
    path("schools/", views.SchoolListView.as_view(), name="school_list"),
    path("schools/<int:urn>/area/", views.SchoolAreaView.as_view(), name="school_area"),
    path("schools/<int:urn>/audit/", views.AuditOfferView.as_view(), name="school_audit_offer"),
    path("schools/<int:urn>/conversation/", views.EngagementView.as_view(), name="school_engagement"),
    path("schools/<int:urn>/conversation/resume/", views.TakePartAgainView.as_view(), name="school_resume"),
    path("schools/<int:urn>/contacts/", views.SchoolContactsView.as_view(), name="school_contacts"),
    path("schools/<int:urn>/contacts/new/", views.NewContactView.as_view(), name="contact_new"),
    path("contacts/<int:pk>/link/", views.SendLinkView.as_view(), name="contact_send_link"),
    path("contacts/<int:pk>/confirm/", views.ConfirmContactView.as_view(), name="contact_confirm"),
    path("contacts/<int:pk>/mail-again/", views.LetMailGoAgainView.as_view(), name="contact_mail_again"),
    path("contacts/<int:pk>/left/", views.LetContactGoView.as_view(), name="contact_left"),
    path("contacts/<int:pk>/hand-over/", views.HandOverView.as_view(), name="contact_hand_over"),
    path("contacts/<int:pk>/address-works/", views.AddressWorksView.as_view(), name="contact_address_works"),
    path("schools/music-leads/", views.MusicLeadsView.as_view(), name="music_leads"),
    path("staff/mail/incoming/", views.IncomingListView.as_view(), name="incoming_list"),
    path("staff/mail/incoming/<int:pk>/", views.IncomingView.as_view(), name="incoming"),
    path("staff/mail/incoming/<int:pk>/dealt-with/", views.DealtWithView.as_view(), name="incoming_dealt_with"),
    path("staff/mail/incoming/<int:pk>/withdraw/", views.WithdrawForSenderView.as_view(), name="incoming_withdraw"),
    path("contacts/to-erase/", views.ErasureListView.as_view(), name="erasures"),
    path("contacts/<int:pk>/data/", views.ContactDataView.as_view(), name="contact_data"),
    path("contacts/<int:pk>/erase/", views.EraseContactView.as_view(), name="contact_erase"),
    path("areas/", views.AreaListView.as_view(), name="areas"),
    path("areas/new/", views.AreaCreateView.as_view(), name="area_new"),
    path("areas/<int:pk>/", views.AreaEditView.as_view(), name="area_edit"),
    path("areas/assign/", views.AssignAreasView.as_view(), name="areas_assign"),
]
